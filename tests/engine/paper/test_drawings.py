"""The drawings on one sheet told apart, and one drawing left as it is."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from engine.preprocess import drawings_on, is_clean

from .pages import agreement, house
from .test_cleaning import lit


def alone(turned: float = 0.0) -> Image.Image:
    """Return the house without its page."""
    return house().crop((100, 140, 321, 391)).rotate(turned, expand=True, fillcolor=255)


def dashed(*rings: tuple[int, int, int]) -> Image.Image:
    """Return rings of dashes, their middles and radius there."""
    page = Image.new("L", (600, 600), 255)
    for x, y, reach in rings:
        for start in range(0, 360, 45):
            box = (x - reach, y - reach, x + reach, y + reach)
            ImageDraw.Draw(page).arc(box, start, start + 22, fill=30, width=5)
    return page


def sheet(*places: tuple[int, int], size=(900, 700)) -> Image.Image:
    """Return a page with houses, their left and top edges there, each turned by 180 degrees more."""
    page = Image.new("L", size, 255)
    for number, place in enumerate(places):
        page.paste(alone(180 * number), place)
    return page


@pytest.mark.parametrize("photographed", [False, True])
def test_two_drawings_side_by_side_are_two(photographed):
    page = sheet((60, 200), (400, 240))
    left, right = drawings_on(lit(page) if photographed else page)
    assert agreement(left, alone()) > 0.95
    assert agreement(right, alone(180)) > 0.95
    assert agreement(left, alone(180)) < 0.9
    assert is_clean(left)


def test_drawings_come_as_a_page_is_read():
    places = [(40, 20), (350, 50), (660, 10), (50, 400), (360, 380), (650, 420)]
    found = drawings_on(sheet(*places))
    boxes = [ImageOps.invert(one).getbbox() for one in found]
    assert [(round(left, -1), round(top, -1)) for left, top, *_ in boxes] == [
        (x + 10, y + 10) for x, y in places
    ]


def test_light_lines_on_a_dark_board_are_told_apart_too():
    assert len(drawings_on(ImageOps.invert(sheet((60, 200), (400, 240))))) == 2


def drawn(*shapes) -> Image.Image:
    page = Image.new("L", (600, 600), 255)
    for name, place, more in shapes:
        getattr(ImageDraw.Draw(page), name)(place, **more)
    return page


LINE = {"outline": 30, "width": 5}
PEN = {"fill": 30, "width": 5}
ONE = {
    "a house": house(),
    "nothing": Image.new("L", (200, 200), 255),
    "eyes in a face": drawn(
        ("ellipse", (50, 50, 550, 550), LINE),
        ("ellipse", (150, 180, 250, 260), LINE),
        ("ellipse", (350, 180, 450, 260), LINE),
        ("arc", (170, 330, 430, 460), {"start": 10, "end": 170, "fill": 30, "width": 5}),
    ),
    "a sun above a house": drawn(
        ("rectangle", (60, 320, 400, 580), LINE),
        ("polygon", [(40, 320), (230, 180), (420, 320)], LINE),
        ("ellipse", (470, 20, 570, 120), LINE),
    ),
    "a broken line": drawn(
        *(("line", (40 + 110 * n, 300, 110 + 110 * n, 280 + 20 * n), PEN) for n in range(5))
    ),
    "two bare lines": drawn(("line", (100, 50, 120, 550), PEN), ("line", (400, 50, 380, 550), PEN)),
    "dots": drawn(
        *(("ellipse", (x, y, x + 30, y + 30), LINE) for x in range(40, 560, 130) for y in (90, 300, 480))
    ),
    "rings whose dashes lie about as far apart": dashed((150, 300, 120), (445, 300, 120)),
    "a shape close to another": drawn(
        ("rectangle", (40, 40, 280, 560), LINE), ("rectangle", (305, 40, 560, 560), LINE)
    ),
    "one within the other's corner": drawn(
        ("line", [(40, 40), (40, 560), (560, 560)], PEN), ("ellipse", (250, 60, 540, 350), LINE)
    ),
}


@pytest.mark.parametrize("name", ONE)
def test_what_belongs_together_is_one_drawing(name):
    assert drawings_on(ONE[name]) == []


def test_what_is_small_goes_with_the_drawing_that_it_is_nearest_to():
    page = sheet((60, 200), (560, 200))
    ImageDraw.Draw(page).ellipse((500, 300, 512, 312), fill=30)
    left, right = drawings_on(page)
    inked = [(np.asarray(one)[300:312, 500:512] < 128).any() for one in (left, right)]
    assert inked == [False, True]
    together = np.minimum(np.asarray(left), np.asarray(right))
    assert np.array_equal(together, np.asarray(page))
