"""Questions before something that many would not expect, and the buttons that answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMessageBox, QWidget

MANY_PRINTS = 50
"""Photos beyond which somebody is asked before they are laid beside the drawing."""


class _Unread(QObject):
    """Takes what a held key repeats: it was pressed before the question could be read."""

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Let a question see only keys that are pressed for it."""
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.isAutoRepeat()


def take_fresh_keys(box: QMessageBox) -> None:
    """Let a question, whose buttons are all there, be answered by no key that was held before it came up."""
    unread = _Unread(box)
    for one in (box, *box.buttons()):
        one.installEventFilter(unread)


def ask(window: QWidget, question: str, then: Callable[[], object], *, loses: bool = False) -> None:
    """Ask over a window, and do something after a Yes; nothing waits for the answer.

    Args:
        window: what it is about.
        question: as one sentence.
        then: what a Yes is for.
        loses: whether that is lost which nothing brings back; then Enter alone is no Yes.
    """
    yes, cancel = QMessageBox.StandardButton.Yes, QMessageBox.StandardButton.Cancel
    box = QMessageBox(QMessageBox.Icon.Question, "FFMLN", question, yes | cancel, window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setDefaultButton(cancel if loses else yes)
    box.button(yes).clicked.connect(then)
    take_fresh_keys(box)
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
