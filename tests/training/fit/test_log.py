import csv
import json
import sys
from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import loop as train
from training.fit.log import LOG, Meter
from training.fit.loop import fit


@pytest.fixture
def small_run(small_run: dict[str, object]) -> dict[str, object]:
    """Such a run that begins at once, without a look at features."""
    return {**small_run, "standardised": False}


def test_settings_and_the_wait_for_pictures_are_written_beside_the_run(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 40})
    fit(read_collection(shapes), config, tmp_path, weights=None)
    said = json.loads((tmp_path / train.CONFIG).read_text("utf-8"))
    assert said.pop("pretrained") == ""
    assert Config.from_dict(said) == config
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        waits = [float(row["value"]) for row in csv.DictReader(file) if row["name"] == "waiting"]
    assert len(waits) == 1
    assert 0 <= waits[0] <= 1


def test_tensorboard_is_an_option(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(**{**small_run, "images": 20, "tensorboard": True})
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match="TensorBoard is not installed"):
        fit(read_collection(shapes), config, tmp_path / "without", weights=None)
    monkeypatch.undo()
    pytest.importorskip("tensorboard")
    fit(read_collection(shapes), config, tmp_path / "with", weights=None)
    assert list((tmp_path / "with").glob("events.out.tfevents.*"))


def test_the_log_forgets_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    loss = {"ns": torch.tensor(1.0)}
    meter = Meter(tmp_path)
    for step in (1, 2, 3):
        meter.add(step, loss)
        meter.write()
    Meter(tmp_path, step=2)
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        assert [row["step"] for row in csv.DictReader(file)] == ["1", "2"]


def test_what_a_crash_left_of_a_line_does_not_keep_a_run_from_going_on(tmp_path: Path) -> None:
    whole = b"step,name,value\n10,loss/ns,1.5000\n"
    for damage in (
        b"20,loss/n",
        b"twenty,loss/ns,1\n",
        b"20,loss/ns,\n",
        b"\0\0\0\0",
        b'20,"loss\xff',
        b"2\xc2\xb2,a,1\n",
    ):
        (tmp_path / LOG).write_bytes(whole + damage)
        Meter(tmp_path, step=20)
        assert (tmp_path / LOG).read_bytes() == whole


def test_a_line_of_the_log_is_the_mean_since_the_last_one(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    for step, value in enumerate((1.0, 3.0, 10.0), start=1):
        meter.add(step, {"ns": torch.tensor(value)})
        if step > 1:
            assert meter.write() == {"ns": 2.0 if step == 2 else 10.0}
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        rows = [(row["step"], row["name"], float(row["value"])) for row in csv.DictReader(file)]
    assert rows == [("2", "loss/ns", 2.0), ("3", "loss/ns", 10.0)]


class Board:
    """What stands for the package wandb: it keeps what it is given."""

    def __init__(self) -> None:
        self.begun: list[dict[str, object]] = []
        self.figures: dict[int, dict[str, float]] = {}
        self.finished = 0
        self.Settings = dict

    def init(self, **how: object) -> "Board":
        self.begun.append(how)
        return self

    def log(self, values: dict[str, float], step: int) -> None:
        self.figures.setdefault(step, {}).update(values)

    def finish(self) -> None:
        self.finished += 1


def test_weights_and_biases_is_an_option_and_sends_nothing_of_its_own_accord(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(**{**small_run, "images": 20, "wandb": "sketches"})
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(TrainingError, match="Weights & Biases is not installed: uv pip install wandb"):
        fit(read_collection(shapes), config, tmp_path / "without", weights=None)
    board = Board()
    monkeypatch.setitem(sys.modules, "wandb", board)
    monkeypatch.delenv("WANDB_MODE", raising=False)
    fit(read_collection(shapes), config, tmp_path / "with", weights=None)
    (begun,) = board.begun
    assert (begun["project"], begun["mode"], begun["name"]) == ("sketches", "offline", "with")
    assert begun["config"] == config.as_dict()
    with (tmp_path / "with" / LOG).open(encoding="utf-8") as file:
        rows = [(int(row["step"]), row["name"], float(row["value"])) for row in csv.DictReader(file)]
    assert {name for _, name, _ in rows} >= {"loss/total", "val/sketch/mAP"}
    assert all(board.figures[step][name] == pytest.approx(value, abs=0.01) for step, name, value in rows)
    assert board.finished == 1
    board.init = None  # type: ignore[assignment,method-assign]
    with pytest.raises(TrainingError, match="Weights & Biases cannot begin"):
        fit(read_collection(shapes), config, tmp_path / "broken", weights=None)
