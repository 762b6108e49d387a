"""Copies of a photo in the window: one tile, with the files behind it."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from app.photos.delegate import TileDelegate
from app.photos.model import COPIES_ROLE, HitsModel
from app.photos.thumbnails import Thumbnails
from engine.library import Hit

from ..conftest import draw, no_longer_busy, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def model(qtbot):
    thumbnails = Thumbnails(64)
    yield HitsModel(thumbnails)
    thumbnails.stop()


def test_copies_share_a_tile_that_names_them(make_window, photo_folder, qtbot):
    original = next(photo_folder.glob("*.png"))
    for number in (1, 2):
        shutil.copy(original, photo_folder / f"z copy {number}.png")
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12)
    model = window.grid.hits_model
    [index] = [model.index(row) for row in range(12) if model.data(model.index(row), COPIES_ROLE)]
    files = [model.path(index), *model.data(index, COPIES_ROLE)]
    assert {path.name for path in files} == {original.name, "z copy 1.png", "z copy 2.png"}
    window.grid.setCurrentIndex(index)
    [submenu] = [entry.menu() for entry in window.grid.menu().actions() if entry.menu()]
    assert submenu.title() == "2 copies"
    assert [entry.text() for entry in submenu.actions()] == [str(path) for path in files[1:]]


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
