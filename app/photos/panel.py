"""The window's right side: a line above the photos, and the photos or what stands in their place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.folder.searcher import Found
from app.folder.state import FolderState
from app.input.fingers import Fingers
from app.input.keyboard import hand_on, in_order
from app.photos.folders import FolderButton
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.seating import Seating
from app.photos.grid.sized_tiles import LARGEST_TILE, SMALLEST_TILE
from app.photos.heading import Heading
from app.photos.notice import Notice
from app.photos.placeholders import Message, Welcome, message
from app.photos.time.timeline import Timeline
from app.photos.view.viewer import Viewer
from app.state.settings import Settings

_LEAST_WIDTH = 290  # two columns of photos


class PhotosPanel(QWidget):
    """Welcome, message or results; which of them is up follows from the state alone.

    The view lies over all of them while somebody looks at a photo. The notice has its room from the lower
    edge of what is up: neither the paper nor the first photos move under a hand, and nothing is covered.

    Attributes:
        notice: what went wrong.
        welcome: before the first folder.
        message: while there are no photos to show.
        grid: the photos.
        seating: decides which of them sits where.
        chip: how many better ones wait.
        head: how well they match.
        viewer: one of them, large.
        folders: which of them are looked into.
        timeline: when the photos were taken, and which time is looked at.
    """

    shown = Signal()
    """A state was shown: what is said may be something else than before."""

    def __init__(self, library: Path | None, settings: Settings, parent: QWidget | None = None) -> None:
        """Build the pages.

        Args:
            library: the person's picture library, None where there is none.
            settings: remembers how large the photos are, and whether the view follows the first hit.
            parent: its owner.
        """
        super().__init__(parent)
        self.setMinimumWidth(_LEAST_WIDTH)
        self._settings = settings
        self._folder: Path | None = None
        self._photos = 0  # of the library
        self._question = -1, False  # whose hits were shown last
        self._on_strip: tuple[bool, bool] | None = None  # folders and times
        self.notice = Notice(self)
        self.head = Heading()
        self.welcome, self.message, self.grid = Welcome(library), Message(), PhotoGrid()
        Fingers(self.grid)
        self.seating, self.chip = Seating(self.grid), self.head.chip
        self.folders, self.timeline = FolderButton(), Timeline()
        self.chip.clicked.connect(self.seating.settle)
        self.seating.gathered.connect(self._count_waiting)
        self.viewer = Viewer(self.grid.hits_model, self.grid.thumbnails)
        self.seating.looked_at = lambda: self.viewer.leafing.all
        self._pages, self._below = QStackedWidget(), QWidget()
        for page in (self.welcome, self.message, self.grid, self.viewer):
            self._pages.addWidget(page)
        self._strip = QWidget()
        row = QHBoxLayout(self._strip)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.folders, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.timeline, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.head)
        column.addWidget(self._pages, 1)
        column.addWidget(self.notice)
        column.addWidget(self._strip)
        in_order(self.viewer.follow, *self.notice.buttons, self.folders)
        self.show_strip()
        self._connect()

    def _connect(self) -> None:
        viewer, grid, settings, slider = self.viewer, self.grid, self._settings, self.head.slider
        grid.looked.connect(self.look_at)
        for commands in (grid.commands, viewer.commands):
            commands.copies_wanted.connect(self.look_at_copies)
        viewer.left.connect(self.leave_view)
        viewer.dragged.connect(lambda path: grid.carry([path]))
        viewer.near_end.connect(self.seating.want_more)
        viewer.commands.hand_on(grid.failed, grid.used, grid.liked, grid.unliked, grid.traced)
        grid.liked.connect(partial(viewer.note_judged, refused=False))
        grid.unliked.connect(partial(viewer.note_judged, refused=True))
        self.seating.adopted.connect(self._show_answer)
        viewer.follow.setChecked(settings.follow_first)
        viewer.follow.toggled.connect(lambda on: setattr(settings, "follow_first", on))
        slider.setRange(SMALLEST_TILE, LARGEST_TILE)
        if settings.tile_size:
            grid.set_tile_size(settings.tile_size)
        slider.setValue(grid.tile_size)
        slider.valueChanged.connect(grid.set_tile_size)
        grid.tile_size_changed.connect(slider.setValue)
        grid.tile_size_changed.connect(lambda size: setattr(settings, "tile_size", size))

    # --- the view --------------------------------------------------------------------------------------

    def look_at(self, path: Path) -> None:
        """Let a photo fill this side."""
        self._look_at(path)

    def look_at_copies(self, path: Path) -> None:
        """Let a hit that has copies, or others of its moment, fill this side, and leaf through all of them.

        Of another one, do nothing.
        """
        hit = next((one for one in self.grid.hits_model.hits if path in one.files), None)
        if hit is not None and hit.is_stack:
            self._look_at(path, hit.files, is_moment=bool(hit.burst))

    def _look_at(self, path: Path, files: Sequence[Path] = (), *, is_moment: bool = False) -> None:
        self._pages.setCurrentWidget(self.viewer)
        self.head.slider.setEnabled(False)
        self.viewer.look_at(path, files, is_moment=is_moment)
        self.viewer.picture.setFocus()

    def leave_view(self) -> None:
        """Show what lies below the view, with the photo last looked at chosen and in sight.

        The grid is scrolled no further than that takes. Where the drawing is another one by now, and the
        photo is not among what it found, the grid stands at its top.
        """
        leafing, had_focus = self.viewer.leafing, self.viewer.isAncestorOf(QApplication.focusWidget() or self)
        if (path := leafing.way_back) is None:
            return
        rank = None if self.viewer.is_elsewhere else leafing.rank
        self.viewer.rest()
        self.head.slider.setEnabled(True)
        self._pages.setCurrentWidget(self._below)
        self.grid.return_to(path, rank)
        if had_focus:
            self.landing.setFocus()

    def _show_answer(self, found: Found) -> None:
        question = found.stamp, found.newest
        self.viewer.take_answer(found.hits, is_another=question != self._question)
        self._question = question
        if self._below is self.grid and found.hits:  # the person may have asked for it, and no state changed
            self._show_heading(found)
            self.shown.emit()

    def stop(self) -> None:
        """End the threads that read photos."""
        self.viewer.stop()
        self.grid.thumbnails.stop()

    def show_state(self, state: FolderState, *, drawn: bool, hits: int | None) -> None:
        """Put up the page that belongs to this; see `placeholders.message`."""
        with hand_on(self, lambda: self.landing):
            self._show_state(state, drawn=drawn, hits=hits)
        self.shown.emit()

    def _show_state(self, state: FolderState, *, drawn: bool, hits: int | None) -> None:
        narrowed = self.timeline.is_brushed or bool(self.folders.chosen)
        found, self._photos = self.seating.shown, state.photos
        if found is not None and not (hits or found.spread.photos):
            hits = None  # that answer is of before there were any photos
        says = message(state, drawn=drawn, hits=hits, narrowed=narrowed)
        if says is None and found is not None:
            self._show_heading(found)
        else:
            self.head.show_nothing()
        self._below = self.grid
        if state.folder is None:
            self._below = self.welcome
        elif says is not None:
            self.message.show_message(*says, everywhere=narrowed and hits == 0)
            self._below = self.message
        if state.folder != self._folder:
            self._folder = state.folder
            self.leave_view()
        if self.viewer.path is None:
            self._pages.setCurrentWidget(self._below)

    def _count_waiting(self, photos: int) -> None:
        self.chip.count(photos, by_date=self.seating.is_by_date)

    def total(self, found: Found) -> int:
        """Return among how many photos an answer was looked for."""
        spread = found.spread
        fewer = spread.looked_at < spread.photos  # by time, by folder, or since a folder is switched off
        return spread.looked_at if fewer else self._photos

    def _show_heading(self, found: Found) -> None:
        total = self.total(found)
        if found.newest:
            self.head.show_newest(total, joined=found.joined)
            return
        self.head.show_photos(
            total,
            "" if found.strength is None else found.strength.name,
            best_first=not found.varied,
            newest_first=found.newest_first,
        )

    def show_strip(self) -> None:
        """Show the strip of time and the folders, where there is anything to choose."""
        there = self.folders.has_folders, self.timeline.has_times
        if there == self._on_strip:
            return
        self._on_strip = there
        with hand_on(self, lambda: self.landing):
            self.folders.setVisible(self.folders.has_folders)
            self.timeline.setVisible(self.timeline.has_times)
            self._strip.setVisible(self.folders.has_folders or self.timeline.has_times)

    @property
    def heading(self) -> str:
        """What the line above the photos says."""
        return self.head.text

    @property
    def words(self) -> str:
        """What stands in the place of photos, or else how well they match; empty where neither is said."""
        return self.message.words if self._below is self.message else self.head.match

    @property
    def landing(self) -> QWidget:
        """Where the keyboard goes when the widget that it was at has gone."""
        page = self._pages.currentWidget()
        if page is self.welcome:
            return self.welcome.landing
        return (
            self.viewer.picture
            if page is self.viewer
            else self.message
            if page is self.message
            else self.grid
        )

    @property
    def page(self) -> QWidget | None:
        """The page that is up."""
        return self._pages.currentWidget()
