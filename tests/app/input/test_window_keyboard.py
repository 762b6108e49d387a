"""Where the keyboard is when what it was at has gone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from ..conftest import at_rest, browsed, no_longer_busy
from ..folder_pages import entries, page

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen screen has none


def focus(widget: QWidget, qtbot) -> None:
    widget.window().activateWindow()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(widget.hasFocus)


def landed_on(widget: QWidget) -> bool:
    """Return whether the keyboard is there and stays there when somebody comes back to the window."""
    keys_reach_it = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.isVisible()
    return QApplication.focusWidget() is widget and keys_reach_it


def open_and_wait(window, folder, photos: int, qtbot) -> None:
    window.open_folder(folder)
    qtbot.waitUntil(lambda: at_rest(window) and len(browsed(window)) == photos)


@pytest.fixture
def empty(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    return folder


def test_from_the_welcome_to_the_photos_to_none_and_back(make_window, photo_folder, empty, qtbot):
    window = make_window()
    panel = window.photos_panel
    focus(panel.welcome.findChild(QPushButton), qtbot)
    window.open_folder(photo_folder)
    assert landed_on(panel.message)
    assert panel.message.accessibleName() == f"{panel.message.title}. {panel.message.text}"
    qtbot.waitUntil(lambda: at_rest(window) and len(browsed(window)) == 12)
    assert landed_on(window.grid)
    open_and_wait(window, empty, 0, qtbot)
    assert landed_on(panel.message)
    open_and_wait(window, photo_folder, 12, qtbot)
    assert landed_on(window.grid)


def test_what_stands_around_the_photos_goes_and_the_keyboard_stays_at_the_photos(
    indexed_window, empty, photo_folder, qtbot
):
    window, panel = indexed_window, indexed_window.photos_panel
    panel.folders.show()
    for gone in (panel.head.slider, panel.folders):
        focus(gone, qtbot)
        open_and_wait(window, empty, 0, qtbot)
        assert landed_on(panel.message)
        open_and_wait(window, photo_folder, 12, qtbot)
        panel.folders.show()


def test_who_leaves_the_last_folder_is_at_the_button_that_chooses_one(indexed_window, photo_folder, qtbot):
    window = indexed_window
    choose = window.photos_panel.welcome.landing
    focus(window.folder_bar._button, qtbot)
    window.folders.remove(photo_folder)
    qtbot.waitUntil(lambda: window.session.state.folder is None)
    assert landed_on(choose)
    window.open_folder(photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(window) and bool(browsed(window)))
    focus(window.folder_bar._symbol, qtbot)
    window.folders.show_list()
    entries(page(window).rows[0])["Remove from the library"].trigger()
    page(window).close()
    qtbot.waitUntil(lambda: window.session.state.folder is None)
    assert window.focusWidget() is choose


def test_where_the_way_out_of_a_narrow_place_goes_the_keyboard_stays(indexed_window, qtbot):
    panel, state = indexed_window.photos_panel, indexed_window.session.state
    focus(indexed_window.grid, qtbot)
    panel.folders.chosen = (Path("nowhere"),)
    panel.show_state(state, drawn=False, hits=0)
    assert landed_on(panel.message)
    (button,) = [one for one in panel.message.findChildren(QPushButton) if one.isVisible()]
    focus(button, qtbot)
    panel.folders.chosen = ()
    panel.show_state(state, drawn=True, hits=None)
    assert not button.isVisible()
    assert landed_on(panel.message)


def test_nobody_else_loses_the_keyboard(indexed_window, empty, qtbot):
    focus(indexed_window.canvas, qtbot)
    open_and_wait(indexed_window, empty, 0, qtbot)
    assert landed_on(indexed_window.canvas)


def test_tab_goes_through_the_window_as_the_eye_does(searched_window, qtbot):
    window, panel, drawing = searched_window, searched_window.photos_panel, searched_window.drawing_panel
    hits = [hit.path for hit in window.grid.hits_model.hits[:4]]
    for path in hits[:3]:
        window.grid.liked.emit([path])
    window.grid.unliked.emit([hits[3]])
    strip = drawing.strip
    qtbot.waitUntil(lambda: len(strip.like.tiles) == 3 and len(strip.unlike.tiles) == 1)
    strip.turn(strip.like.tiles[0].print)  # to the other corner: its tile is the newest
    window.shelving.bar.show()
    panel.folders.show()
    panel._strip.show()
    window.notice.say("It did not work.")
    focus(window.folder_bar._symbol, qtbot)
    seen = [QApplication.focusWidget()]
    while len(seen) < 80:
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        if QApplication.focusWidget() is seen[0]:
            break
        seen.append(QApplication.focusWidget())
    rooms = [
        window.folder_bar, drawing._bar, window.canvas, strip, window.shelving.bar,
        panel.head, window.grid, window.notice, panel._strip,
    ]  # fmt: skip
    came_to = [next(place for place, room in enumerate(rooms) if room.isAncestorOf(one)) for one in seen]
    assert came_to == sorted(came_to)
    assert set(came_to) == set(range(len(rooms)))
    tiles = [*strip.like.tiles, *strip.unlike.tiles]
    assert [one for one in seen if strip.isAncestorOf(one)] == [*tiles, strip.slider]


def test_a_button_of_the_status_line_that_goes_leaves_the_keyboard_at_the_photos(indexed_window, qtbot):
    button = indexed_window.status._skipped
    button.show()
    focus(button, qtbot)
    indexed_window._render()
    assert not button.isVisible()
    assert landed_on(indexed_window.grid)
