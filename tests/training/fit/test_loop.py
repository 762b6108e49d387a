import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.export.onnx_file import export
from training.fit import loop as train
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.log import LOG
from training.fit.loop import fit
from training.model.trunks import LIBRARY, find_weights


@pytest.mark.slow
def test_a_run_learns_and_leaves_a_log_and_a_checkpoint(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 315, "dat": 0.0, "pair_loss": 0.0})
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    assert run.step == config.steps
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    losses = [float(row["value"]) for row in rows if row["name"] == "loss/ns"]
    assert losses[1] < 0.85 * losses[0]  # means of ten steps each; the last row is of one
    assert any(row["name"] == "val/sketch/mAP" for row in rows)
    assert len(run.validation) == 1


@pytest.mark.slow
def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(**small_run)
    collection = read_collection(shapes)
    whole = fit(collection, config, tmp_path / "whole", weights=None)
    steps, real = 0, train.take_step

    def stopping(*arguments: object) -> object:
        nonlocal steps
        steps += 1
        if steps == 4:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(train, "_SAVE_EVERY", 0.0)
    monkeypatch.setattr(train, "take_step", stopping)
    with pytest.raises(KeyboardInterrupt):
        fit(collection, config, tmp_path / "cut", weights=None)
    assert Run.load(tmp_path / "cut").step == 3
    monkeypatch.setattr(train, "take_step", real)
    resumed = fit(collection, config, tmp_path / "cut", weights=None)
    for mine, theirs in zip(whole.network.parameters(), resumed.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


def test_a_folder_with_a_run_of_other_settings_is_refused(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    collection, config = read_collection(shapes), Config(**{**small_run, "images": 20, "standardised": False})
    fit(collection, config, tmp_path, weights=None)
    with pytest.raises(TrainingError, match="other settings \\(--seed\\)"):
        fit(collection, replace(config, seed=5), tmp_path, weights=None)
    with pytest.raises(TrainingError, match="begun with other weights \\(none\\)"):
        fit(collection, config, tmp_path, weights=Path("other"))


def test_a_full_gpu_is_one_sentence_and_the_run_can_go_on(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise torch.cuda.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(train, "take_step", full)
    with pytest.raises(TrainingError, match="lower --batch-classes"):
        fit(read_collection(shapes), Config(**small_run), tmp_path, weights=None)


def test_averaged_weights_follow_the_current_ones(small_run: dict[str, object]) -> None:
    run = Run(Config(**small_run), ["a", "b"])
    run.step = 10_000
    before = run.averaged.towers[0].project.weight.clone()
    with torch.no_grad():
        run.network.towers[0].project.weight += 1
    train._average(run)
    moved = run.averaged.towers[0].project.weight - before
    torch.testing.assert_close(moved, torch.full_like(moved, 1 - run.config.averaging))


def test_frozen_layers_learn_nothing_and_the_rest_does(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 45, "frozen": "stem", "standardised": False})
    fresh = Run(config, read_collection(shapes).training_labels("train"))
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    pairs = zip(
        fresh.network.towers[0].trunk.named_parameters(),
        run.network.towers[0].trunk.parameters(),
        strict=True,
    )
    moved = {name: not torch.equal(before, after) for (name, before), after in pairs}
    stem = {name for name in moved if name.startswith("stem.")}
    assert stem
    assert not any(moved[name] for name in stem)
    assert all(moved[name] for name in moved.keys() - stem if name.endswith("weight"))


@pytest.mark.slow
def test_a_run_with_a_guide_comes_to_imitate_it(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    collection = read_collection(shapes)
    small_run["backbone"] = "mobilenet_v2"  # a tiny one has too little to imitate with
    alone = {**small_run, "ns": 0.0, "cls": 0.0, "dat": 0.0, "pair_loss": 0.0, "teacher_loss": 0.0}
    fit(collection, Config(**{**small_run, "images": 20}), tmp_path / "guide", weights=None)
    config = Config(**{**alone, "images": 315, "guide": str(tmp_path / "guide"), "seed": 2})
    fit(collection, config, tmp_path / "pupil", weights=None)
    with (tmp_path / "pupil" / LOG).open(encoding="utf-8") as file:
        values = [float(row["value"]) for row in csv.DictReader(file) if row["name"] == "loss/guide"]
    assert values[-1] < values[0] / 2
    wrong = Config(**{**small_run, "dim": 12, "guide": str(tmp_path / "guide")})
    with pytest.raises(TrainingError, match="set --dim to that"):
        fit(collection, wrong, tmp_path / "other", weights=None)


@pytest.mark.slow
def test_a_run_begins_to_tell_what_class_names_mean(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    alone = {
        **small_run,
        "ns": 0.0,
        "cls": 0.0,
        "dat": 0.0,
        "pair_loss": 0.0,
        "teacher_loss": 0.0,
        "name_loss": 1.0,
    }
    config = Config(**{**alone, "images": 710})
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    with (tmp_path / LOG).open(encoding="utf-8") as file:
        values = [float(row["value"]) for row in csv.DictReader(file) if row["name"] == "loss/name"]
    assert run.heads.names.any(dim=1).sum() > 1
    assert values[-1] < values[0]


def test_siamese_towers_are_trained_on_their_own_domain_and_not_exported(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 45, "towers": "siamese", "fusion": "pooled"})
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    assert run.validation[0]["sketch/mAP"] > 0
    first, second = (list(tower.parameters()) for tower in run.network.towers)
    assert not any(torch.equal(mine, theirs) for mine, theirs in zip(first, second, strict=True))
    with pytest.raises(TrainingError, match="treats sketches and photos alike"):
        export(run, tmp_path / "siamese.onnx", stored="fp32")


def test_the_centre_is_the_mean_embedding_of_both_domains(small_run: dict[str, object]) -> None:
    run = Run(Config(**small_run), ["a", "b"])
    east, north = torch.eye(run.config.dim)[:2]
    for step in range(400):
        run.step = step
        train._centre(run, torch.stack([east, east, north]), torch.tensor([1, 1, 0]))
    train._average(run)
    torch.testing.assert_close(run.averaged.centre, run.network.centre)
    torch.testing.assert_close(run.network.centre, (east + north) / 2, atol=1e-3, rtol=0)


def test_pretrained_weights_are_looked_for_beside_the_data(tmp_path: Path) -> None:
    data, config = tmp_path / "data", Config(backbone="mobilenet_v2")
    (tmp_path / "weights").mkdir()
    data.mkdir()
    with pytest.raises(TrainingError, match="was not found: give its folder with --weights"):
        find_weights(config, data)
    for given, missing in (("my.pth", "my.pth"), ("data", "data/mobilenet_v2_imagenet.safetensors")):
        with pytest.raises(
            TrainingError, match=f"There is no file {tmp_path / missing} of pretrained weights"
        ):
            find_weights(replace(config, weights=str(tmp_path / given)), data)
    file = tmp_path / "weights" / "mobilenet_v2_imagenet.safetensors"
    file.touch()
    assert find_weights(config, data) == file
    assert find_weights(replace(config, weights=str(file.parent)), tmp_path) == file
    assert find_weights(replace(config, weights=str(file.with_name("vgg16.safetensors"))), data) == file
    assert find_weights(replace(config, weights="none"), data) is None
    assert find_weights(Config(), data) == LIBRARY


def test_accumulated_batches_make_one_step_of_their_mean_gradient(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 120, "accumulate": 3})
    assert config.steps == 120 // (3 * config.batch_size)
    collection = read_collection(shapes)
    run = Run(config, collection.training_labels("train"))
    micro = [Batches(collection, config)[place] for place in range(3)]
    gradients = []
    for batches in (micro[:1], micro[1:2], micro[2:], micro):
        fresh = Run(config, run.classes)
        fresh.optimizer.step = lambda *_: None  # type: ignore[method-assign]
        wrapped = Wrapped(fresh.network, Ranks())
        train.take_step(fresh, batches, torch.float32, None, wrapped)
        gradients.append(fresh.heads.classify.weight.grad)
    torch.testing.assert_close(gradients[3], sum(gradients[:3]) / 3, atol=1e-5, rtol=1e-4)


def test_a_folder_with_a_run_on_other_classes_is_refused(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 20, "standardised": False})
    fit(read_collection(own_shapes), config, tmp_path / "run", weights=None)
    for side in ("photo", "sketch"):
        (own_shapes / side / "square").rename(own_shapes / side / "zebra")
    split = json.loads((own_shapes / "split.json").read_text("utf-8"))
    split["train"] = ["zebra" if label == "square" else label for label in split["train"]]
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    with pytest.raises(TrainingError, match="a run on other classes"):
        fit(read_collection(own_shapes), config, tmp_path / "run", weights=None)


def test_a_run_without_validations_is_saved_at_its_end(
    shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    config = Config(**{**small_run, "images": 30, "validations": 0, "standardised": False})
    run = fit(read_collection(shapes), config, tmp_path, weights=None)
    assert Run.load(tmp_path).step == run.step == run.config.steps


def test_pictures_that_cannot_be_read_are_one_sentence_from_a_worker_too(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path
) -> None:
    for file in (own_shapes / "photo").glob("*/*"):
        file.write_bytes(b"not an image")
    config = Config(**{**small_run, "workers": 1})
    with pytest.raises(TrainingError, match=r"^Too many pictures cannot be read, such as \w+\.$"):
        fit(read_collection(own_shapes), config, tmp_path / "run", weights=None)


def test_a_split_whose_validation_classes_are_not_there_is_trained_on(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    split = json.loads((own_shapes / "split.json").read_text("utf-8"))
    (own_shapes / "split.json").write_text(json.dumps({**split, "val": ["unicorn"]}), "utf-8")
    config = Config(**{**small_run, "images": 30, "standardised": False})
    run = fit(read_collection(own_shapes), config, tmp_path / "run", weights=None)
    assert run.step == run.config.steps
    assert "Not validated: The data hold no photos and sketches of the split's val classes." in caplog.text
