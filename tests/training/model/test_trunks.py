import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from timm.layers.norm_act import BatchNormAct2d
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from training.errors import TrainingError
from training.model import library, own_trunks, trunks
from training.model.cse_resnet import CSEResNet
from training.model.levels import levels_of


@pytest.mark.parametrize("name", sorted(trunks.TRUNKS))
def test_a_trunk_gives_three_levels_of_the_channels_it_is_known_for(name: str) -> None:
    known = trunks.trunk(name)
    with torch.device("meta"):
        built = trunks.build(name, None, batch_norm="train")
        images = torch.zeros(2, 3, 224, 224)
        maps = built(images, torch.zeros(2)) if known.conditional else built(images)
    sizes = [tuple(maps[level].shape[1:]) for level in ("c3", "c4", "c5")]
    assert tuple(channels for channels, _, _ in sizes) == known.channels
    if name != "inception_v3":
        assert [side for _, side, _ in sizes] == [28, 14, 7]


@pytest.mark.parametrize("name", sorted(name for name, one in trunks.TRUNKS.items() if not one.conditional))
def test_a_trunk_does_the_same_in_training_and_holds_nothing_behind_its_levels(name: str) -> None:
    known = trunks.trunk(name)
    with torch.device("meta"):
        whole = known.make(False)
    levels = dict(zip(known.levels, ("c3", "c4", "c5"), strict=True))
    trained, used = (levels_of(whole.train(mode), levels) for mode in (True, False))
    assert trained.code == used.code
    assert not any(name.startswith(known.after) for name, _ in used.named_parameters())


@pytest.mark.parametrize("name", ["mobilenet_v2", "efficientnet_lite0"])
def test_the_levels_are_those_of_torchvisions_extractor(name: str) -> None:
    known = trunks.trunk(name)
    with torch.device("meta"):
        whole = known.make(False)
    levels = dict(zip(known.levels, ("c3", "c4", "c5"), strict=True))
    expected = create_feature_extractor(whole, levels, tracer_kwargs={"leaf_modules": [BatchNormAct2d]})
    assert levels_of(whole, levels).code == expected.code


def test_the_levels_can_be_pickled() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 1))
    used, images = levels_of(net, {"0": "c3", "1": "c5"}), torch.randn(1, 3, 8, 8)
    again = pickle.loads(pickle.dumps(used))
    torch.testing.assert_close(again(images), used(images))


def test_a_level_that_the_network_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="no level strange"):
        levels_of(nn.Sequential(nn.ReLU()), {"0": "c3", "strange": "c4"})


@pytest.mark.slow
def test_the_resnets_have_the_parameters_the_field_counts() -> None:
    with torch.device("meta"):
        counts = {
            name: sum(p.numel() for p in trunks.build(name, None, batch_norm="train").parameters())
            for name in ("resnet50", "seresnet50", "cse_resnet50", "vgg16")
        }
    assert counts["resnet50"] == pytest.approx(23.51e6, rel=1e-3)
    assert counts["seresnet50"] == pytest.approx(26.04e6, rel=1e-3)
    assert 0 < counts["cse_resnet50"] - counts["seresnet50"] < 5000  # a weight more for each hidden unit
    assert counts["vgg16"] == pytest.approx(14.71e6, rel=1e-3)


def test_folding_batch_norm_changes_no_output() -> None:
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 2, 1))
    net[1].running_mean.uniform_(-1, 1)
    net[1].running_var.uniform_(0.5, 2)
    nn.init.uniform_(net[1].weight, 0.5, 2)
    net.eval()
    images = torch.randn(2, 3, 8, 8)
    before = net(images)
    trunks.fold_batch_norm(net)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in net.modules())
    torch.testing.assert_close(net(images), before)


@pytest.mark.slow
def test_frozen_layers_are_those_up_to_the_stem_or_to_c3() -> None:
    for name in ("inception_v3", "vgg16"):
        still = {}
        for frozen in ("none", "stem", "c3"):
            with torch.device("meta"):
                built = trunks.build(name, None, frozen=frozen)
            still[frozen] = {n for n, p in built.named_parameters() if not p.requires_grad}
        assert not still["none"]
        assert still["none"] < still["stem"] < still["c3"] < {n for n, _ in built.named_parameters()}


def test_the_conditional_gates_begin_as_the_plain_ones_and_learn_the_domain() -> None:
    torch.manual_seed(0)
    whole = own_trunks.seresnet50(False).eval()
    for name, parameter in whole.named_parameters():
        if name.endswith("bn3.weight"):  # zero at first: no block would add anything
            torch.nn.init.ones_(parameter)
    images = torch.randn(2, 3, 64, 64)
    expected = whole.forward_features(images)
    conditional = CSEResNet(whole).eval()
    sketches, photos = torch.zeros(2), torch.ones(2)
    torch.testing.assert_close(conditional(images, sketches)["c5"], expected)
    torch.testing.assert_close(conditional(images, photos)["c5"], expected)
    with torch.no_grad():
        for block in conditional._blocks():
            block.se.fc1.weight[:, -1] = 3
    torch.testing.assert_close(conditional(images, sketches)["c5"], expected)
    assert (conditional(images, photos)["c5"] - expected).abs().max() > 1e-3
    with pytest.raises(ValueError, match="the domain of each picture"):
        conditional(images, sketches[:1])


def test_the_norms_of_a_small_trunk_learn_where_they_are_kept() -> None:
    with torch.device("meta"):
        built = trunks.build("efficientnet_lite0", None, batch_norm="train", tuning="norms")
    norms = {name for name, part in built.named_modules() if isinstance(part, nn.BatchNorm2d)}
    assert {n.rpartition(".")[0] for n, p in built.named_parameters() if p.requires_grad} == norms
    assert len(norms) == 49


def test_an_unknown_backbone_is_named_with_the_known_ones() -> None:
    with pytest.raises(TrainingError, match=r"no backbone 'vgg1'.*inception_v3"):
        trunks.trunk("vgg1")


def test_a_file_of_weights_is_loaded_whatever_its_classifier(tmp_path: Path) -> None:
    torch.manual_seed(0)
    whole = own_trunks.resnet50(False)
    tensors = {name: tensor.half() for name, tensor in whole.state_dict().items()}
    save_file(tensors, tmp_path / "resnet50.safetensors")
    built = trunks.build("resnet50", tmp_path / "resnet50.safetensors", batch_norm="train")
    loaded = built.state_dict()["layer4.2.conv3.weight"]
    torch.testing.assert_close(loaded, whole.state_dict()["layer4.2.conv3.weight"], atol=1e-3, rtol=1e-3)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"strange": torch.zeros(2)}, file)
    with pytest.raises(TrainingError, match="belong to another network"):
        trunks.build("mobilenet_v2", file)
    file.write_bytes(b"no tensors")
    with pytest.raises(TrainingError, match="cannot be read"):
        trunks.build("mobilenet_v2", file)


def test_weights_that_no_library_has_or_gives_are_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match="No library has the weights of this variant"):
        trunks.build("mobilenet_v2", trunks.LIBRARY)

    def offline(**_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(library, "answers", lambda _: True)
    monkeypatch.setattr(own_trunks.torchvision.models, "vgg16", offline)
    with pytest.raises(TrainingError, match=r"could not be fetched: give the folder of vgg16\.safetensors"):
        trunks.build("vgg16", trunks.LIBRARY)


def test_weights_that_came_with_batch_norm_folded_are_not_trained_by_batches(tmp_path: Path) -> None:
    whole, file = own_trunks.TRUNKS["mobilenet_v2"].make(False), tmp_path / "folded.safetensors"
    for module in whole.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_var.fill_(1 - module.eps)
            nn.init.uniform_(module.bias, -1, 1)
    save_file({name: tensor.half() for name, tensor in whole.state_dict().items()}, file)
    assert trunks.came_folded(file)
    with pytest.raises(TrainingError, match=r"folded\.safetensors came with .*: use --batch-norm fold\."):
        trunks.build("mobilenet_v2", file, batch_norm="train")
    trunks.build("mobilenet_v2", file)
    whole.features[0][1].running_mean.fill_(0.1)
    save_file(whole.state_dict(), file)
    assert not trunks.came_folded(file)
    trunks.build("mobilenet_v2", file, batch_norm="train")
