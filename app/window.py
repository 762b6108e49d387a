"""The main window: it joins folder, paper and photos, and decides what stands where."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from app import actions
from app.desktop import desktop
from app.dialogs.help import HelpPages
from app.drawing.files import SketchFiles
from app.drawing.invitation import Invitation
from app.drawing.panel import DrawingPanel
from app.drawing.pasting import Pasting
from app.folder.searcher import Found
from app.folder.session import Session
from app.folder.state import FolderState
from app.frame.bars import FolderBar, StatusBar
from app.frame.drops import Drops
from app.frame.remembered import Remembered
from app.frame.sides import Sides
from app.input.keyboard import hand_on
from app.library.collecting import Collecting
from app.library.library import LibraryFolders
from app.library.other_encoder import OtherEncoder
from app.library.renames import Renames
from app.library.skipped import SkippedFiles
from app.library.upkeep import FolderUpkeep
from app.photos.panel import PhotosPanel
from app.search.announcing import Announcer
from app.search.finding import Finding
from app.search.live_search import LiveSearch
from app.search.narrower import Narrower
from app.search.teaching import Teaching
from app.shelf.shelving import Shelving
from app.start.next_start import NextStart
from app.state.settings import Settings
from app.threads.ending import end_together
from app.words import phrases
from engine.encoding.encoder import Encoder
from engine.library import Report
from engine.paths import data_dir
from engine.visible import visible

_LOOPS = 4  # that invite to draw


class MainWindow(QMainWindow):
    """Paper on the left, photos on the right, the folder on top, and how things go below."""

    closing = Signal()
    """All is remembered that the next window shows, and threads are about to end."""

    def __init__(
        self, load_encoder: Callable[[], Encoder], settings: Settings, *, resumes: bool = True
    ) -> None:
        """Build the window and begin loading the encoder.

        Args:
            load_encoder: called once, off the GUI thread.
            settings: what was remembered; the window remembers there in turn.
            resumes: whether the paper is that of the last time and of the next; one window's at a time is.
        """
        super().__init__()
        self.setAcceptDrops(True)
        self._settings = settings
        self._next_start = NextStart(data_dir(), wanted=resumes)
        self._actions = actions.make_actions(self)
        self.session = Session(load_encoder, self)
        self.upkeep, self.skipped = FolderUpkeep(self.session, self), SkippedFiles(self.session, self)
        self.photos_panel = PhotosPanel(desktop.picture_library(), settings)
        self.grid, self.seating = self.photos_panel.grid, self.photos_panel.seating
        self.notice = self.photos_panel.notice
        self.drawing_panel = DrawingPanel(self._actions, self._holds, self.grid.thumbnails)
        self.canvas = self.drawing_panel.canvas
        self.sketch_files = SketchFiles(self.canvas)
        self._pasting = Pasting(self.drawing_panel.print_files)
        self.folder_bar, self.status = FolderBar(), StatusBar()
        self.folders = LibraryFolders(
            self.session, self.folder_bar, self._actions, settings, self.upkeep, self._next_start, self
        )
        self.narrower = Narrower(
            self._actions, self.session, self.photos_panel, settings, lambda: self.folders.searched, self
        )
        self._drops = Drops(self, self.drawing_panel, self.grid, self.folders.open)
        self._invitation = Invitation(self.canvas, loops=_LOOPS)
        self.live = LiveSearch(self.canvas, self.session, self.seating, self.narrower.query)
        self.collecting = Collecting(self._actions, self.session, self.grid, self.status, self.notice, self)
        self.narrower.follow(self.live.answered)
        self.collecting.follow(self.live, self.narrower.folders)
        self.help = HelpPages(self, self._actions, self.grid)
        self._rendered: tuple[object, ...] = ()
        self._build()
        self._connect()
        self._remembered = Remembered(settings, self._actions, self.notice.say)
        self._remembered.restore(self, self.splitter, self.canvas)
        self.shelving = Shelving(
            self.drawing_panel,
            self.grid,
            self.notice,
            self._actions,
            settings,
            resumes=self._next_start.is_ours,
        )
        self.teaching = Teaching(self.session, self.canvas, self._actions, settings, self)
        self.other_encoder = OtherEncoder(self._actions, settings, self.session, self)
        self.other_encoder.said.connect(self.notice.say)
        self._follow_finding()
        self._render()

    def _build(self) -> None:
        self.splitter = Sides(self.drawing_panel, self.photos_panel, self._actions)
        centre = QWidget()
        rows = QVBoxLayout(centre)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget, stretch in ((self.folder_bar, 0), (self.splitter, 1), (self.status, 0)):
            rows.addWidget(widget, stretch)
        self.setCentralWidget(centre)
        self._follow_palette()

    def _connect(self) -> None:
        self._connect_actions()
        self.canvas.drawing_changed.connect(self.notice.settle)
        Announcer(self.live, self.canvas, self.photos_panel)
        self.live.asked.connect(self._render_unless_found)
        self.live.answered.connect(self._render_found)
        self.narrower.changed.connect(self.live.ask_anew)
        prints = self.drawing_panel.print_files
        for failing in (self.grid, self.sketch_files, self._pasting, prints, self.skipped):
            failing.failed.connect(self.notice.say)
        self.grid.liked.connect(partial(prints.lay, like=True))
        self.grid.unliked.connect(partial(prints.lay, like=False))
        self.grid.traced.connect(self.sketch_files.trace)
        self.photos_panel.welcome.choose.connect(self.folders.choose)
        self.photos_panel.welcome.picture_library.connect(lambda: self.open_folder(desktop.picture_library()))
        self.folders.opening.connect(self._forget_photos)
        self.folders.rearranged.connect(self.narrower.clear)
        self.folders.rearranged.connect(self.seating.note_change)  # what a folder gave leaves with it
        for then in (self.narrower.leave_what_is_off, self.live.ask_anew, self._render):
            self.folders.switched.connect(then)
        self.folders.said.connect(self.notice.say)
        self.folders.listed.connect(self.collecting.list_in)
        self.notice.acted.connect(self.session.retry)
        self.status.pause.connect(self.session.indexing.pause)
        self.status.cancel.connect(self.session.indexing.cancel)
        self.status.resume.connect(self.session.index)
        self.status.skipped.connect(self.skipped.show)
        self.upkeep.said.connect(self.notice.say)
        self.upkeep.ruled.connect(self.live.note_rules)
        self.session.state_changed.connect(self._render)
        self.session.indexed.connect(self._take_report)
        self.drawing_panel.renamed.connect(self.live.ask)
        self.session.indexing_ended.connect(self.grid.thumbnails.retry)
        self.session.searcher.failed.connect(self.notice.say_failure)
        self.live.answered.connect(self.notice.take_back_failure)
        self.session.searcher.failed.connect(self.seating.note_failure)
        self.session.watcher.said.connect(self.notice.say)

    def _follow_finding(self) -> None:
        finding, keeper = Finding(self.live, self.drawing_panel, self.photos_panel), self.shelving.keeper
        finding.known = keeper.photos_found
        for one in (keeper, self.teaching):
            finding.found.connect(one.note_found)
            finding.refused.connect(one.note_refused)
        Renames(self.session, self.seating, self.drawing_panel, keeper, finding)
        self.teaching.failed.connect(self.notice.say)
        self.teaching.changed.connect(lambda: self.status.show_learned(self.teaching.learned))

    def _connect_actions(self) -> None:
        act, upkeep = self._actions, self.upkeep
        self.sketch_files.join(act)
        act.paste.triggered.connect(self._pasting.paste)
        act.quit.triggered.connect(self.close)
        act.index.triggered.connect(self.session.retry)
        act.skipped.triggered.connect(self.skipped.show)
        act.read_again.triggered.connect(upkeep.read_again)
        for chosen, deed in (
            (act.rules, upkeep.edit_rules),
            (act.forget_missing, upkeep.forget_missing),
            (act.forget_folder, upkeep.forget_folder),
        ):
            chosen.triggered.connect(partial(upkeep.for_one, deed))

    # --- the folder ----------------------------------------------------------------------------------

    def open_folder(self, folder: Path | None) -> None:
        """Open this folder instead of the present ones; None is ignored."""
        if folder is not None:
            self.folders.open(folder)

    def _forget_photos(self) -> None:
        """Show nothing of folders that are left."""
        self.live.forget()
        self.narrower.clear()
        self._render()

    def _take_report(self, report: Report) -> None:
        if report.changed:
            self.grid.thumbnails.renew()

    def _holds(self, path: Path) -> bool:
        """Return whether a file lies in the open folders: their library may know it, or come to know it."""
        library = self.session.library
        return library is not None and library.holds(path)

    # --- the drawing ---------------------------------------------------------------------------------

    def _render_unless_found(self) -> None:
        """Say that something is searched for, while there is nothing else to show."""
        if self.live.found is None:
            self._render()

    def _render_found(self, found: Found) -> None:
        """Show the state with an answer, unless it is shown; photos that follow others tell it themselves."""
        if not found.hits or self._rendered != self._what_is_rendered():
            self._render()

    def _what_is_rendered(self) -> tuple[object, ...]:
        """Return on what it depends what is up, but for hits that take the place of others."""
        found = self.live.found
        what = None if found is None else (bool(found.hits), found.newest)
        return self.session.state, self.canvas.document.is_empty, what

    def _render(self) -> None:
        """Show the folder's state, and what there is for the drawing."""
        with hand_on(self, lambda: self.photos_panel.landing):
            self._render_state(self.session.state)

    def _render_state(self, state: FolderState) -> None:
        self.setWindowTitle(phrases.title(visible(state.name)))
        self.folder_bar.show_state(state, self.folders.off)
        self.status.show_state(state)
        self.status.setVisible(state.folder is not None)  # the welcome page makes the same promise
        self.notice.show_state(state)
        self.grid.hits_model.set_away([one.folder for one in state.away])
        self._actions.allow(folder=bool(state.folder), is_open=state.is_open, busy=state.is_indexing)
        found = self.live.found
        hits = len(found.hits) if found is not None else None
        self.photos_panel.show_state(state, drawn=not self.canvas.document.is_empty, hits=hits)
        self._rendered = self._what_is_rendered()

    def _follow_palette(self) -> None:
        self._actions.refresh_icons(self)
        self.folder_bar.refresh_icons(self.palette())
        self.notice.tint(self.palette())

    # --- events --------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change between light and dark."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "status"):
            self._follow_palette()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the view at Escape wherever the keyboard is: on the paper somebody draws beside it."""
        if event.key() == Qt.Key.Key_Escape and self.photos_panel.viewer.path is not None:
            self.photos_panel.leave_view()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the pen at hand."""
        super().showEvent(event)
        if not event.spontaneous():  # else it was minimised, and the focus is where it was
            self.canvas.setFocus()
            self._invitation.begin()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take photos, folders and pictures; see `Drops`."""
        self._drops.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Show what a drop here would do."""
        self._drops.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show no places to drop anything any more."""
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Lay photos beside the drawing, open a folder, take a picture."""
        self._drops.drop(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember what is to be remembered, end every thread, lose nothing."""
        self.shelving.end()
        self.folders.end()
        self._next_start.release()
        self._remembered.keep(self, self.splitter, self.canvas)
        self.hide()  # at once; what is in the works may take a moment to end
        self.closing.emit()
        ends = [self.session.indexing.cancel, self.teaching.stop, self.session.stop, self.other_encoder.stop]
        end_together(*ends, self.collecting.stop, self.drawing_panel.print_files.stop, self.photos_panel.stop)
        super().closeEvent(event)
