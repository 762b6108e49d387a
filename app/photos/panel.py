"""The window's right side: a line above the photos, and the photos or what stands in their place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from app import phrases
from app.folder.state import FolderState
from app.photos.grid import PhotoGrid
from app.photos.notice import Notice
from app.photos.placeholders import Message, Welcome, message

_LEAST_WIDTH = 290  # two columns of photos
_HEADING = 34  # pixels of height


class PhotosPanel(QWidget):
    """Welcome, message or results; which of them is up follows from the state alone.

    The notice stands on this side, so that the paper never moves under the pen.

    Attributes:
        notice: what went wrong.
        welcome: before the first folder.
        message: while there are no photos to show.
        results: the photos.
    """

    def __init__(self, library: Path | None, parent: QWidget | None = None) -> None:
        """Build the pages.

        Args:
            library: the person's picture library, None where there is none.
            parent: its owner.
        """
        super().__init__(parent)
        self.setMinimumWidth(_LEAST_WIDTH)
        self.notice = Notice()
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setContentsMargins(8, 0, 8, 0)
        self._heading.setMinimumHeight(_HEADING)
        self.welcome, self.message, self.grid = Welcome(library), Message(), PhotoGrid()
        self._pages = QStackedWidget()
        for page in (self.welcome, self.message, self.grid):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.notice)
        column.addWidget(self._heading)
        column.addWidget(self._pages, 1)

    def show_state(self, state: FolderState, *, drawn: bool, hits: int | None) -> None:
        """Put up the page that belongs to this; see `placeholders.message`."""
        says = message(state, drawn=drawn, hits=hits)
        self._heading.setText(phrases.best_of(hits, state.photos) if says is None and hits else "")
        if state.folder is None:
            self._pages.setCurrentWidget(self.welcome)
        elif says is not None:
            self.message.show_message(*says)
            self._pages.setCurrentWidget(self.message)
        else:
            self._pages.setCurrentWidget(self.grid)

    @property
    def heading(self) -> str:
        """What the line above the photos says."""
        return self._heading.text()

    @property
    def page(self) -> QWidget | None:
        """The page that is up."""
        return self._pages.currentWidget()
