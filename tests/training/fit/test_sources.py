"""What losses read beside the pictures: runs and tables notice when it is something else."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import Config
from training.data import class_names
from training.data.batches import Batches
from training.data.likeness import LIKENESS_FILE
from training.data.protocols import digits_of
from training.data.reading import read_collection
from training.data.teacher import TEACHER_FILE
from training.errors import TrainingError
from training.experiments.job import Job
from training.experiments.runs import Study
from training.experiments.tables import of_some
from training.fit.checkpoint import CHECKPOINT
from training.fit.resuming import REPORT
from training.fit.sources import find_changed, sources_of
from training.fit.start import Start


def write_teacher(data: Path, probability: float = 0.8) -> None:
    rows = {"index": np.array([[3, 4]]), "probability": np.array([[probability, 0.1]])}
    np.savez(data / TEACHER_FILE, photo=np.array(["photo/square/sketchy_0.jpg"]), **rows)


@pytest.fixture
def config(small_run: dict[str, object]) -> Config:
    return Config(**small_run)  # type: ignore[arg-type]


def test_digits_change_with_what_a_loss_with_a_weight_reads(
    own_shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = read_collection(own_shapes)
    config = replace(config, teacher_names=0.3, guide="some")

    def read(weight: float = 1.0) -> dict[str, str]:
        guide = Start("some", {}, {"weight": torch.tensor([weight])}, [])
        return sources_of(Batches(collection, config), guide)

    found = [read()]
    write_teacher(own_shapes)
    found.append(read())
    write_teacher(own_shapes, 0.7)
    found.append(read())
    likest = {"index": np.array([[5]]), "likeness": np.array([[0.5]])}
    np.savez(own_shapes / LIKENESS_FILE, names=np.array(["square"]), **likest)
    found.append(read())
    np.savez(tmp_path / "names.npz", names=np.array(["square"]), vectors=np.ones((1, 384), np.float16))
    monkeypatch.setattr(class_names, "TABLE", tmp_path / "names.npz")
    found += [read(), read(2.0)]
    others = [find_changed(one, other) for one, other in pairwise(found)]
    assert others == [
        ["--teacher-loss"],
        ["--teacher-loss"],
        ["--teacher-names"],
        ["--name-loss"],
        ["--guide"],
    ]
    assert read(2.0) == found[-1]
    assert find_changed({}, found[-1]) == [], "earlier versions noted nothing"
    config = replace(config, teacher_loss=0.0, name_loss=0.0, guide_loss=0.0)
    assert read() == {}


def test_a_report_made_with_another_teacher_does_not_count_and_a_run_begun_so_is_refused(
    own_shapes: Path, config: Config, tmp_path: Path
) -> None:
    job, data = Job("one", config), digits_of(read_collection(own_shapes))
    before = sources_of(Batches(read_collection(own_shapes), config), None)
    out = Study(own_shapes, tmp_path).folder(job)
    out.mkdir()

    def counts(report: dict[str, object]) -> bool:
        (out / REPORT).write_text(json.dumps({"data": data, **report}), "utf-8")
        return Study(own_shapes, tmp_path).report(job) is not None

    assert counts({"sources": before})
    write_teacher(own_shapes)
    assert not counts({"sources": before})
    assert counts({}), "of an earlier version"
    (out / REPORT).unlink()
    torch.save({"data": data, "sources": before}, out / CHECKPOINT)
    with pytest.raises(TrainingError, match="read something else for --teacher-loss; remove that folder"):
        Study(own_shapes, tmp_path).run(job)


def test_a_table_says_which_losses_were_idle_and_of_how_many_rows() -> None:
    rows = [{"sources": {}, "idle": said} for said in (["One is idle."], ["One is idle.", "Two is."], [])]
    assert of_some(rows) == ["Of 2 rows here: One is idle.", "Of 1 row here: Two is."]
    assert of_some(rows[:2])[0] == "Of all rows here: One is idle."


def test_a_table_does_not_say_of_older_rows_that_their_teacher_knew_all_photos() -> None:
    old = {"sources": {}, "idle": []}
    some, full = ({**old, "taught": said} for said in (["It knows 2 of 3."], []))
    assert of_some([some, some]) == ["Of all rows here: It knows 2 of 3."]
    assert of_some([old, some]) == ["Of all rows that say so here: It knows 2 of 3."]
    assert of_some([some, some, full]) == ["Of 2 rows here: It knows 2 of 3."]
    assert of_some([old, some, full]) == ["Of 1 row of 2 that say so here: It knows 2 of 3."]


def test_a_table_says_which_rows_are_of_a_version_that_did_not_say_what_was_read() -> None:
    new = {"sources": {}, "idle": ["One is idle."]}
    old, alone = ({"config": {"teacher_loss": one, "name_loss": 0.0, "guide": ""}} for one in (0.5, 0.0))
    assert of_some([old, new, new]) == [
        "1 row of an earlier version does not say what its losses read.",
        "Of all other rows here: One is idle.",
    ]
    assert of_some([alone]) == []
    assert of_some([old, old]) == ["2 rows of an earlier version do not say what their losses read."]
