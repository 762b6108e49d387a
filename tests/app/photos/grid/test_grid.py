from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QDrag, QGuiApplication, QMouseEvent, QPixmap
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from app.desktop import desktop
from app.photos.grid.sized_tiles import tile_side
from app.photos.grid.tile_parts import fit_into
from engine.elsewhere import Place, address
from engine.errors import EngineError
from engine.library import Hit

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.mark.parametrize("width", [140, 290, 500, 731, 1400, 3000])
def test_tiles_fill_the_width(width):
    side = tile_side(width)
    assert width - side * (width // side) < side
    assert side <= 190


def test_a_picture_lies_whole_in_its_tile():
    assert fit_into(QSizeF(200, 100), QRectF(10, 10, 100, 100)) == QRectF(10, 35, 100, 50)


def test_the_model_keeps_qts_rules_while_hits_come_and_go(grid, hits):
    tester = QAbstractItemModelTester(grid.hits_model, QAbstractItemModelTester.FailureReportingMode.Warning)
    for shown in (hits, hits[:3], [], hits[2:8], hits):
        grid.show_hits(shown, from_top=True)
        assert grid.hits_model.rowCount() == len(shown)
    assert tester.model() is grid.hits_model


def test_every_hit_names_its_file_and_its_rank(grid, hits):
    grid.show_hits(hits, from_top=True)
    first = grid.hits_model.index(0)
    assert first.data() == hits[0].path.name
    assert str(hits[0].path.parent) in first.data(Qt.ItemDataRole.ToolTipRole)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == f"{hits[0].path.name}, match 1"


def test_pictures_appear_and_a_moved_hit_keeps_its_own(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    model = grid.hits_model
    qtbot.waitUntil(lambda: isinstance(model.index(0).data(Qt.ItemDataRole.DecorationRole), QPixmap))
    picture = model.index(0).data(Qt.ItemDataRole.DecorationRole)
    grid.show_hits(list(reversed(hits)), from_top=False)
    again = model.index(len(hits) - 1).data(Qt.ItemDataRole.DecorationRole)
    assert again.cacheKey() == picture.cacheKey()


def test_the_tile_shows_the_photo_and_nothing_else(grid, draw_picture, tmp_path, qtbot):
    path = tmp_path / "red.png"
    Image.new("RGB", (300, 300), (200, 30, 30)).save(path)
    grid.show_hits([Hit(path, 0.5)], from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.get(path) is not None)
    area = grid.visualRect(grid.hits_model.index(0))
    shot = grid.viewport().grab().toImage()
    for down in (-50, 0, 50):
        assert shot.pixelColor(area.center() + QPoint(0, down)) == QColor(200, 30, 30)
    assert area.width() == area.height()


@pytest.mark.parametrize("size", [(300, 300), (300, 290), (300, 200)])
def test_tiles_are_round_whatever_shape_the_photo_has(grid, tmp_path, qtbot, size):
    path = tmp_path / "red.png"
    Image.new("RGB", size, (200, 30, 30)).save(path)
    grid.show_hits([Hit(path, 0.5)], from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.get(path) is not None)
    frame = grid.visualRect(grid.hits_model.index(0)).adjusted(6, 6, -6, -6)
    shot = grid.viewport().grab().toImage()
    for corner in (frame.topLeft(), frame.topRight(), frame.bottomLeft(), frame.bottomRight()):
        assert shot.pixelColor(corner).green() > 200
    assert shot.pixelColor(frame.left() + 4, frame.center().y()) == QColor(200, 30, 30)


def test_a_selected_photo_stays_selected_wherever_it_moves(grid, hits):
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    grid.show_hits([hits[5], hits[2], hits[0]], from_top=False)
    assert grid.currentIndex().row() == 1
    grid.show_hits([hits[5], hits[0]], from_top=False)
    assert not grid.currentIndex().isValid()


def test_only_photos_in_sight_are_decoded(grid, hits, qtbot):
    many = [Hit(Path(f"/nowhere/{number}.jpg"), 1 - number / 1000) for number in range(500)]
    grid.show_hits(many, from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.is_broken(many[0].path))
    assert not grid.thumbnails.is_broken(many[499].path)
    assert many[499].path not in grid.visible_photos()


def test_a_dragged_photo_is_a_file_for_other_programs(grid, hits):
    grid.show_hits(hits, from_top=True)
    data = grid.hits_model.mimeData([grid.hits_model.index(0)])
    assert [Path(url.toLocalFile()) for url in data.urls()] == [hits[0].path]
    assert grid.hits_model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_photo_can_be_copied_and_its_path_too(grid, hits, qtbot):
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(0))
    named = {action.text(): action for action in grid.actions()}
    named["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == str(hits[0].path)
    named["Copy"].trigger()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 96)


def test_the_menu_offers_what_can_be_done(grid, hits):
    assert [action.text() for action in grid.menu().actions()] == [
        "Look at it",
        "Like this",
        "Not this",
        "Trace",
        "Open",
        "Show in folder",
        "Copy",
        "Copy path",
    ]


def test_a_photo_that_is_gone_is_told_about(grid, hits, qtbot):
    grid.show_hits([Hit(Path("/nowhere/lost.jpg"), 0.5)], from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(0))
    with qtbot.waitSignal(grid.failed) as failed:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert failed.args == ["lost.jpg is not in its folder any more."]


def test_a_photo_is_shown_in_its_folder_by_each_systems_own_command():
    assert desktop.reveal_command(Path("/a b/c.jpg"), "darwin") == ["open", "-R", "/a b/c.jpg"]
    assert desktop.reveal_command(Path("/a b/c.jpg"), "win32") == 'explorer /select,"/a b/c.jpg"'
    assert desktop.reveal_command(Path("/a b/c.jpg"), "linux") is None
    with pytest.raises(EngineError, match="not in its folder"):
        desktop.show_in_folder(Path("/nowhere/lost.jpg"))


def test_a_drag_carries_the_chosen_photos_as_files(grid, hits, qtbot, monkeypatch):
    carried = []

    class Drag(QDrag):
        def exec(self, actions):
            carried.append(([url.toLocalFile() for url in self.mimeData().urls()], self.pixmap(), actions))

    monkeypatch.setattr("app.photos.carrying.QDrag", Drag)
    grid.show_hits(hits, from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.get(hits[0].path) is not None)
    flags = QItemSelectionModel.SelectionFlag
    for row in (2, 0):
        grid.selectionModel().select(grid.hits_model.index(row), flags.Select)
    start = grid.visualRect(grid.hits_model.index(0)).center()
    QTest.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for step in (10, 30):
        place = QPointF(start + QPoint(step, step))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            grid.viewport().mapToGlobal(place),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(grid.viewport(), event)
    ((files, picture, actions),) = carried
    assert files == [str(hits[0].path), str(hits[2].path)]
    assert max(picture.width(), picture.height()) == 72
    assert actions == Qt.DropAction.CopyAction


def test_what_cannot_be_read_is_said_within_the_smallest_tile(grid, qtbot):
    path = Path("/nowhere/a rather long name of a photo.jpg")
    font = grid.font()
    font.setPixelSize(20)
    grid.setFont(font)
    grid.set_tile_size(88)
    others = [Hit(Path(f"/nowhere/{number}.jpg"), 0.4) for number in range(9)]
    grid.show_hits([Hit(path, 0.5), *others], from_top=True)
    qtbot.waitUntil(lambda: grid.thumbnails.is_broken(path) and grid.place(0).width() < 100)
    area = grid.place(0)
    shot = grid.viewport().grab(area).toImage()
    middle = range(area.height() // 4, area.height() * 3 // 4)
    for column in (6, 7, 8, area.width() - 8, area.width() - 9):
        assert len({shot.pixel(column, row) for row in middle}) == 1


def test_photos_of_other_machines_are_dragged_as_well_and_other_programs_take_the_files(
    grid, hits, qtbot, monkeypatch
):
    far, near = address(Place("anna", "/home/anna/a.jpg", bytes(8))), hits[0].path
    carried = []

    class Drag(QDrag):
        def exec(self, actions):
            carried.append((tuple(grid.carried), [url.toLocalFile() for url in self.mimeData().urls()]))
            return actions

    monkeypatch.setattr("app.photos.carrying.QDrag", Drag)
    used = []
    grid.used.connect(used.append)
    grid.carry([far, near])
    grid.carry([far])
    assert carried == [((far, near), [str(near)]), ((far,), [])]
    assert used == [[near]]


def test_the_key_looks_at_the_first_photo_where_none_is_current_and_the_menu_at_none(grid, hits):
    looked = []
    grid.looked.connect(looked.append)
    grid.show_hits(hits, from_top=True)
    grid.setCurrentIndex(grid.hits_model.index(2))
    entry = grid.menu().actions()[0]
    grid.drop([hits[2].path])
    assert not grid.currentIndex().isValid()
    entry.trigger()
    assert looked == []
    grid._look.trigger()
    assert looked == [hits[0].path]
