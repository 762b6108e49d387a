from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from training.data.reading import read_collection
from training.evaluation import split
from training.evaluation.heldout import HeldOut
from training.evaluation.paper_photos import empty_page, photograph
from training.evaluation.paper_scenes import CONDITIONS, MEASURED
from training.evaluation.split import evaluate

from ..conftest import Colours


@pytest.fixture
def sketch() -> Image.Image:
    page = Image.new("L", (128, 128), 255)
    ImageDraw.Draw(page).ellipse((20, 30, 100, 110), outline=0, width=3)
    return page


SOME = [*CONDITIONS][::6]


@pytest.mark.parametrize(
    "condition",
    [*SOME, *(pytest.param(one, marks=pytest.mark.slow) for one in CONDITIONS if one not in SOME)],
)
def test_a_photograph_depends_on_its_seed_alone(sketch: Image.Image, condition: str) -> None:
    one, again = (np.asarray(photograph(sketch, condition, 1)) for _ in range(2))
    assert np.array_equal(one, again)


@pytest.mark.slow
@pytest.mark.parametrize("condition", CONDITIONS)
def test_another_seed_gives_another_photograph(sketch: Image.Image, condition: str) -> None:
    one, other = (np.asarray(photograph(sketch, condition, seed)) for seed in (1, 2))
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_the_sketch_is_on_the_page_and_not_on_the_empty_one(sketch: Image.Image) -> None:
    drawn = np.asarray(photograph(sketch, "light", 3), np.int16)
    empty = np.asarray(empty_page("light", 3), np.int16)
    assert 0.002 < np.mean(drawn.min(axis=2) < empty.min(axis=2) - 60) < 0.1


def test_light_falls_off_as_far_as_it_says() -> None:
    tones = np.asarray(empty_page("steep light", 0).convert("L").resize((30, 40)))
    assert tones.max() == pytest.approx(224, abs=6)
    assert tones.min() == pytest.approx(112, abs=6)


@pytest.mark.slow
def test_paper_is_measured_when_it_is_asked_for_as_a_share_of_the_clean_sketches(shapes) -> None:
    held = HeldOut.of_split(Colours(), read_collection(shapes), classes="val")
    assert "paper" not in evaluate(held, measures=("sketch",))
    report = evaluate(held, measures=("paper",))
    assert set(report["paper"]) == set(MEASURED)
    assert set(report["paper"].values()) == {100.0}  # one class: whatever is asked, all is right


def test_where_nothing_is_found_there_is_no_share_of_it(
    monkeypatch: pytest.MonkeyPatch, shapes: Path
) -> None:
    monkeypatch.setattr(split, "_class_level", lambda *_: {"P@10": 0.0})
    held = HeldOut.of_split(Colours(), read_collection(shapes), classes="val")
    assert evaluate(held, measures=("paper",)) == {}
