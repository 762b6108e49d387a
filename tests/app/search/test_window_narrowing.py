"""When, where and in which order, in the real window."""

import os
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.state.settings import Settings

from ..conftest import Hand, at_rest, browsed, draw, no_longer_busy, shown
from ..folder_pages import settled
from ..waiting import answered

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "grabbing the keyboard", r"raise\(\)"
)  # which the offscreen screen does not know
LEFT = Qt.MouseButton.LeftButton


def newest_first(folder: Path) -> list[Path]:
    return sorted(
        (path for path in folder.rglob("*.*") if path.is_file()), key=lambda path: -path.stat().st_mtime
    )


@pytest.fixture
def dated_folder(photo_folder):
    """The twelve pictures, of the third of each month of 2014, in order of name."""
    for month, path in enumerate(sorted(path for path in photo_folder.rglob("*.*") if path.is_file()), 1):
        os.utime(path, (datetime(2014, month, 3, 12).timestamp(),) * 2)
    return photo_folder


@pytest.fixture
def window(make_window, dated_folder, qtbot):
    window = make_window(folder=dated_folder)
    qtbot.waitUntil(lambda: len(browsed(window)) == 12 and at_rest(window))
    QApplication.sendEvent(window.grid, QEvent(QEvent.Type.Leave))
    return window


def strip(window):
    return window.photos_panel.timeline


def order(window) -> list[Path]:
    return [hit.path for hit in window.grid.hits_model.hits]


def brush(window, first: int, last: int) -> None:
    """Drag from one month to another, counted from 0."""
    line = strip(window)
    area = line._area()
    wide = area.width() / 12
    start, end = (QPoint(int(area.left() + (month + 0.5) * wide), 12) for month in (first, last))
    QTest.mousePress(line, LEFT, pos=start)
    QTest.mouseMove(line, end)
    QTest.mouseRelease(line, LEFT, pos=end)


def test_before_the_first_stroke_the_photos_are_there_newest_first(window, dated_folder):
    assert order(window) == newest_first(dated_folder)
    assert window.photos_panel.page is window.grid
    assert window.photos_panel.heading == "12 photos, newest first"
    assert not window.photos_panel.head.button.isVisible()
    assert strip(window).words == "January 2014 to December 2014, 12 photos"


def test_a_stroke_takes_their_place_and_an_empty_paper_brings_them_back(window, dated_folder, qtbot):
    hand = Hand(window.canvas)
    hand.press((0.2, 0.2))
    hand.move((0.8, 0.8))
    qtbot.waitUntil(lambda: shown(window) == 12)
    assert sum(window.seating.shown.spread.ridge) > 0
    assert strip(window)._ridge == window.seating.shown.spread.ridge
    hand.release((0.8, 0.8))
    window.canvas.undo()
    qtbot.waitUntil(lambda: browsed(window) == newest_first(dated_folder))
    assert strip(window)._ridge == ()


def test_the_brush_narrows_what_is_browsed_and_what_is_drawn(window, dated_folder, qtbot):
    newest = newest_first(dated_folder)
    brush(window, 2, 4)
    assert (strip(window).since, strip(window).until) == (date(2014, 3, 1), date(2014, 5, 31))
    qtbot.waitUntil(lambda: browsed(window) == newest[7:10])
    assert window.photos_panel.heading == "3 photos, newest first"
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 3)
    assert set(order(window)) == set(newest[7:10])
    assert len(strip(window)._ridge) == 12
    QTest.keyClick(strip(window), Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: shown(window) == 12)


def test_the_tree_counts_what_the_brush_leaves_and_the_strip_what_the_folders_leave(window, qtbot):
    panel = window.photos_panel
    panel.folders.choose([Path("older")])
    qtbot.waitUntil(lambda: strip(window).words.endswith(", 3 photos"))
    without = next(month for month, count in enumerate(strip(window)._times.photos) if not count)
    panel.folders.choose([])
    brush(window, without, without)
    qtbot.waitUntil(lambda: len(browsed(window)) == 1)
    panel.folders.open_tree()
    counts = {path: row.text(1) for path, row in panel.folders._tree._items.items()}
    panel.folders._tree.close()
    assert counts == {Path(): "1", Path("older"): "0"}


def test_folders_narrow_likewise_and_where_nothing_is_left_one_button_leads_out(window, qtbot):
    window.photos_panel.folders.choose([Path("older")])
    qtbot.waitUntil(lambda: len(browsed(window)) == 3)
    assert {path.parent.name for path in order(window)} == {"older"}
    months = {datetime.fromtimestamp(path.stat().st_mtime).month - 1 for path in order(window)}
    other = next(month for month in range(12) if month not in months)
    brush(window, other, other)
    qtbot.waitUntil(lambda: window.photos_panel.page is window.photos_panel.message)
    assert window.photos_panel.message.title == "No photos here"
    QTest.mouseClick(window.photos_panel.message._everywhere, LEFT)
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)
    assert not strip(window).is_brushed
    assert window.photos_panel.folders.chosen == ()
    assert window.photos_panel.page is window.grid


def test_a_folder_that_is_gone_finds_nothing_and_one_button_leads_out(window, dated_folder, qtbot):
    window.photos_panel.folders.choose([Path("older")])
    qtbot.waitUntil(lambda: len(browsed(window)) == 3)
    (dated_folder / "older").rename(dated_folder / "old ones")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.photos_panel.page is window.photos_panel.message)
    with qtbot.waitSignal(window.live.answered):
        brush(window, 2, 6)
    assert window.photos_panel.message.title == "No photos here"
    assert window.notice.sentence == ""
    stamp = window.seating.stamp
    QTest.mouseClick(window.photos_panel.message._everywhere, LEFT)
    assert window.seating.stamp == stamp + 1  # told once
    qtbot.waitUntil(lambda: len(browsed(window)) == 12)


def test_another_folder_is_looked_at_whole(window, photos_in, qtbot):
    brush(window, 2, 4)
    window.photos_panel.folders.choose([Path("older")])
    qtbot.waitUntil(lambda: len(browsed(window)) < 4)
    window.open_folder(photos_in(5))
    assert not strip(window).is_brushed
    assert not strip(window).isVisible()
    qtbot.waitUntil(lambda: len(browsed(window)) == 5)
    assert window.photos_panel.folders.chosen == ()
    assert not window.photos_panel.folders.isVisible()  # it has no folders within
    assert not window.photos_panel._strip.isVisible()  # and all its photos are of today


def test_the_best_come_by_date_by_key_and_menu_and_that_is_remembered(window, dated_folder, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: shown(window) == 12 and not window.seating.is_moving)
    button = window.photos_panel.head.button
    QTest.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: order(window) == newest_first(dated_folder))
    assert window.photos_panel.heading == "12 photos, newest of the best first"
    assert button.accessibleName() == "Newest first"
    assert (Settings().newest_first, Settings().best_first) == (True, False)
    QTest.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.photos_panel.heading == "12 photos, best match first")
    assert (Settings().newest_first, Settings().best_first) == (False, True)
    guesses, best, newest = window.photos_panel.head.orders.actions()
    QTest.mouseClick(button, LEFT)
    assert QApplication.activePopupWidget() is window.photos_panel.head.orders
    window.photos_panel.head.orders.close()
    best.trigger()  # again
    assert best.isChecked()
    assert Settings().best_first
    newest.trigger()
    newest.trigger()
    qtbot.waitUntil(lambda: window.photos_panel.heading == "12 photos, newest of the best first")
    guesses.trigger()
    qtbot.waitUntil(lambda: window.photos_panel.heading == "12 photos, different guesses first")
    assert button.accessibleName() == "Different guesses"
    assert guesses.isChecked()
    guesses.trigger()
    assert [one.isChecked() for one in (guesses, best, newest)] == [True, False, False]


def test_beside_a_photo_the_best_come_first_and_no_key_changes_that_unseen(window, qtbot, monkeypatch):
    head, act = window.photos_panel.head, window._actions
    draw(window)
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.seating.is_moving)
    window.grid.liked.emit(order(window)[:1])
    qtbot.waitUntil(lambda: window.seating.shown.by_photos)
    assert head.button.accessibleName() == "Best first"
    assert "“Like this”" in head.button.toolTip()
    window.grid.setCurrentIndex(window.grid.hits_model.index(0))
    monkeypatch.setattr(window.grid, "keyboardSearch", pytest.fail)
    QTest.keyClick(window.grid, Qt.Key.Key_B)
    act.best_first.trigger()
    assert not window.session.searcher.best_first
    assert (act.best_first.isChecked(), act.different_first.isEnabled()) == (True, False)
    QTest.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.seating.shown.newest_first)
    assert head.button.accessibleName() == "Newest first"
    act.best_first.trigger()  # in the menu, the only other one
    qtbot.waitUntil(lambda: not window.seating.shown.newest_first)
    assert head.button.accessibleName() == "Best first"
    assert not Settings().best_first
    QTest.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.seating.shown.newest_first)
    window.canvas.undo()
    QTest.keyClick(window, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: window.seating.shown.varied)
    assert head.button.accessibleName() == "Different guesses"
    assert act.different_first.isEnabled()


def test_a_window_opens_in_the_order_by_date_if_that_was_chosen(make_window, dated_folder, qtbot):
    settings = Settings()
    settings.newest_first = True
    settings.save()
    window = make_window(folder=dated_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    draw(window)
    qtbot.waitUntil(lambda: window.photos_panel.heading == "12 photos, newest of the best first")
    assert window.photos_panel.head.button.accessibleName() == "Newest first"


def test_a_new_photo_takes_its_place_by_date(window, dated_folder, draw_picture, qtbot):
    newest = newest_first(dated_folder)
    path = dated_folder / "between.png"
    draw_picture("square", "gold").save(path)
    os.utime(path, (newest[4].stat().st_mtime - 86_400,) * 2)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: browsed(window) == [*newest[:5], path, *newest[5:]])
    qtbot.waitUntil(lambda: window.photos_panel.heading == "13 photos, newest first")


def test_of_folders_far_apart_nothing_above_them_is_shown(make_window, photos_in, tmp_path, qtbot):
    near, far = tmp_path / "near", tmp_path / "a" / "b" / "far"
    far.parent.mkdir(parents=True)
    photos_in(3).rename(near)
    photos_in(4).rename(far)
    window = make_window()
    window.folders.open(near, far)
    qtbot.waitUntil(settled(window, 7))
    button = window.photos_panel.folders
    qtbot.waitUntil(lambda: {Path("near"), Path("a/b/far")} <= set(button._spread.folders))
    button.open_tree()
    tree = button._tree.tree
    assert [tree.topLevelItem(number).text(0) for number in range(tree.topLevelItemCount())] == [
        "All folders",
        "far",
        "near",
    ]


def test_where_no_folder_that_is_on_has_photos_the_window_says_so(make_window, photos_in, tmp_path, qtbot):
    folder, empty = photos_in(3), tmp_path / "empty"
    empty.mkdir()
    window = make_window()
    window.folders.open(folder, empty)
    qtbot.waitUntil(lambda: window.session.state.photos == 3 and at_rest(window))
    window.folders.switch(folder, False)
    message = window.photos_panel.message
    qtbot.waitUntil(lambda: message.text == "No photo lies in the folders that are switched on.")
    draw(window)
    answered(window, qtbot)
    assert message.title == "No photos here"
    window.folders.switch(folder, True)
    qtbot.waitUntil(lambda: set(order(window)) == set(folder.iterdir()))
    assert window.photos_panel.page is window.grid
