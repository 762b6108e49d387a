"""A page of several drawings that is leafed through: it comes to the shelf once, and its parts do not."""

import pytest
from PIL import Image, ImageDraw

from app.drawing.paper.snapshot import Opened, Sheet
from app.drawing.saving import saved_sketch
from app.shelf.keeper import Keeper
from app.shelf.store import Shelf
from engine.sketches.kept import SHELF

from ..conftest import Hand


def drawn(*lefts: int) -> Image.Image:
    image = Image.new("L", (900, 300), 255)
    for left in lefts:
        ImageDraw.Draw(image).rectangle((left, 50, left + 200, 100 + left // 5), outline=0, width=6)
    return image


@pytest.fixture
def sheet() -> Sheet:
    return Sheet(drawn(40, 340, 640), [drawn(40), drawn(340), drawn(640)])


@pytest.fixture
def keeper(canvas, tmp_path, sheet):
    """A keeper, with the page on the paper."""
    keeper = Keeper(canvas, tmp_path)
    canvas.change(lambda document: document.place(Opened(picture=sheet.pictures[0])))
    yield keeper
    keeper.end()


def press(canvas, times: int) -> None:
    """Press the button of the line under the paper."""
    for _ in range(times):
        picture = canvas.document.picture
        next_one = canvas.document.snapshot.with_picture_alone(picture.sheet.after(picture))
        canvas.change(lambda document, next_one=next_one: document.change(next_one))


def kept(keeper, sheet) -> list[tuple[int, int]]:
    """Return which pictures of the page are on the shelf, with how many strokes."""
    pictures = [saved_sketch((), one, {}).picture for one in sheet.pictures]
    return [(pictures.index(one.sketch.picture), len(one.sketch.strokes)) for one in keeper.drawings]


@pytest.mark.parametrize("times", [1, 2, 4, 6])
def test_a_page_comes_to_the_shelf_once_as_soon_as_it_is_leafed_through(
    keeper, canvas, sheet, times, tmp_path
):
    press(canvas, times)
    after_a_kill = Shelf(tmp_path / SHELF).load()
    assert [one.sketch.picture for one in after_a_kill] == [saved_sketch((), sheet.pictures[0], {}).picture]
    canvas.clear()
    assert kept(keeper, sheet) == [(0, 0)]


def test_a_part_that_was_drawn_on_or_has_found_photos_comes_too(keeper, canvas, sheet, tmp_path):
    press(canvas, 1)
    keeper.note_found([tmp_path / "a.jpg"])
    press(canvas, 1)
    assert kept(keeper, sheet) == [(1, 0), (0, 0)]
    Hand(canvas).draw((0.2, 0.2), (0.8, 0.8))
    canvas.clear()
    assert kept(keeper, sheet) == [(2, 1), (1, 0), (0, 0)]


@pytest.mark.parametrize(("times", "pages"), [(0, []), (2, [(0, 0)]), (4, [(0, 0)])])
def test_a_page_that_was_leafed_through_is_on_the_shelf_at_the_end(keeper, canvas, sheet, times, pages):
    press(canvas, times)
    keeper.end()
    assert kept(keeper, sheet) == pages
