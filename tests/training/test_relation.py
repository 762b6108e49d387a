"""ZSE-SBIR's judge of pairs: its formulas, what it learns from, and what it does to a ranking."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from training.cli import main
from training.config import Config
from training.data.batches import Batches
from training.data.collection import PHOTO, SKETCH
from training.data.protocols import PROTOCOLS
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import related as related_module
from training.evaluation.embedding import Embedded
from training.evaluation.related import Related
from training.experiments.job import Job
from training.experiments.runs import Study
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped, refuse_what_cannot_be
from training.fit.judge import JudgingEncoder
from training.fit.loop import take_step
from training.fit.relation_loss import relation_loss
from training.fit.schedule import set_rates
from training.methods import METHODS
from training.model.relation import CrossAttention, Relation

from .conftest import options, write_tuberlin

TINY: dict[str, object] = {
    "backbone": "timm:test_vit",
    "weights": "none",
    "dim": 64,
    "input_size": 64,
    "train_size": 32,
    "images": 36,
    "batch_classes": 3,
    "workers": 0,
    "validations": 0,
    "precision": "fp32",
    "device": "cpu",
}


def weights(module: torch.nn.Module) -> dict[str, np.ndarray]:
    return {name: one.detach().double().numpy() for name, one in module.state_dict().items()}


def softmax(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def normed(x: np.ndarray, w: dict[str, np.ndarray], name: str) -> np.ndarray:
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-6) * w[f"{name}.weight"] + w[f"{name}.bias"]


def linear(x: np.ndarray, w: dict[str, np.ndarray], name: str) -> np.ndarray:
    return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def crossed(x: np.ndarray, y: np.ndarray, w: dict[str, np.ndarray]) -> np.ndarray:
    """The formula of a layer for one pair, head by head."""
    query, key, value = linear(x, w, "query"), linear(y, w, "key"), linear(x, w, "value")
    size = x.shape[1] // 8
    heads = [slice(size * head, size * (head + 1)) for head in range(8)]
    parts = [softmax(query[:, h] @ key[:, h].T / np.sqrt(size)) @ value[:, h] for h in heads]
    hidden = normed(x + linear(np.concatenate(parts, axis=1), w, "out"), w, "norm1")
    return normed(hidden + linear(np.maximum(linear(hidden, w, "inner"), 0), w, "outer"), w, "norm2")


def part(w: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    return {key.removeprefix(name + "."): one for key, one in w.items() if key.startswith(name + ".")}


@pytest.fixture
def judge() -> Relation:
    torch.manual_seed(0)
    return Relation(16, 14).double().eval()


def test_the_judge_is_what_its_formulas_say(judge: Relation) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(197, 16)), rng.normal(size=(197, 16))
    pair = [torch.tensor(one)[None] for one in (x, y)]
    with torch.no_grad():
        whole, beside, relation = (one.numpy()[0] for one in judge(*pair))
    w = weights(judge)
    u, v = crossed(x, y, part(w, "of_sketch")), crossed(y, x, part(w, "of_photo"))
    np.testing.assert_allclose(whole, u[0], rtol=1e-6)
    np.testing.assert_allclose(beside, v[0], rtol=1e-6)
    coarse = []
    for tokens in (u, v):
        grid, kernel = tokens[1:].reshape(14, 14, 16), w["coarsen.weight"]
        cells = [grid[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] for i in range(7) for j in range(7)]
        made = np.stack([np.einsum("ijc,ocij->o", cell, kernel) for cell in cells]) + w["coarsen.bias"]
        coarse.append(made / np.linalg.norm(made, axis=1, keepdims=True))
    made = (coarse[0] @ coarse[1].T).ravel()
    assert made.shape == (49 * 49,)
    for layer in ("judge.0", "judge.3"):
        made = np.maximum(linear(made, w, layer), 0)
    assert len(made) == 49
    wanted = 1 / (1 + np.exp(-linear(made, w, "judge.6")[0]))
    assert relation == pytest.approx(wanted, rel=1e-5)


def test_a_width_that_eight_does_not_divide_has_one_head() -> None:
    assert CrossAttention(20).heads == 1
    assert CrossAttention(20)(torch.zeros(1, 5, 20), torch.zeros(1, 5, 20)).shape == (1, 5, 20)


def test_the_judge_learns_from_one_right_and_one_wrong_photo_of_each_sketch() -> None:
    tokens = torch.randn(5, 3, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    labels, domains = torch.tensor([0, 1, 0, 1, 2]), torch.tensor([SKETCH, SKETCH, PHOTO, PHOTO, SKETCH])

    def judged(sketches: Tensor, photos: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return sketches[:, 0], photos[:, 1], torch.sigmoid((sketches * photos).sum(dim=(1, 2)))

    loss = relation_loss(judged, tokens, labels=labels, domains=domains, seed="any")
    t = tokens.numpy()
    wanted, counted = 0.0, ((0, 2, 3), (1, 3, 2))  # the last sketch has no photo of its class
    for s, p, n in counted:
        near, far = np.linalg.norm(t[s, 0] - t[p, 1]), np.linalg.norm(t[s, 0] - t[n, 1])
        right, wrong = (1 / (1 + np.exp(-(t[s] * t[one]).sum())) for one in (p, n))
        wanted += 2 * max(0, 1 + near - far) + 4 * ((right - 0.99) ** 2 + (wrong - 0.01) ** 2) / 2
    assert loss.item() == pytest.approx(wanted / 2, rel=1e-5)
    assert relation_loss(judged, tokens[:2], labels=labels[:2], domains=domains[:2], seed="any") == 0


def test_what_the_judge_learns_tells_new_pairs_of_a_class_from_others() -> None:
    generator = torch.Generator().manual_seed(0)
    patterns = torch.randn(4, 5, 8, generator=generator)
    styles = torch.randn(2, 1, 8, generator=generator)
    labels = torch.arange(4).repeat_interleave(6)
    domains = torch.tensor([SKETCH, PHOTO]).repeat(12)

    def some() -> Tensor:
        noise = torch.randn(24, 5, 8, generator=generator)
        return patterns[labels] + 0.5 * styles[domains] + 0.5 * noise

    torch.manual_seed(0)
    judge = Relation(8, 2)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=2e-3)
    for step in range(60):
        optimizer.zero_grad()
        relation_loss(judge, some(), labels=labels, domains=domains, seed=str(step)).backward()
        optimizer.step()
    tokens, sketches, photos = some(), labels[domains == SKETCH], labels[domains == PHOTO]
    with torch.no_grad():
        found = torch.stack(
            [
                judge.eval()(tokens[place].expand(12, -1, -1), tokens[domains == PHOTO])[2]
                for place in torch.nonzero(domains == SKETCH).squeeze(1)
            ]
        )
    same = sketches[:, None] == photos[None]
    assert (found[same][:, None] > found[~same][None]).float().mean() > 0.9


class Picture:
    """A picture of one tone."""

    def __init__(self, tone: int) -> None:
        self.tone = tone

    def open(self) -> Image.Image:
        return Image.new("L", (8, 8), self.tone)


class Tones:
    """A judge to whom pictures relate by their tones."""

    def __init__(self) -> None:
        self.seen = 0

    def tokens(self, images: list[Image.Image], *, sketches: bool) -> np.ndarray:
        self.seen += len(images)
        return np.array([[[np.asarray(image).mean()]] for image in images], np.float16)

    def relate(self, sketch: np.ndarray, photos: np.ndarray) -> np.ndarray:
        return -np.abs(photos.astype(np.float32) - sketch)[:, 0, 0]


def test_the_first_matches_are_ordered_anew_and_the_rest_stays() -> None:
    photos = tuple(Picture(tone) for tone in range(0, 250, 5))
    nothing = np.zeros((50, 2), np.float32)
    gallery = Embedded(nothing, np.array(["a"] * 50), photos)
    queries = Embedded(nothing[:2], np.array(["a", "a"]), (Picture(100), Picture(0)))
    order = np.tile(np.arange(50)[::-1], (2, 1))
    judge = Tones()
    with Related(judge, 40) as related:
        related.reorder(order, queries, gallery)
        seen = judge.seen
        related.reorder(order, queries, gallery)
        assert related._kept is not None
        assert not related._kept.flags.writeable  # written through a map, a full disk kills the process
    assert list(order[0, :5]) == [20, 21, 19, 22, 18]
    assert list(order[1, :3]) == [10, 11, 12]  # those before it are not among the first 40
    assert list(order[0, 40:]) == list(range(9, -1, -1))
    assert judge.seen == seen + 2  # tokens of photos are made once


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_folder_for_temporary_files_is_one_sentence() -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        related_module._append(np.zeros((1, 2, 3), np.float16), Path("/dev/full"))
    assert caught.value.filename == "/dev/full"  # which the command line tells


@pytest.mark.slow
def test_a_run_with_dropout_goes_on_as_if_never_interrupted(shapes: Path, tmp_path: Path) -> None:
    config = Config(**METHODS["zse-sbir"].merge_settings(TINY))
    batches = Batches(read_collection(shapes), config)

    def step(run: Run) -> None:
        set_rates(run.optimizer, config, run.step)
        take_step(run, [batches[run.step]], torch.float32, None, Wrapped(run.network, Ranks()))
        run.step += 1

    run = Run(config, batches.classes)
    step(run)
    run.save(tmp_path)
    step(run)
    again = Run.load(tmp_path)
    step(again)
    for mine, theirs in zip(run.network.parameters(), again.network.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)


@pytest.mark.slow
def test_zse_sbir_goes_from_fit_to_evaluate(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, data = tmp_path / "run", ["--data", str(shapes)]
    assert main(["fit", *data, "--out", str(folder), "--method", "zse-sbir", *options(TINY)]) == 0
    run = Run.load(folder, device="cpu")
    assert run.network.relation is not None
    begun = Run(run.config, run.classes).network.relation
    assert begun is not None
    moved = zip(run.network.relation.parameters(), begun.parameters(), strict=True)
    assert all(not torch.equal(now, before) for now, before in moved)
    capsys.readouterr()
    measured = ["--measures", "sketch", "--anew", "--json"]
    assert main(["evaluate", str(folder), *data, *measured, "--relation", "3"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert set(report) == {"sketch", "related"}
    assert main(["export", str(folder), "--to", str(tmp_path), "--name", "one"]) == 0
    assert main(["evaluate", str(tmp_path / "one.onnx"), *data, "--relation", "3"]) == 2
    assert "--relation is for the folder of a run" in capsys.readouterr().err
    assert main(["fit", *data, "--out", str(tmp_path / "on"), "--start", str(folder), *options(on())]) == 0


@pytest.mark.slow
def test_the_judge_is_measured_by_published_protocols_and_in_the_papers_tables(
    shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    protocol, archive, folder = PROTOCOLS["tuberlin"], tmp_path / "archive", tmp_path / "run"
    write_tuberlin(archive, protocol.unseen_classes())
    settings = {**TINY, "images": 12}
    assert (
        main(["fit", "--data", str(shapes), "--out", str(folder), "--method", "zse-sbir", *options(settings)])
        == 0
    )
    capsys.readouterr()
    measured = ["--data", str(archive), "--protocol", "tuberlin", "--anew", "--json", "--relation", "4"]
    assert main(["evaluate", str(folder), *measured]) == 0
    assert "each photo once, by relation" in json.loads(capsys.readouterr().out)
    job = Job("zse", Config(**METHODS["zse-sbir"].merge_settings(settings)))
    assert "related" in Study(shapes, tmp_path).run(job)["unseen"]


def on() -> dict[str, object]:
    """Settings of a training that begins from what knows pairs, and does not judge them itself."""
    shorter = {name: TINY[name] for name in ("images", "train_size", "batch_classes", "workers", "device")}
    return {**shorter, "validations": 0, "weights": ""} | {"precision": "fp32"}


def test_a_judge_learns_in_one_process_and_from_one_network(
    small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(TrainingError, match="--relation-loss and --patch-loss are for one process"):
        refuse_what_cannot_be("cpu", batch_norm="fold", pairs=True)
    monkeypatch.delenv("WORLD_SIZE")
    changes = {"relation_loss": 1.0, "towers": "siamese"}
    with pytest.raises(TrainingError, match="--towers shared"):
        Run(Config(**{**small_run, **changes}), ["a", "b"])
    with pytest.raises(TrainingError, match="trained with --relation-loss"):
        JudgingEncoder(Run(Config(**small_run), ["a", "b"]).network)
    assert METHODS["zse-sbir"].settings["relation_loss"] == 1.0


def test_the_loss_asks_a_gpu_for_no_number() -> None:
    labels, domains = torch.tensor([0, 1, 0, 1]), torch.tensor([SKETCH, SKETCH, PHOTO, PHOTO])
    with torch.device("meta"):
        judge, tokens = Relation(8, 2), torch.randn(4, 5, 8)
    relation_loss(judge, tokens, labels=labels, domains=domains, seed="any").backward()
