"""The window learns from what is found in it, and only if the person lets it."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from engine.search.query import Query
from engine.taught.lessons import FILE_NAME, Lessons

from ..conftest import browsed, draw, shown
from ..lessons import is_idle, lessons, zigzag
from ..waiting import answered

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def find(window, qtbot, seed, path=None):
    """Draw, and copy the photo that comes last, or this one; return it."""
    window.canvas.clear()
    draw(window, *zigzag(seed))
    qtbot.waitUntil(lambda: shown(window) == 12 and window.live.found.stamp == window.seating.stamp)
    grid = window.grid
    paths = [grid.hits_model.hit(row).path for row in range(12)]
    row = 11 if path is None else paths.index(path)
    grid.setFocus()
    grid.setCurrentIndex(grid.hits_model.index(row))
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_idle(window))
    return paths[row]


def rank(window, photo):
    drawing = window.canvas.document.query().drawing
    return [hit.path for hit in window.session.library.search(Query(drawing), 12)].index(photo)


def test_what_was_found_a_few_times_is_found_sooner_and_the_window_says_so(finds, qtbot, clipboard):
    photo = find(finds, qtbot, 0)
    before = rank(finds, photo)
    for seed in range(1, 6):
        find(finds, qtbot, seed, photo)
    assert rank(finds, photo) < before
    assert finds.teaching.learned.drawings == 6
    assert finds.status._learned.text() == "Learned from 6 of your drawings"
    assert finds.status._learned.isVisible()


def test_the_next_window_knows_it(finds, make_window, photo_folder, qtbot, clipboard):
    photo = find(finds, qtbot, 0)
    for seed in range(1, 6):
        find(finds, qtbot, seed, photo)
    finds.close()
    again = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: again.teaching.learned.drawings == 6)
    assert again.session.library.personal is not None


def test_a_drawing_that_goes_on_is_one_lesson(finds, qtbot, clipboard, state_folder):
    photo = find(finds, qtbot, 0)
    draw(finds, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: finds.live.found.stamp == finds.seating.stamp)
    grid = finds.grid
    grid.setCurrentIndex(grid.hits_model.index(0))
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_idle(finds))
    assert len(Lessons(state_folder)) == 1
    find(finds, qtbot, 7, photo)
    assert len(Lessons(state_folder)) == 2


def test_each_photo_that_a_drawing_finds_counts(finds, qtbot, state_folder, photos_in):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    for photo in (first, second, first):
        finds.teaching.note_found([photo])
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [2]
    finds.open_folder(photos_in(3))
    qtbot.waitUntil(lambda: shown(finds) == 3)
    finds.teaching.note_found([finds.grid.hits_model.hit(0).path])
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [3]


def test_what_was_found_counts_on_where_the_photo_is_renamed(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    finds.teaching.note_found([first])
    qtbot.waitUntil(lambda: is_idle(finds))
    first.rename(first.with_name("another name.png"))
    with qtbot.waitSignal(finds.session.indexed):
        QTest.keyClick(finds, Qt.Key.Key_F5)
    finds.teaching.note_found([second])
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [2]


def test_what_was_found_just_before_the_end_counts(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    finds.teaching._learn_soon()
    finds.teaching.note_found([finds.grid.hits_model.hit(3).path])
    finds.close()
    assert lessons(state_folder) == [1]


def test_what_was_found_while_something_is_learned_counts_though_learning_does_not_end(
    finds, qtbot, state_folder, monkeypatch
):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    learns, may = threading.Event(), threading.Event()
    monkeypatch.setattr(finds.session.library, "learn", lambda: learns.set() or may.wait(60))
    monkeypatch.setattr(
        "app.threads.ending.END_S", 10.0
    )  # for a busy machine: what is noted ends long before
    finds.teaching._learn_soon()
    assert learns.wait(60)
    finds.teaching.note_found([finds.grid.hits_model.hit(3).path])
    finds.teaching.stop()
    assert (lessons(state_folder), may.is_set()) == ([1], False)
    may.set()


@pytest.fixture
def taken(finds, qtbot):
    """A window with the older of two drawings taken from the shelf; what that found, and what the other."""
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photos = [finds.grid.hits_model.hit(row).path for row in (3, 5)]
    finds.grid.used.emit(photos[:1])
    finds.canvas.clear()
    draw(finds, *zigzag(1))
    answered(finds, qtbot)
    finds.grid.used.emit(photos[1:])
    finds.shelving.keeper.take(finds.shelving.keeper.drawings[1])
    draw(finds, (0.5, 0.1), (0.5, 0.9))
    answered(finds, qtbot)
    return finds, *photos


def test_a_drawing_of_the_shelf_is_no_lesson_any_more_of_what_it_is_not_like(taken, qtbot, state_folder):
    window, found, found_by_another = taken
    for photo, left in ((found_by_another, [1, 1]), (found, [1])):
        window.grid.unliked.emit([photo])
        qtbot.waitUntil(lambda: is_idle(window))
        assert lessons(state_folder) == left
    assert [one.photos for one in window.shelving.keeper.drawings] == [(), (found_by_another,)]


def test_a_drawing_of_the_shelf_that_finds_more_is_one_lesson(taken, qtbot, state_folder):
    window, _, found_by_another = taken
    window.grid.used.emit([found_by_another])
    qtbot.waitUntil(lambda: is_idle(window))
    assert lessons(state_folder) == [1, 2]


def test_what_photos_alone_found_teaches_nothing_about_the_drawing(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    finds.drawing_panel.print_files.lay([first], like=True)
    finds.canvas.change(lambda document: document.slide(1.0))
    finds.grid.used.emit([second])
    finds.grid.liked.emit([second])
    qtbot.waitUntil(lambda: is_idle(finds))
    assert not (state_folder / FILE_NAME).exists()
    assert finds.shelving.keeper.drawings == []


def test_a_photo_liked_first_teaches_though_the_balance_was_left_at_photos_alone(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    first, second = (finds.grid.hits_model.hit(row).path for row in (3, 5))
    document, files = finds.canvas.document, finds.drawing_panel.print_files
    files.lay([first], like=True)
    finds.canvas.change(lambda document: document.slide(1.0))
    finds.canvas.change(lambda document: document.lay(document.prints.without(document.prints.like[0])))
    finds.grid.liked.emit([second])
    assert document.query().is_by_photos()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == [1]
    assert finds.shelving.keeper.drawings[0].photos == (second,)


def test_what_waits_to_be_noted_is_forgotten_with_the_rest(finds, qtbot, state_folder):
    draw(finds, *zigzag(0))
    qtbot.waitUntil(lambda: shown(finds) == 12)
    photo, may = finds.grid.hits_model.hit(3).path, threading.Event()
    finds.teaching.note_found([photo])
    qtbot.waitUntil(lambda: is_idle(finds))
    finds.teaching._do(lambda: may.wait(60) and None)
    finds.teaching.note_found([photo])
    finds._actions.forget_learned.trigger()
    finds.findChild(QMessageBox).button(QMessageBox.StandardButton.Yes).click()
    may.set()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert lessons(state_folder) == []


def test_photos_found_without_a_drawing_teach_nothing(finds, qtbot, clipboard, state_folder):
    qtbot.waitUntil(lambda: len(browsed(finds)) == 12)
    finds.grid.setFocus()
    finds.grid.setCurrentIndex(finds.grid.hits_model.index(0))
    QTest.keyClick(finds.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: is_idle(finds))
    assert not (state_folder / FILE_NAME).exists()


def test_switched_off_nothing_is_kept_and_nothing_used(finds, qtbot, clipboard, state_folder):
    photo = find(finds, qtbot, 0)
    for seed in range(1, 6):
        find(finds, qtbot, seed, photo)
    finds._actions.learn.trigger()
    qtbot.waitUntil(lambda: is_idle(finds))
    assert not finds._actions.learn.isChecked()
    assert finds.session.library.personal is None
    assert not finds.status._learned.isVisible()
    find(finds, qtbot, 8, photo)
    assert len(Lessons(state_folder)) == 6
    finds._actions.learn.trigger()
    qtbot.waitUntil(lambda: finds.status._learned.isVisible())


def test_it_stays_switched_off(finds, make_window, qtbot):
    finds._actions.learn.trigger()
    finds.close()
    again = make_window()
    qtbot.waitUntil(lambda: is_idle(again))
    assert not again._actions.learn.isChecked()


def test_all_is_forgotten_after_a_question(finds, qtbot, clipboard, state_folder):
    photo = find(finds, qtbot, 0)
    for seed in range(1, 6):
        find(finds, qtbot, seed, photo)
    finds._actions.forget_learned.trigger()
    question = finds.findChild(QMessageBox)
    assert "Forget everything" in question.text()
    assert len(Lessons(state_folder)) == 6
    question.button(QMessageBox.StandardButton.Yes).click()
    qtbot.waitUntil(lambda: finds.session.library.personal is None)
    assert len(Lessons(state_folder)) == 0
    qtbot.waitUntil(lambda: not finds.status._learned.isVisible())


def test_who_keeps_no_drawings_teaches_nothing(finds, qtbot, clipboard, state_folder):
    finds._actions.keep_drawings.trigger()
    find(finds, qtbot, 0)
    assert not (state_folder / FILE_NAME).exists()


def test_lessons_that_cannot_be_read_are_told_once_and_searching_goes_on(
    make_window, photo_folder, qtbot, clipboard, state_folder
):
    (state_folder / FILE_NAME).write_bytes(b"something else " * 100)
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: FILE_NAME in window.notice.sentence)
    qtbot.waitUntil(lambda: is_idle(window) and len(browsed(window)) == 12)
    find(window, qtbot, 0)
    assert (state_folder / FILE_NAME).read_bytes() == b"something else " * 100


def test_what_fails_since_its_library_was_closed_is_not_told(finds, qtbot):
    teaching = finds.teaching
    qtbot.waitUntil(lambda: teaching._task is None)
    for of, told in ((object(), []), (finds.session.library, ["a real one"])):
        said = []
        teaching.failed.connect(said.append)
        teaching._of = of
        teaching._fail("a real one")
        assert said == told
