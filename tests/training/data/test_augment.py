"""What training makes of pictures is what search makes of them."""

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.preprocess import clean_sketch, is_clean, render_strokes
from engine.sketches.drawing import Stroke
from training.data.augment import contour_view, dark_on_light, photo_view, sketch_view
from training.evaluation.paper_photos import photograph


def ring(mode: str, ground: object, ink: object) -> Image.Image:
    page = Image.new(mode, (64, 64), ground)  # type: ignore[arg-type]
    ImageDraw.Draw(page).ellipse((12, 12, 52, 52), outline=ink, width=2)  # type: ignore[arg-type]
    return page


ORDINARY = ring("L", 255, 0)


@pytest.mark.parametrize(
    "page",
    [
        ring("L", 0, 255),
        ring("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)),
        ring("RGBA", (255, 255, 255, 0), (255, 255, 255, 255)),
        Image.fromarray(np.asarray(ORDINARY).astype(np.uint16) * 257),
    ],
    ids=["white on black", "transparent", "white on transparent", "16 bits"],
)
def test_a_sketch_is_seen_in_dark_ink_on_white_however_it_is_stored(page: Image.Image) -> None:
    for holes in (0, 1):
        views = [
            sketch_view(one, 32, flip=False, rng=random.Random(3), holes=holes) for one in (page, ORDINARY)
        ]
        assert np.array_equal(*map(np.asarray, views))


def test_a_filled_shape_that_leaves_little_of_its_clear_paper_is_no_negative() -> None:
    page = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    ImageDraw.Draw(page).ellipse((1, 1, 62, 62), fill="black")
    assert dark_on_light(page).getpixel((32, 32)) == 0


def test_a_shape_scribbled_full_is_not_taken_for_light_lines() -> None:
    strokes = [Stroke(np.array([[0.1, y], [0.9, y]], np.float32)) for y in np.linspace(0.1, 0.9, 90)]
    page = render_strokes(strokes)
    assert np.median(np.asarray(page)) < 128
    view = np.asarray(sketch_view(page, 64, flip=False, rng=random.Random(3), holes=0))
    assert view[32, 32] < 128 < view[0, 0]


@pytest.mark.parametrize(
    ("photo", "tone"),
    [
        (Image.new("RGBA", (8, 8), (0, 0, 0, 0)), 255),
        (Image.fromarray(np.full((8, 8), 128 * 257, np.uint16)), 128),
    ],
    ids=["transparent", "16 bits"],
)
def test_a_photo_is_seen_as_search_sees_it(photo: Image.Image, tone: int) -> None:
    plain = Image.new("RGB", (8, 8), (tone,) * 3)
    views = [photo_view(one, 8, flip=False, least=0.8, rng=random.Random(3)) for one in (photo, plain)]
    assert np.array_equal(*map(np.asarray, views))


@pytest.fixture(scope="module")
def on_paper() -> Image.Image:
    """The ring, drawn on a sheet and photographed under a lamp."""
    return photograph(ORDINARY, "light", 3)


@pytest.mark.slow
def test_a_photographed_sketch_is_cleaned_before_anything_else(on_paper: Image.Image) -> None:
    assert not is_clean(on_paper)
    clean = clean_sketch(on_paper)
    for seed in range(3):
        views = [sketch_view(one, 64, flip=False, rng=random.Random(seed)) for one in (on_paper, clean)]
        assert np.array_equal(*map(np.asarray, views))


def test_what_is_turned_and_thickened_is_not_taken_for_a_photograph(monkeypatch: pytest.MonkeyPatch) -> None:
    def cleaned(_: Image.Image) -> None:
        raise AssertionError("it is clean")

    hatched = Image.new("L", (128, 128), 255)
    for x in range(10, 118, 6):
        ImageDraw.Draw(hatched).line((x, 10, x, 118), fill=0, width=2)
    assert is_clean(hatched)
    photo = Image.new("RGB", (160, 160), "white")
    ImageDraw.Draw(photo).rectangle((40, 50, 120, 110), fill="darkred")
    monkeypatch.setattr("engine.paper.cleaning.clean_page", cleaned)
    for seed in range(8):
        sketch_view(hatched, 64, flip=False, rng=random.Random(seed), holes=0)
        assert contour_view(photo, 64, rng=random.Random(seed)) is not None


def test_a_sketch_that_is_not_square_is_photographed_in_its_own_form() -> None:
    page = Image.new("L", (200, 100), 255)
    ImageDraw.Draw(page).ellipse((60, 10, 140, 90), outline=0, width=4)
    lines = np.asarray(clean_sketch(photograph(page, "light", 3))) < 128
    rows, columns = np.flatnonzero(lines.any(axis=1)), np.flatnonzero(lines.any(axis=0))
    assert np.ptp(columns) == pytest.approx(np.ptp(rows), rel=0.15)


def test_a_transparent_sketch_is_photographed_as_one_on_paper() -> None:
    clear = ring("RGBA", (0, 0, 0, 0), (0, 0, 0, 255))
    seen = [np.asarray(photograph(one, "pen", 3)) for one in (clear, ORDINARY)]
    assert np.array_equal(*seen)
