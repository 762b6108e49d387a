"""The window's right side: a line above the photos, and the photos or what stands in their place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.folder.state import FolderState
from app.photos.chip import Chip
from app.photos.grid import PhotoGrid
from app.photos.heading import Heading
from app.photos.notice import Notice
from app.photos.placeholders import Message, Welcome, message
from app.photos.seating import Seating

_LEAST_WIDTH = 290  # two columns of photos


class PhotosPanel(QWidget):
    """Welcome, message or results; which of them is up follows from the state alone.

    The notice stands on this side, so that the paper never moves under the pen.

    Attributes:
        notice: what went wrong.
        welcome: before the first folder.
        message: while there are no photos to show.
        grid: the photos.
        seating: decides which of them sits where.
        chip: how many better ones wait.
        head: how well they match.
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
        self.head = Heading()
        self.welcome, self.message, self.grid = Welcome(library), Message(), PhotoGrid()
        self.seating, self.chip = Seating(self.grid), Chip(self.grid)
        self.chip.clicked.connect(self.seating.settle)
        self.seating.gathered.connect(self.chip.count)
        self._pages = QStackedWidget()
        for page in (self.welcome, self.message, self.grid):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.notice)
        column.addWidget(self.head)
        column.addWidget(self._pages, 1)

    def show_state(self, state: FolderState, *, drawn: bool, hits: int | None) -> None:
        """Put up the page that belongs to this; see `placeholders.message`."""
        says = message(state, drawn=drawn, hits=hits)
        if says is None and hits:
            found = self.seating.shown
            strength = found.strength if found is not None else None
            best_first = found is not None and not found.varied
            self.head.button.setEnabled(found is None or not found.by_photos)
            self.head.show_photos(
                state.photos, "" if strength is None else strength.name, best_first=best_first
            )
        else:
            self.head.show_nothing()
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
        return self.head.text

    @property
    def page(self) -> QWidget | None:
        """The page that is up."""
        return self._pages.currentWidget()
