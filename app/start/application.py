"""Qt's application, which hears what macOS asks a running program to open."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """Tells of folders that are dropped on the icon in the Dock, or opened with this program.

    An override of `event`, since a filter on the application would see every event of every widget in Python.
    """

    asked = Signal(object)
    """What is to be opened, as a tuple of paths."""

    def __init__(self, words: Sequence[str]) -> None:
        """Take the words of the command line, the program's name among them."""
        super().__init__(list(words))
        self._wanted: list[Path] = []

    def event(self, event: QEvent) -> bool:
        """Gather what is asked for at once: macOS sends an event for each of several folders."""
        if not isinstance(event, QFileOpenEvent):
            return super().event(event)
        if event.file():  # else an address that is no file
            if not self._wanted:
                QTimer.singleShot(0, self._tell)
            self._wanted.append(Path(event.file()))
        return True

    def _tell(self) -> None:
        wanted, self._wanted = tuple(self._wanted), []
        self.asked.emit(wanted)
