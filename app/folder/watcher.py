"""Notices changes in the open folders: one thread for each, and signals in the GUI thread."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.threads.ending import left_s
from app.words.engine_sentences import in_own_language
from engine.errors import EngineError
from engine.folders.excludes import Excludes
from engine.folders.scope import NOTHING, Change, Scope
from engine.folders.settling import Settling
from engine.folders.watching import FolderWatch
from engine.library import Library

_log = logging.getLogger(__name__)

_READY_S = 0.3  # indexing waits so long for the watches: what happens before they are there, is told later
_AGAIN_MS, _AGAIN_MOST_MS = 1200, 30_000  # until half-written photos are looked at again
_TOGETHER_MS = 300  # a photo moved to another folder is told of by both, one after the other


class Watcher(QObject):
    """The folders of one library at a time. Lives in the GUI thread.

    Attributes:
        settling: knows which photos may be half written; whoever looks at folders on its word asks it.
    """

    changed = Signal(object)
    """A dict of folders in which something else would be found than before, each with its `Scope`."""
    said = Signal(str)
    """A sentence, once, where a folder can only be looked at now and then."""
    _noticed = Signal(object)
    _heard = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settling = Settling()
        self._watches: dict[Path, FolderWatch] = {}
        self._ending: list[FolderWatch] = []
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._ask_again)
        self._wait_ms = _AGAIN_MS
        self._told: dict[Path, Scope] = {}  # what is looked at then
        self._together = QTimer(self, singleShot=True)
        self._together.timeout.connect(self._tell)
        queued = Qt.ConnectionType.QueuedConnection  # both come from other threads
        self._noticed.connect(self._take, queued)
        self._heard.connect(self._say, queued)

    @property
    def folders(self) -> frozenset[Path]:
        """Which folders are watched."""
        return frozenset(self._watches)

    def watch(self, library: Library, *, indexes: bool = True) -> None:
        """Watch the folders of this library and no others, each without what is left out of it now.

        Args:
            library: the open one.
            indexes: whether its folders are looked through now; if not, one that was away may be back by now.
        """
        wanted = {one.folder: _excludes(library, one.folder) for one in library.folders}
        for folder, watch in list(self._watches.items()):
            if folder not in wanted or watch.excludes.patterns != wanted[folder].patterns:
                self._let_go(folder)
        away = () if indexes else [one.folder for one in library.folders if one.offline or one.trouble]
        for folder in wanted.keys() - self._watches.keys():
            watch = FolderWatch(
                folder,
                wanted[folder],
                changed=self._noticed.emit,
                said=self._heard.emit,
                settling=self.settling,
                away=folder in away,
            )
            try:
                watch.start()
            except RuntimeError as error:  # the next call tries again
                _log.warning("%s is not watched, as there is no thread: %s", folder, error)
            else:
                self._watches[folder] = watch

    def wait_until_ready(self) -> None:
        """Wait a moment until what happens from now on is noticed. From any thread."""
        until = time.monotonic() + _READY_S
        for watch in list(self._watches.values()):
            watch.wait_until_ready(max(0.0, until - time.monotonic()))

    def look_again(self) -> None:
        """Ask for another look where half-written photos were left; later each time."""
        if self.settling.left and not self._again.isActive():
            self._again.start(self._wait_ms)
            self._wait_ms = min(self._wait_ms * 2, _AGAIN_MOST_MS)

    def leave(self) -> None:
        """Watch nothing."""
        self._again.stop()
        self._together.stop()
        self._told.clear()
        for folder in list(self._watches):
            self._let_go(folder)
        self.settling.forget()

    def stop(self) -> None:
        """End every thread; one whose drive does not answer is left behind."""
        self.leave()
        for watch in self._ending:
            watch.join(left_s())
        self._ending.clear()

    def _let_go(self, folder: Path) -> None:
        watch = self._watches.pop(folder)
        watch.stop()
        self._ending = [one for one in self._ending if one.is_running]
        self._ending.append(watch)

    def _take(self, change: Change) -> None:
        if change.folder in self._watches:
            self._again.stop()
            self._wait_ms = _AGAIN_MS
            self._told[change.folder] = self._told.get(change.folder, NOTHING) | change.scope
            if len(self._watches) == 1:
                self._tell()
            elif not self._together.isActive():
                self._together.start(_TOGETHER_MS)

    def _tell(self) -> None:
        told, self._told = self._told, {}
        scopes = self.settling.left
        for folder in told.keys() & self._watches.keys():
            scopes[folder] = scopes.get(folder, NOTHING) | told[folder]
        if scopes:
            self.changed.emit(scopes)

    def _say(self, sentence: str) -> None:
        if self._watches:
            self.said.emit(in_own_language(sentence))

    def _ask_again(self) -> None:
        scopes = {folder: scope for folder, scope in self.settling.left.items() if folder in self._watches}
        if scopes:
            self.changed.emit(scopes)


def _excludes(library: Library, folder: Path) -> Excludes:
    """Return what is left out of a folder; if the catalog does not say, what always is."""
    try:
        return library.excludes(folder)
    except EngineError:
        return Excludes(folder=folder.name)
