from pathlib import Path

import pytest

from training.config import Config
from training.errors import TrainingError
from training.experiments import runs
from training.experiments.ablation import ablate
from training.experiments.reproduce import reproduce


def test_nothing_is_trained_on_data_with_nothing_to_measure_on(
    own_shapes: Path, small_run: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_shapes / "split.json").unlink()  # six classes are too few to hold any out
    monkeypatch.setattr(runs, "fit", lambda *_, **__: pytest.fail("trained"))
    said = f"{own_shapes} has no val or unseen class with photos and sketches to measure on"
    base = Config(**small_run)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=f"No row can be run: {said}: name some in split.json"):
        ablate(own_shapes, base, tmp_path / "rows")
    reproduce(own_shapes, tmp_path / "tables", base, tables=["4"])
    assert f"not run: {said}" in (tmp_path / "tables" / "table-4.md").read_text("utf-8")
