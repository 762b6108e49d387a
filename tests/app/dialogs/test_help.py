from importlib.metadata import distribution

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit

from app.dialogs.help import LicencesDialog, LogDialog, ShortcutsDialog
from app.dialogs.licences import Licence, licence_of, own_licence, packages, weights_notice
from app.state.log import log_file
from app.words.languages import speak

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def opened(window, kind: type[QDialog]) -> QDialog:
    (dialog,) = [one for one in window.findChildren(kind) if one.isVisible()]
    return dialog


def rows(dialog) -> dict[str, str]:
    groups = [dialog.list.topLevelItem(place) for place in range(dialog.list.topLevelItemCount())]
    items = [group.child(place) for group in groups for place in range(group.childCount())]
    return {item.text(0): item.text(1) for item in items}


def test_f1_names_every_key_of_the_menus_and_of_the_photos(make_window):
    window = make_window()
    QTest.keyClick(window, Qt.Key.Key_F1)
    listed = rows(opened(window, ShortcutsDialog))
    for action in [*window.actions(), *window.grid.actions()]:
        if action.shortcut() != QKeySequence():
            text = action.text().replace("&", "").removesuffix("\N{HORIZONTAL ELLIPSIS}")
            assert action.shortcut().toString(QKeySequence.SequenceFormat.NativeText) in listed[text]
    assert listed["Straight line"] == "Shift while drawing"
    assert listed["Back to all photos"] == "Esc, Space"


def test_f1_names_the_keys_that_no_command_has(make_window):
    window = make_window()
    QTest.keyClick(window, Qt.Key.Key_F1)
    listed = rows(opened(window, ShortcutsDialog))
    for deed in ("Open in its program", "Open it", "Draw on with a kept drawing"):
        assert listed[deed].startswith("Enter")
    for deed in ("Take off a photo beside the drawing", "Remove a kept drawing"):
        assert listed[deed] == "Del"
    assert listed["Look at all times"] == "Esc, Del"
    assert listed["Choose a span of time"] == "Drag"


def test_the_log_can_be_read_in_the_window(make_window):
    window = make_window()
    log_file().write_text("ERROR app.window: first\nERROR app.window: l\u00e4st\n", "utf-8")
    action = next(one for one in window.actions() if one.text() == "&Log")
    action.trigger()
    assert opened(window, LogDialog).text.toPlainText().endswith("l\u00e4st")


def test_without_a_log_that_is_said(make_window):
    window = make_window()
    next(one for one in window.actions() if one.text() == "&Log").trigger()
    assert opened(window, LogDialog).text.toPlainText() == "Nothing was noted yet."


def test_the_licences_name_what_is_inside(make_window):
    window = make_window()
    next(one for one in window.actions() if one.text() == "L&icences").trigger()
    dialog = opened(window, LicencesDialog)
    listed = [dialog.list.topLevelItem(place).text(0) for place in range(dialog.list.topLevelItemCount())]
    assert {"numpy", "onnxruntime-gpu", "pillow"} <= set(listed)
    assert "torch" not in listed
    assert "weights, not code" in dialog.findChild(QPlainTextEdit).toPlainText()


def test_every_package_inside_has_a_version_and_a_licence():
    assert own_licence() == "Apache-2.0"
    assert weights_notice().strip()
    assert packages() == sorted(packages(), key=lambda one: one.package.lower().replace("_", "-"))
    for one in packages():
        assert one.version == distribution(one.package).version
        assert one.licence or one.package == "hnswlib"
    assert licence_of(distribution("numpy")).startswith("BSD-3-Clause")


def test_the_weights_notice_breaks_its_lines_where_the_window_does():
    lines = weights_notice().strip().split("\n")
    assert not any(line.startswith(" ") for line in lines)
    assert "models are Apache-2.0" in weights_notice()
    assert sum(line.startswith("- ") for line in lines) == 11
    assert "" in lines


def test_every_key_has_the_name_that_stands_on_a_german_keyboard(qapp, make_window):
    with speak("de"):
        window = make_window()
        QTest.keyClick(window, Qt.Key.Key_F1)
        keys = " ".join(rows(opened(window, ShortcutsDialog)).values())
        assert "Strg+Eingabe" in keys
        assert "Umschalt" in keys
        for english in ("Ctrl", "Shift", "Return", "Space", "Del", "Home", "End,", "Backspace"):
            assert english not in keys


def test_a_package_that_declares_no_licence_is_told_of_in_the_windows_language(qapp, make_window):
    with speak("de"):
        dialog = LicencesDialog("Apache-2.0", "", [Licence("hnswlib", "0.8.0", "")], make_window())
    assert dialog.list.topLevelItem(0).text(2) == "siehe die Dateien des Pakets"
    assert licence_of(distribution("hnswlib")) == ""


def test_a_frozen_bundle_lists_what_it_says_is_inside_and_shows_the_texts(qtbot, monkeypatch, tmp_path):
    (tmp_path / "licences").mkdir()
    index = '[{"package": "libthing2", "version": "1-2", "licence": "MIT"}]'
    (tmp_path / "licences" / "index.json").write_text(index, "utf-8")
    monkeypatch.setattr("app.dialogs.licences.ASSETS", tmp_path / "assets")
    assert packages() == [Licence("libthing2", "1-2", "MIT")]
    shown = LicencesDialog("Apache-2.0", "Of the weights.", packages())
    qtbot.addWidget(shown)
    buttons = shown.findChild(QDialogButtonBox).buttons()
    opened_urls = []
    monkeypatch.setattr("app.desktop.desktop.QDesktopServices.openUrl", opened_urls.append)
    next(one for one in buttons if one.text() == "Show their texts").click()
    assert opened_urls[0].toLocalFile() == str(tmp_path / "licences")
