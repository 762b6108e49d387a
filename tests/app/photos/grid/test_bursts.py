"""Photos of one moment in the window: one tile, with the others behind it."""

import os

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QToolButton

from app.photos.grid.delegate import TileDelegate
from app.photos.grid.tile_parts import GAP
from engine.library import Hit

from ...conftest import draw, no_longer_busy, shown
from ...waiting import answered

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def moment(make_window, photo_folder, draw_picture, qtbot, monkeypatch):
    """A window with four photos of one moment, one of which lies there twice, and these in order of time."""
    monkeypatch.setattr("engine.search.bursts.ALIKE", -1)  # the tiny model sees too little
    for number in range(4):
        exif = Image.Exif()
        exif[306] = f"2019:06:01 12:34:5{number}"
        picture = draw_picture("circle", (90, 20 * number, 0))
        picture.save(photo_folder / f"shot {number}.jpg", exif=exif.tobytes())
    (photo_folder / "z copy.jpg").write_bytes((photo_folder / "shot 1.jpg").read_bytes())
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 13)
    answered(window, qtbot)
    names = ("shot 0.jpg", "shot 1.jpg", "z copy.jpg", "shot 2.jpg", "shot 3.jpg")
    return window, [photo_folder / name for name in names]


def tile(window):
    """Return the tile of a moment."""
    model = window.grid.hits_model
    [index] = [model.index(row) for row in range(model.rowCount()) if model.hit(row).burst]
    return index


def test_a_moment_is_one_tile_by_its_first_photo_for_every_drawing(moment, qtbot):
    window, files = moment
    for other in (False, True):
        if other:
            draw(window, (0.1, 0.9), (0.9, 0.2))
            answered(window, qtbot)
        hit = window.grid.hits_model.hit(tile(window).row())
        assert ([*hit.files], hit.copies) == (files, ())


def test_its_number_opens_all_of_it_to_leaf_through(moment, qtbot):
    window, files = moment
    panel, grid = window.photos_panel, window.grid
    viewer, index = panel.viewer, tile(window)
    frame = grid.visualRect(index).adjusted(GAP, GAP, -GAP, -GAP)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=frame.bottomRight() - QPoint(14, 12))
    assert (panel.page, viewer.path) == (viewer, files[0])
    walked, places = [], []
    for key in ("Right", "Right", "End", "Left"):
        QTest.keyClick(viewer.picture, getattr(Qt.Key, f"Key_{key}"))
        walked.append(files.index(viewer.path))
        places.append(viewer.details.texts[0].partition(" \N{MIDDLE DOT} ")[2])
    assert walked == [1, 2, 4, 3]
    assert places == [f"{one + 1} of 5 of this moment" for one in walked]
    assert "The next photo (Right)" in [one.accessibleName() for one in viewer.findChildren(QToolButton)]
    QTest.keyClick(viewer.picture, Qt.Key.Key_Escape)
    assert grid.hits_model.path(grid.currentIndex()) == files[0]


def test_who_refuses_one_of_it_refuses_all_and_comes_back_to_the_grid(moment, qtbot):
    window, files = moment
    panel, model = window.photos_panel, window.grid.hits_model
    panel.look_at_copies(files[0])
    QTest.keyClick(panel.viewer.picture, Qt.Key.Key_Right)
    panel.viewer.commands.unlike.trigger()
    qtbot.waitUntil(lambda: model.rank(files[0]) == 12)
    assert [*model.hit(model.row_of(files[0])).files] == files
    assert shown(window) == 13


def test_what_goes_or_moves_of_it_is_followed_while_one_leafs_through_it(moment, photo_folder, qtbot):
    window, files = moment
    leafing = window.photos_panel.viewer.leafing
    window.photos_panel.look_at_copies(files[0])
    now = files[3].rename(photo_folder / "older" / "another name.jpg")
    os.remove(files[4])
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: leafing.files[:4] == (*files[:3], now))
    qtbot.waitUntil(lambda: [*window.grid.hits_model.hit(tile(window).row()).files] == [*files[:3], now])
    assert leafing.is_moment


def test_once_its_first_photo_is_gone_the_next_stands_for_it(moment, qtbot):
    window, files = moment
    os.remove(files[0])
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.grid.hits_model.row_of(files[1]) is not None)
    assert [*window.grid.hits_model.hit(tile(window).row()).files] == files[1:]
    assert shown(window) == 13


def test_the_menu_tells_copies_from_photos_of_the_moment(moment):
    window, files = moment
    window.grid.setCurrentIndex(tile(window))
    [submenu] = [entry.menu() for entry in window.grid.menu().actions() if entry.menu()]
    assert submenu.title() == "4 more photos of this moment"
    first, _, *named = submenu.actions()
    assert [entry.text() for entry in named] == [str(path) for path in files[1:]]
    first.trigger()
    viewer = window.photos_panel.viewer
    assert viewer.leafing.files == tuple(files)
    assert [entry.menu().title() for entry in viewer.menu().actions() if entry.menu()] == [submenu.title()]


def test_tip_and_voice_tell_of_both(model, tmp_path):
    copies, burst = (tmp_path / "copy.jpg",), tuple(tmp_path / f"{number}.jpg" for number in range(9))
    model.set_hits([Hit(tmp_path / "a.jpg", 0.9, copies, burst=burst), Hit(tmp_path / "b.jpg", 0.8, copies)])
    lines = model.data(model.index(0), Qt.ItemDataRole.ToolTipRole).splitlines()
    assert lines[2:4] == ["1 copy:", str(copies[0])]
    assert lines[4:] == ["9 more photos of this moment:", *map(str, burst[:6]), "…"]
    spoken = model.data(model.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "a.jpg, match 1, 1 copy, 9 more photos of this moment"


def test_the_number_says_what_a_press_on_it_shows(grid, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(
        "app.photos.grid.delegate.QToolTip.showText", lambda _, text, *more: said.append(text)
    )
    copies, option = (tmp_path / "copy.jpg",), QStyleOptionViewItem()
    grid.hits_model.set_hits(
        [Hit(tmp_path / "a.jpg", 0.9, burst=(tmp_path / "c.jpg",)), Hit(tmp_path / "b.jpg", 0.8, copies)]
    )
    option.rect = QRect(0, 0, 150, 150)
    at = option.rect.bottomRight() - QPoint(GAP + 12, GAP + 12)
    for row in (0, 1):
        event = QHelpEvent(QHelpEvent.Type.ToolTip, at, at)
        TileDelegate().helpEvent(event, grid, option, grid.hits_model.index(row))
    assert said == ["Look at this moment (C)", "Look at its copies (C)"]


def test_a_tile_is_painted_anew_once_its_moment_grows(model, tmp_path):
    first = Hit(tmp_path / "a.jpg", 0.9, burst=(tmp_path / "b.jpg",))
    model.set_hits([first])
    painted = []
    model.dataChanged.connect(lambda *_: painted.append(True))
    model.set_hits([first])
    assert not painted
    model.set_hits([Hit(tmp_path / "a.jpg", 0.9, burst=(*first.burst, tmp_path / "c.jpg"))])
    assert painted
