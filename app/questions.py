"""Questions before something that many would not expect, and the buttons that answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QWidget

MANY_PRINTS = 50
"""Photos beyond which somebody is asked before they are laid beside the drawing."""


def ask(window: QWidget, question: str, then: Callable[[], object]) -> None:
    """Ask over a window, and do something after a Yes; nothing waits for the answer."""
    buttons = QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.Cancel
    box = QMessageBox(QMessageBox.Icon.Question, "FFMLN", question, buttons, window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.button(QMessageBox.StandardButton.Yes).clicked.connect(then)
    box.open()


def is_many(count: int) -> bool:
    """Return whether somebody is asked before so many photos are laid beside the drawing."""
    return count > MANY_PRINTS


def ask_to_lay(window: QWidget, count: int, then: Callable[[], object]) -> None:
    """Do what lays so many photos beside the drawing, after a question where they are very many."""
    if not is_many(count):
        then()
        return
    question = QCoreApplication.translate("PhotoCommands", "Lay %1 photos beside the drawing?")
    ask(window, question.replace("%1", QLocale().toString(count)), then)


def choice_buttons(dialog: QDialog) -> QDialogButtonBox:
    """Return the row with the buttons that take what was entered, or do not."""
    ok, cancel = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel
    buttons = QDialogButtonBox(ok | cancel)
    for button in (ok, cancel):
        buttons.button(button).setIcon(QIcon())
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    return buttons
