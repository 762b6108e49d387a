import csv
import json
import sys
from pathlib import Path

import pytest
import torch

from training.config import Config, TrainingError
from training.data.collection import read_collection
from training.fit import loop as train
from training.fit.log import LOG, Meter
from training.fit.loop import fit


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
    config = Config(**{**small_run, "images": 30, "tensorboard": True})
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


def test_a_line_of_the_log_is_the_mean_since_the_last_one(tmp_path: Path) -> None:
    meter = Meter(tmp_path)
    for step, value in enumerate((1.0, 3.0, 10.0), start=1):
        meter.add(step, {"ns": torch.tensor(value)})
        if step > 1:
            assert meter.write() == {"ns": 2.0 if step == 2 else 10.0}
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        rows = [(row["step"], row["name"], float(row["value"])) for row in csv.DictReader(file)]
    assert rows == [("2", "loss/ns", 2.0), ("3", "loss/ns", 10.0)]
