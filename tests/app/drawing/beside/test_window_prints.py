"""Photos beside the drawing, in the whole window: dragged, dropped, liked, taken off, searched for."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.shelf.beside import prints_of
from engine.search.ordering import Order
from engine.search.query import Query

from ...conftest import (
    LEFT,
    PLAIN,
    Carried,
    Hand,
    at_rest,
    browsed,
    centre,
    names,
    no_longer_busy,
    noise_photo,
    prints,
    shown,
    strip_of,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def drag_out(widget: QWidget) -> None:
    """Press in the middle, and move far enough for a drag."""
    middle = widget.rect().center()
    QTest.mousePress(widget, LEFT, PLAIN, middle)
    for step in (4, 40):
        place = QPointF(middle + QPoint(step, 0))
        move = QMouseEvent(
            QEvent.Type.MouseMove, place, widget.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, PLAIN
        )
        QApplication.sendEvent(widget, move)


@pytest.fixture
def window(searched_window):
    return searched_window


@pytest.fixture
def photo(photo_folder):
    return photo_folder / "seagreen circle.png"


def test_a_hit_dragged_onto_the_paper_lies_there_as_what_it_is_like(window, qtbot):
    strip, hit = strip_of(window), window.grid.hits_model.hits[0].path
    assert not strip.isVisible()
    carried = Carried(window, hit, source=window.grid)
    assert carried.enter()
    assert strip.like.isVisible()
    assert strip.unlike.isVisible()
    assert not carried.move(centre(window, window.grid))  # back where it came from
    assert not carried.drop(centre(window, window.grid))
    assert len(prints(window)) == 0
    assert carried.drop(centre(window, window.canvas))
    assert [one.path for one in prints(window).like] == [hit]
    assert strip.isVisible()
    qtbot.waitUntil(lambda: not strip.like.tiles[0].print.shown.isNull())


def test_several_hits_dragged_into_the_other_corner_are_what_it_is_not_like(window):
    paths = [hit.path for hit in window.grid.hits_model.hits[:3]]
    carried = Carried(window, *paths, source=window.grid)
    carried.enter()
    assert carried.drop(centre(window, strip_of(window).unlike))
    assert [one.path for one in prints(window).unlike] == paths
    carried.enter()
    assert carried.drop(centre(window, strip_of(window).like))
    assert [one.path for one in prints(window).like] == paths
    assert prints(window).unlike == ()


def test_a_print_dragged_to_the_other_corner_turns_and_undo_turns_it_back(window, photo, monkeypatch):
    strip, to = strip_of(window), []

    class Drag(QDrag):
        """The screen's part: it brings what is carried to a place in the window."""

        def exec(self, actions):
            carried = Carried(window, source=strip)
            carried.data.setUrls(self.mimeData().urls())
            carried.drop(centre(window, to.pop(0)))

    monkeypatch.setattr("app.drawing.beside.strip.QDrag", Drag)
    window.grid.liked.emit([photo])
    for place, like in ((window.canvas, True), (strip.like, True), (strip.unlike, False), (strip.like, True)):
        to.append(place)
        drag_out((strip.like.tiles or strip.unlike.tiles)[0])
        assert to == []
        assert strip.carried is None
        assert names(prints(window).like if like else prints(window).unlike) == [photo.name]
        assert len(prints(window)) == 1
    window.canvas.undo()
    assert names(prints(window).unlike) == [photo.name]
    window.canvas.undo()
    assert names(prints(window).like) == [photo.name]
    window.canvas.undo()
    assert len(prints(window)) == 0


def test_liked_photos_are_searched_for_with_the_drawing_at_once(window, photo_folder, photo, qtbot):
    other = photo_folder / "royalblue square.tif"
    window.grid.liked.emit([photo])
    window.grid.unliked.emit([other])
    query = Query(window.canvas.document.strokes, (photo,), (other,))
    expected = window.session.library.search(query, 80, order=Order.RERANKED, group=True)
    qtbot.waitUntil(lambda: list(window.grid.hits_model.hits) == expected)
    assert window.photos_panel.head.button.accessibleName() == "Best first"  # in any case
    strokes = window.canvas.document.strokes
    plain = window.session.library.search(strokes, 80, order=Order.VARIED_RERANKED, group=True)
    assert [hit.path for hit in expected] != [hit.path for hit in plain]


def test_a_photo_alone_is_searched_for_and_what_it_is_not_like_alone_is_not(indexed_window, photo, qtbot):
    window = indexed_window
    window.grid.unliked.emit([photo])
    qtbot.waitUntil(lambda: window.seating.is_settled and len(browsed(window)) == 12)
    assert strip_of(window).isVisible()
    assert strip_of(window).slider.toolTip().startswith("Nothing is drawn, and nothing lies")
    window.grid.liked.emit([photo])
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert window.grid.hits_model.hits[0].path == photo
    assert not strip_of(window).slider.isEnabled()
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)
    assert not strip_of(window).isVisible()
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert names(prints(window).like) == [photo.name]


def test_a_photo_that_is_gone_still_shows_and_is_searched_by_its_vector(window, photo, qtbot):
    window.grid.liked.emit([photo])
    tile = strip_of(window).like.tiles[0]
    qtbot.waitUntil(lambda: not tile.print.shown.isNull())
    qtbot.waitUntil(lambda: at_rest(window))
    photo.unlink()
    window.canvas.undo()
    with qtbot.waitSignal(window.session.answered):
        window.canvas.redo()
    assert not strip_of(window).like.tiles[0].print.shown.isNull()
    assert window.notice.sentence == ""


def test_a_photo_that_cannot_be_read_is_told_and_the_window_goes_on(window, tmp_path, qtbot):
    window.grid.liked.emit([tmp_path / "gone.jpg"])
    qtbot.waitUntil(lambda: "gone.jpg cannot be used as a photo" in window.notice.sentence)
    tile = strip_of(window).like.tiles[0]
    qtbot.waitUntil(lambda: tile.print.is_broken)
    tile.setFocus()
    with qtbot.waitSignal(window.session.answered):
        QTest.keyClick(tile, Qt.Key.Key_Delete)
    assert len(prints(window)) == 0
    assert shown(window) == 12


def test_while_files_are_dragged_over_the_window_both_corners_show_where_to_drop(window, photo):
    strip, files = strip_of(window), Carried(window, photo)
    assert files.enter()
    assert strip.isVisible()
    assert strip.like.isVisible()
    assert strip.unlike.isVisible()
    assert not strip.slider.isVisible()
    files.leave()
    assert not strip.isVisible()
    folder = Carried(window, photo.parent)
    assert folder.enter()
    assert not strip.isVisible()


def test_what_was_read_while_a_stroke_is_drawn_waits_for_its_end(window, photo, tmp_path, qtbot, monkeypatch):
    hand, strip = Hand(window.canvas), strip_of(window)
    hand.press((0.3, 0.3))
    window.grid.liked.emit([photo])
    files = window.drawing_panel.print_files
    files.take([noise_photo(tmp_path / "a.jpg")])
    qtbot.waitUntil(lambda: not files._turns._readings)
    hand.move((0.6, 0.6))
    QApplication.processEvents()
    assert window.canvas.is_drawing
    assert len(prints(window)) == 0
    assert not strip.isVisible()
    paper = window.canvas.area()
    hand.move((0.7, 0.6))
    assert window.canvas.area() == paper
    hand.release((0.7, 0.6))
    qtbot.waitUntil(lambda: len(prints(window)) == 2)


def test_the_smallest_window_has_room_for_paper_and_photos(window, photo, qtbot):
    window.grid.liked.emit([photo])
    window.resize(800, 600)
    qtbot.waitUntil(lambda: window.width() == 800)
    assert window.height() == 600
    assert window.canvas.area().width() >= 220
    strip = strip_of(window)
    place = strip.mapTo(window, QPoint(0, strip.height()))
    assert place.y() <= window.status.mapTo(window, QPoint(0, 0)).y()
    assert no_longer_busy(window)


@pytest.mark.parametrize("key", [Qt.Key.Key_L, Qt.Key.Key_U])
def test_after_a_judgement_the_keyboard_stays_in_its_place_in_the_grid(window, key, qtbot):
    window.activateWindow()
    grid = window.grid
    grid.setFocus()
    qtbot.waitUntil(lambda: grid.hasFocus() and window.seating.is_settled)
    grid.setCurrentIndex(grid.hits_model.index(1))
    path = grid.hits_model.path(grid.currentIndex())
    QTest.keyClick(grid, key)
    qtbot.waitUntil(lambda: len(prints(window)) == 1 and window.seating.is_settled)
    model, current = grid.hits_model, grid.currentIndex()
    assert grid.hasFocus()
    place = model.row_of(path) if key == Qt.Key.Key_L else None  # a refused one is left at the end
    assert current.row() == (1 if place is None else place)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.currentIndex().row() == min(current.row() + 1, model.rowCount() - 1)


def test_a_photo_is_dragged_out_of_the_view_as_from_the_grid(searched_window, monkeypatch):
    window, viewer = searched_window, searched_window.photos_panel.viewer
    carried = []

    class Drag(QDrag):
        def exec(self, actions):
            carried.append((self.source(), self.mimeData().urls()))
            return Qt.DropAction.CopyAction

    monkeypatch.setattr("app.photos.carrying.QDrag", Drag)
    window.photos_panel.look_at(window.grid.hits_model.hits[0].path)
    picture, path = viewer.picture, viewer.path
    QTest.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    QTest.mouseMove(picture, QPoint(140, 60))
    assert carried == [(window.grid, [QUrl(path.as_uri())])]


def test_photos_beside_the_drawing_follow_a_rename(window, photo, qtbot):
    now, grid = photo.with_name("another name.png"), window.grid
    grid.unliked.emit([photo])
    qtbot.waitUntil(lambda: grid.hits_model.hit(11).path == photo and window.seating.is_settled)
    photo.rename(now)
    with qtbot.waitSignal(window.drawing_panel.renamed):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert [one.path for one in prints(window).unlike] == [now]
    tile = strip_of(window).unlike.tiles[0]
    assert tile.accessibleName() == "another name.png, not this"
    qtbot.waitUntil(lambda: now in set(window.live.found.query.unlike))
    qtbot.waitUntil(lambda: grid.hits_model.hit(11).path == now)
    grid.liked.emit([now])
    assert names(prints(window).like) == [now.name]
    assert len(prints(window)) == 1
    window.canvas.undo()
    assert names(prints(window).unlike) == [now.name]


def test_a_print_that_follows_to_one_that_lies_there_is_shown_once_and_no_step_does_nothing(window, photo):
    panel, redo = window.drawing_panel, window._actions.redo
    first, second, third = (photo.with_name(f"{number}.png") for number in range(3))
    for path in (first, second, third):
        window.grid.liked.emit([path])
    window.canvas.undo()
    panel.follow({first: second})
    assert names(prints(window).like) == ["1.png"]
    assert len(strip_of(window).like.tiles) == 1
    window.canvas.undo()
    assert len(prints(window)) == 0
    window.canvas.redo()
    assert redo.isEnabled()
    panel.follow({third: second})
    assert not redo.isEnabled()  # it would do nothing


def test_prints_that_become_one_are_no_change_of_the_drawing(window, photo, qtbot):
    panel, other, laid = window.drawing_panel, window.grid.hits_model.hits[0].path, []
    with qtbot.waitSignal(window.live.answered):
        window.grid.liked.emit([photo, other])
    qtbot.waitUntil(lambda: photo in set(window.live.found.query.like) and at_rest(window))
    stamp = window.seating.stamp
    window.notice.say("Something is said.")
    panel.renamed.connect(lambda: laid.append(names(prints(window).like)))
    panel.follow({photo: other})
    assert laid[-1] == [other.name]
    assert len(strip_of(window).like.tiles) == 1
    qtbot.waitUntil(lambda: window.live.found.query.like == (other,))
    assert (window.seating.stamp, window.notice.sentence) == (stamp, "Something is said.")
    window.canvas.clear()  # what comes to the shelf is the paper before
    kept = window.shelving.keeper.drawings[0].sketch
    assert len(prints_of(kept.metadata, window.shelving.keeper._pictures)) == 1
