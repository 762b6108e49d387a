"""What a person changes of what is left out of folders."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSpinBox

from app.dialogs.dialogs import RulesDialog
from app.folder.state import Phase
from engine.state.defaults import MOST_DAYS, MOST_THUMBNAIL_MB
from engine.upkeep import Rules, Upkeep

from ..conftest import draw, shown
from ..waiting import dialog_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_what_is_left_out_is_edited_and_followed(indexed_window, photo_folder, qtbot):
    draw(indexed_window)
    qtbot.waitUntil(lambda: shown(indexed_window) == 12)
    indexed_window._actions.rules.trigger()
    dialog = dialog_of(indexed_window, RulesDialog, qtbot)
    here, everywhere = dialog.findChildren(QPlainTextEdit)
    here.setPlainText("# mine\n\nolder/\n!\n")
    dialog.accept()
    assert dialog.isVisible()
    assert dialog.error.text() == "The pattern '!' means nothing: write it as in a .gitignore file."
    here.setPlainText("# mine\n\n older/ \n")
    everywhere.setPlainText("Screenshots/")
    dialog.findChild(QSpinBox).setValue(30)
    dialog.accept()
    qtbot.waitUntil(lambda: shown(indexed_window) == 9)
    with Upkeep(photo_folder) as upkeep:
        kept = upkeep.rules
    assert (kept.here, kept.everywhere, kept.keep_days) == (("older/",), ("Screenshots/",), 30)
    indexed_window._actions.rules.trigger()
    again = dialog_of(indexed_window, RulesDialog, qtbot)
    assert again.rules == kept
    again.reject()


def test_what_a_terminal_chooses_while_the_dialog_is_open_stays(indexed_window, photo_folder, qtbot):
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude(["older/", "*.bmp"])
        indexed_window._actions.rules.trigger()
        dialog = dialog_of(indexed_window, RulesDialog, qtbot)
        upkeep.exclude(["*.bmp", "*.gif"])
        upkeep.exclude(["Screenshots/"], everywhere=True)
        upkeep.keep_days = 30
        dialog.findChildren(QPlainTextEdit)[0].setPlainText("older/\n*.webp")
        dialog.findChildren(QSpinBox)[1].setValue(500)
        with qtbot.waitSignal(indexed_window.upkeep.ruled):
            dialog.accept()
        assert upkeep.rules == Rules(("*.webp", "*.gif"), ("Screenshots/",), 30, 500)


@pytest.mark.parametrize("entered", ["", "a/"])
def test_patterns_that_no_field_shows_as_they_are_can_be_taken_out(qtbot, photo_folder, entered):
    with Upkeep(photo_folder) as upkeep:
        upkeep.exclude([" older/", "caf\udce9/", "a/"])
        before = upkeep.rules
        dialog = RulesDialog(before, photo_folder)
        qtbot.addWidget(dialog)
        assert dialog.rules == before
        dialog.findChildren(QPlainTextEdit)[0].setPlainText(entered)
        upkeep.change_rules(dialog.before, dialog.rules)
        assert upkeep.excludes() == [entered] * bool(entered)


def test_whatever_the_terminal_takes_stays_as_it_is_where_nothing_was_changed(qtbot, tmp_path):
    chosen = Rules(("*.png",), ("!name/",), MOST_DAYS, MOST_THUMBNAIL_MB)
    dialog = RulesDialog(chosen, tmp_path)
    qtbot.addWidget(dialog)
    dialog.accept()
    assert (dialog.rules, MOST_DAYS >= 10_000) == (chosen, True)


def test_the_folder_is_named_and_what_holds_for_all_stands_apart(qtbot, tmp_path):
    dialog = RulesDialog(Rules((), (), 90, 100), tmp_path / "Rock & roll")
    qtbot.addWidget(dialog)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert said.index("&Left out of Rock && roll") + 1 == said.index("For all folders")


def test_what_is_left_out_of_a_folder_whose_drive_hangs_is_shown_once_that_answers(
    make_window, photo_folder, monkeypatch, qtbot
):
    may, asked, window = threading.Event(), [], make_window()

    def slowly(folder):
        asked.append(threading.current_thread())
        may.wait(60)
        return folder

    monkeypatch.setattr("engine.upkeep.resolve_path", slowly)
    for _ in range(2):  # as somebody who does not wait
        window.upkeep.edit_rules(photo_folder)
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert asked[0] is not threading.main_thread()
    assert not window.findChildren(RulesDialog)
    may.set()
    dialog_of(window, RulesDialog, qtbot).reject()
    assert len(asked) == 1


def test_what_is_left_out_while_it_is_indexed_is_followed(make_window, many_photos, slow_encoder, qtbot):
    window = make_window(lambda: slow_encoder, folder=many_photos)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.INDEXING and slow_encoder.begun.is_set())
    window._actions.rules.trigger()
    dialog = dialog_of(window, RulesDialog, qtbot)
    dialog.findChildren(QPlainTextEdit)[0].setPlainText("1*.png")
    dialog.accept()
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.CURRENT and window.session.state.photos == 89)


def test_a_dialog_that_was_closed_is_gone(indexed_window, qtbot):
    indexed_window._actions.rules.trigger()
    dialog_of(indexed_window, RulesDialog, qtbot).reject()
    qtbot.waitUntil(lambda: not indexed_window.findChildren(RulesDialog))


def test_names_and_patterns_are_shown_as_they_are(qtbot, tmp_path):
    dialog = RulesDialog(Rules((), (), 30, 100), tmp_path / "<b>a")
    qtbot.addWidget(dialog)
    labels = [dialog.error, *(one for one in dialog.findChildren(QLabel) if "<b>" in one.text())]
    assert len(labels) == 2
    assert all(one.textFormat() is Qt.TextFormat.PlainText for one in labels)
