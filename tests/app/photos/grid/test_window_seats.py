"""Seats, order and endless lists in the real window, by pointer and keys."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.settings import Settings
from engine.search.ordering import Order

from ...conftest import Hand, at_rest, browsed, count, draw, hold_over, no_longer_busy, shown

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def window(indexed_photos, make_window, qtbot):
    """A window on a hundred photos, the pointer elsewhere."""
    window = make_window(folder=indexed_photos(100))
    qtbot.waitUntil(lambda: count(window) == 100 and len(browsed(window)) >= 80 and at_rest(window))
    QApplication.sendEvent(window.grid, QEvent(QEvent.Type.Leave))
    return window


def order(window) -> list:
    return [hit.path for hit in window.grid.hits_model.hits]


def best(window, in_order=Order.VARIED_RERANKED) -> list:
    strokes = window.canvas.document.strokes
    hits = window.session.library.search(strokes, 80, order=in_order, group=True)
    return [hit.path for hit in hits]


def test_photos_keep_their_seats_in_a_stroke_and_settle_into_the_ranking(window, qtbot):
    hand, kept = Hand(window.canvas), []
    before: list = []

    def compare(_) -> None:
        room, now = window.grid.seats_in_view(), order(window)
        if window.seating.is_moving and before:
            both = set(before[:room]) & set(now[:room])
            kept.extend(before.index(path) == now.index(path) for path in both)
        before[:] = now

    window.seating.adopted.connect(compare)
    window.seating._rest.setInterval(1_000_000)  # the pen never rests, however slow the answers are
    hand.press((0.2, 0.2))
    for x, y in ((0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.3), (0.5, 0.5), (0.1, 0.9)):
        hand.move((x, y))
        with qtbot.waitSignal(window.session.answered):
            pass
    assert kept
    assert all(kept)
    hand.release((0.1, 0.9))
    window.seating._rest.setInterval(1)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    assert order(window)[:80] == best(window)


def test_undo_brings_the_ranking_without_a_rest(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled)
    draw(window, (0.1, 0.9), (0.9, 0.9), (0.9, 0.1))
    qtbot.waitUntil(lambda: not window.seating.is_settled)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not window.seating.is_moving
    qtbot.waitUntil(lambda: window.seating.is_settled)
    assert order(window)[:80] == best(window)


def test_new_photos_move_nothing_while_nobody_touches_anything(window, draw_picture, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    before = order(window)
    folder = window.session.library.folder
    for number in range(30):
        draw_picture("square", (number * 8, 255 - number, 128)).save(folder / f"new {number}.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: count(window) == 130 and no_longer_busy(window))
    qtbot.waitUntil(lambda: [hit.path for hit in window.seating._latest.hits] == best(window))
    assert order(window)[: len(before)] == before
    window.seating.settle()
    assert order(window)[:80] == best(window)


@pytest.mark.parametrize("is_at", ["the top", "photos by the pointer", "photos further down"])
def test_photos_take_new_seats_for_what_is_left_out_unless_somebody_is_at_them(window, qtbot, is_at):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    bar, before, stamp = window.grid.verticalScrollBar(), order(window), window.seating.stamp
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    if is_at == "photos by the pointer":
        hold_over(window.grid)
    elif is_at == "photos further down":
        bar.setValue(bar.maximum() // 2)
    scrolled = bar.value()
    window.upkeep.ruled.emit()
    with qtbot.waitSignal(window.session.indexed):
        window.session.look_anew()
    qtbot.waitUntil(lambda: at_rest(window))
    assert (window.seating.stamp > stamp) == (is_at == "the top")
    assert (bar.value(), order(window)[: len(before)]) == (scrolled, before)


@pytest.mark.parametrize("paused", [False, True])
def test_what_is_left_out_moves_nothing_at_the_end_of_a_later_look(window, qtbot, paused):
    indexing = window.session.indexing
    window.session.watcher.leave()
    indexing.pause(paused)
    window.upkeep.ruled.emit()
    window.session.look_anew()
    assert window.live._ruled  # that look goes on
    indexing.cancel()
    qtbot.waitUntil(lambda: no_longer_busy(window) and not indexing.is_running)
    stamp = window.seating.stamp
    with qtbot.waitSignal(window.session.indexed):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert window.seating.stamp == stamp


def test_a_photo_that_disappeared_says_so_and_leaves_once_the_folder_was_looked_at(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    window.session.watcher.leave()
    before = order(window)
    gone = before[0]
    gone.unlink()
    window.grid.setCurrentIndex(window.grid.hits_model.index(0))
    window.grid.setFocus()
    QTest.keyClick(window.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.notice.sentence == f"{gone.name} is not in its folder any more.")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: count(window) == 99 and order(window)[: len(before) - 1] == before[1:])


def test_a_photo_that_is_deleted_and_put_back_under_the_pointer_stays_though_no_answer_has_it(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    window.session.watcher.leave()
    bar, grid = window.grid.verticalScrollBar(), window.grid
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: shown(window) == 100)
    last = order(window)[-1]
    hold_over(grid)
    aside = last.rename(last.parent.parent / "aside.jpg")
    for there in (99, 100):
        with qtbot.waitSignal(window.session.indexed):
            QTest.keyClick(window, Qt.Key.Key_F5)
        qtbot.waitUntil(lambda there=there: count(window) == there and no_longer_busy(window))
        assert last in order(window)
        if there == 99:
            aside.rename(last)
    grid.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert last in order(window)


def test_the_list_goes_on_to_its_end(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    assert shown(window) == 80
    bar = window.grid.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: shown(window) == 100)
    assert len(set(order(window))) == 100


def test_best_first_is_switched_by_key_and_menu_and_remembered(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    button = window.photos_panel.head.button
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: order(window)[:80] == best(window, Order.RERANKED))
    assert order(window)[:80] != best(window)
    assert button.accessibleName() == "Best first"
    assert Settings().best_first
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: order(window)[:80] == best(window))
    assert button.accessibleName() == "Different guesses"
    assert not Settings().best_first


def test_a_window_opens_in_the_order_that_was_chosen(make_window, photo_folder, qtbot):
    settings = Settings()
    settings.best_first = True
    settings.save()
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: window.photos_panel.heading == "12 photos, best match first")
