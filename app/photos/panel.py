"""The window's right side: a line above the photos, and the photos or what stands in their place."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.folder.searcher import Found
from app.folder.state import FolderState
from app.photos.chip import Chip
from app.photos.folders import FolderButton
from app.photos.grid import PhotoGrid
from app.photos.heading import Heading
from app.photos.notice import Notice
from app.photos.placeholders import Message, Welcome, message
from app.photos.seating import Seating
from app.photos.timeline import Timeline

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
        folders: which of them are looked into.
        timeline: when the photos were taken, and which time is looked at.
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
        self.folders, self.timeline = FolderButton(), Timeline()
        self.chip.clicked.connect(self.seating.settle)
        self.seating.gathered.connect(self._count_waiting)
        self._pages = QStackedWidget()
        for page in (self.welcome, self.message, self.grid):
            self._pages.addWidget(page)
        self._strip, self._strip_allowed = QWidget(), True
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.folders)
        row.addWidget(self.timeline, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.notice)
        column.addWidget(self.head)
        column.addWidget(self._pages, 1)
        column.addWidget(self._strip)
        self.show_strip()

    def show_state(self, state: FolderState, *, drawn: bool, hits: int | None) -> None:
        """Put up the page that belongs to this; see `placeholders.message`."""
        narrowed = self.timeline.is_brushed or bool(self.folders.chosen)
        says = message(state, drawn=drawn, hits=hits, narrowed=narrowed)
        found = self.seating.shown
        if says is None and found is not None:
            self._show_heading(found, found.spread.looked_at if narrowed else state.photos)
        else:
            self.head.show_nothing()
        if state.folder is None:
            self._pages.setCurrentWidget(self.welcome)
        elif says is not None:
            self.message.show_message(*says, everywhere=narrowed and hits == 0)
            self._pages.setCurrentWidget(self.message)
        else:
            self._pages.setCurrentWidget(self.grid)

    def _count_waiting(self, photos: int) -> None:
        self.chip.count(photos, by_date=self.seating.is_by_date)

    def _show_heading(self, found: Found, total: int) -> None:
        if found.newest:
            self.head.show_newest(total)
            return
        self.head.button.setEnabled(found.newest_first or not found.by_photos)
        self.head.show_photos(
            total,
            "" if found.strength is None else found.strength.name,
            best_first=not found.varied,
            newest_first=found.newest_first,
        )

    def show_strip(self, allowed: bool | None = None) -> None:
        """Show the strip of time and the folders, where there is anything to choose.

        Args:
            allowed: whether they may be seen at all, from now on; None leaves that as it is.
        """
        if allowed is not None:
            self._strip_allowed = allowed
        self.folders.setVisible(self.folders.has_folders)
        self.timeline.setVisible(self.timeline.has_times)
        shown = self.folders.has_folders or self.timeline.has_times
        self._strip.setVisible(self._strip_allowed and shown)

    @property
    def heading(self) -> str:
        """What the line above the photos says."""
        return self.head.text

    @property
    def page(self) -> QWidget | None:
        """The page that is up."""
        return self._pages.currentWidget()
