"""The open folder at work: its library is loaded, indexed, searched and closed here, off the GUI thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.engine_sentences import in_own_language
from app.folder.pace import Pace
from app.folder.searcher import Searcher
from app.folder.state import FolderState, Phase
from app.folder.worker import Task, Worker
from engine.encoder import Encoder
from engine.errors import BusyCatalogError
from engine.library import Library, Progress, Query, Report

_AGAIN_EVERY = 1000  # milliseconds between searches on account of new photos
_TURN_EVERY = 2000  # milliseconds between tries while another process indexes


class Session(QObject):
    """One folder at a time, and the encoder that serves them all. Lives in the GUI thread.

    A folder is opened only once the one before it has let go of its catalog.

    Attributes:
        state: what is known of the open folder now.
        library: its library, None while there is none.
        searcher: answers queries, and goes on with answers.
    """

    state_changed = Signal(object)
    """The new `FolderState`."""
    opened = Signal()
    """`library` can be searched; indexing has begun where the folder is there."""
    indexed = Signal(object)
    """The `Report` of an indexing that came to its end."""
    indexing_ended = Signal()
    """Indexing ended, for whatever reason."""
    left = Signal()
    """The folder was closed on request; none is open now."""
    grown = Signal()
    """There are other photos to search than before; at most once a second."""
    answered = Signal(object)
    """What was `Found` for the newest answered query."""

    def __init__(self, load_encoder: Callable[[], Encoder], parent: QObject | None = None) -> None:
        """Begin loading the encoder; folders opened meanwhile wait for it."""
        super().__init__(parent)
        self.state = FolderState()
        self.library: Library | None = None
        self._folder: Path | None = None
        self._encoder: Encoder | None = None
        self._opening: Task | None = None
        self._worker: Worker | None = None
        self._outdated = False  # the folder asked for is another one than the one being opened or open
        self._no_encoder = self._paused = self._drawing = self._complete = self._elsewhere = False
        self._progress: Progress | None = None
        self._pace = Pace()
        self._skipped, self._count, self._trouble, self._obstacle = 0, 0, "", ""
        self.searcher = Searcher(self)
        self.searcher.answered.connect(self.answered)
        self.searcher.start()
        self._again = QTimer(self, interval=_AGAIN_EVERY, singleShot=True)
        self._again.timeout.connect(self.grown)
        self._turn = QTimer(self, interval=_TURN_EVERY, singleShot=True)
        self._turn.timeout.connect(self._index)
        self._loading = Task(lambda: load_encoder().warm_up(), self)
        self._loading.finished.connect(self._finish_loading)
        self._loading.start()

    # --- what the window asks for ----------------------------------------------------------------------

    def open(self, folder: Path) -> None:
        """Open this folder instead of the present one."""
        self._turn_to(folder)

    def leave(self) -> None:
        """Close the folder and open none; `left` tells when that is done."""
        self._turn_to(None)

    def retry(self) -> None:
        """Look at the folder again: for new photos, or whether it has come back."""
        if self.library is not None and not self.library.offline:
            self.index()
        elif self._folder is not None:
            self.open(self._folder)

    def index(self, *, recheck: bool = False) -> None:
        """Look for new, changed and removed photos, or read all again; ignored while that goes on."""
        if self._worker is None:
            self._trouble, self._elsewhere = "", False
            self._index(recheck=recheck)

    def _index(self, *, recheck: bool = False) -> None:
        """Begin indexing; while another process is at it, everything stands until it is this one's turn."""
        library = self.library
        if library is None or self._worker is not None or self._outdated:
            return
        self._turn.stop()
        worker = Worker(lambda: library.refresh(recheck=recheck), self)
        worker.progressed.connect(self._take_progress)
        worker.done.connect(self._take_report)
        worker.failed.connect(self._take_failure)
        worker.finished.connect(self._finish_indexing)
        self._worker, self._paused, self._complete = worker, False, False
        self._progress = None
        self._pace.reset()
        self._apply_holds()
        worker.start()
        self._publish()

    def pause(self, paused: bool) -> None:
        """Let indexing stand still, or go on."""
        self._paused = paused
        self._pace.reset()
        self._apply_holds()
        self._publish()

    def cancel(self) -> None:
        """End indexing; what is indexed stays."""
        if self._worker is not None:
            self._worker.cancel()

    def give_way(self, drawing: bool) -> None:
        """Let indexing stand still while a stroke is drawn, so that the pen stays fluid."""
        self._drawing = drawing
        self._apply_holds()

    def search(self, query: Query | None, *, stamp: int = 0) -> None:
        """Search for this, see `Searcher.ask`; None drops every query so far."""
        if query is None or self.library is None or self._outdated:
            self.searcher.forget()
        else:
            self.searcher.ask(self.library, query, stamp=stamp)

    def fail(self, reason: str) -> None:
        """Let the state say that something went wrong, until the folder is looked at again."""
        self._trouble = reason
        self._publish()

    def stop(self) -> None:
        """End every thread within about a second, and close the library."""
        self._again.stop()
        self._turn.stop()
        self._outdated = self._elsewhere = False
        self.cancel()
        for thread in (self._worker, self._opening, self._loading):
            if thread is not None:
                thread.wait()
        self.searcher.stop()
        opening, self._opening = self._opening, None
        if opening is not None and isinstance(opening.result, Library):
            opening.result.close()
        self._close_library()

    # --- how it gets there -----------------------------------------------------------------------------

    def _turn_to(self, folder: Path | None) -> None:
        self._folder = folder
        self._outdated, self._complete, self._elsewhere = True, False, False
        self._turn.stop()
        self._trouble, self._obstacle, self._skipped = "", "", 0
        self.searcher.forget()
        self.cancel()
        if self._no_encoder:  # perhaps its file is there by now
            self._no_encoder, self._loading.error = False, None
            self._loading.wait()
            self._loading.start()
        self._advance()
        self._publish()

    def _publish(self) -> None:
        """Make one value of everything that is known, and tell of it if it is another one."""
        phase = self._phase()
        indexing = phase in (Phase.INDEXING, Phase.PAUSED)
        progress = self._progress if indexing else None
        left = None
        if progress is not None and progress.phase == "encode":
            left = self._pace.seconds_left(progress.total - progress.done)
        state = FolderState(
            self._folder,
            phase,
            photos=self._photo_count(),
            skipped=self._skipped,
            obstacle=self._obstacle,
            progress=progress,
            seconds_left=left,
            trouble=self._trouble,
        )
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _phase(self) -> Phase:
        if self._folder is None:
            return Phase.NONE
        if self._no_encoder:
            return Phase.FAILED
        if self._outdated or self._opening is not None:
            return Phase.OPENING
        if self.library is None:
            return Phase.FAILED
        if self._elsewhere:
            return Phase.WAITING
        if self._worker is not None:
            return Phase.PAUSED if self._paused else Phase.INDEXING
        if self.library.offline:
            return Phase.OFFLINE
        return Phase.CURRENT if self._complete else Phase.STOPPED

    def _photo_count(self) -> int:
        """Return how many photos of the folder asked for can be found."""
        return 0 if self.library is None or self._outdated else self.library.photo_count

    def _advance(self) -> None:
        """Open the folder asked for, once nothing is in its way."""
        busy = self._worker is not None or self._opening is not None
        if not self._outdated or busy or (self._encoder is None and self._folder is not None):
            return
        self._close_library()
        self._outdated = False
        folder, encoder = self._folder, self._encoder
        if folder is None or encoder is None:
            self.left.emit()
            return
        self._opening = Task(lambda: Library(folder, encoder), self)
        self._opening.finished.connect(self._finish_opening)
        self._opening.start()

    def _close_library(self) -> None:
        if self.library is not None:
            self.searcher.settle()
            self.library.close()
            self.library = None

    def _finish_loading(self) -> None:
        if isinstance(self._loading.result, Encoder):
            self._encoder = self._loading.result
            self._advance()
        elif self._loading.error is not None:
            self._no_encoder = True
            self.fail(self._loading.error)

    def _finish_opening(self) -> None:
        task, self._opening = self._opening, None
        if task is None:  # stopped meanwhile
            return
        task.deleteLater()
        if isinstance(task.result, Library):
            self.library = task.result
            self._count = self.library.photo_count
        if self._outdated:
            self._advance()
        elif self.library is not None:
            self._skipped = len(self.library.skipped_files())
            if self.library.offline:
                self._publish()
            else:
                self.index()
            self.opened.emit()
        elif task.error is not None:
            self.fail(task.error)

    def _take_progress(self, step: Progress) -> None:
        if self._outdated:
            return
        self._take_turn()
        if step.phase == "encode":
            self._pace.note(step.done, time.monotonic())
        self._progress, self._skipped = step, step.skipped
        self._publish()
        self._note_growth()

    def _take_report(self, report: Report) -> None:
        if not self._outdated:
            self._take_turn()
            self._complete, self._skipped = True, len(report.skipped)
            self._obstacle = in_own_language(report.main_reason)
            self._note_growth(changed=report.changed)
            self.indexed.emit(report)

    def _take_failure(self, reason: str) -> None:
        if not self._outdated:
            self._elsewhere = self._worker is not None and isinstance(self._worker.error, BusyCatalogError)
            self.fail(reason)

    def _take_turn(self) -> None:
        """Note that no other process is indexing any more."""
        if self._elsewhere:
            self._elsewhere, self._trouble = False, ""

    def _note_growth(self, *, changed: bool = False) -> None:
        """Ask for a search where there are more photos, or fewer, or other ones."""
        if self.library is not None and (changed or self.library.photo_count != self._count):
            first, self._count = self._count == 0, self.library.photo_count
            if first:
                self.grown.emit()
            elif not self._again.isActive():
                self._again.start()

    def _finish_indexing(self) -> None:
        if self._worker is not None:
            self._worker.deleteLater()
            self._worker = None
        self._advance()
        self._publish()
        if self._elsewhere:
            self._turn.start()
        else:
            self.indexing_ended.emit()

    def _apply_holds(self) -> None:
        if self._worker is not None:
            for reason, applies in (("pause", self._paused), ("stroke", self._drawing)):
                (self._worker.hold if applies else self._worker.release)(reason)
