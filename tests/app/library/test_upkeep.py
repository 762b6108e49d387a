import shutil
import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from app.folder.state import Phase
from app.library.chosen import ChosenFolders, read_chosen
from app.state.settings import Settings
from app.threads.ending import END_S
from engine.errors import BusyCatalogError
from engine.lock import sole_writer
from engine.upkeep import Upkeep

from ..conftest import no_longer_busy
from ..waiting import dialog_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def commands(window):
    """Return which commands of the menu can be chosen."""
    names = ("read_again", "rules", "forget_missing", "forget_folder")
    return [name for name in names if getattr(window._actions, name).isEnabled()]


def press(box, text):
    button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_without_a_folder_there_is_nothing_to_keep_up(make_window):
    assert commands(make_window()) == []


def test_while_indexing_only_what_can_wait_or_ends_it_can_be_chosen(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.INDEXING)
    assert commands(window) == ["rules", "forget_folder"]
    slow_encoder.may.release(1000)


def test_reading_all_photos_again_reads_them(indexed_window, photo_folder, qtbot, monkeypatch):
    asked, library = [], indexed_window.session.library
    refresh = library.refresh
    monkeypatch.setattr(library, "refresh", lambda **how: asked.append(how) or refresh(**how))
    indexed_window._actions.index.trigger()
    qtbot.waitUntil(lambda: bool(asked) and no_longer_busy(indexed_window))
    indexed_window._actions.read_again.trigger()
    qtbot.waitUntil(lambda: any(how["recheck"] for how in asked) and no_longer_busy(indexed_window))
    assert [how["recheck"] for how in asked if how["only"] is None] == [False, True]


def test_missing_photos_are_forgotten_and_counted(indexed_window, photo_folder, tmp_path, qtbot):
    shutil.move(photo_folder / "older", tmp_path / "older")
    indexed_window._actions.index.trigger()
    qtbot.waitUntil(lambda: no_longer_busy(indexed_window) and indexed_window.session.state.photos == 9)
    notice = indexed_window.notice
    indexed_window._actions.forget_missing.trigger()
    qtbot.waitUntil(lambda: notice.sentence == "3 missing photos are forgotten.")
    qtbot.waitUntil(lambda: no_longer_busy(indexed_window))
    indexed_window._actions.forget_missing.trigger()
    qtbot.waitUntil(lambda: notice.sentence == "No photo is missing.")


def test_a_folder_is_forgotten_only_after_a_yes(indexed_window, photo_folder, qtbot):
    indexed_window._actions.forget_folder.trigger()
    box = dialog_of(indexed_window, QMessageBox, qtbot)
    assert box.defaultButton().text().replace("&", "") == "Cancel"
    press(box, "Cancel")
    assert indexed_window.session.state.photos == 12
    indexed_window._actions.forget_folder.trigger()
    press(dialog_of(indexed_window, QMessageBox, qtbot), "Forget")
    qtbot.waitUntil(lambda: indexed_window.session.state.phase is Phase.NONE)
    expected = "The folder and its 12 photos are forgotten; no file was touched."
    qtbot.waitUntil(lambda: indexed_window.notice.sentence == expected)
    assert indexed_window.photos_panel.welcome.isVisible()
    assert Settings().folder is None
    assert len(list(photo_folder.rglob("*.*"))) == 12
    with Upkeep(photo_folder) as upkeep, pytest.raises(Exception, match="Nothing is remembered"):
        upkeep.forget()


def test_it_is_said_that_a_folder_around_a_forgotten_one_keeps_it(
    indexed_window, photo_folder, qtbot, monkeypatch
):
    kept = f"The photos in {photo_folder} are remembered as part of {photo_folder.parent}."
    monkeypatch.setattr(Upkeep, "explain_keeper", lambda _: kept)
    indexed_window.upkeep._leave(photo_folder)
    qtbot.waitUntil(lambda: indexed_window.notice.sentence == kept)
    assert Settings().folder is None


def test_a_folder_can_be_forgotten_while_it_is_indexed(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.INDEXING and slow_encoder.begun.is_set())
    window._actions.forget_folder.trigger()
    press(dialog_of(window, QMessageBox, qtbot), "Forget")
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.NONE)
    qtbot.waitUntil(lambda: "forgotten" in window.notice.sentence)
    window.open_folder(many_photos)
    qtbot.waitUntil(lambda: no_longer_busy(window) and window.session.state.photos == 100)


def test_a_folder_is_forgotten_also_where_another_is_opened_at_once(
    make_window, many_photos, slow_encoder, photo_folder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.INDEXING and slow_encoder.begun.is_set())
    window.upkeep._leave(many_photos)  # as after a Yes
    window.open_folder(photo_folder)
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: window.session.state.photos == 12 and no_longer_busy(window))
    assert "forgotten" in window.notice.sentence
    assert many_photos not in {folder for line in Settings().recent for folder in line}
    with Upkeep(many_photos) as upkeep, pytest.raises(Exception, match="Nothing is remembered"):
        upkeep.forget()
    assert window.session.state.paths == (photo_folder,)


def test_what_is_left_out_while_it_is_paused_waits_with_what_was_to_be_read_again(
    indexed_window, monkeypatch, qtbot
):
    asked, indexing = [], indexed_window.session.indexing
    refresh = indexed_window.session.library.refresh

    def noted(**how):
        asked.append(how["recheck"])
        return refresh(**how)

    monkeypatch.setattr(indexed_window.session.library, "refresh", noted)
    indexed_window._actions.read_again.trigger()
    indexed_window.session.indexing.pause(True)
    qtbot.waitUntil(lambda: not indexing.is_running)
    indexed_window.session.look_anew()
    assert indexed_window.session.state.phase is Phase.PAUSED
    assert not indexing.is_running
    indexed_window.session.indexing.pause(False)
    qtbot.waitUntil(lambda: indexed_window.session.state.phase is Phase.CURRENT)
    assert asked[-1] is True


def test_a_folder_is_forgotten_also_where_the_window_closes_at_once(
    make_window, many_photos, slow_encoder, qtbot
):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.INDEXING and slow_encoder.begun.is_set())
    window.upkeep._leave(many_photos)  # as after a Yes
    threading.Timer(2 * END_S, slow_encoder.may.release, [1000]).start()
    window.close()
    assert read_chosen() == ChosenFolders()
    with Upkeep(many_photos) as upkeep, pytest.raises(Exception, match="Nothing is remembered"):
        upkeep.forget()


def test_a_folder_that_cannot_be_forgotten_now_stays_open(indexed_window, photo_folder, qtbot, state_folder):
    with sole_writer(state_folder / "indexing.lock"):
        indexed_window.upkeep._leave(photo_folder)  # as after a Yes
        qtbot.waitUntil(lambda: "let it finish" in indexed_window.notice.sentence)
        qtbot.waitUntil(lambda: indexed_window.session.library is not None)
    assert indexed_window.session.state.paths == (photo_folder,)
    assert read_chosen() == ChosenFolders((photo_folder,))


def test_the_window_stays_alive_while_a_folder_is_forgotten_and_nothing_is_opened_before(
    indexed_window, photo_folder, photos_in, monkeypatch, qtbot
):
    at_work: list[threading.Thread] = []
    may, forget, window = threading.Event(), Upkeep.forget, indexed_window

    def slowly(upkeep: Upkeep) -> int:
        at_work.append(threading.current_thread())
        may.wait(60)
        return forget(upkeep)

    monkeypatch.setattr(Upkeep, "forget", slowly)
    window.upkeep._leave(photo_folder)  # as after a Yes
    qtbot.waitUntil(lambda: len(at_work) == 1)
    assert at_work[0] is not threading.main_thread()
    other = photos_in(3)
    window.open_folder(other)
    assert (window.session.library, window.session.state.phase) == (None, Phase.OPENING)
    may.set()
    qtbot.waitUntil(lambda: no_longer_busy(window) and window.session.state.photos == 3)
    assert window.session.state.paths == (other,)
    assert "12 photos are forgotten" in window.notice.sentence
    assert photo_folder not in {folder for line in Settings().recent for folder in line}


@pytest.mark.parametrize(("succeeds", "again"), [(True, False), (False, False), (True, True)])
def test_a_folder_added_while_another_is_forgotten_comes_to_the_others(
    make_window, photos_in, monkeypatch, qtbot, succeeds, again
):
    gone, stays, added = photos_in(4, "gone"), photos_in(3, "stays"), photos_in(5, "added")
    may, forget = threading.Event(), Upkeep.forget

    def slowly(upkeep: Upkeep) -> int:
        may.wait(60)
        if not succeeds:
            raise BusyCatalogError("not now")
        return forget(upkeep)

    monkeypatch.setattr(Upkeep, "forget", slowly)
    window = make_window()
    window.folders.open(gone, stays)
    qtbot.waitUntil(lambda: window.session.state.photos == 7 and no_longer_busy(window))
    window.upkeep._leave(gone)  # as after a Yes
    for folder in (added, added, *([gone] if again else [])):
        window.folders.add(folder)
    assert "searched already" in window.notice.sentence
    may.set()
    count = 12 if again or not succeeds else 8
    qtbot.waitUntil(lambda: window.session.state.photos == count and no_longer_busy(window))
    opened = (stays, added, gone) if again else (gone, stays, added)[succeeds:]
    assert window.session.state.paths == read_chosen().folders == opened


@pytest.mark.parametrize(("succeeds", "again"), [(True, False), (False, False), (True, True)])
def test_a_folder_added_while_another_is_forgotten_is_there_at_the_next_start(
    make_window, photos_in, monkeypatch, qtbot, succeeds, again
):
    gone, stays, added = photos_in(4, "gone"), photos_in(3, "stays"), photos_in(5, "added")
    may, forget = threading.Event(), Upkeep.forget

    def slowly(upkeep: Upkeep) -> int:
        may.wait(60)
        if not succeeds:
            raise BusyCatalogError("not now")
        return forget(upkeep)

    monkeypatch.setattr(Upkeep, "forget", slowly)
    monkeypatch.setattr("app.library.upkeep._LETS_GO_S", 0.1)
    window = make_window()
    window.folders.open(gone, stays)
    qtbot.waitUntil(lambda: window.session.state.photos == 7 and no_longer_busy(window))
    window.upkeep._leave(gone)  # as after a Yes
    qtbot.waitUntil(lambda: window.session.state.paths == ())
    for folder in (added, *([gone] if again else [])):
        window.folders.add(folder)
    monkeypatch.setattr(window.session, "stop", lambda stop=window.session.stop: may.set() or stop())
    window.close()
    assert read_chosen().folders == (gone, stays, added)[succeeds and not again :]
    assert not window.upkeep.is_forgetting


def test_folders_that_were_arranged_and_are_not_open_yet_are_there_at_the_next_start(
    make_window, photos_in, qtbot
):
    first, second, other = photos_in(4, "first"), photos_in(3, "second"), photos_in(5, "other")
    window = make_window()
    window.folders.open(first)
    qtbot.waitUntil(lambda: window.session.state.photos == 4 and no_longer_busy(window))
    window.folders.add(second)
    window.close()
    assert read_chosen().folders == (first, second)
    window = make_window()
    window.folders.open(*read_chosen().folders)
    qtbot.waitUntil(lambda: window.session.state.photos == 7 and no_longer_busy(window))
    window.folders.remove(first)
    window.folders.open(other)  # which may not open
    window.close()
    assert read_chosen().folders == (second,)
