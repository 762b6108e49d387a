import pytest
import torch
import torch.nn.functional as F
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from training.config import Config
from training.data.collection import PHOTO, SKETCH
from training.model import Embedder, Network
from training.model.amff import Attention, resize
from training.model.egff import EnergyGate

SMALL = {"backbone": "mobilenet_v2", "frozen": "none"}
FORMS = {
    "amff without attention": {**SMALL, "attention": "none"},
    "amff slim": {**SMALL, "attention": "slim"},
    "amff slim on inception": {"backbone": "inception_v3", "frozen": "none", "attention": "slim"},
    "amff slim on se-resnet": {"backbone": "seresnet50", "frozen": "none", "attention": "slim"},
    "egff": {**SMALL, "fusion": "egff"},
    "cse-resnet-50": {"backbone": "cse_resnet50", "frozen": "none", "fusion": "pooled"},
    "siamese": {**SMALL, "fusion": "pooled", "towers": "siamese"},
    "resnet-50": {"backbone": "resnet50", "frozen": "none", "fusion": "pooled"},
    "vgg-16": {"backbone": "vgg16", "frozen": "none", "fusion": "pooled"},
}

LARGE = ("vgg-16", "amff slim on inception", "amff slim on se-resnet", "resnet-50", "cse-resnet-50")


def parameters(network: torch.nn.Module) -> int:
    return sum(tensor.numel() for tensor in network.parameters())


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=[pytest.mark.slow] * (form in LARGE)) for form in sorted(FORMS)]
)
def test_gradients_reach_every_parameter_that_counts(form: str) -> None:
    torch.manual_seed(0)
    network = Network(Config(**FORMS[form], dim=8))
    for tensor in network.parameters():
        if not tensor.any():  # an untrained SE-ResNet mutes its branches
            torch.nn.init.normal_(tensor, std=0.1)
    domains = torch.tensor([0, 1, 0])
    embeddings = Embedder(network)(torch.randn(3, 3, 96, 96), domains)
    assert embeddings.shape == (3, 8)
    torch.testing.assert_close(embeddings.norm(dim=1), torch.ones(3))
    (embeddings * torch.randn(3, 8)).sum().backward()
    assert idle(network) == set()


def idle(module: torch.nn.Module) -> set[str]:
    """Return the parameters that no gradient reached."""
    return {
        name for name, tensor in module.named_parameters() if tensor.grad is None or not tensor.grad.any()
    }


@pytest.mark.slow
def test_gradients_reach_all_of_the_published_attention_branch() -> None:
    torch.manual_seed(0)
    branch = Attention((4, 6, 8), "published")
    levels = (torch.randn(2, 4, 28, 28), torch.randn(2, 6, 14, 14), torch.randn(2, 8, 7, 7))
    (branch(levels) * torch.randn(2, 768)).sum().backward()
    assert idle(branch) == set()


@pytest.mark.parametrize("dim", [64, pytest.param(512, marks=pytest.mark.slow)])
def test_the_published_network_has_the_parameters_that_were_counted(dim: int) -> None:
    published = {"backbone": "seresnet50", "batch_norm": "train", "attention": "published", "pooling": "max"}
    with torch.device("meta"):
        network = Network(Config(**published, dim=dim))
        p = network(torch.zeros(2, 3, 224, 224), torch.zeros(2))
    assert p.shape == (2, dim)
    assert network.towers[0].project.in_features == 4352
    assert parameters(network) == pytest.approx(248.3e6 - (512 - dim) * 4353, rel=0.01)


def test_egff_has_the_parameters_its_parts_sum_to() -> None:
    """51.5 M; the printed 56.19 M hold one more 3x3 convolution, of 4.72 M, that nothing uses."""
    with torch.device("meta"):
        network = Network(Config(backbone="seresnet50", batch_norm="train", fusion="egff", dim=512))
    assert network.towers[0].project.in_features == 3584
    assert parameters(network) == pytest.approx(51.5e6, rel=0.005)
    assert parameters(network) + 9 * 512 * 1024 == pytest.approx(56.19e6, rel=0.001)


def test_the_energy_gate_is_its_formula() -> None:
    torch.manual_seed(0)
    gate, low, high = EnergyGate(4, 6), torch.randn(1, 4, 9, 8), torch.randn(1, 6, 4, 5)
    above = F.interpolate(gate.conv(high), size=(9, 8), mode="bilinear", align_corners=False)
    x = torch.relu(low + above)[0, 2]
    d = (x - x.mean()) ** 2
    expected = x * torch.sigmoid(d / (4 * (d.mean() + 1e-4)) + 0.5)
    torch.testing.assert_close(gate(low, high)[0, 2], expected)


def test_siamese_towers_serve_one_domain_each_and_keep_the_order() -> None:
    torch.manual_seed(0)
    network = Network(Config(**FORMS["siamese"], dim=8)).eval()
    images, domains = torch.randn(4, 3, 64, 64), torch.tensor([1, 0, 1, 0])
    assert network.knows_domains
    p = network(images, domains)
    for tower, domain in zip(network.towers, (0, 1), strict=True):
        rows = domains == domain
        torch.testing.assert_close(p[rows], tower(images[rows], domains[rows]))
    torch.testing.assert_close(network(images[:1], domains[:1]), p[:1])
    assert parameters(network) == 2 * parameters(network.towers[0])


def test_siamese_towers_do_not_wait_for_a_gpu_where_the_domains_lie_on_the_host() -> None:
    network = Network(Config(**FORMS["siamese"], dim=8)).to("meta")  # tensors without numbers
    images = torch.empty(3, 3, 64, 64, device="meta")
    domains = torch.tensor([SKETCH, PHOTO, SKETCH])
    assert network(images, domains).shape == (3, 8)
    with pytest.raises(NotImplementedError):  # what asks them for one
        network(images, domains.to("meta"))


class Crossings(TorchDispatchMode):
    """Counts the copies from the processor to another device."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        given = [one for one in tree_leaves((args, kwargs)) if isinstance(one, torch.Tensor)]
        there = isinstance(made, torch.Tensor) and made.device.type != "cpu"
        self.count += there and any(one.device.type == "cpu" for one in given)
        return made


@pytest.mark.parametrize("part", ["attention branch", "energy gate", "siamese towers"])
def test_only_the_domains_are_copied_to_a_gpu_in_a_step(part: str) -> None:
    level, higher = torch.empty(2, 4, 25, 25, device="meta"), torch.empty(2, 6, 12, 12, device="meta")
    gate = EnergyGate(4, 6).to("meta")
    towers = Network(Config(**FORMS["siamese"], dim=8)).to("meta")
    domains, images = torch.tensor([SKETCH, PHOTO]), torch.empty(2, 3, 64, 64, device="meta")
    with Crossings() as crossings:
        if part == "attention branch":
            assert resize(level, 4).shape == (2, 4, 4, 4)
        elif part == "energy gate":
            assert gate(level, higher).shape == (2, 4, 25, 25)
        else:
            assert towers(images, domains).shape == (2, 8)
    assert crossings.count == (part == "siamese towers")


def test_standardising_gives_features_of_mean_0_and_deviation_1_to_the_projection() -> None:
    torch.manual_seed(0)
    tower = Network(Config(backbone="mobilenet_v2", dim=8)).eval().towers[0]
    weight = tower.project.weight.clone()
    features = torch.rand(50, weight.shape[1]) * torch.linspace(2, 9, weight.shape[1]) + 3
    tower.standardise(features)
    standard = (features - features.mean(dim=0)) / features.std(dim=0)
    torch.testing.assert_close(tower.project(features), standard @ weight.T, atol=1e-4, rtol=1e-4)
    constant = torch.ones(5, weight.shape[1])
    tower.standardise(constant)
    assert tower.project(constant).isfinite().all()


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
