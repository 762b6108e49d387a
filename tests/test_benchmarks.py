"""What the measurements in benchmarks/ have in common."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

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
