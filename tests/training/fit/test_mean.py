"""The mean of two runs: its weights, and what it says of itself."""

import json
from pathlib import Path

import pytest
import torch

from training.config import Config
from training.errors import TrainingError
from training.fit.checkpoint import BEST, CHECKPOINT, Run
from training.fit.loop import CONFIG, write_settings
from training.fit.resuming import resume
from training.fit.soup import FOLDERS, SECOND, average, read_asked, refuse_single, trainings
from training.options import parser
from training.setting_options import settings_and_asked
from training.settings_file import read_settings


def test_a_mean_has_the_minutes_and_images_of_both_and_nobodys_validation(
    small_run: dict[str, object],
) -> None:
    runs = [Run(Config(**small_run | {"seed": seed}), ["a", "b"]) for seed in (1, 2)]  # type: ignore[arg-type]
    for run, minutes, step in zip(runs, (3.0, 4.5), (5, 2), strict=True):
        run.minutes, run.step, run.validation = minutes, step, [{"step": step}]
    sizes = [run.images for run in runs]
    weights = [run.averaged.towers[0].project.weight.clone() for run in runs]
    mean = average(runs)
    assert mean.minutes == 7.5
    assert mean.images == sum(sizes) == 7 * runs[1].config.step_size
    assert mean.validation == []
    assert [member["minutes"] for member in mean.members] == [3.0, 4.5]
    for network in (mean.network, mean.averaged):
        torch.testing.assert_close(network.towers[0].project.weight, (weights[0] + weights[1]) / 2)


def test_a_single_training_and_a_mean_that_is_begun_do_not_take_each_others_folder(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**small_run)  # type: ignore[arg-type]
    run = Run(config, ["a", "b"])
    run.save(tmp_path / FOLDERS[0])
    refuse_single(tmp_path)
    with pytest.raises(TrainingError, match="holds the first of two trainings"):
        resume(tmp_path, config, run.classes, "")
    run.save(tmp_path)
    with pytest.raises(TrainingError, match="holds a single training"):
        refuse_single(tmp_path)
    run.members = [run.description()]
    run.save(tmp_path)
    refuse_single(tmp_path)


def test_nothing_of_before_passes_for_the_best_of_a_mean_or_of_a_run_without_validations(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    run, best = Run(Config(**small_run), ["a", "b"]), tmp_path / BEST  # type: ignore[arg-type]
    run.step, run.validation = 2, [{"step": 1, "sketch/mAP": 9.0}, {"step": 2, "sketch/mAP": 8.0}]
    best.touch()
    run.save(tmp_path)
    assert best.exists()
    run.validation = []
    run.save(tmp_path)
    assert not best.exists()
    best.touch()
    run.members, run.validation = [run.description()], [{"step": 2, "sketch/mAP": 9.0}]
    run.save(tmp_path)
    assert not best.exists()


def test_what_is_asked_for_counts_in_the_second_training_too(tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps(Config(batch_contours=4).as_dict()), "utf-8")
    words = ["fit", "--data", str(tmp_path), "--out", str(tmp_path), "--config", str(file), "--dat", "6"]
    options = parser().parse_args(words)
    given, asked = settings_and_asked(options)
    first, second = trainings(Config(**given), asked)
    assert first.dat == second.dat == Config().dat != SECOND["dat"]
    assert first.batch_contours == second.batch_contours == 4
    assert (second.finish_share, second.head_start) == (1.0, 0)  # the file has them as they always are
    assert second.images < first.images


def test_what_a_mean_wrote_repeats_it_also_where_a_default_was_asked_for(tmp_path: Path) -> None:
    made = trainings(Config(batch_contours=3), {"batch_contours", "head_start", "dat"})
    file, members = tmp_path / CONFIG, [{"config": config.as_dict()} for config in made]
    file.write_text(json.dumps({"mean_of": members, "pretrained": ""}), "utf-8")
    options = parser().parse_args(["fit", "--data", "d", "--out", "o", "--config", str(file)])
    given, asked = settings_and_asked(options)
    assert trainings(Config(**given), asked) == made
    second = tmp_path / FOLDERS[1]
    second.mkdir()
    torch.save({"config": made[1].as_dict()}, second / CHECKPOINT)
    assert trainings(made[0], read_asked(tmp_path, {"finish_share"})) == made, "one that is begun decides"


def test_the_settings_of_a_mean_say_all_that_its_first_training_was(
    small_run: dict[str, object], tmp_path: Path
) -> None:
    settings = small_run | {"weights": "none", "guide": str(tmp_path), "precision": "tf32"}
    runs = [Run(Config(**settings | {"seed": seed}), ["a", "b"]) for seed in (1, 2)]  # type: ignore[arg-type]
    write_settings(average(runs), tmp_path, [run.config for run in runs])
    assert Config(**read_settings(tmp_path / CONFIG).given) == runs[0].config
    assert runs[0].config.guide not in str(runs[0].members)  # as a file to be given away has them
