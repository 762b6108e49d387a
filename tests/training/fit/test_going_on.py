"""Where a run begins, goes on after an interruption, and is measured."""

import errno
import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from training.config import Config
from training.data.batch import Batch
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.experiments.job import Job
from training.experiments.runs import Study
from training.fit import loop
from training.fit.checkpoint import CHECKPOINT, Run
from training.fit.resuming import LOCK, alone_in, resume
from training.fit.start import read_start

from .test_idle_losses import write_teacher


@pytest.fixture
def config(small_run: dict[str, object]) -> Config:
    changes = {"accumulate": 2, "images": 4 * 2 * 8, "batch_contours": 0, "batch_sketch_only": 0}
    size = {"batch_classes": 2, "train_size": 32, "finish_share": 0.0, "validations": 2}
    return Config(**small_run | changes | size)  # type: ignore[arg-type]


@pytest.mark.slow
def test_an_interrupted_run_sees_each_batch_once_and_is_measured_when_it_is_due(
    shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.steps == 4
    seen, real, cut = list[torch.Tensor](), loop.take_step, True

    def step(run: Run, micro: Sequence[Batch], *rest: Any) -> object:
        if cut and run.step == 2:
            raise KeyboardInterrupt
        seen.extend(batch.images for batch in micro)
        return real(run, micro, *rest)

    monkeypatch.setattr(loop, "take_step", step)
    collection = read_collection(shapes)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(collection, config, tmp_path, weights=None)
    assert [measured["step"] for measured in Run.load(tmp_path).validation] == [2]
    cut = False
    run = loop.fit(collection, config, tmp_path, weights=None)
    assert [measured["step"] for measured in run.validation] == [2, 4]
    batches = Batches(collection, config)
    assert len(seen) == len(batches) == 8
    assert all(torch.equal(images, batches[place].images) for place, images in enumerate(seen))


def test_the_average_begins_where_the_standardised_network_does(shapes: Path, config: Config) -> None:
    batches = Batches(read_collection(shapes), config)
    run = Run(config, batches.classes)
    before = run.network.towers[0].project.weight.clone()
    loop.standardise(run, batches, torch.float32)
    assert not torch.equal(run.network.towers[0].project.weight, before)
    for kept, current in zip(run.averaged.parameters(), run.network.parameters(), strict=True):
        assert torch.equal(kept, current)


@pytest.mark.slow
def test_a_run_that_imitates_goes_on_with_the_same_guide_alone(
    shapes: Path, config: Config, tmp_path: Path
) -> None:
    collection, out = read_collection(shapes), tmp_path / "run"
    for name in ("guide", "another"):
        Run(config, ("square", "zebra")).save(tmp_path / name)
    alone = replace(config, accumulate=1, images=config.batch_size, validations=0, standardised=False)
    guided = replace(alone, guide=str(tmp_path / "guide"))
    loop.fit(collection, guided, out, weights=None)
    for guide, known in (("", "guide"), (str(tmp_path / "another"), "guide")):
        with pytest.raises(TrainingError, match=rf"a run with another --guide \({known}\); choose another"):
            loop.fit(collection, replace(alone, guide=guide), out, weights=None)
    shutil.move(tmp_path / "guide", tmp_path / "moved" / "guide")
    known = Run.load(out)
    assert "zebra" in known.learnt
    assert "zebra" in read_start(out).classes
    moved = replace(alone, guide=str(tmp_path / "moved" / "guide"))
    assert loop.fit(collection, moved, out, weights=None).config == moved
    Run(alone, ("square",)).save(tmp_path / "plain")
    with pytest.raises(TrainingError, match=r"a run with another --guide \(none\); choose another"):
        resume(tmp_path / "plain", moved, ("square",), "", "guide")


@pytest.mark.parametrize(("before", "after"), [("fp32", "fp16"), ("fp16", "fp32")])
def test_a_run_goes_on_by_what_the_machine_is_told_now(
    config: Config, tmp_path: Path, before: str, after: str
) -> None:
    Run(replace(config, precision=before), ("square",)).save(tmp_path)
    run = resume(tmp_path, replace(config, precision=after, compile=True), ("square",), "")
    assert run is not None
    assert run.scaler.is_enabled() == (after == "fp16")
    assert run.network.config.compile


def test_a_run_that_moves_names_both_machines_once(config: Config, tmp_path: Path) -> None:
    run = Run(config, ("square",))
    here = run.machine
    run.machine = "a GPU elsewhere"
    run.save(tmp_path)
    for _ in range(2):
        again = resume(tmp_path, config, ("square",), "")
        assert again is not None
        assert again.machine == f"a GPU elsewhere + {here}"
        again.save(tmp_path)


def test_a_validation_that_cannot_be_read_ends_no_training(
    own_shapes: Path, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    for file in (own_shapes / "photo" / "octagon").iterdir():
        file.write_bytes(b"no picture")
    run = Run(config, ("square",))
    assert loop.validate(run, read_collection(own_shapes), torch.float32) == {}
    assert run.validation == []
    assert "Not validated: None of 6 pictures can be read." in caplog.text


def test_data_that_changed_meanwhile_are_told_and_refused_in_a_table(
    own_shapes: Path, config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = replace(config, accumulate=1, images=config.batch_size, validations=0, standardised=False)
    study, job = Study(own_shapes, tmp_path), Job("one", config)
    out = study.folder(job)
    loop.fit(read_collection(own_shapes), config, out, weights=None)
    assert "have changed since this training began" not in caplog.text
    shutil.copy(own_shapes / "photo/square/other_4.jpg", own_shapes / "photo/square/other_9.jpg")
    write_teacher(own_shapes, "square")
    loop.fit(read_collection(own_shapes), config, out, weights=None)
    assert "What is read for --teacher-loss has changed since this training began" in caplog.text
    assert "The pictures or the split have changed since this training began" in caplog.text
    with pytest.raises(TrainingError, match="holds a run that began on other data; remove that folder"):
        study.run(job)


def test_a_run_of_epochs_keeps_its_images_and_says_which_validation_classes_its_beginning_knew(
    own_shapes: Path, config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asked = replace(config, epochs=0.3, standardised=False)
    batches = Batches(read_collection(own_shapes), asked)
    run = Run(batches.config, batches.classes)
    run.step, run.history = run.config.steps, [{"classes": ["octagon", "kite"]}]
    run.save(tmp_path / "run")
    for photo in (own_shapes / "photo" / "square").iterdir():
        (own_shapes / "photo" / "hexagon" / f"more-{photo.name}").write_bytes(photo.read_bytes())
    collection = read_collection(own_shapes)
    assert Batches(collection, asked).config.images > batches.config.images
    caplog.set_level(logging.INFO, "training")
    gone_on = loop.fit(collection, asked, tmp_path / "run", weights=None)
    assert f"Goes on after step {run.step} of {run.step}." in caplog.text
    assert (gone_on.step, gone_on.config.images) == (run.step, batches.config.images)
    assert "In validation: 1 of 1 classes are known to what this begins from or imitates" in caplog.text
    with pytest.raises(TrainingError, match="a run of other settings"):
        loop.fit(collection, replace(asked, epochs=0.5), tmp_path / "run", weights=None)


def test_two_trainings_do_not_meet_in_a_folder_and_what_a_killed_one_left_goes(
    tmp_path: Path, broken_off: Callable[[Path], Path]
) -> None:
    broken_off(tmp_path / CHECKPOINT)
    (tmp_path / f"{CHECKPOINT}.new").touch()  # of an earlier version
    for _ in range(2):  # one after another may
        with alone_in(tmp_path):
            assert [file.name for file in tmp_path.iterdir()] == [LOCK]
            with (
                pytest.raises(TrainingError, match=f"Another training is at work .* {tmp_path / LOCK}:"),
                alone_in(tmp_path),
            ):
                pass


@pytest.mark.skipif(sys.platform == "win32", reason="there all file systems have locks")
def test_a_file_system_without_locks_is_trained_in_and_no_marker_keeps_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", missing)
    with alone_in(tmp_path), alone_in(tmp_path):
        assert caplog.text.count(f"Nothing keeps a second training out of {tmp_path}") == 2


def test_a_folder_called_from_within_has_the_name_it_has_from_without(
    small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Run(Config(**{**small_run, "dim": 4}), ["a"]).save(tmp_path / "mine")  # type: ignore[arg-type]
    monkeypatch.chdir(tmp_path / "mine")
    start = read_start(Path("."))
    assert (start.name, start.history[-1]["model_id"]) == ("mine", "mine")


def test_a_folder_called_through_a_link_has_the_name_of_the_link(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    Run(Config(**{**small_run, "dim": 4}), ["a"]).save(tmp_path / "mine")  # type: ignore[arg-type]
    (tmp_path / "link").symlink_to(tmp_path / "mine", target_is_directory=True)
    assert read_start(tmp_path / "link").name == "link"


@pytest.mark.parametrize("kept", ["", ".."])
def test_a_run_that_kept_no_name_of_what_it_began_from_goes_on(
    config: Config, tmp_path: Path, kept: str
) -> None:
    begun = replace(config, start=".", guide=".")
    run = Run(begun, ("square",))
    run.pretrained = run.guide = kept
    run.save(tmp_path / "begun")
    again = resume(tmp_path / "begun", begun, ("square",), "mine", "mine")
    assert again is not None
    assert again.pretrained == "mine"
    Run(config, ("square",)).save(tmp_path / "random")
    with pytest.raises(TrainingError, match=r"begun with other weights \(none\)"):
        resume(tmp_path / "random", replace(config, start="."), ("square",), "mine")
