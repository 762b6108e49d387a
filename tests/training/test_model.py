import pytest
import torch
import torch.nn.functional as F
from torch import nn

from training import backbones
from training.config import Config, TrainingError
from training.model import Attention, Embedder, Network, resized

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
            patch(level).flatten(2).shape[-1]
            for patch, level in zip(branch.patches, levels(CHANNELS, (28, 14, 7)), strict=True)
        ]
        assert branch(levels(CHANNELS, (28, 14, 7))).shape == (2, 768)
    assert tokens == [16, 4, 1]


@pytest.mark.parametrize(("source", "target"), [(25, 4), (12, 2), (5, 1), (28, 4), (5, 7), (4, 4)])
def test_resized_is_adaptive_average_pooling(source: int, target: int) -> None:
    level = torch.randn(2, 3, source, source)
    torch.testing.assert_close(resized(level, target), F.adaptive_avg_pool2d(level, target))


@pytest.mark.parametrize("attention", ["none", "slim"])
@pytest.mark.parametrize("backbone", ["inception_v3", "mobilenet_v2"])
def test_gradients_reach_every_parameter(backbone: str, attention: str) -> None:
    torch.manual_seed(0)
    network = Network(Config(backbone=backbone, attention=attention, dim=8, frozen="none"))
    embeddings = Embedder(network)(torch.randn(3, 3, 96, 96))
    assert embeddings.shape == (3, 8)
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))
    (embeddings * torch.randn(3, 8)).sum().backward()
    idle = [name for name, tensor in network.named_parameters() if tensor.grad is None]
    assert idle == []


def test_the_fused_vector_holds_the_maxima_of_all_levels() -> None:
    torch.manual_seed(0)
    network = Network(Config(backbone="mobilenet_v2", attention="none", pooling="max", dim=8)).eval()
    images = torch.randn(2, 3, 64, 64)
    maps = network.trunk(images)
    fused = torch.cat([maps[level].flatten(2).max(dim=2).values for level in ("c3", "c4", "c5")], dim=1)
    torch.testing.assert_close(network(images), network.project(fused))


def test_folding_batch_norm_changes_no_output() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1))
    net[1].running_mean.uniform_(-1, 1)
    net[1].running_var.uniform_(0.5, 2)
    nn.init.uniform_(net[1].weight, 0.5, 2)
    net.eval()
    images = torch.randn(2, 3, 8, 8)
    before = net(images)
    backbones.fold_batch_norm(net)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(net(images), before)


def test_an_unknown_backbone_is_named_with_the_known_ones() -> None:
    with pytest.raises(TrainingError, match=r"no backbone 'vgg1'.*inception_v3"):
        backbones.trunk("vgg1")


def test_weights_of_another_network_are_refused(tmp_path: object) -> None:
    from pathlib import Path

    from safetensors.torch import save_file

    file = Path(str(tmp_path)) / "other.safetensors"
    save_file({"strange": torch.zeros(2)}, file)
    with pytest.raises(TrainingError, match="belong to another network"):
        backbones.build("mobilenet_v2", file)
    file.write_bytes(b"no tensors")
    with pytest.raises(TrainingError, match="cannot be read"):
        backbones.build("mobilenet_v2", file)


def test_standardising_gives_features_of_mean_0_and_deviation_1_to_the_projection() -> None:
    torch.manual_seed(0)
    network = Network(Config(backbone="mobilenet_v2", dim=8)).eval()
    weight = network.project.weight.clone()
    features = torch.rand(50, weight.shape[1]) * torch.linspace(0.5, 9, weight.shape[1]) + 3
    network.standardise(features)
    standard = (features - features.mean(dim=0)) / features.std(dim=0)
    torch.testing.assert_close(network.project(features), standard @ weight.T, atol=1e-4, rtol=1e-4)
    constant = torch.ones(5, weight.shape[1])
    network.standardise(constant)
    assert network.project(constant).isfinite().all()


def test_a_centred_network_takes_the_mean_embedding_off() -> None:
    torch.manual_seed(0)
    config = Config(backbone="mobilenet_v2", attention="none", dim=8)
    network, images = Network(config).eval(), torch.randn(3, 3, 64, 64)
    plain = Embedder(network)(images)
    network.centre.copy_(torch.linspace(-0.3, 0.3, 8))
    expected = F.normalize(plain - network.centre, dim=1)
    torch.testing.assert_close(Embedder(network)(images), expected)
    left_in = Network(Config(**{**config.as_dict(), "centred": False})).eval()
    left_in.load_state_dict(network.state_dict())
    torch.testing.assert_close(Embedder(left_in)(images), plain)
