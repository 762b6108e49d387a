"""CLIP with prompts and LayerNorm as published, on a tiny CLIP with random weights."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.batch import Batch
from training.data.batches import Batches
from training.data.collection import PHOTO, SKETCH
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit import loop
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.fine_grained import draw_orders
from training.fit.losses import sketch_photo_triplet
from training.fit.objective import objective
from training.fit.setting_out import begin
from training.methods import METHODS
from training.model.texts import text_vectors

from .conftest import options

needs_clip = pytest.mark.skipif(importlib.util.find_spec("open_clip") is None, reason="open_clip is an extra")
WIDTH = 24
TINY: dict[str, object] = {
    "backbone": "open_clip:tiny-texts",
    "weights": "none",
    "dim": WIDTH,
    "input_size": 64,
    "train_size": 64,
    "images": 24,
    "batch_classes": 3,
    "workers": 0,
    "validations": 0,
    "precision": "fp32",
    "device": "cpu",
}


@pytest.fixture
def tiny_clip(tmp_path: Path) -> None:
    import open_clip

    vision = {"image_size": 64, "layers": 4, "width": 32, "patch_size": 16, "head_width": 16}
    text = {"context_length": 10, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1}
    known = {"embed_dim": WIDTH, "vision_cfg": vision, "text_cfg": text}
    (tmp_path / "tiny-texts.json").write_text(json.dumps(known), "utf-8")
    open_clip.add_model_config(tmp_path / "tiny-texts.json")


def test_the_triplet_of_sketch_and_photos_is_the_mean_over_all_threes() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(12, 5))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels, domains = rng.integers(0, 3, 12), rng.integers(0, 2, 12)
    found = []
    for s in np.flatnonzero(domains == SKETCH):
        for p in np.flatnonzero((domains == PHOTO) & (labels == labels[s])):
            for n in np.flatnonzero((domains == PHOTO) & (labels != labels[s])):
                near, far = 1 - vectors[s] @ vectors[p], 1 - vectors[s] @ vectors[n]
                found.append(max(0.0, 0.2 + near - far))
    assert min(found) == 0 < max(found)
    loss = sketch_photo_triplet(
        torch.tensor(vectors), labels=torch.tensor(labels), domains=torch.tensor(domains), margin=0.2
    )
    assert loss.item() == pytest.approx(np.mean(found))
    alone = torch.zeros(12, dtype=torch.int64)
    assert (
        sketch_photo_triplet(torch.tensor(vectors), labels=alone, domains=torch.tensor(domains), margin=0.2)
        == 0
    )


@needs_clip
@pytest.mark.usefixtures("tiny_clip")
def test_prompts_and_norms_alone_learn_from_triplets_and_from_the_names(shapes: Path) -> None:
    config = Config(**METHODS["clip-at"].merge_settings(TINY))
    batches = Batches(read_collection(shapes), config)
    run = begin(batches.config, batches.classes, None)
    learning = {name for name, one in run.network.named_parameters() if one.requires_grad}
    assert "towers.0.trunk.prompts" in learning
    assert all("prompts" in name or ".ln_" in name for name in learning)
    assert run.network.towers[0].trunk.prompts.shape == (2, 3, 32)
    batch, wrapped = batches[0], Wrapped(run.network, Ranks())
    parts, unit = objective(run, batch, torch.float32, None, wrapped)
    assert set(parts) == {"cls", "dat"}
    texts = run.heads.texts
    lengths = texts.norm(dim=1)
    torch.testing.assert_close(lengths, torch.full_like(lengths, 1 / 0.07))  # CLIP's before it learns
    scores = unit.detach().numpy() @ texts.numpy().T
    own = scores[np.arange(len(scores)), batch.labels.numpy()]
    wanted = (np.log(np.exp(scores).sum(axis=1)) - own).mean()
    assert parts["cls"].item() == pytest.approx(0.5 * wanted, rel=1e-4)
    with torch.no_grad():
        other = wrapped(run.network.normalise(batch.images), 1 - batch.domains)
    assert not torch.allclose(torch.nn.functional.normalize(other, dim=1), unit, atol=1e-4)


@pytest.mark.slow
@needs_clip
@pytest.mark.usefixtures("tiny_clip")
def test_clip_as_published_goes_from_fit_to_evaluate(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, data = tmp_path / "run", ["--data", str(shapes)]
    settings = {**TINY, "validations": 1}
    assert main(["fit", *data, "--out", str(run), "--method", "clip-at", *options(settings)]) == 0
    kept = Run.load(run, device="cpu")
    assert kept.heads.texts.abs().max() > 0
    assert main(["fit", *data, "--out", str(run), "--method", "clip-at", *options(settings)]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(run), *data, "--measures", "sketch", "--anew"]) == 0
    assert capsys.readouterr().out.startswith("sketch")
    again = ["fit", *data, "--out", str(tmp_path / "on"), "--start", str(run), "--classifier", "text"]
    assert main([*again, "--images", "24", "--device", "cpu"]) == 2
    assert "--classifier text needs a library's weights" in capsys.readouterr().err
    assert main(["export", str(run), "--to", str(tmp_path)]) == 2
    assert "treats sketches and photos alike" in capsys.readouterr().err


def test_texts_need_a_network_for_texts(small_run: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match="needs a backbone of open_clip"):
        text_vectors("mobilenet_v2", None, ["a"])
    with pytest.raises(TrainingError, match="--projected false: embeddings then have --dim "):
        Run(Config(**{**small_run, "projected": False}), ["a", "b"])


def in_pieces(run: Run, batch: Batch) -> float:
    """The loss over pieces of sketches and photos, pair by pair."""

    def seen(place: int, order: torch.Tensor) -> torch.Tensor:
        image = run.network.normalise(batch.images[place : place + 1])
        quarters = [image[..., i : i + 32, j : j + 32] for i in (0, 32) for j in (0, 32)]
        one, two, three, four = (quarters[k] for k in order)
        made = torch.cat([torch.cat([one, two], dim=3), torch.cat([three, four], dim=3)], dim=2)
        with torch.no_grad():
            return torch.nn.functional.normalize(run.network(made, batch.domains[place, None]), dim=1)[0]

    sketches = [place for place, photo in enumerate(batch.pairs.tolist()) if photo >= 0]
    first, second = draw_orders(len(sketches), 4, f"{run.config.seed}/{run.step}/pieces")
    found = []
    for sketch, one, other in zip(sketches, first, second, strict=True):
        photo = int(batch.pairs[sketch])
        s, p, q = seen(sketch, one), seen(photo, one), seen(photo, other)
        found.append(max(0.0, float(run.config.margin + (1 - s @ p) - (1 - s @ q))))
    return sum(found) / len(found)


@needs_clip
@pytest.mark.usefixtures("tiny_clip")
def test_clip_for_single_photos_learns_from_all_its_losses(shapes: Path) -> None:
    settings = {**TINY, "batch_classes": 4}
    config = Config(**METHODS["clip-at-fine"].merge_settings(settings))
    batches = Batches(read_collection(shapes), config)
    run = begin(batches.config, batches.classes, None)
    batch, wrapped = batches[0], Wrapped(run.network, Ranks())
    assert (batch.pairs >= 0).sum() > 2
    parts, _ = objective(run, batch, torch.float32, None, wrapped)
    assert set(parts) == {"cls", "dat", "separation", "patches"}
    assert all(part.item() > 0 for part in parts.values())
    again, _ = objective(run, batch, torch.float32, None, wrapped)
    assert again["patches"].item() == parts["patches"].item()
    assert parts["patches"].item() == pytest.approx(in_pieces(run, batch), rel=1e-4)
    losses = loop.take_step(run, [batch], torch.float32, None, wrapped)
    assert losses["total"].item() == pytest.approx(sum(part.item() for part in parts.values()), rel=1e-4)
    alone = replace(batch, pairs=torch.full_like(batch.pairs, -1))
    parts, _ = objective(run, alone, torch.float32, None, wrapped)
    assert [parts[name].item() for name in ("dat", "separation", "patches")] == [0, 0, 0]
