from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.collection import Collection
from training.errors import TrainingError
from training.experiments import runs
from training.experiments.job import Job
from training.experiments.runs import Study
from training.fit.checkpoint import BEST, CHECKPOINT, Run

from ..conftest import options


def test_the_weights_of_a_row_are_kept_where_that_is_asked_for_and_read_by_other_verbs(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[Run]()

    def untrained(collection: Collection, config: Config, out: Path, **_: object) -> None:
        out.mkdir(parents=True, exist_ok=True)
        made.append(Run(config, collection.learned_labels(config)))
        made[-1].save(out)

    monkeypatch.setattr(runs, "fit", untrained)
    small = options({**small_run, "input_size": 32, "train_size": 32})
    for folder, words in (("without", []), ("with", ["--keep"])):
        command = ["ablate", "--data", str(shapes), "--out", str(tmp_path / folder), "--rows", "recipe"]
        assert main([*command, *words, *small]) == 0
    assert not [*(tmp_path / "without").glob("*/*.pt")]
    (file,) = (tmp_path / "with").glob("*/*.pt")
    assert file.name == BEST
    kept = Run.load(file.parent, which="best").averaged.state_dict()
    assert all(torch.equal(kept[name], one) for name, one in made[-1].averaged.state_dict().items())
    with pytest.raises(TrainingError, match="holds the best weights of a run alone: leave out --checkpoint"):
        Run.load(file.parent)
    with pytest.raises(TrainingError, match=f"holds no run: there is no {CHECKPOINT}"):
        Run.load(tmp_path / "without", which="best")


def test_of_two_studies_that_come_to_one_run_the_second_is_refused_until_the_first_has_measured_it(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = {**small_run, "input_size": 32, "train_size": 32}
    job = Job("one", Config(**small))  # type: ignore[arg-type]
    one, two, late = (Study(shapes, tmp_path, keep=True) for _ in range(3))
    trained, measured, alone_in = list[Path](), list[Run](), runs.alone_in

    def untrained(collection: Collection, config: Config, out: Path, **_: object) -> None:
        trained.append(out)
        run = Run(config, collection.learned_labels(config))
        run.drop_best(out)
        run.save(out)

    def meet(run: Run, *_: object) -> tuple[dict[str, object], None]:
        measured.append(run)
        if len(measured) == 1:
            with pytest.raises(TrainingError, match="Another training is at work"):
                two.run(job)
        return {}, None

    @contextmanager
    def behind(out: Path) -> Iterator[None]:
        monkeypatch.setattr(runs, "alone_in", alone_in)
        one.run(job)
        with alone_in(out):
            yield

    monkeypatch.setattr(runs, "fit", untrained)
    monkeypatch.setattr(runs, "measure", meet)
    monkeypatch.setattr(runs, "alone_in", behind)
    report = late.run(job)  # which found no report, and waits for the folder until the first has ended
    assert two.run(job) == report == one.report(job)
    (out,) = set(trained)
    assert len(trained) == 1
    assert (out / BEST).is_file()


def test_kept_weights_are_not_lost_to_a_training_on_other_data(
    own_shapes: Path,
    small_run: dict[str, object],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def untrained(collection: Collection, config: Config, out: Path, **_: object) -> None:
        out.mkdir(parents=True, exist_ok=True)
        run = Run(config, collection.learned_labels(config))
        run.drop_best(out)
        run.save(out)

    monkeypatch.setattr(runs, "fit", untrained)
    data, small = ["--data", str(own_shapes)], {**small_run, "input_size": 32, "train_size": 32}
    words = ["ablate", *data, "--out", str(tmp_path / "out"), "--rows", "recipe", *options(small)]
    assert main([*words, "--keep"]) == 0
    (file,) = (tmp_path / "out").glob(f"*/{BEST}")
    before = file.read_bytes()
    photo = next((own_shapes / "photo").glob("*/*"))
    photo.with_stem("another").write_bytes(photo.read_bytes())
    for command in (words, [*words, "--keep"]):
        caplog.clear()
        main(command)
        assert "began on other data; remove that folder" in caplog.text
        assert file.read_bytes() == before
    for single in ([], ["--single"]):
        assert main(["fit", *data, "--out", str(file.parent), *options(small), *single]) == 2
        assert "keeps the weights of a table's run; choose another --out." in capsys.readouterr().err
        assert file.read_bytes() == before
