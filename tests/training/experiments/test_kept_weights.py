from pathlib import Path

import pytest
import torch

from training.cli import main
from training.config import Config
from training.data.collection import Collection
from training.errors import TrainingError
from training.experiments import runs
from training.fit.checkpoint import BEST, CHECKPOINT, Run

from ..conftest import options


def test_the_weights_of_a_row_are_kept_where_that_is_asked_for_and_read_by_other_verbs(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = list[Run]()

    def untrained(collection: Collection, config: Config, out: Path, **_: object) -> None:
        out.mkdir(parents=True)
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
