"""What cannot work is refused before anything is computed; what was computed is not lost."""

import json
from pathlib import Path

import pytest

from training import measuring
from training.cli import main
from training.evaluation import breakdown
from training.evaluation.embedding import EmbedOptions

from .conftest import Colours


@pytest.mark.parametrize("verb", ["ablate", "reproduce"])
def test_tables_of_trainings_begin_from_pretrained_weights(
    verb: str, shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [verb, "--data", str(shapes), "--out", str(tmp_path / "out"), "--start", "any.onnx"]
    assert main(words) == 2
    assert "begin from pretrained weights: leave out --start" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_refused_before_anything_is_measured(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(shapes)]
    (tmp_path / "file").touch()
    for words, told in (
        (["rankings", "none.onnx", *data, "--to", str(tmp_path / "sheet")], "unknown file extension: none"),
        (["evaluate", "none.onnx", *data, "--per-class", str(tmp_path)], f"{tmp_path} cannot be read or"),
        (["evaluate", "--embeddings", "none.npz", "--per-query", str(tmp_path)], "Is a directory"),
        (["export", str(tmp_path), "--to", str(tmp_path), "--weights-type", "int8"], "int8 needs --data"),
        (
            ["export", str(tmp_path), "--to", str(tmp_path / "file")],
            f"{tmp_path / 'file' / 'ffmln-default.onnx'} c",
        ),
        (["evaluate", "none.onnx", *data, "--relation", "9", "--per-class", "a.csv"], "leave out --relation"),
    ):
        assert main(words) == 2
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("adapt PAIRS --steps 0", "argument --steps: '0' is not a whole number from 1 up; see "),
        ("adapt PAIRS --held-out 2", "argument --held-out: '2' is not a number from 0 to below 1; see "),
        ("adapt PAIRS --share 0", "argument --share: '0' is not a number above 0 to 1; see "),
        ("adapt PAIRS --seed -1", "argument --seed: '-1' is not a whole number from 0 to 4294967295; see "),
        ("ablate --data DATA --size 8", "argument --size: '8' is not a whole number from 32 up; see "),
        ("fit --data DATA --start MODEL --images 0", "--images is 0; it must be a whole number from 1 up."),
    ],
)
def test_a_number_that_makes_no_sense_is_refused_before_anything_is_read(
    words: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words.split(), "--out", "nowhere"]) == 2
    verb = words.partition(" ")[0]
    ending = f"ffmln-train {verb} --help." if told.endswith("see ") else ""
    assert capsys.readouterr().err == f"ffmln-train: {told}{ending}\n"


def test_scenes_that_are_not_there_are_told_before_other_measures_are_taken(
    own_shapes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measuring, "encoder_of", lambda _: (None, (), EmbedOptions()))
    words = ["evaluate", "any", "--data", str(own_shapes), "--measures", "sketch,scenes"]
    assert main(words) == 2
    assert "The measure scenes needs" in capsys.readouterr().err


def test_figures_are_printed_before_their_tables_are_written(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(measuring, "encoder_of", lambda _: (Colours(), (), EmbedOptions()))
    monkeypatch.setattr(breakdown, "write_atomically", full)
    words = ["evaluate", "any", "--data", str(shapes), "--measures", "sketch", "--json"]
    assert main([*words, "--per-class", str(tmp_path / "a.csv")]) == 2
    told = capsys.readouterr()
    assert "mAP" in json.loads(told.out)["sketch"]
    assert "no space left" in told.err


def test_without_a_split_there_is_nothing_that_a_model_could_have_learned(
    own_shapes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_shapes / "split.json").unlink()
    monkeypatch.setattr(measuring, "encoder_of", lambda _: (Colours(), ("square",), EmbedOptions()))
    assert main(["evaluate", "any", "--data", str(own_shapes), "--cross"]) == 2
    assert "of the split's unseen classes: name some in DATA/split.json" in capsys.readouterr().err
