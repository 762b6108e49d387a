"""Steps that cannot be computed: one sentence each, and no end of a table."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training import cli
from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.experiments import runs
from training.experiments.job import Job
from training.fit import loop
from training.fit.checkpoint import Run
from training.fit.distributed import Ranks, Wrapped, refuse_what_cannot_be
from training.fit.guards import computing


@pytest.fixture
def config(small_run: dict[str, object]) -> Config:
    return Config(**small_run | {"batch_contours": 0, "standardised": False})  # type: ignore[arg-type]


def test_pictures_too_small_for_a_trunk_are_one_sentence(
    shapes: Path, config: Config, tmp_path: Path
) -> None:
    small = replace(config, backbone="inception_v3", attention="none", fusion="pooled")
    with pytest.raises(TrainingError, match=r"A step at 64 pixels cannot be computed: .*[Kk]ernel size"):
        loop.fit(read_collection(shapes), small, tmp_path, weights=None)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            RuntimeError("sizes differ\n  in many lines"),
            "A step at 64 pixels cannot be computed: sizes differ",
        ),
        (AssertionError(), "A step at 64 pixels cannot be computed: AssertionError"),
        (torch.cuda.OutOfMemoryError("CUDA"), "The GPU has too little memory for this batch: lower .*"),
    ],
)
def test_what_pytorch_raises_in_a_step_is_one_sentence(error: Exception, said: str) -> None:
    with pytest.raises(TrainingError, match=rf"^{said}$"), computing(64):
        raise error


def test_what_pytorch_raises_ends_one_run_of_a_table_and_not_the_table(
    shapes: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fit(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA error: an illegal address\nCompile with ...")

    monkeypatch.setattr(runs, "fit", fit)
    study, job = runs.Study(shapes, tmp_path), Job("one", config)
    assert study.attempt(job) is None
    assert study.obstacle(job) == "CUDA error: an illegal address"


def test_too_little_memory_is_one_sentence_in_every_verb(
    shapes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for error in (torch.cuda.OutOfMemoryError("CUDA"), MemoryError()):

        def evaluate(_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr(cli, "_evaluate", evaluate)
        assert cli.main(["evaluate", "m.onnx", "--data", str(shapes)]) == 2
        assert capsys.readouterr().err == (
            "ffmln-train: there is too little memory, on the GPU if one computes\n"
        )


def test_a_batch_with_nothing_to_learn_from_is_a_step_all_the_same(shapes: Path, config: Config) -> None:
    alone = {"ns": 0.0, "cls": 0.0, "dat": 0.0, "pair_loss": 0.0, "teacher_loss": 0.0, "name_loss": 0.0}
    config = replace(config, **alone, patch_loss=1.0, input_size=32, train_size=32)
    batches = Batches(read_collection(shapes), config)
    run, batch = Run(config, batches.classes), batches[0]
    lonely = replace(batch, pairs=torch.full_like(batch.pairs, -1))
    sums = loop.take_step(run, [lonely], torch.float32, None, Wrapped(run.network, Ranks()))
    assert float(sums["total"]) == 0


def test_more_processes_than_gpus_are_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    for name, value in (("WORLD_SIZE", "4"), ("LOCAL_WORLD_SIZE", "2"), ("RANK", "2"), ("LOCAL_RANK", "0")):
        monkeypatch.setenv(name, value)
    with pytest.raises(TrainingError, match="There are 1 GPUs for 2 processes: lower --nproc-per-node"):
        refuse_what_cannot_be("auto", batch_norm="fold")
    refuse_what_cannot_be("cpu", batch_norm="fold")
    monkeypatch.setenv("LOCAL_RANK", "1")
    with pytest.raises(SystemExit, match="2"):
        refuse_what_cannot_be("auto", batch_norm="fold")
