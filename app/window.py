"""The main window: it joins folder, paper and photos, and decides what stands where."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app import actions, appearance, desktop, phrases
from app.about import AboutDialog
from app.bars import FolderBar, StatusBar
from app.drawing.files import SketchFiles
from app.drawing.panel import DrawingPanel
from app.folder.session import Session
from app.photos.panel import PhotosPanel
from app.photos.placeholders import State
from app.settings import Settings
from app.skipped import SkippedDialog
from engine.encoder import Encoder
from engine.library import Hit, Report

_FRAME = 8  # milliseconds: a pen that reports faster than screens repaint asks for no more searches


class MainWindow(QMainWindow):
    """Paper on the left, photos on the right, the folder on top, and how things go below."""

    def __init__(self, load_encoder: Callable[[], Encoder], settings: Settings) -> None:
        """Build the window and begin loading the encoder.

        Args:
            load_encoder: called once, off the GUI thread.
            settings: what was remembered; the window remembers there in turn.
        """
        super().__init__()
        self.setWindowTitle("FFMLN")
        self.setAcceptDrops(True)
        self._settings = settings
        self._failed = False  # the folder could not be opened, or there is no model
        self._complete = False  # the folder was looked through to the end
        self._hits: list[Hit] | None = None
        self._changed = False  # the drawing, since the last answer
        self._actions = actions.make_actions(self)
        self.session = Session(load_encoder, self)
        self.drawing_panel = DrawingPanel(self._actions)
        self.canvas = self.drawing_panel.canvas
        self.sketch_files = SketchFiles(self.canvas)
        self.photos_panel = PhotosPanel(desktop.picture_library())
        self.grid = self.photos_panel.grid
        self.notice = self.photos_panel.notice
        self.folder_bar, self.status = FolderBar(), StatusBar()
        self._ask_soon = QTimer(self, interval=_FRAME, singleShot=True)
        self._build()
        self._connect()
        self._restore()
        self._update_page()

    def _build(self) -> None:
        self.splitter = QSplitter()
        self.splitter.addWidget(self.drawing_panel)
        self.splitter.addWidget(self.photos_panel)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 2)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([600, 760])
        centre = QWidget()
        rows = QVBoxLayout(centre)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget, stretch in ((self.folder_bar, 0), (self.splitter, 1), (self.status, 0)):
            rows.addWidget(widget, stretch)
        self.setCentralWidget(centre)
        self.status.hide()  # the welcome page makes the same promise
        self._follow_palette()

    def _connect(self) -> None:
        self._connect_actions()
        self.canvas.drawing_changed.connect(self._drawing_changed)
        self.canvas.stroke_active.connect(self.session.give_way)
        self.canvas.stroke_active.connect(self._stroke_ended)
        self._ask_soon.timeout.connect(self._ask)
        self.grid.failed.connect(self.notice.say)
        self.sketch_files.failed.connect(self.notice.say)
        for chooser in (self.folder_bar.choose, self.photos_panel.welcome.choose):
            chooser.connect(self.choose_folder)
        self.photos_panel.welcome.pictures.connect(lambda: self.open_folder(desktop.picture_library()))
        self.notice.acted.connect(self._retry)
        self.status.pause.connect(self.session.pause)
        self.status.cancel.connect(self.session.cancel)
        self.status.resume.connect(self.session.index)
        self.status.skipped.connect(self.show_skipped)
        self.session.opened.connect(self._folder_opened)
        self.session.progressed.connect(self.status.show_progress)
        self.session.indexing_changed.connect(self._indexing_changed)
        self.session.indexed.connect(self._indexed)
        self.session.grown.connect(self._grown)
        self.session.answered.connect(self._show)
        self.session.failed.connect(self._fail)

    def _connect_actions(self) -> None:
        act = self._actions
        act.choose.triggered.connect(self.choose_folder)
        act.open_sketch.triggered.connect(self.sketch_files.choose)
        act.save_sketch.triggered.connect(self.sketch_files.save)
        act.paste.triggered.connect(self.sketch_files.paste)
        act.quit.triggered.connect(self.close)
        act.index.triggered.connect(self._retry)
        act.skipped.triggered.connect(self.show_skipped)
        act.about.triggered.connect(lambda: AboutDialog(self).open())
        act.appearance.triggered.connect(self._set_appearance)

    def _restore(self) -> None:
        if not self.restoreGeometry(self._settings.geometry):
            self.resize(1280, 820)
        self.splitter.restoreState(self._settings.splitter)
        self.canvas.set_pen_width(self._settings.pen_width)
        for choice in self._actions.appearance.actions():
            choice.setChecked(choice.data() == self._settings.appearance)
        appearance.apply(self._settings.appearance)

    # --- the folder ----------------------------------------------------------------------------------

    def open_folder(self, folder: Path | None) -> None:
        """Open this folder instead of the present one; None is ignored."""
        if folder is None:
            return
        self._failed, self._complete, self._hits = False, False, None
        self.notice.hide()
        self.status.reset()
        self.grid.clear()
        self.folder_bar.set_folder(folder)
        self.status.show()
        self.session.open(folder)
        self._update_page()

    def choose_folder(self) -> None:
        """Ask for a folder and open it."""
        start = self.session.folder or desktop.picture_library() or Path.home()
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Choose a photo folder"), str(start))
        if chosen:
            self.open_folder(Path(chosen))

    def _folder_opened(self) -> None:
        library, folder = self.session.library, self.session.folder
        self._failed = False
        if library is not None and folder is not None:
            self._settings.folder = folder
            self.status.set_skipped(len(library.skipped_files()))
        self._check_offline()
        self._ask()
        self._update_page()

    def _check_offline(self) -> None:
        library = self.session.library
        if library is not None and library.offline:
            text = self.tr("This folder is not there now (an unplugged drive?). Its photos stay searchable.")
            self.notice.say(text, retry=True)

    def _retry(self) -> None:
        """Look at the folder again: for new photos, or whether it has come back."""
        library = self.session.library
        if library is None or library.offline:
            self.open_folder(self.session.folder)
        else:
            self.session.index()

    def _indexing_changed(self, indexing: bool) -> None:
        if indexing:
            self.notice.hide()
            self.status.begin()
        else:
            self.status.end()
            self.grid.thumbnails.retry()
        self._update_page()

    def _indexed(self, report: Report) -> None:
        library = self.session.library
        self._complete = library is not None and not library.offline
        self.status.complete()
        self.status.set_skipped(len(report.skipped))
        if report.changed:
            self.grid.thumbnails.renew()
        self._check_offline()

    def _grown(self) -> None:
        self._ask()
        self._update_page()

    def show_skipped(self) -> None:
        """Show which files were skipped, and why."""
        library = self.session.library
        if library is not None:
            SkippedDialog(library.skipped_files(), library.folder, self).open()

    # --- the drawing ---------------------------------------------------------------------------------

    def _drawing_changed(self) -> None:
        self._changed = True
        self.notice.settle()
        if self.canvas.is_blank:
            self._ask_soon.stop()
            self.session.search(None)
            self._hits = None
            self.grid.clear()
            self._update_page()
        elif not self._ask_soon.isActive():
            self._ask_soon.start()

    def _ask(self) -> None:
        query = self.canvas.document.query()
        self.session.search(query)
        if query is not None and self._hits is None:
            self._update_page()

    def _show(self, hits: list[Hit]) -> None:
        self._hits = hits
        self.grid.show_hits(hits, from_top=self._changed)
        self._changed = False
        self._update_page()

    def _stroke_ended(self, active: bool) -> None:
        if not active and self._hits:
            event = QAccessibleAnnouncementEvent(self.grid, phrases.results(len(self._hits)))
            QAccessible.updateAccessibility(event)

    # --- what stands where ---------------------------------------------------------------------------

    def _state(self) -> State:
        library = self.session.library
        return State(
            folder=self.session.folder,
            opening=self.session.is_opening,
            indexing=self.session.is_indexing,
            indexed=self._complete,
            photos=library.photo_count if library is not None else 0,
            drawn=not self.canvas.is_blank,
            failed=self._failed,
            hits=len(self._hits) if self._hits is not None else None,
        )

    def _update_page(self) -> None:
        state = self._state()
        self.folder_bar.set_count(state.photos)
        self._actions.index.setEnabled(state.folder is not None and not state.indexing)
        self._actions.skipped.setEnabled(self.session.library is not None)
        self.photos_panel.show_state(state)

    def _fail(self, sentence: str) -> None:
        """Say what went wrong; where there is no library, it was the folder or the model."""
        self._failed = self.session.library is None
        self.notice.say(sentence, retry=self.session.folder is not None)
        self._update_page()

    def _set_appearance(self, choice: QAction) -> None:
        self._settings.appearance = choice.data()
        appearance.apply(choice.data())

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

    def showEvent(self, event: QShowEvent) -> None:
        """Begin with the pen at hand."""
        super().showEvent(event)
        self.canvas.setFocus()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders and pictures from other programs."""
        if event.source() is None and desktop.path_of_drop(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open a dropped folder; lay a dropped picture on the paper."""
        path = desktop.path_of_drop(event.mimeData())
        if path is None:
            return
        event.acceptProposedAction()
        if path.is_dir():
            self.open_folder(path)
        else:
            self.sketch_files.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember what is to be remembered, end every thread, lose nothing."""
        self._settings.geometry = self.saveGeometry()
        self._settings.splitter = self.splitter.saveState()
        self._settings.pen_width = self.canvas.pen_width
        self._settings.save()
        self.hide()  # at once; what is in the works may take a moment to end
        self.session.stop()
        self.grid.thumbnails.stop()
        super().closeEvent(event)
