"""One shelf in two windows: each shows what the other does, and nothing that was removed comes back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.drawing.ink.svg_strokes import SavedSketch
from app.shelf.following import follow_renames
from app.shelf.keeper import Keeper
from app.shelf.store import MOST, Shelf
from app.state.settings import Settings
from engine.sketches.drawing import Stroke
from engine.sketches.kept import SHELF

from ..conftest import draw
from ..waiting import let_go

LINE, CORNER = Stroke.through([(0.1, 0.1), (0.9, 0.4)]), Stroke.through([(0.1, 0.1), (0.9, 0.4), (0.2, 0.8)])
PHOTO, NOW = Path("/photos/a.jpg"), Path("/photos/b.jpg")


@pytest.fixture
def other(tmp_path) -> Shelf:
    """The shelf as another window has it."""
    return Shelf(tmp_path / SHELF)


@pytest.fixture
def keeper(canvas, tmp_path):
    keeper = Keeper(canvas, tmp_path)
    yield keeper
    keeper.end()


def test_what_another_window_keeps_or_removes_is_shown_soon(keeper, other, qtbot):
    keeper.load()
    for count in (1, 2):  # the first one makes the folder
        kept = other.put(SavedSketch((LINE,)), [])
        qtbot.waitUntil(lambda count=count: len(keeper.drawings) == count)
    other.remove(kept)
    qtbot.waitUntil(lambda: len(keeper.drawings) == 1)
    assert keeper.drawings[0].file.is_file()


@pytest.fixture
def stale(keeper, other):
    """A keeper that has not heard yet of what another window does with its only drawing."""
    other.put(SavedSketch((LINE,)), [PHOTO])
    keeper.load()
    keeper.missed_count = 0
    keeper.missed.connect(lambda: setattr(keeper, "missed_count", keeper.missed_count + 1))
    return keeper


def test_a_drawing_that_another_window_removed_is_not_laid_and_that_is_told(stale, other, canvas):
    (kept,) = stale.drawings
    other.clear()
    stale.take(kept)
    assert (canvas.is_blank, stale.drawings, stale.missed_count) == (True, [], 1)


def test_a_drawing_that_followed_its_photos_meanwhile_is_the_same(stale, other, canvas):
    (kept,) = stale.drawings
    follow_renames(other, {PHOTO: NOW})
    stale.take(kept)
    assert (len(canvas.document.strokes), stale.missed_count) == (1, 0)
    stale.remove(kept)
    assert other.load() == []


def test_what_another_window_removed_does_not_come_back_with_a_judgement(stale, other, canvas):
    canvas.change(lambda document: document.resume((LINE,)))
    other.clear()
    stale.note_refused([PHOTO])
    assert other.load() == stale.drawings == []


def test_a_photo_that_another_window_found_for_the_drawing_stays_with_it(stale, other, canvas):
    canvas.change(lambda document: document.resume((LINE,)))
    other.put(SavedSketch((LINE,)), [NOW], instead_of=other.load()[0])
    stale._put(canvas.document.snapshot, [PHOTO])
    let_go(other)
    let_go(stale._shelf)
    assert [one.photos for one in other.load()] == [(PHOTO, NOW)]


def test_a_photo_refused_leaves_every_state_of_the_drawing_and_one_found_comes_to_the_furthest(
    keeper, other, canvas
):
    further = other.put(SavedSketch((LINE, CORNER)), [PHOTO])
    other.put(SavedSketch((LINE,)), [NOW, PHOTO])  # as after an undo
    other.put(SavedSketch((CORNER,)), [PHOTO])
    keeper.load()
    canvas.change(lambda document: document.resume((LINE, CORNER)))
    keeper.note_refused([PHOTO])
    let_go(keeper._shelf)
    kept = [(len(one.sketch.strokes), one.photos) for one in other.load()]
    assert kept == [(1, (NOW,)), (2, ()), (1, (PHOTO,))]
    assert not further.file.exists()
    keeper._put(canvas.document.snapshot, [NOW])
    let_go(keeper._shelf)
    kept = [(len(one.sketch.strokes), one.photos) for one in other.load()]
    assert kept == [(2, (NOW,)), (1, (NOW,)), (1, (PHOTO,))]


def test_the_oldest_drawing_of_a_full_shelf_stays_when_it_is_taken(keeper, other, canvas, hand):
    for number in range(MOST):
        other.put(SavedSketch((CORNER, LINE)), [Path(f"/photos/{number}.jpg")])
    keeper.load()
    hand.draw((0.1, 0.9), (0.9, 0.9))
    oldest = keeper.drawings[-1]
    keeper.take(oldest)
    drawings = {one.file: one.photos for one in other.load()}
    assert (len(drawings), drawings[oldest.file]) == (MOST, (Path("/photos/0.jpg"),))


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_who_keeps_none_in_one_window_keeps_none_in_the_other(make_window, state_folder):
    window = make_window()
    Settings().save()
    draw(window, (0.2, 0.2), (0.8, 0.8), (0.2, 0.7))
    (state_folder / "settings.ini").write_text("[General]\nkeep_drawings=false\n")  # as another process does
    window.canvas.clear()
    assert window.shelving.keeper.drawings == []
    QApplication.sendEvent(window.drawing_panel, QEvent(QEvent.Type.WindowActivate))
    assert not window._actions.keep_drawings.isChecked()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_the_window_says_that_a_drawing_is_gone(make_window, state_folder, qtbot):
    other = Shelf(state_folder / SHELF)
    other.put(SavedSketch((CORNER,)), [])
    window = make_window()
    qtbot.waitUntil(lambda: window.shelving.bar.count() == 1)
    other.clear()
    window.shelving.bar.itemClicked.emit(window.shelving.bar.item(0))
    assert "not kept any more" in window.notice.sentence
    assert window.shelving.bar.count() == 0


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_delete_takes_no_other_drawing_than_the_one_that_was_current(make_window, state_folder, qtbot):
    other = Shelf(state_folder / SHELF)
    for _ in range(3):
        other.put(SavedSketch((CORNER,)), [PHOTO])
    bar = make_window().shelving.bar
    qtbot.waitUntil(lambda: bar.count() == 3)
    bar.setFocus()
    bar.setCurrentRow(1)
    follow_renames(other, {PHOTO: NOW})
    qtbot.waitUntil(lambda: "b.jpg" in bar.item(0).toolTip())
    assert bar.currentRow() == 1
    other.remove(other.load()[1])
    qtbot.waitUntil(lambda: bar.count() == 2)
    QTest.keyClick(bar, Qt.Key.Key_Delete)
    bar.clearFocus()
    bar.setFocus(Qt.FocusReason.ActiveWindowFocusReason)  # by which Qt makes the first one current
    QTest.keyClick(bar, Qt.Key.Key_Delete)
    assert len(other.load()) == 2
    bar.setCurrentRow(0)
    QTest.keyClick(bar, Qt.Key.Key_Delete)
    assert (len(other.load()), bar.currentRow()) == (1, 0)
