from pathlib import Path

import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import rehearsal
from training.fit.loop import fit
from training.model import library


@pytest.fixture
def command(shapes: Path, tmp_path: Path) -> list[str]:
    """A short training that is only to be planned."""
    words = ["fit", "--data", str(shapes), "--out", str(tmp_path / "run"), "--dry-run", "--device", "cpu"]
    words += ["--batch-classes", "3", "--batch-samples", "1", "--train-size", "32", "--input-size", "64"]
    return [*words, "--dim", "16", "--backbone", "mobilenet_v2"]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--weights", "none", "--epochs", "2"]) == 0
    text = capsys.readouterr().out
    assert "4 classes, 72 pictures" in text
    assert "2.0 epochs" in text
    assert "a step was tried at 32 and 64 pixels, and thrown away" in text
    assert "In validation: All photos are of one class" not in text.splitlines()
    assert "The distillation loss is idle" in text
    assert not (tmp_path / "run").exists()


def test_a_dry_run_counts_the_classes_that_batches_show(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    collection = read_collection(shapes)
    del collection.sketches["square"], collection.drawings["square"]
    config = Config(**{**small_run, "images": 20, "train_size": 32, "input_size": 32})
    lines = rehearsal.plan(collection, config, tmp_path, weights=None).splitlines()
    assert lines[0] == "3 classes, 54 pictures"
    assert any(line.startswith("1 of 4 classes teach nothing") for line in lines)


@pytest.mark.slow
def test_a_dry_run_fetches_no_weights_and_sees_whether_they_can_be_had(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("the network was asked")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    command = [*command, "--backbone", "vgg16", "--weights", "library", "--images", "8"]
    command += ["--train-size", "32", "--input-size", "32", "--attention", "none"]
    monkeypatch.setattr(library, "answers", lambda _: True)
    assert main(command) == 0
    assert "torchvision:vgg16.IMAGENET1K_V1, fetched when training starts" in capsys.readouterr().out
    monkeypatch.setattr(library, "answers", lambda _: False)
    assert main(command) == 2
    said = capsys.readouterr().err
    assert (
        "torchvision's pretrained weights cannot be fetched, as https://download.pytorch.org does not" in said
    )
    assert main([*command, "--backbone", "mobilenet_v2"]) == 2
    assert "No library has the weights of this variant" in capsys.readouterr().err


def test_a_dry_run_finds_a_step_that_cannot_be_computed(
    command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rehearsal.take_step

    def at_64(run: object, micro: list[torch.Tensor], *rest: object) -> object:
        if micro[0].images.shape[-1] == 64:  # type: ignore[attr-defined]
            raise RuntimeError("too large\nin many lines")
        return real(run, micro, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(rehearsal, "take_step", at_64)
    assert main([*command, "--weights", "none"]) == 2
    assert capsys.readouterr().err.endswith("A step at 64 pixels cannot be computed: too large\n")


@pytest.mark.slow
def test_a_dry_run_sees_what_lies_in_the_folder_and_what_cannot_be_validated(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    collection, config = read_collection(shapes), Config(**{**small_run, "images": 20})
    fit(collection, config, tmp_path, weights=None)
    assert "goes on after step 1, where" in rehearsal.plan(collection, config, tmp_path, weights=None)
    other = Config(**{**small_run, "images": 20, "seed": 9})
    with pytest.raises(TrainingError, match="a run of other settings"):
        rehearsal.plan(collection, other, tmp_path, weights=None)
    collection.split["val"] = ["unicorn"]
    said = rehearsal.plan(collection, config, tmp_path / "new", weights=None)
    assert "It will not be validated: The data hold no photos and sketches of the split's val classes" in said
