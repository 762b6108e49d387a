"""The view by itself: what it shows, how one leafs, and what stands beneath."""

from functools import partial

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolButton

from app.desktop import desktop
from engine.library import Hit

from ..conftest import Finger, is_whole

pytestmark = [
    pytest.mark.usefixtures("clipboard"),
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # the offscreen screen has none
]
_Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


def press(viewer, *keys) -> None:
    for key in keys:
        QTest.keyClick(viewer.picture, key)


def test_keys_leaf_through_the_hits_by_rank_wherever_they_sit(viewer, hits):
    seats = [*hits[6:], *hits[:6]]
    viewer._model.set_hits(seats, ranking=hits)
    viewer.look_at(hits[0].path)
    walked = []
    keys = ("Right", "Down", "PageDown", "Left", "Up", "PageUp", "Left", "End", "Right", "Home")
    for key in keys:
        press(viewer, getattr(_Key, f"Key_{key}"))
        walked.append([hit.path for hit in hits].index(viewer.path))
    assert walked == [1, 2, 3, 2, 1, 0, 0, 11, 11, 0]


def test_the_thumbnail_is_shown_at_once_enlarged_and_the_whole_photo_follows_in_its_place(
    viewer, tmp_path, qtbot
):
    path = tmp_path / "large.png"
    Image.new("RGB", (800, 600), (200, 30, 30)).save(path)
    with qtbot.waitSignal(viewer._thumbnails.ready):
        viewer._thumbnails.get(path)
    viewer.look_at(path)
    assert max(level.width() for level in viewer.picture.levels) == 64
    small, width = viewer.picture.area(), viewer.picture.width()
    assert max(small.width() / width, small.height() / viewer.picture.height()) == pytest.approx(1.0)
    assert viewer.picture.grab().toImage().pixelColor(width // 2, viewer.picture.height() // 2).red() > 150
    qtbot.waitUntil(lambda: is_whole(viewer))
    assert viewer.picture.levels[0].width() == 800
    assert viewer.picture.area() == small


def test_one_leafs_by_swipes(leafing, hits, screen, qtbot):
    finger = Finger(leafing.picture, screen, qtbot)
    walked = []
    for by in (-90, -90, 90):
        finger.swipe(QPoint(150, 100), QPoint(by, 0))
        walked.append([hit.path for hit in hits].index(leafing.path))
    assert walked == [1, 2, 1]


def test_more_hits_are_asked_for_before_the_last_is_reached(viewer, photos_in, qtbot):
    paths = sorted(photos_in(50).iterdir())
    viewer._model.set_hits([Hit(path, 0.5) for path in paths])
    with qtbot.assertNotEmitted(viewer.near_end):
        viewer.look_at(paths[10])
    with qtbot.waitSignal(viewer.near_end):
        viewer.look_at(paths[40])


def test_behind_the_last_copy_no_more_hits_are_asked_for(leafing, hits, qtbot):
    files = hits[0].path, hits[0].path.with_name("copy.png")
    leafing.look_at(files[1], files)
    with qtbot.assertNotEmitted(leafing.near_end):
        press(leafing, _Key.Key_Right)
    leafing.look_at(hits[-1].path)
    with qtbot.waitSignal(leafing.near_end):
        press(leafing, _Key.Key_Right)


def test_a_photo_that_leaves_the_results_stays_until_one_leafs(leafing, hits):
    press(leafing, _Key.Key_Right, _Key.Key_Right)
    assert leafing.path == hits[2].path
    leafing._model.set_hits([*hits[:2], *hits[3:]])
    leafing.take_answer(tuple(leafing._model.hits))
    assert leafing.path == hits[2].path
    press(leafing, _Key.Key_Right)
    assert leafing.path == hits[3].path
    press(leafing, _Key.Key_Left)
    assert leafing.path == hits[1].path


def test_one_leafs_photo_by_photo_after_others_are_deleted(leafing, hits):
    leafing._model.drop([hits[1].path, hits[2].path, hits[5].path])
    left = [hit.path for number, hit in enumerate(hits) if number not in (1, 2, 5)]
    walked = [leafing.path]
    for _ in left[1:]:
        press(leafing, _Key.Key_Right)
        walked.append(leafing.path)
    assert walked == left
    leafing._model.append([hits[1]])
    assert [leafing._model.at_rank(rank) for rank in range(10)] == [*left, hits[1].path]


def test_after_a_refused_photo_one_leafs_on_where_it_was(leafing, hits):
    leafing.commands.unliked.connect(partial(leafing.note_judged, refused=True))  # through the grid
    press(leafing, _Key.Key_Right, _Key.Key_Right, _Key.Key_U)
    leafing._model.set_hits([*hits[:2], *hits[3:], hits[2]])
    leafing.take_answer(tuple(leafing._model.hits), is_another=True)
    assert leafing.path == hits[2].path
    assert leafing.leafing.way_back == hits[3].path
    press(leafing, _Key.Key_Right)
    assert leafing.path == leafing.leafing.way_back == hits[3].path
    press(leafing, _Key.Key_Left)
    assert leafing.path == hits[1].path


@pytest.mark.parametrize("steps", [0, 1])
def test_among_the_copies_of_a_refused_photo_the_way_back_leads_where_it_was(leafing, hits, steps):
    files = hits[2].path, hits[2].path.with_name("copy.png")
    leafing.commands.unliked.connect(partial(leafing.note_judged, refused=True))  # through the grid
    leafing.look_at(files[0], files)
    press(leafing, *[_Key.Key_Right] * steps, _Key.Key_U)
    leafing._model.set_hits([*hits[:2], *hits[3:], hits[2]])
    leafing.take_answer(tuple(leafing._model.hits), is_another=True)
    press(leafing, _Key.Key_Left if steps else _Key.Key_Right)
    assert leafing.path == files[1 - steps]
    assert leafing.leafing.way_back == hits[3].path


def test_leafing_among_copies_brings_no_photo_of_another_drawing_back(leafing, hits):
    files = hits[2].path, hits[2].path.with_name("copy.png")
    leafing.look_at(files[0], files)
    leafing._model.set_hits(hits[3:])
    leafing.take_answer(tuple(leafing._model.hits), is_another=True)
    press(leafing, _Key.Key_Right)
    assert leafing.is_elsewhere
    leafing.look_at(hits[4].path)
    assert not leafing.is_elsewhere


def test_an_answer_with_the_same_first_hit_leaves_one_among_its_copies(leafing, hits):
    files = hits[0].path, hits[0].path.with_name("copy.png")
    leafing.follow.click()
    leafing.look_at(files[0], files)
    press(leafing, _Key.Key_Right)
    leafing.take_answer(tuple(hits))
    assert (leafing.path, leafing.leafing.files) == (files[1], files)
    leafing.take_answer(tuple(hits[1:]))
    assert (leafing.path, leafing.leafing.files) == (hits[1].path, ())


@pytest.mark.parametrize("is_shown", [True, False])
def test_a_photo_that_is_renamed_while_it_is_looked_at_goes_by_its_new_name(leafing, hits, qtbot, is_shown):
    if not is_shown:
        leafing._model.set_hits(hits[1:])
    now = hits[0].path.with_name("renamed.png")
    hits[0].path.rename(now)
    leafing._model.rename([(hits[0].path, now)])
    assert leafing.path == now
    qtbot.waitUntil(lambda: is_whole(leafing))
    press(leafing, _Key.Key_Right)
    assert leafing.path == hits[1].path


def test_one_leafs_on_from_the_end_when_there_are_fewer_hits_than_before(leafing, hits):
    press(leafing, _Key.Key_End)
    leafing._model.set_hits(hits[:4])
    press(leafing, _Key.Key_Right)
    assert leafing.path == hits[11].path
    press(leafing, _Key.Key_Left)
    assert leafing.path == hits[3].path


def test_answers_are_followed_only_if_asked_to(leafing, hits):
    leafing.take_answer(tuple(hits[5:]))
    assert leafing.path == hits[0].path
    leafing.follow.click()
    leafing.take_answer(tuple(hits[5:]))
    assert leafing.path == hits[5].path
    leafing.take_answer(())
    assert leafing.path == hits[5].path
    leafing.rest()
    leafing.take_answer(tuple(hits))
    assert leafing.path is None


def test_zoom_keys_work_and_the_next_photo_is_seen_whole(leafing):
    view = leafing.picture
    press(leafing, _Key.Key_Plus, _Key.Key_Plus)
    assert view.zoom == pytest.approx(1.25**2)
    press(leafing, _Key.Key_Minus)
    assert view.zoom == pytest.approx(1.25)
    press(leafing, _Key.Key_0)
    assert view.zoom == 1.0
    press(leafing, _Key.Key_1)
    assert view.zoom == pytest.approx(view.real_zoom)
    press(leafing, _Key.Key_Right)
    assert view.zoom == 1.0


@pytest.mark.parametrize("key", [_Key.Key_Escape, _Key.Key_Space])
def test_escape_and_space_lead_back_but_a_key_held_down_does_not(leafing, key, qtbot):
    with qtbot.assertNotEmitted(leafing.left):
        QApplication.sendEvent(
            leafing.picture,
            QKeyEvent(QKeyEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", autorep=True),
        )
    with qtbot.waitSignal(leafing.left):
        press(leafing, key)


def test_keys_of_the_view_go_before_commands_of_the_window(leafing, qtbot):
    taken = []
    QShortcut(Qt.Key.Key_Right, leafing, activated=lambda: taken.append("right"))
    QShortcut(Qt.Key.Key_B, leafing, activated=lambda: taken.append("b"))
    before = leafing.path
    press(leafing, _Key.Key_Right, _Key.Key_B)
    assert leafing.path != before
    assert taken == ["b"]


def test_the_commands_of_the_grid_work_here_for_the_photo_shown(leafing, hits, qtbot, monkeypatch):
    opened, shown = [], []
    monkeypatch.setattr(desktop, "open_file", opened.append)
    monkeypatch.setattr(desktop, "show_in_folder", shown.append)
    press(leafing, _Key.Key_Right)
    path = hits[1].path
    for key, signal in ((_Key.Key_L, leafing.commands.liked), (_Key.Key_U, leafing.commands.unliked)):
        with qtbot.waitSignal(signal) as told:
            press(leafing, key)
        assert told.args == [[path]]
    press(leafing, _Key.Key_Return)
    QTest.keyClick(leafing.picture, _Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(leafing.picture, _Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: opened == shown == [path])
    qtbot.waitUntil(lambda: QApplication.clipboard().image().width() == 96)
    assert QApplication.clipboard().mimeData().urls() == [QUrl(path.as_uri())]


def test_buttons_do_the_same(leafing, qtbot):
    buttons = {button.text(): button for button in leafing.findChildren(QToolButton)}
    assert {"Like this", "Not this", "Open", "Show in folder", "All photos"} <= set(buttons)
    with qtbot.waitSignal(leafing.commands.liked):
        QTest.mouseClick(buttons["Like this"], Qt.MouseButton.LeftButton)
    assert leafing.picture.hasFocus()  # the keys stay with the picture
    with qtbot.waitSignal(leafing.left):
        QTest.mouseClick(buttons["All photos"], Qt.MouseButton.LeftButton)


def test_a_photo_that_is_gone_is_one_sentence_and_its_thumbnail_stays(leafing, hits, qtbot):
    path = hits[3].path
    qtbot.waitUntil(lambda: leafing._thumbnails.get(path) is not None)
    path.unlink()
    leafing.look_at(path)
    qtbot.waitUntil(lambda: bool(leafing.picture.words))
    sentence = "This photo is not in its folder any more. This is its thumbnail, enlarged."
    assert leafing.picture.words == sentence
    assert leafing.picture.levels
    assert leafing.picture.accessibleDescription() == leafing.picture.words
    assert leafing.details.texts[0] == path.name
    leafing._leaf(hits[4].path)
    assert leafing.picture.words == ""


def test_a_broken_photo_without_a_thumbnail_is_one_sentence_alone(viewer, tmp_path, qtbot):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff no photo")
    viewer.look_at(path)
    qtbot.waitUntil(lambda: bool(viewer.picture.words))
    assert viewer.picture.words.startswith("This photo cannot be shown: the file is")
    assert viewer.picture.levels == ()


def test_a_screen_reader_hears_which_photo_is_shown(leafing, hits):
    assert leafing.picture.accessibleName() == f"{hits[0].path.name}, match 1"
    press(leafing, _Key.Key_Right)
    assert leafing.picture.accessibleName() == f"{hits[1].path.name}, match 2"
    for button in leafing.findChildren(QToolButton):
        assert button.accessibleName()


def test_the_menu_of_the_view_copies_the_path(leafing, hits):
    menu = leafing.menu()
    next(action for action in menu.actions() if action.text() == "Copy path").trigger()
    assert QApplication.clipboard().text() == str(hits[0].path)
    menu.deleteLater()


@pytest.mark.qt_log_ignore("propagateSizeHints", "raise", "grabbing the keyboard")
def test_a_right_click_and_the_menu_key_open_the_menu_of_the_view(leafing):
    for reason in (QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard):
        QApplication.sendEvent(leafing.picture, QContextMenuEvent(reason, QPoint(5, 5), QPoint(5, 5)))
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.actions()[0].text() == "Like this"
        menu.close()


def test_enter_on_a_button_presses_that_button_and_opens_nothing(leafing, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(desktop, "open_file", opened.append)
    button = next(one for one in leafing.findChildren(QToolButton) if one.text() == "Not this")
    button.setFocus()
    with qtbot.waitSignal(leafing.commands.unliked):
        QTest.keyClick(button, _Key.Key_Return)
    field = leafing.details.findChild(QLineEdit)
    field.setFocus()
    QTest.keyClick(field, _Key.Key_Enter)
    assert opened == []
    leafing.picture.setFocus()
    press(leafing, _Key.Key_Return)
    qtbot.waitUntil(lambda: opened == [leafing.path])
