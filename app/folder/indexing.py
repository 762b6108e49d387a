"""Bringing the open library up to date: begun, paused, ended and told of, in a thread of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.folder.pace import Pace
from app.folder.state import Phase
from app.threads.background import Worker
from app.threads.ending import left_s
from app.words.engine_sentences import in_own_language
from engine.effort import Effort
from engine.errors import BusyCatalogError
from engine.folders.scope import NOTHING, Scope
from engine.folders.settling import Settling
from engine.library import Library, Progress, Report

_AGAIN_EVERY = 1000  # milliseconds between searches on account of new photos
_TURN_EVERY = 2000  # milliseconds between tries while another process indexes


class Indexing(QObject):
    """One library at a time. Lives in the GUI thread.

    Attributes:
        library: what is brought up to date, None while there is none.
        progress: the newest step of the work under way, None before its first word.
        skipped: how many files are left out.
        trouble: why the work ended before its end, as one sentence; empty once it is begun again.
        obstacle: why most of them are, as one sentence, once the folders were looked through.
        is_complete: the folders were looked through to their end.
        is_paused: it stands still at the person's wish; others may index meanwhile.
        is_waiting: another process indexes; once that ends, this one goes on.
        is_gentle: the machine is left to others about half of the time.
        settling: says which photos may be half written, where folders are looked at unasked.
        get_ready: called in the thread before folders are looked through.
    """

    changed = Signal()
    """Something above is another one."""
    indexed = Signal(object)
    """The `Report` of a work that came to its end."""
    ended = Signal()
    """The thread ended, for whatever reason."""
    grown = Signal()
    """There are other photos to search than before; at most once a second."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._drawing = self.is_gentle = False
        self.settling: Settling | None = None
        self._halted: tuple[frozenset[Path], bool] = frozenset(), False  # folders; whether only paused
        self.get_ready: Callable[[], None] = lambda: None
        self._pending: dict[Path, Scope] = {}  # where to look once the work under way has ended
        self._pace = Pace()
        self._again = QTimer(self, interval=_AGAIN_EVERY, singleShot=True)
        self._again.timeout.connect(self.grown)
        self._turn = QTimer(self, interval=_TURN_EVERY, singleShot=True)
        self._turn.timeout.connect(self._go_on)
        self._forget()

    def _forget(self) -> None:
        self.library: Library | None = None
        self.progress: Progress | None = None
        self.skipped, self.trouble, self.obstacle = 0, "", ""
        self.is_complete = self.is_paused = self.is_waiting = self._is_ended = False
        self._recheck, self._settles, self._count = False, False, 0
        self._is_due = False  # the work goes on as soon as the thread that was told to end has ended
        self._only: dict[Path, Scope] = {}
        self._pending.clear()

    @property
    def is_running(self) -> bool:
        """Whether the thread is at work."""
        return self._worker is not None

    @property
    def goes_on(self) -> bool:
        """Whether it is, or will be without another word of a person, or stands still until one."""
        return self.is_running or self._is_due or self.is_paused or self.is_waiting

    @property
    def seconds_left(self) -> float | None:
        """How long it will take; None while that is anyone's guess."""
        step = self.progress
        if step is None or step.phase != "encode":
            return None
        return self._pace.seconds_left(step.total - step.done)

    def phase(self, *, is_offline: bool) -> Phase:
        """Return what is going on, with a library whose folders are there or not."""
        if self.is_waiting:
            return Phase.WAITING
        if self.is_paused:
            return Phase.PAUSED
        if self.is_running:
            return Phase.INDEXING
        if is_offline:
            return Phase.OFFLINE
        return Phase.CURRENT if self.is_complete else Phase.STOPPED

    def take(self, library: Library) -> None:
        """Serve this library from now on; the one before must have been left, and its work have ended.

        What a person has paused or ended stays so for the same folders, or some of them.
        """
        folders, is_paused = self._halted
        self.library, stays = library, folders.issuperset(one.folder for one in library.folders)
        self.is_paused, self._is_ended = stays and is_paused, stays and not is_paused
        self._halted = frozenset(), False
        self._count, self.skipped = library.photo_count, library.skipped_count

    def leave(self) -> None:
        """End the work, and serve no library; `ended` tells when the thread lets go of it."""
        self._turn.stop()
        self._again.stop()
        if self.library is not None and self.is_halted:
            self._halted = frozenset(one.folder for one in self.library.folders), self.is_paused
        self._forget()
        self.cancel()

    def forget_halt(self) -> None:
        """Begin with whatever is opened next: what was paused or ended is long left."""
        self._halted = frozenset(), False

    @property
    def is_halted(self) -> bool:
        """Whether the person has paused or ended the work."""
        return self.is_paused or self._is_ended

    def begin(
        self, *, recheck: bool = False, only: Mapping[Path, Scope] | None = None, settles: bool = False
    ) -> None:
        """Look for new, changed and removed photos; not to be called while that goes on.

        Args:
            recheck: read all photos again.
            only: folders of the library to look at, and where in them; None for all.
            settles: leave photos that may be half written.
        """
        self._recheck, self._only, self._settles, self.trouble = recheck, dict(only or {}), settles, ""
        self.is_waiting = self.is_paused = self._is_ended = False
        self._go_on()

    def begin_anew(self) -> None:
        """Look for everything from the start: work under way is ended first, and what is paused stays so."""
        self._only, self._settles, self._is_ended = {}, False, False
        self._pending.clear()
        if self._worker is not None:
            self._is_due = True
            self._worker.cancel()
        elif not self.is_paused:
            self.begin(recheck=self._recheck and self.is_waiting)

    def look_at(self, scopes: Mapping[Path, Scope]) -> None:
        """Look for what changed in some folders of the library, now or once the work under way has ended.

        Nothing is begun where the person has ended the work: whatever is new waits until they ask.
        """
        if self._worker is not None or self.is_paused or self.is_waiting:
            for folder, scope in scopes.items():
                self._pending[folder] = self._pending.get(folder, NOTHING) | scope
        elif self.library is not None and not self._is_ended:
            self.begin(only=scopes if self.is_complete else None, settles=True)

    def pause(self, paused: bool) -> None:
        """Let the work stand still, or go on; what stands still holds nobody else up."""
        if paused == self.is_paused:
            return
        self.is_paused, self._is_due = paused, False
        if not paused:
            self._is_ended = False
            self._go_on()
        elif self._worker is not None:
            self._worker.cancel()
        self.changed.emit()

    def cancel(self) -> None:
        """End the work; what is indexed stays."""
        self._is_ended = self._is_ended or self._worker is not None or self.is_paused
        self.is_paused = self._is_due = False
        self._pending.clear()
        if self._worker is not None:
            self._worker.cancel()
        self.changed.emit()

    def give_way(self, drawing: bool) -> None:
        """Let the work stand still while a stroke is drawn, so that the pen stays fluid."""
        self._drawing = drawing
        self._apply_hold()

    def _effort(self) -> Effort:
        """Return what the work may take now; from any thread."""
        if self._drawing:
            return Effort.NONE
        return Effort.GENTLE if self.is_gentle else Effort.FULL

    def stop(self) -> bool:
        """End the work; return whether its thread has let go of the library, or hangs and is left behind."""
        self.leave()
        return self._worker is None or self._worker.wait(left_s())

    def _go_on(self) -> None:
        """Begin the thread; while another process is at it, everything stands until it is this one's turn."""
        library = self.library
        if library is None:
            return
        if self._worker is not None:  # it was told to end
            self._is_due = True
            return
        self._turn.stop()
        recheck, only = self._recheck, self._only or None
        settling = self.settling if self._settles else None

        def refresh() -> Generator[Progress, None, Report]:
            self.get_ready()
            return library.refresh(recheck=recheck, only=only, effort=self._effort, settling=settling)

        worker = Worker(refresh, self)
        worker.progressed.connect(self._take_progress)
        worker.done.connect(self._take_report)
        worker.failed.connect(self._take_failure)
        worker.finished.connect(self._finish)
        self._worker, self.is_complete, self._is_due = worker, False, False
        self.progress = None
        self._pace.reset()
        self._apply_hold()
        worker.start()
        self.changed.emit()

    def _take_progress(self, step: Progress) -> None:
        if self.library is None or self.is_paused:
            return
        self._take_turn()
        if step.phase == "encode":
            self._pace.note(step.done, time.monotonic())
        self.progress, self.skipped = step, step.skipped
        self.changed.emit()
        self._note_growth()

    def _take_report(self, report: Report) -> None:
        if self.library is None:
            return
        self._take_turn()
        self.is_paused = False
        self.is_complete, self.skipped = True, len(report.skipped)
        self.obstacle = in_own_language(report.main_reason)
        self._note_growth(changed=report.changed)
        self.indexed.emit(report)

    def _take_failure(self, reason: str) -> None:
        if self.library is None:
            return
        self.is_waiting = self._worker is not None and isinstance(self._worker.error, BusyCatalogError)
        self.is_paused, self.trouble = False, reason
        self.changed.emit()

    def _take_turn(self) -> None:
        """Note that no other process is indexing any more."""
        if self.is_waiting:
            self.is_waiting, self.trouble = False, ""

    def _note_growth(self, *, changed: bool = False) -> None:
        """Ask for a search where there are more photos, or fewer, or other ones."""
        if self.library is not None and (changed or self.library.photo_count != self._count):
            first, self._count = self._count == 0, self.library.photo_count
            if first:
                self.grown.emit()
            elif not self._again.isActive():
                self._again.start()

    def _finish(self) -> None:
        if self._worker is not None:
            self._worker.deleteLater()
            self._worker = None
        self.ended.emit()
        if self.is_waiting:
            self._turn.start()
        elif self._is_due and not self.is_paused:
            self._go_on()
        elif self._pending and self.library is not None and not self.is_paused:
            pending = dict(self._pending)
            self._pending.clear()
            self.look_at(pending)

    def _apply_hold(self) -> None:
        if self._worker is not None:
            self._worker.hold(self._drawing)
