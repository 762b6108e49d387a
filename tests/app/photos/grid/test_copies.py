"""Copies of a photo in the window: one tile, with the files behind it."""

import shutil

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QHoverEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QToolButton

from app.photos.grid.delegate import TileDelegate
from app.photos.grid.tile_parts import GAP
from app.photos.view.leafing import Leafing
from engine.library import Hit

from ...conftest import draw, no_longer_busy, shown
from ..conftest import select

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def copied(make_window, photo_folder, qtbot):
    """A window with a photo that lies there three times, its tile, and its files."""
    original = next(photo_folder.glob("*.png"))
    for number in (1, 2):
        shutil.copy(original, photo_folder / f"z copy {number}.png")
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    model = window.grid.hits_model
    [index] = [model.index(row) for row in range(12) if model.hit(row).copies]
    files = [model.path(index), *model.hit(index.row()).copies]
    assert {path.name for path in files} == {original.name, "z copy 1.png", "z copy 2.png"}
    return window, index, files


def test_copies_share_a_tile_whose_menu_names_them(copied):
    window, index, files = copied
    window.grid.setCurrentIndex(index)
    [submenu] = [entry.menu() for entry in window.grid.menu().actions() if entry.menu()]
    assert submenu.title() == "2 copies"
    first, _, *named = submenu.actions()
    assert [entry.text() for entry in named] == [str(path) for path in files[1:]]
    first.trigger()
    assert window.photos_panel.viewer.path == files[0]


def test_the_menu_opens_the_copies_that_it_names_whatever_better_photo_is_selected_too(grid, tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(4)]
    hits = [Hit(paths[0], 0.9, (paths[2],)), Hit(paths[1], 0.8, (paths[3],))]
    grid.show_hits(hits, from_top=True)
    select(grid, 0, 1)
    grid._current.go_to(grid.hits_model.index(1))
    [submenu] = [entry.menu() for entry in grid.menu().actions() if entry.menu()]
    wanted = []
    grid.commands.copies_wanted.connect(wanted.append)
    submenu.actions()[0].trigger()
    assert wanted == [paths[1]]


def test_the_number_of_copies_opens_them_to_leaf_through(copied, qtbot):
    window, index, files = copied
    panel, grid = window.photos_panel, window.grid
    viewer, liked = panel.viewer, []
    frame = grid.visualRect(index).adjusted(GAP, GAP, -GAP, -GAP)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=frame.bottomRight() - QPoint(14, 12))
    assert (panel.page, viewer.path) == (viewer, files[0])
    assert viewer.details.texts[0] == f"{files[0].name} \N{MIDDLE DOT} 1 of 3 copies"
    assert viewer.picture.accessibleName() == viewer.details.texts[0]
    assert "The next copy (Right)" in [one.accessibleName() for one in viewer.findChildren(QToolButton)]
    grid.liked.connect(liked.append)
    walked = []
    for key in ("Right", "Right", "Right", "Left", "Home", "End", "L"):
        QTest.keyClick(viewer.picture, getattr(Qt.Key, f"Key_{key}"))
        walked.append(files.index(viewer.path))
    assert walked == [1, 2, 2, 1, 0, 2, 2]
    assert liked == [[files[2]]]
    viewer.take_answer((), is_another=True)
    assert not viewer.is_elsewhere  # the photo is among the hits, if not this copy
    QTest.keyClick(viewer.picture, Qt.Key.Key_Escape)
    assert panel.page is grid
    assert grid.hits_model.path(grid.currentIndex()) == files[0]
    panel.look_at(files[0])
    assert "The next hit (Right)" in [one.toolTip() for one in viewer.findChildren(QToolButton)]


def test_a_key_opens_the_copies_of_a_hit_that_has_any(copied):
    window, index, files = copied
    panel, grid = window.photos_panel, window.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.hits_model.index((index.row() + 1) % 12))
    QTest.keyClick(grid, Qt.Key.Key_C)
    assert panel.page is grid
    panel.look_at(files[0])
    assert [entry.menu().title() for entry in panel.viewer.menu().actions() if entry.menu()] == ["2 copies"]
    QTest.keyClick(panel.viewer.picture, Qt.Key.Key_C)
    QTest.keyClick(panel.viewer.picture, Qt.Key.Key_Right)
    assert panel.viewer.path == files[1]
    panel.viewer.leafing.rename(files[2], files[2].with_name("renamed.png"))
    QTest.keyClick(panel.viewer.picture, Qt.Key.Key_Right)
    assert panel.viewer.path == files[2].with_name("renamed.png")


def test_the_key_opens_copies_under_the_pointer_from_the_paper_too(copied, qtbot):
    window, index, files = copied
    canvas, grid = window.canvas, window.grid
    canvas.setFocus()
    qtbot.waitUntil(canvas.hasFocus)
    place = QPointF(grid.visualRect(index).center())
    QApplication.sendEvent(grid.viewport(), QHoverEvent(QEvent.Type.HoverMove, place, place, place))
    QApplication.sendEvent(grid, QEnterEvent(place, place, place))
    QTest.keyClick(canvas, Qt.Key.Key_C)
    assert window.photos_panel.viewer.leafing.files == tuple(files)


def test_all_copies_are_followed_while_one_leafs_through_them(copied, photo_folder, qtbot):
    window, _, files = copied
    leafing = window.photos_panel.viewer.leafing
    window.photos_panel.look_at_copies(files[0])
    now = files[2].rename(photo_folder / "older" / "another name.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: leafing.files == (*files[:2], now))


def test_a_tip_names_copies_and_stops_at_some(model, tmp_path):
    copies = tuple(tmp_path / f"{number}.jpg" for number in range(9))
    model.set_hits([Hit(tmp_path / "a.jpg", 0.9, copies), Hit(tmp_path / "b.jpg", 0.8)])
    lines = model.data(model.index(0), Qt.ItemDataRole.ToolTipRole).splitlines()
    assert lines == ["a.jpg", str(tmp_path), "9 copies:", *map(str, copies[:6]), "…"]
    assert model.data(model.index(1), Qt.ItemDataRole.ToolTipRole).splitlines() == ["b.jpg", str(tmp_path)]
    spoken = [model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert spoken == ["a.jpg, match 1, 9 copies", "b.jpg, match 2"]


def test_only_a_tile_with_copies_bears_their_number(model, tmp_path):
    delegate = TileDelegate()
    pictures = []
    for copies in ((), (tmp_path / "b.jpg",), tuple(tmp_path / f"{n}.jpg" for n in range(30))):
        model.set_hits([Hit(tmp_path / "a.jpg", 0.9, copies)])
        picture = QImage(150, 159, QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        painter, option = QPainter(picture), QStyleOptionViewItem()
        option.rect = picture.rect()
        delegate.paint(painter, option, model.index(0))
        painter.end()
        pictures.append(picture)
    assert pictures[0] != pictures[1] != pictures[2]


def test_a_copy_that_is_deleted_is_leafed_through_no_more(model, tmp_path):
    files, leafing = [tmp_path / f"{number}.jpg" for number in range(3)], Leafing(model)
    leafing.begin(files[0], files)
    assert leafing.rename(files[1], files[0])  # which stands for it now
    assert (leafing.files, leafing.step(1)) == ((files[0], files[2]), files[2])
