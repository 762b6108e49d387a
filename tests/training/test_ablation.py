import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training import ablation
from training.ablation import REPORT, ROWS, ablate
from training.config import Config, TrainingError
from training.data import read_collection
from training.train import CHECKPOINT

NAMES = ("recipe", "no-dat")


@pytest.fixture
def base(small_run: dict[str, object]) -> Config:
    return Config(**{**small_run, "images": 30})


def test_rows_are_run_once_and_the_table_names_those_that_are_left(
    shapes: Path, base: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = read_collection(shapes)
    ablate(collection, base, tmp_path, weights=None, names=("no-dat",))
    assert not (tmp_path / "no-dat" / CHECKPOINT).exists()
    report = json.loads((tmp_path / "no-dat" / REPORT).read_text("utf-8"))
    assert report["config"]["dat"] == 0
    assert report["unseen"]["sketch"]["mAP"] > 0
    ran = []
    real = ablation.fit
    monkeypatch.setattr(
        ablation, "fit", lambda c, config, *a, **k: ran.append(config) or real(c, config, *a, **k)
    )
    table = ablate(collection, base, tmp_path, weights=None, names=NAMES).read_text("utf-8")
    assert ran == [base]  # the other row stands
    assert table.count("\n|") == 3
    assert f"{report['unseen']['sketch']['mAP']:.1f}" in table
    assert "Not run yet" in table
    assert ROWS[1].title in table
    with (tmp_path / "ablation.csv").open(encoding="utf-8") as file:
        assert [row["run"] for row in csv.DictReader(file)] == ["the recipe", "without L_DAT"]


def test_rows_of_other_settings_are_not_mixed(shapes: Path, base: Config, tmp_path: Path) -> None:
    collection = read_collection(shapes)
    ablate(collection, base, tmp_path, weights=None, names=("recipe",))
    with pytest.raises(TrainingError, match=r"rows? of other settings \(--seed\)"):
        ablate(collection, replace(base, seed=7), tmp_path, weights=None)
    with pytest.raises(TrainingError, match="--rows has dog; it can be"):
        ablate(collection, base, tmp_path, weights=None, names=("dog",))


def test_each_row_differs_from_the_recipe_and_from_the_others() -> None:
    configs = [replace(Config(), **row.changes) for row in ROWS]
    assert configs[0] == Config()
    assert all(configs.count(config) == 1 for config in configs)
    assert len({row.name for row in ROWS}) == len(ROWS)
