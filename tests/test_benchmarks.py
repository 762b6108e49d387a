"""What the measurements in benchmarks/ have in common."""

import importlib
import importlib.util
import os
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from engine.search.spread import Times
from training.errors import TrainingError

FOLDER = Path(__file__).resolve().parents[1] / "benchmarks"


@pytest.fixture
def one_line() -> ModuleType:
    spec = importlib.util.spec_from_file_location("one_line", FOLDER / "one_line.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "error", [TrainingError("There is no\ndata folder."), FileNotFoundError(2, "No file")]
)
def test_a_measurement_that_cannot_be_made_says_why_in_one_line(
    one_line: ModuleType, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    for main, status in ((fails, 2), (lambda: 1, 1), (lambda: None, 0)):
        with pytest.raises(SystemExit) as ended:
            one_line.exit_with(main)
        assert ended.value.code == status
    assert capsys.readouterr().err.count("\n") == 1


def test_each_measurement_on_data_ends_so() -> None:
    on_data = [file for file in FOLDER.glob("*.py") if "training.data.reading" in file.read_text("utf-8")]
    assert len(on_data) >= 5
    for file in on_data:
        assert file.read_text("utf-8").endswith("    exit_with(main)\n"), file.name


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let measurements be imported by their names, as they import each other."""
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("FFMLN_DATA_DIR", os.environ["FFMLN_DATA_DIR"])


@pytest.mark.usefixtures("beside")
def test_generated_photos_are_of_years_so_that_the_strip_of_time_is_there(tmp_path: Path) -> None:
    live = importlib.import_module("live")
    for _ in range(2):  # those that were there before, too
        live.generate_photos(tmp_path, 12)
        dates = np.array([file.stat().st_mtime for file in tmp_path.iterdir()], np.int64)
        assert (times := Times.of(dates)) is not None
        assert len(times.photos) > 60  # months
        for file in tmp_path.iterdir():
            os.utime(file)


@pytest.mark.usefixtures("beside")
def test_vectors_that_are_made_up_are_near_those_of_the_network(tiny_model: Path) -> None:
    noisy = importlib.import_module("noisy")
    encoder = noisy.NoisyEncoder(tiny_model, encoded=3)
    photos = [Image.new("RGB", (32, 32), (80 * place, 0, 255 - 50 * place)) for place in range(5)]
    rows = encoder.embed_photos(photos[:2]), encoder.embed_photos(photos), encoder.embed_photos(photos)
    assert [len(one) for one in rows] == [2, 5, 5]
    assert encoder.made == 4 + 5
    real = np.concatenate([rows[0], rows[1][:1]])
    assert (rows[2] @ real.T).max(axis=1).min() > 0.9
    assert np.allclose(np.linalg.norm(rows[2], axis=1), 1, atol=1e-5)
    assert np.array_equal(noisy.Encoder(tiny_model).embed_photos(photos[:2]), rows[0])


@pytest.mark.usefixtures("beside")
def test_what_paler_tiles_would_cost_is_told_of_right_and_wrong_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    strength, embedded = (
        importlib.import_module(name) for name in ("strength", "training.evaluation.embedding")
    )
    generator = np.random.default_rng(0)
    axes = np.eye(64, dtype=np.float32)
    vectors = np.repeat(axes[:6], 10, axis=0) * 0.6 + 0.1 * generator.normal(size=(60, 64)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    library = embedded.Embedded(vectors, np.repeat([f"kind {kind}" for kind in range(6)], 10))
    drawings = embedded.Embedded(axes[:6], np.array([f"kind {kind}" for kind in range(6)]))
    rows = list(strength.match(drawings, [""] * 6, library, axes[20:60], quick=True))
    assert all(len(row.above) == 40 and row.hits.sum() == 10 for row in rows)
    assert all((np.diff(row.above) <= 0).all() for row in rows)
    strength.tell_paler(rows, strength.limit_of(rows))
    right, wrong, own = (int(share) for share in re.findall(r"(\d+)%", capsys.readouterr().out))
    assert right <= 4 < wrong == own == 100
