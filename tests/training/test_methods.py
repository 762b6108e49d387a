from pathlib import Path

import numpy as np
import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.batches import Batches
from training.data.collection import PHOTO
from training.data.reading import read_collection
from training.data.teacher import TEACHER_FILE
from training.experiments import reproduce as reproduce_module
from training.experiments.job import Job
from training.experiments.reproduce import _has_budgets, _job, _preface, plan_of, reproduce
from training.experiments.runs import Study
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped
from training.fit.objective import objective
from training.methods import METHODS
from training.model import library

from .conftest import PER_CLASS, SHAPES, options

TINY: dict[str, object] = {
    "weights": "none",
    "dim": 16,
    "input_size": 64,
    "train_size": 64,
    "images": 24,
    "shuffle_batch": 12,
    "workers": 0,
    "validations": 0,
    "precision": "fp32",
    "device": "cpu",
}


def write_teacher(root: Path) -> None:
    """Let a teacher speak of all photos at random."""
    rng = np.random.default_rng(0)
    names = [
        f"photo/{label}/{'sketchy' if number < 4 else 'other'}_{number}.jpg"
        for label in SHAPES
        for number in range(PER_CLASS)
    ]
    index = np.stack([rng.permutation(1000)[:20] for _ in names])
    probability = rng.dirichlet(np.ones(20), len(names))
    np.savez(root / TEACHER_FILE, photo=names, index=index, probability=probability)


def log_softmax(logits: np.ndarray) -> np.ndarray:
    return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def test_sakes_losses_are_its_formulas(own_shapes: Path) -> None:
    write_teacher(own_shapes)
    config = Config(
        **METHODS["sake"].merge_settings({**TINY, "backbone": "mobilenet_v2", "batch_norm": "fold"})
    )
    batches = Batches(read_collection(own_shapes), config)
    run = Run(batches.config, batches.classes)
    batch = batches[0]
    wrapped = Wrapped(run.network, Ranks())
    parts, _ = objective(run, batch, torch.float32, None, wrapped)
    assert set(parts) == {"cls", "teacher"}
    with torch.no_grad():
        x = wrapped(run.network.normalise(batch.images), batch.domains).double().numpy()
    heads = {name: value.double().numpy() for name, value in run.heads.state_dict().items()}
    labels, photos = batch.labels.numpy(), np.flatnonzero(batch.domains.numpy() == PHOTO)
    assert 0 < len(photos) < len(labels)
    benchmark = log_softmax(x @ heads["classify.weight"].T + heads["classify.bias"])
    wanted = -benchmark[np.arange(len(labels)), labels].mean()
    assert parts["cls"].item() == pytest.approx(wanted, rel=1e-4)
    known = log_softmax(x @ heads["teach.weight"].T + heads["teach.bias"])
    taught = batch.teacher.double().numpy()
    np.testing.assert_allclose(taught[photos].sum(axis=1), 1, rtol=1e-5)
    preserved = -(taught * known).sum() / len(photos)
    assert parts["teacher"].item() == pytest.approx(preserved, rel=1e-4)
    assert not taught[batch.domains.numpy() != PHOTO].any()


@pytest.mark.slow
def test_sake_is_trained_and_measured_with_its_conditional_trunk(
    own_shapes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_teacher(own_shapes)
    run, data = tmp_path / "run", ["--data", str(own_shapes)]
    assert main(["fit", *data, "--out", str(run), "--method", "sake", *options(TINY)]) == 0
    kept = Run.load(run, device="cpu")
    assert (kept.config.backbone, kept.config.teacher_of, kept.step) == ("cse_resnet50", "photos", 2)
    capsys.readouterr()
    assert main(["evaluate", str(run), *data, "--measures", "sketch", "--anew"]) == 0
    assert capsys.readouterr().out.startswith("sketch")


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_methods_budget_gives_way_to_one_that_is_asked_for(name: str) -> None:
    method = METHODS[name]
    own = Config(**method.merge_settings({}))
    assert {one: getattr(own, one) for one in method.budget} == method.budget
    assert own.epochs > 0 or own.images > 1_000_000
    asked = Config(**method.merge_settings({"images": 50}))
    assert (asked.images, asked.epochs) == (50, 0)
    assert Config(**method.merge_settings({"epochs": 3.0})).epochs == 3


def test_a_row_says_which_file_of_the_data_it_lacks(shapes: Path, tmp_path: Path) -> None:
    needs = METHODS["sake"].needs
    job = Job("sake", Config(**{**TINY, "backbone": "mobilenet_v2"}), needs)  # type: ignore[arg-type]
    assert Study(shapes, tmp_path).obstacle(job) == f"{shapes} has no imagenet_teacher.npz"


def test_methods_without_weights_or_teacher_are_rows_that_say_what_lacks(
    shapes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "answers", lambda _: False)
    monkeypatch.setattr(library, "_state", lambda *_: (False, "https://nowhere"))
    settings = {**TINY, "weights": "library", "backbone": "inception_v3"}
    reproduce(shapes, tmp_path, Config(**settings), tables=["6"])  # type: ignore[arg-type]
    table = (tmp_path / "table-6.md").read_text("utf-8")
    rows = {
        name: next(line for line in table.splitlines() if name in line) for name in ("SAKE", "ZSE", "CLIP-AT")
    }
    assert "Each method has a network and a recipe of its own" in table
    assert f"54.7/69.2 | not run: Sketchy not found in {shapes}" in rows["SAKE"]
    assert rows["SAKE"].endswith(f"not run: {shapes} has no imagenet_teacher.npz |")
    assert "not run: timm's pretrained weights could not be fetched" in rows["ZSE"]
    assert "open_clip" in rows["CLIP-AT"].rpartition("not run: ")[2]


@pytest.mark.parametrize(
    ("asked", "images", "epochs"),
    [
        ([], 1_200_000, 0),
        (["--recipe", "ours"], 1_200_000, 0),
        (["--images", "90"], 90, 0),
        (["--epochs", "2"], Config().images, 2),
    ],
)
def test_a_row_has_its_own_budget_unless_one_is_asked_for(
    asked: list[str], images: int, epochs: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases: list[Config] = []
    budgets: list[bool] = []

    def noted(_: Path, out: Path, base: Config, *, budget: bool, **__: object) -> Path:
        bases.append(base)
        budgets.append(budget)
        return out

    monkeypatch.setattr(reproduce_module, "reproduce", noted)
    words = ["--data", str(tmp_path), "--out", str(tmp_path), "--tables", "6", "--train-size", "96"]
    assert main(["reproduce", *words, *asked]) == 0
    plan = plan_of("6", budget=budgets[0])
    line = next(line for line in plan.lines if line.title.startswith("ZSE"))
    config = _job(line, "split", bases[0]).config
    assert (config.images, config.epochs, config.train_size) == (images, epochs, 96)
    said = _preface(bases[0], bases[0], own=_has_budgets(plan))
    assert ("methods of other articles: their own" in said) == (not budgets[0])
