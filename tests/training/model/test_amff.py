import pytest
import torch
import torch.nn.functional as F
from torch import nn

from training.model.amff import AMFF, Attention, resize

CHANNELS = (512, 1024, 2048)  # of SE-ResNet-50, the published backbone


def levels(channels: tuple[int, int, int], sizes: tuple[int, int, int]) -> tuple[torch.Tensor, ...]:
    return tuple(torch.randn(2, c, s, s) for c, s in zip(channels, sizes, strict=True))


def parameters(module: nn.Module) -> int:
    return sum(tensor.numel() for tensor in module.parameters())


@pytest.mark.parametrize("sizes", [(28, 14, 7), (25, 12, 5), (20, 10, 5)])
def test_the_slim_branch_gives_a_vector_between_0_and_3_for_any_level_sizes(
    sizes: tuple[int, int, int],
) -> None:
    a = Attention((16, 24, 32), "slim")(levels((16, 24, 32), sizes))
    assert a.shape == (2, 256)
    assert a.min() > 0
    assert a.max() < 3


def test_the_published_branch_has_the_parameters_that_were_counted() -> None:
    with torch.device("meta"):
        branch = Attention(CHANNELS, "published")
    patches = parameters(branch.patches)
    assert patches == pytest.approx(134.9e6, rel=0.002)
    assert parameters(branch) - patches == pytest.approx(85e6, rel=0.005)


def test_the_published_branch_makes_16_4_and_1_tokens() -> None:
    with torch.device("meta"):
        branch = Attention(CHANNELS, "published")
        tokens = [
            patch(level).shape[1]
            for patch, level in zip(branch.patches, levels(CHANNELS, (28, 14, 7)), strict=True)
        ]
        assert branch(levels(CHANNELS, (28, 14, 7))).shape == (2, 768)
    assert tokens == [16, 4, 1]


@pytest.mark.parametrize("form", ["slim", "published"])
def test_the_levels_do_not_see_each_other(form: str) -> None:
    """a = sum_i sigmoid(LN(blocks([cls; T_i]))[cls]), level by level."""
    torch.manual_seed(0)
    branch = Attention((4, 6, 8), form).eval()
    given = levels((4, 6, 8), (28, 14, 7))
    alone = torch.zeros(2, branch.width)
    with torch.no_grad():
        for level, size, patch in zip(given, branch.sizes, branch.patches, strict=True):
            tokens = F.conv2d(resize(level, size), patch.weight, patch.bias, patch.stride).flatten(2).mT
            stack = torch.cat([branch.cls.expand(2, -1, -1), tokens], dim=1)
            free = torch.zeros(stack.shape[1], stack.shape[1])
            for block in branch.blocks:
                stack = block(stack, free)
            alone += torch.sigmoid(branch.norm(stack[:, 0]))
        torch.testing.assert_close(branch(given), alone, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("source", "target"), [(25, 4), (12, 2), (5, 1), (28, 4), (5, 7), (4, 4)])
def test_resized_is_adaptive_average_pooling(source: int, target: int) -> None:
    level = torch.randn(2, 3, source, source)
    torch.testing.assert_close(resize(level, target), F.adaptive_avg_pool2d(level, target))


def test_the_fused_vector_holds_the_maxima_of_all_levels_and_what_was_asked_for_beside() -> None:
    torch.manual_seed(0)
    given = levels((8, 12, 16), (28, 14, 7))
    maxima = torch.cat([level.flatten(2).max(dim=2).values for level in given], dim=1)
    torch.testing.assert_close(AMFF((8, 12, 16), "none", "max")(given), maxima)
    fusion = AMFF((8, 12, 16), "slim", "max+avg")
    f = fusion(given)
    assert f.shape == (2, fusion.width) == (2, 8 + 12 + 16 + 16 + 256)
    torch.testing.assert_close(f[:, :36], maxima)
    torch.testing.assert_close(f[:, 36:52], given[2].flatten(2).mean(dim=2))
    torch.testing.assert_close(f[:, 52:], fusion.attention(given))
