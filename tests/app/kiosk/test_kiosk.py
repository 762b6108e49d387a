from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from app.__main__ import main
from app.kiosk.captions import NAME
from app.program import is_key_sequence

from ..conftest import Hand, hold_over
from .conftest import ZIGZAG, draw, press, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_pictures_are_there_before_anybody_draws(kiosk):
    assert kiosk.wall.isVisible()
    assert kiosk.live.found.newest


def test_drawing_brings_what_matches_and_starting_over_brings_all_back(kiosk, qtbot):
    draw(kiosk, qtbot)
    assert kiosk.wall.isVisible()
    press(kiosk, "Start over")
    assert kiosk.canvas.is_blank
    qtbot.waitUntil(lambda: kiosk.live.found.newest)
    press(kiosk, "One step back")
    assert kiosk.canvas.is_blank, "what somebody drew before is nobody's business"


def test_one_step_back_takes_the_last_stroke(kiosk, qtbot):
    draw(kiosk, qtbot)
    Hand(kiosk.canvas).draw((0.1, 0.9), (0.9, 0.9))
    press(kiosk, "One step back")
    assert len(kiosk.canvas.document.strokes) == 1


@pytest.mark.parametrize("is_link", [False, True])
def test_a_touch_shows_a_picture_large_with_its_caption(open_kiosk, photo_folder, tmp_path, qtbot, is_link):
    names = [path.name for path in photo_folder.rglob("*.*")]
    (photo_folder / NAME).write_text("file,caption\n" + "".join(f'"{name}",About {name}\n' for name in names))
    link = tmp_path / "link"
    link.symlink_to(photo_folder)
    window = open_kiosk(folder=link if is_link else photo_folder)
    qtbot.waitUntil(lambda: window.wall.hits_model.rowCount() == 12)
    path = tap(window, 3)
    assert window.look.isVisible()
    assert window.look.path == path
    qtbot.waitUntil(lambda: window.look.caption.text() == f"About {path.name}")
    press(window, "All pictures")
    assert window.wall.isVisible()


def test_a_picture_that_is_replaced_is_seen_anew(kiosk, photo_folder, draw_picture, qtbot):
    with qtbot.waitSignal(kiosk.wall.thumbnails.outdated):
        draw_picture("square", "black").save(next(photo_folder.glob("*.png")))
        kiosk.session.retry()


def test_a_stroke_leads_from_the_large_picture_back_to_all(kiosk):
    tap(kiosk, 0)
    Hand(kiosk.canvas).draw(*ZIGZAG)
    assert not kiosk.look.isVisible()


def test_more_like_a_picture_are_looked_for(kiosk, qtbot):
    path = tap(kiosk, 5)
    with qtbot.waitSignal(kiosk.live.answered):
        press(kiosk, "More like this")
    qtbot.waitUntil(lambda: kiosk.live.found.by_photos)
    assert kiosk.live.found.hits[0].path == path
    assert kiosk.wall.isVisible()
    press(kiosk, "Start over")
    qtbot.waitUntil(lambda: kiosk.live.found.newest)


def test_starting_over_shows_the_newest_pictures_where_nothing_was_drawn_too(kiosk, qtbot):
    with qtbot.waitSignal(kiosk.live.asked):
        press(kiosk, "Start over")


def test_left_alone_it_clears_itself_and_invites(kiosk, open_kiosk, qtbot):
    assert open_kiosk(rest=1.0).rest._timer.interval() == 1000
    window = kiosk
    draw(window, qtbot)
    tap(window, 2)
    with qtbot.waitSignal(window.rest.begun):
        window.rest._timer.setInterval(50)
    assert window.canvas.is_blank
    assert not window.canvas.document.can_undo
    assert window.look.path is None
    assert window._invitation.isVisible()
    Hand(window.canvas).draw(*ZIGZAG)
    assert not window._invitation.isVisible()


def test_once_it_is_left_it_opens_nothing_for_the_next(kiosk):
    kiosk.leave()
    kiosk.rest.begun.emit()
    assert kiosk.session._opening is None
    assert not kiosk.rest._timer.isActive()


def test_whoever_draws_is_not_disturbed(kiosk):
    begun, hand, timer = [], Hand(kiosk.canvas), kiosk.rest._timer
    kiosk.rest.begun.connect(lambda: begun.append(True))
    hand.press((0.1, 0.1))
    for step in range(3):
        timer.stop()
        hand.move((0.1 + step * 0.2, 0.5))
        assert timer.isActive()
    hand.release((0.7, 0.5))
    assert begun == []


def test_a_finger_that_moves_scrolls_and_touches_no_picture(kiosk, qtbot):
    kiosk.resize(700, 500)
    wall, touched = kiosk.wall, []
    wall.tapped.connect(touched.append)
    qtbot.waitUntil(lambda: wall.verticalScrollBar().maximum() > 100)
    kinds, left, none = QEvent.Type, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    places = [(kinds.MouseButtonPress, 200), *((kinds.MouseMove, y) for y in range(190, 40, -10))]
    for number, (kind, y) in enumerate([*places, (kinds.MouseButtonRelease, 50)]):
        button = none if kind == kinds.MouseMove else left
        held = none if kind == kinds.MouseButtonRelease else left
        place = QPointF(60, y)
        far = wall.viewport().mapToGlobal(place)
        event = QMouseEvent(kind, place, far, button, held, Qt.KeyboardModifier.NoModifier)
        event.setTimestamp(100_000 + 20 * number)
        QApplication.sendEvent(wall.viewport(), event)
        QTest.qWait(20)  # as a finger takes its time
    qtbot.waitUntil(lambda: wall.verticalScrollBar().value() > 50)
    assert touched == []


def test_it_stays_until_its_keys_are_pressed(kiosk, qtbot):
    kiosk.close()
    assert kiosk.isVisible()
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_F11, Qt.Key.Key_Return, Qt.Key.Key_Menu):
        QTest.keyClick(kiosk, key)
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_O, Qt.Key.Key_C, Qt.Key.Key_V, Qt.Key.Key_S):
        QTest.keyClick(kiosk, key, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(kiosk.wall, key, Qt.KeyboardModifier.ControlModifier)
    assert kiosk.isVisible()
    assert [one for one in QApplication.topLevelWidgets() if one.isVisible()] == [kiosk]
    QTest.keyClick(kiosk, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    assert not kiosk.isVisible()


def test_nothing_is_opened_outside(kiosk, monkeypatch, clipboard):
    opened = []
    monkeypatch.setattr("app.desktop.desktop.open_file", opened.append)
    monkeypatch.setattr("app.desktop.desktop.show_in_folder", opened.append)
    wall = kiosk.wall
    place = wall.visualRect(wall.hits_model.index(1)).center()
    QTest.mouseDClick(wall.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(wall, Qt.Key.Key_Return)
    menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, wall.viewport().mapToGlobal(place))
    QApplication.sendEvent(wall.viewport(), menu)
    assert opened == []
    assert [one for one in QApplication.topLevelWidgets() if isinstance(one, QMenu) and one.isVisible()] == []
    held = clipboard.mimeData()
    assert held is None or not held.urls()
    assert not wall.dragEnabled()


def test_no_tooltip_tells_where_the_pictures_lie(kiosk, qtbot):
    wall = kiosk.wall
    place = wall.visualRect(wall.hits_model.index(0)).center()
    QToolTip.hideText()
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, wall.viewport().mapToGlobal(place))
    QApplication.sendEvent(wall.viewport(), help_event)
    assert QToolTip.text() == ""


def test_tiles_carry_no_numbers_that_lead_nowhere(kiosk):
    wall = kiosk.wall
    before = wall.viewport().grab(wall.place(0)).toImage()
    wall.hits_model.renew([replace(wall.hits_model.hit(0), behind=12, copies=(Path("/copy.jpg"),))])
    assert wall.hits_model.hit(0).behind == 12
    assert wall.viewport().grab(wall.place(0)).toImage() == before


def test_it_keeps_nothing_of_anybody(kiosk, qtbot, state_folder):
    before = {path.name for path in state_folder.iterdir()}
    draw(kiosk, qtbot)
    tap(kiosk, 0)
    press(kiosk, "More like this")
    kiosk.leave()
    assert {path.name for path in state_folder.iterdir()} <= before
    assert not any(name in before for name in ("paper.svg", "shelf", "settings.ini"))


def test_without_pictures_that_is_said(open_kiosk, tmp_path, qtbot):
    (tmp_path / "none").mkdir()
    window = open_kiosk(folder=tmp_path / "none")
    qtbot.waitUntil(lambda: window._words.text() == "There are no pictures here yet.")


KEYS = {"Ctrl+Alt+Q": True, "Q, U, I, T": True, "F12": True, "": False, "Ctrl+": False, "Foo+Q": False}


@pytest.mark.parametrize(("text", "good"), [*KEYS.items(), ("a,b,c,d,e", False)])
def test_keys_that_do_not_exist_are_refused(text, good):
    assert is_key_sequence(text) == good


WRONG = [["--kiosk"], ["--kiosk", "{folder}", "--leave", "Foo+Q"], ["--kiosk", "{folder}", "--rest", "0"]]


@pytest.mark.parametrize("words", WRONG)
def test_a_kiosk_that_cannot_be_is_one_line(words, photo_folder, capsys):
    assert main([word.replace("{folder}", str(photo_folder)) for word in words]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ffmln: ")
    assert said.count("\n") == 1


def test_new_pictures_are_looked_for_now_and_then_while_nobody_is_there(kiosk, qtbot, monkeypatch):
    looked = []
    monkeypatch.setattr(kiosk.session, "retry", lambda: looked.append(kiosk.rest.is_on))
    kiosk._look_again.setInterval(5)
    kiosk._look_again.start()
    qtbot.waitUntil(lambda: not kiosk._look_again.isActive())
    assert looked == []  # somebody is there
    kiosk.rest._timer.setInterval(5)
    kiosk.rest._timer.start()
    qtbot.waitUntil(lambda: len(looked) > 2)
    assert all(looked)


def test_it_opens_though_the_drive_of_the_pictures_does_not_answer(open_kiosk, photo_folder, mute):
    mute(photo_folder)
    assert open_kiosk().isVisible()


@pytest.mark.parametrize("leaves_first", [True, False])
def test_pictures_that_are_gone_leave_though_the_pointer_was_left_over_them(
    kiosk, photo_folder, qtbot, leaves_first
):
    wall, timer = kiosk.wall, kiosk.rest._timer
    hold_over(wall)
    gone = next(photo_folder.glob("*.png"))
    kiosk._look_again.start()  # no other look than that of the test

    def look() -> None:
        gone.unlink()
        with qtbot.waitSignal(kiosk.session.indexed):
            kiosk.session.retry()

    if not leaves_first:
        look()
        assert wall.hits_model.rowCount() == 12, "somebody may be about to touch it"
    with qtbot.waitSignal(kiosk.rest.begun):
        timer.setInterval(5)
    if leaves_first:
        look()
    qtbot.waitUntil(lambda: wall.hits_model.rowCount() == 11)
    assert wall.hits_model.row_of(gone) is None
