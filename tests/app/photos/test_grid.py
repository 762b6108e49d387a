from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPixmap
from PySide6.QtTest import QAbstractItemModelTester

from app import desktop
from app.photos.delegate import fit_into
from app.photos.grid import PhotoGrid, tile_side
from app.photos.model import STRENGTH_ROLE, strengths
from engine.errors import EngineError
from engine.library import Hit

pytestmark = pytest.mark.usefixtures("clipboard")


@pytest.fixture
def results(qtbot):
    view = PhotoGrid()
    qtbot.addWidget(view)
    view.resize(500, 400)
    with qtbot.waitExposed(view):
        view.show()
    yield view
    view.thumbnails.stop()


@pytest.fixture
def hits(photo_folder):
    paths = sorted(path for path in photo_folder.rglob("*") if path.is_file())
    return [Hit(path, 0.9 - 0.05 * rank) for rank, path in enumerate(paths)]


def test_the_best_hit_has_a_full_bar_and_the_last_one_still_a_bar():
    assert strengths([0.9, 0.5, 0.1]) == pytest.approx([1.0, 0.54, 0.08])
    assert strengths([0.4, 0.4]) == [1.0, 1.0]
    assert strengths([]) == []


@pytest.mark.parametrize("width", [140, 290, 500, 731, 1400, 3000])
def test_tiles_fill_the_width(width):
    side = tile_side(width)
    assert width - side * (width // side) < side
    assert side <= 190


def test_a_picture_lies_whole_in_its_tile():
    assert fit_into(QSizeF(200, 100), QRectF(10, 10, 100, 100)) == QRectF(10, 35, 100, 50)


def test_the_model_keeps_qts_rules_while_hits_come_and_go(results, hits):
    tester = QAbstractItemModelTester(
        results.hits_model, QAbstractItemModelTester.FailureReportingMode.Warning
    )
    for shown in (hits, hits[:3], [], hits[2:8], hits):
        results.show_hits(shown, from_top=True)
        assert results.hits_model.rowCount() == len(shown)
    assert tester.model() is results.hits_model


def test_every_hit_names_its_file_and_carries_its_strength(results, hits):
    results.show_hits(hits, from_top=True)
    first = results.hits_model.index(0)
    assert first.data() == hits[0].path.name
    assert str(hits[0].path.parent) in first.data(Qt.ItemDataRole.ToolTipRole)
    assert first.data(Qt.ItemDataRole.AccessibleTextRole) == f"{hits[0].path.name}, match 1"
    assert first.data(STRENGTH_ROLE) == 1.0


def test_pictures_appear_and_a_moved_hit_keeps_its_own(results, hits, qtbot):
    results.show_hits(hits, from_top=True)
    model = results.hits_model
    qtbot.waitUntil(lambda: isinstance(model.index(0).data(Qt.ItemDataRole.DecorationRole), QPixmap))
    picture = model.index(0).data(Qt.ItemDataRole.DecorationRole)
    results.show_hits(list(reversed(hits)), from_top=False)
    again = model.index(len(hits) - 1).data(Qt.ItemDataRole.DecorationRole)
    assert again.cacheKey() == picture.cacheKey()


def test_the_tile_shows_the_photo_and_its_bar(results, draw_picture, tmp_path, qtbot):
    path = tmp_path / "red.png"
    Image.new("RGB", (300, 300), (200, 30, 30)).save(path)
    results.show_hits([Hit(path, 0.5)], from_top=True)
    qtbot.waitUntil(lambda: results.thumbnails.get(path) is not None)
    area = results.visualRect(results.hits_model.index(0))
    shot = results.viewport().grab().toImage()
    assert shot.pixelColor(area.center() - QPoint(0, 8)) == QColor(200, 30, 30)
    bar = shot.pixelColor(area.center().x(), area.bottom() - 8)
    assert bar.blue() > bar.red()


def test_a_selected_photo_stays_selected_wherever_it_moves(results, hits):
    results.show_hits(hits, from_top=True)
    results.setCurrentIndex(results.hits_model.index(2))
    results.show_hits([hits[5], hits[2], hits[0]], from_top=False)
    assert results.currentIndex().row() == 1
    results.show_hits([hits[5], hits[0]], from_top=False)
    assert not results.currentIndex().isValid()


def test_only_photos_in_sight_are_decoded(results, hits, qtbot):
    many = [Hit(Path(f"/nowhere/{number}.jpg"), 1 - number / 1000) for number in range(500)]
    results.show_hits(many, from_top=True)
    qtbot.waitUntil(lambda: results.thumbnails.is_broken(many[0].path))
    assert not results.thumbnails.is_broken(many[499].path)
    assert many[499].path not in results.visible_photos()


def test_a_dragged_photo_is_a_file_for_other_programs(results, hits):
    results.show_hits(hits, from_top=True)
    data = results.hits_model.mimeData([results.hits_model.index(0)])
    assert [Path(url.toLocalFile()) for url in data.urls()] == [hits[0].path]
    assert results.hits_model.supportedDragActions() == Qt.DropAction.CopyAction


def test_a_photo_can_be_copied_and_its_path_too(results, hits, qtbot):
    results.show_hits(hits, from_top=True)
    results.setCurrentIndex(results.hits_model.index(0))
    named = {action.text(): action for action in results.actions()}
    named["Copy path"].trigger()
    assert QGuiApplication.clipboard().text() == str(hits[0].path)
    named["Copy"].trigger()
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().width() == 96)


def test_the_menu_offers_what_can_be_done(results, hits):
    assert [action.text() for action in results.menu().actions()] == [
        "Open",
        "Show in folder",
        "Copy",
        "Copy path",
    ]


def test_a_photo_that_is_gone_is_told_about(results, hits, qtbot):
    results.show_hits([Hit(Path("/nowhere/lost.jpg"), 0.5)], from_top=True)
    results.setCurrentIndex(results.hits_model.index(0))
    with qtbot.waitSignal(results.failed) as failed:
        results.activated.emit(results.currentIndex())
    assert failed.args == ["lost.jpg is not in its folder any more."]


def test_a_photo_is_shown_in_its_folder_by_each_systems_own_command():
    assert desktop.reveal_command(Path("/a b/c.jpg"), "darwin") == ["open", "-R", "/a b/c.jpg"]
    assert desktop.reveal_command(Path("/a b/c.jpg"), "win32") == 'explorer /select,"/a b/c.jpg"'
    assert desktop.reveal_command(Path("/a b/c.jpg"), "linux") is None
    with pytest.raises(EngineError, match="not in its folder"):
        desktop.show_in_folder(Path("/nowhere/lost.jpg"))
