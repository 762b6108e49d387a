import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.cli import main
from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.errors import TrainingError
from training.experiments import ablation as module
from training.experiments import runs as study
from training.experiments.ablation import ROWS, ablate
from training.fit.checkpoint import CHECKPOINT
from training.fit.resuming import REPORT

from ..conftest import options

pytestmark = pytest.mark.slow

NAMES = ("recipe", "no-dat")


@pytest.fixture
def base(small_run: dict[str, object]) -> Config:
    return Config(**{**small_run, "images": 20, "frozen": "stem", "batch_sketch_only": 1})  # as of no row


def test_rows_are_run_once_and_the_table_names_those_that_are_left(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ablate(shapes, base, tmp_path, names=("no-dat",))
    (file,) = tmp_path.glob(f"no-dat-*/{REPORT}")
    assert not (file.parent / CHECKPOINT).exists()
    report = json.loads(file.read_text("utf-8"))
    assert report["config"]["dat"] == 0
    assert report["unseen"]["sketch"]["mAP"] > 0
    ran, real = [], study.fit
    monkeypatch.setattr(
        study, "fit", lambda c, config, *a, **k: ran.append(config) or real(c, config, *a, **k)
    )
    table = ablate(shapes, base, tmp_path, names=NAMES).read_text("utf-8")
    assert ran == [base]  # the other row stands
    assert table.count("\n|") == 3
    assert f"{report['unseen']['sketch']['mAP']:.1f}" in table
    assert "Not run yet" in table
    assert ROWS[1].title in table
    with (tmp_path / "ablation.csv").open(encoding="utf-8") as lines:
        assert [row["run"] for row in csv.DictReader(lines)] == ["the recipe", "without L_DAT"]


def test_rows_of_other_settings_are_not_mixed(shapes: Path, base: Config, tmp_path: Path) -> None:
    ablate(shapes, base, tmp_path, names=("recipe",))
    table = ablate(shapes, replace(base, seed=7), tmp_path, names=("recipe",)).read_text("utf-8")
    assert len(list(tmp_path.glob(f"recipe-*/{REPORT}"))) == 2
    assert table.count("\n|") == 2
    with pytest.raises(TrainingError, match="--rows has dog; it can be"):
        ablate(shapes, base, tmp_path, names=("dog",))


def test_a_row_gets_a_budget_of_its_own_and_takes_the_options_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bases: list[Config] = []

    def taken(_: Path, base: Config, out: Path, **__: object) -> Path:
        bases.append(base)
        (out / "ablation.md").touch()
        return out / "ablation.md"

    monkeypatch.setattr(module, "ablate", taken)
    command = ["ablate", "--data", str(tmp_path), "--out", str(tmp_path), "--size", "96"]
    assert main(command) == main([*command, "--images", "500", "--input-size", "128", "--dat", "2"]) == 0
    row = Config(images=20_000, validations=1, train_size=96, input_size=96)
    assert bases == [row, replace(row, images=500, input_size=128, dat=2.0)]
    (tmp_path / "said.json").write_text('{"input_size": 192, "train_size": 128}', "utf-8")
    assert (
        main([*command, "--config", str(tmp_path / "said.json")])
        == main([*command[:-2], "--config", str(tmp_path / "said.json")])
        == 0
    )
    assert bases[2:] == [row, replace(row, input_size=192, train_size=128)]


def test_a_plain_shuffle_has_batches_as_large_as_the_recipes_on_these_data(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = list[Config]()
    monkeypatch.setattr(study.Study, "attempt", lambda _, job: ran.append(job.config))
    ablate(shapes, replace(base, batch_classes=9), tmp_path, names=("shuffle",))
    (config,) = ran
    assert config.batching == "shuffle"
    assert config.batch_size == Batches(read_collection(shapes), base).config.batch_size + 4  # four classes


def test_each_row_differs_from_the_recipe_and_from_the_others() -> None:
    configs = [replace(Config(), **row.changes) for row in ROWS]
    assert configs[0] == Config()
    assert all(configs.count(config) == 1 for config in configs)
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_rows_of_another_protocol_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["ablate", "--data", str(tmp_path), "--out", str(tmp_path), "--protocol", "sketchy_c100"]
    assert main(words) == 2
    said = "The rows of ablate are measured on the protocol split: leave out --protocol."
    assert capsys.readouterr().err == f"ffmln-train: {said}\n"


def test_a_row_that_cannot_be_run_says_why_and_the_others_go_on(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = study.fit

    def full(collection: object, config: Config, *rest: object, **more: object) -> object:
        if not config.dat:
            raise TrainingError("The GPU has too little memory.")
        return real(collection, config, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(study, "fit", full)
    table = ablate(shapes, base, tmp_path, names=("no-dat", "no-cls")).read_text("utf-8")
    assert "without L_DAT (The GPU has too little memory)" in table
    assert "| without L_cls |" in table


def test_stdout_has_the_table_alone_and_the_table_names_idle_losses(
    shapes: Path, small_run: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = options({**small_run, "images": 20, "frozen": "stem"})
    command = ["ablate", "--data", str(shapes), "--out", str(tmp_path), "--rows", "recipe", *settings]
    assert main(command) == 0
    said, table = capsys.readouterr(), (tmp_path / "ablation.md").read_text("utf-8")
    assert said.out == table
    assert "step 1: sketch/mAP" in said.err
    assert "Of all rows here: The distillation loss is idle" in table


def test_a_report_on_other_data_or_of_an_untrained_trunk_does_not_count(
    own_shapes: Path, base: Config, tmp_path: Path
) -> None:
    job = study.Job("one", base)
    study.Study(own_shapes, tmp_path).run(job)
    assert study.Study(own_shapes, tmp_path).report(job) is not None
    pretrained = replace(base, weights="")
    assert study.Study(own_shapes, tmp_path).report(study.Job("one", pretrained)) is None
    next((own_shapes / "photo" / "square").iterdir()).unlink()
    assert study.Study(own_shapes, tmp_path).report(job) is None


def test_tables_are_not_made_by_several_processes(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(TrainingError, match="one process"):
        ablate(shapes, base, tmp_path)


def test_where_no_row_can_be_run_one_sentence_says_why_and_nothing_is_written(
    base: Config, tmp_path: Path
) -> None:
    with pytest.raises(TrainingError, match=r"No row can be run: .* needs photos"):
        ablate(tmp_path, base, tmp_path / "out")
    assert not (tmp_path / "out" / "ablation.md").exists()
