"""How large the photos are: by slider, wheel and keys; what is in sight stays, and thumbnails are sharp."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.photos.grid.sized_tiles import LARGEST_TILE, SMALLEST_TILE, tile_side
from engine.library import Hit

MANY = [Hit(Path(f"/nowhere/{number:04}.jpg"), 0.5) for number in range(500)]
CTRL = Qt.KeyboardModifier.ControlModifier


def turn(grid, eighths: int, modifiers=CTRL) -> None:
    place = QPointF(60, 60)
    event = QWheelEvent(
        place,
        grid.viewport().mapToGlobal(place),
        QPoint(),
        QPoint(0, eighths),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


@pytest.mark.parametrize("least", [SMALLEST_TILE, 132, 200, LARGEST_TILE])
@pytest.mark.parametrize("width", [100, 270, 290, 500, 731, 1400, 3000])
def test_tiles_of_every_size_fill_the_width(width, least):
    side = tile_side(width, least)
    columns = max(width // side, 1)
    assert side <= width
    assert width - side * columns < side
    if columns > 2:
        assert side >= least
        assert width - side * columns < columns


def test_each_notch_of_the_wheel_with_ctrl_changes_the_columns_by_one_and_scrolls_nothing(grid):
    grid.show_hits(MANY, from_top=True)
    before, seen = grid.columns, []
    assert before == 3
    for eighths in (120, 120, 120, -120, -120, -120):
        turn(grid, eighths)
        seen.append(grid.columns)
    assert seen == [2, 1, 1, 2, 3, 4]
    assert grid.verticalScrollBar().value() == 0


def test_a_touchpad_adds_up_to_notches(grid):
    grid.show_hits(MANY, from_top=True)
    for _ in range(7):
        turn(grid, 15)
    assert grid.columns == 3
    turn(grid, 15)
    assert grid.columns == 2


def test_the_wheel_alone_scrolls(grid):
    grid.show_hits(MANY, from_top=True)
    grid.updateGeometries()
    turn(grid, -120, Qt.KeyboardModifier.NoModifier)
    assert grid.columns == 3
    assert grid.verticalScrollBar().value() > 0


def test_keys_make_photos_larger_and_smaller(grid, qtbot):
    grid.show_hits(MANY, from_top=True)
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Plus, CTRL)
    assert grid.columns == 2
    with qtbot.waitSignal(grid.tile_size_changed) as told:
        QTest.keyClick(grid, Qt.Key.Key_Minus, CTRL)
    assert grid.columns == 3
    assert told.args == [grid.tile_size]


def top_photo(grid) -> int:
    return grid.rows_in(grid.viewport().rect()).start


def test_the_photo_at_the_top_stays_in_sight_at_every_size_and_is_there_again_in_the_end(grid):
    grid.show_hits(MANY, from_top=True)
    grid.updateGeometries()
    grid.scrollTo(grid.hits_model.index(310), grid.ScrollHint.PositionAtTop)
    assert top_photo(grid) == 309
    first, seen = top_photo(grid), set()
    for size in [*range(132, 321, 7), *range(320, 88, -7), 132]:
        grid.set_tile_size(size)
        seen.add(grid.columns)
        assert first in grid.rows_in(grid.viewport().rect())
        assert top_photo(grid) <= first < top_photo(grid) + grid.columns
    assert len(seen) > 3
    assert top_photo(grid) == first


def test_the_photo_at_the_top_stays_when_the_view_changes_its_width(grid):
    grid.show_hits(MANY, from_top=True)
    grid.updateGeometries()
    grid.scrollTo(grid.hits_model.index(310), grid.ScrollHint.PositionAtTop)
    assert top_photo(grid) == 309
    first = top_photo(grid)
    for width in (700, 900, 300, 450, 500):
        grid.resize(width, 400)
        assert top_photo(grid) <= first < top_photo(grid) + grid.columns
    assert top_photo(grid) == first


def test_thumbnails_become_sharp_once_the_size_rests_and_not_before(grid, tmp_path, qtbot):
    path = tmp_path / "large.png"
    Image.new("RGB", (1200, 1200), "navy").save(path)
    grid.show_hits([Hit(path, 0.5)], from_top=True)
    grid.resize(700, 600)
    qtbot.waitUntil(lambda: grid.thumbnails.get(path) is not None)
    made, small = [], grid.thumbnails.get(path).width()
    assert small >= grid.side * grid.devicePixelRatioF()
    grid.thumbnails.ready.connect(lambda _: made.append(grid.thumbnails.get(path).width()))
    for size in range(140, 321, 5):
        grid.set_tile_size(size)
        grid.viewport().grab()  # what is painted is asked for
        assert grid.thumbnails.get(path).width() == small
    with qtbot.waitSignal(grid.rested):
        pass
    assert made == []
    qtbot.waitUntil(lambda: bool(made))
    assert made == [grid.sharp_side]
    assert grid.sharp_side >= grid.side * grid.devicePixelRatioF() > small
    grid.set_tile_size(140)
    with qtbot.waitSignal(grid.rested):
        pass
    grid.viewport().grab()
    with qtbot.assertNotEmitted(grid.thumbnails.ready, wait=100):  # the larger ones will do
        grid.thumbnails.get(path)


def test_thumbnails_are_made_for_dense_screens(grid, monkeypatch):
    usual = grid.sharp_side
    assert 190 <= usual < 190 + 64
    monkeypatch.setattr(type(grid), "devicePixelRatioF", lambda _: 2.0)
    assert 380 <= grid.sharp_side < 380 + 64


def test_a_photo_smaller_than_its_tile_is_made_once(grid, tmp_path, qtbot):
    path = tmp_path / "small.png"
    Image.new("RGB", (40, 40), "navy").save(path)
    grid.show_hits([Hit(path, 0.5)], from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.get(path) is not None)
    grid.thumbnails.set_side(800)
    with qtbot.assertNotEmitted(grid.thumbnails.ready, wait=100):
        assert grid.thumbnails.get(path) is not None
