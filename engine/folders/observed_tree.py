"""What the system tells of changes where it watches a whole tree at no cost: on Windows and macOS."""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Collection
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from engine.folders.excludes import Excludes
from engine.folders.hidden import is_hidden
from engine.folders.scope import EVERYTHING, Scope
from engine.folders.wanted import Listener, Wanted, run_out
from engine.pictures.photos import is_photo

_UNTOLD = frozenset(("opened", "closed_no_write"))
_KNOWS_WHAT_WENT = sys.platform != "win32"  # there, whatever was removed is told of as a file
_MANY = 300  # changes, of which Windows keeps fewer while nobody takes them
_AT_ONCE_S = 1.0  # within which so many come
_MOST_KNOWN = 4096  # folders of which is known whether they are hidden


class ObservedTree(FileSystemEventHandler):
    """A tree that the system watches as a whole."""

    def __init__(self, folder: Path, excludes: Excludes, listener: Listener) -> None:
        """Take the folder, what is left out of it, and who is told."""
        self._folder = folder
        self._resolved = os.path.realpath(folder)  # as the system tells of it
        self._wanted = Wanted(folder, excludes, listener)
        self._excludes, self._listener, self._observer = excludes, listener, Observer()
        self._hidden: dict[str, bool] = {}  # of folders, whether they lie in hidden ones or are some
        self._seen_hidden = set[str]()  # those that were, until they are told of as hidden no more
        self._is_gone = False
        self._times = deque[float](maxlen=_MANY)  # of what was told
        self._may_have_missed = False

    def start(self) -> None:
        """Begin; raise WatchError where the system watches no more."""
        try:
            self._observer.schedule(self, self._resolved, recursive=True)
            self._observer.start()
        except OSError as error:
            raise run_out(self._folder) from error

    @property
    def has_root(self) -> bool:
        """Always: the system watches what is at this path."""
        return True

    @property
    def has_ended(self) -> bool:
        """Whether the folder went, even if it is back, or a thread of the observer has ended."""
        return self._is_gone or not all(one.is_alive() for one in list(self._observer.emitters))

    def take_missed(self) -> bool:
        """Return whether more happened at once than systems keep: neither of them says so."""
        missed = self._may_have_missed
        if missed:
            self._may_have_missed = False
        return missed

    def follow(self, told: Collection[str] = ()) -> Scope:
        """Return everything: new folders are watched with the others, and nobody knows what is in them."""
        return EVERYTHING

    def stop(self) -> None:
        """End watching."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Tell of what a walk would see; in the observer's thread."""
        kind, is_folder = event.event_type, event.is_directory
        if kind in _UNTOLD:
            return
        if is_folder and kind == "modified":
            self._look_whether_hidden(os.path.relpath(os.fsdecode(event.src_path), self._resolved))
            return
        if is_folder:
            self._hidden.clear()
        if kind == "deleted" and os.fsdecode(event.src_path) == self._resolved:
            self._is_gone = True
            self._listener.changes_missed()
            return
        for path, is_new_name in ((event.src_path, False), (event.dest_path, True)):
            name = os.path.relpath(os.fsdecode(path), self._resolved) if path else "."
            if name != "." and self._wanted.lies_in(name) and not self._is_in_hidden(name):
                whole = kind == "closed" or (kind == "moved" and is_new_name)
                perhaps = kind == "deleted" and not _KNOWS_WHAT_WENT and not is_photo(name)
                if self._wanted.tell(name, is_folder=is_folder or perhaps, is_whole=whole):
                    self._note_one()

    def _look_whether_hidden(self, name: str) -> None:
        """Tell of a folder that the system hides by now, or hides no more."""
        if name == "." or not self._wanted.lies_in(name):
            return
        before, was_hidden = self._hidden.pop(name, None), name in self._seen_hidden
        self._seen_hidden.discard(name)
        now = self._is_in_hidden(os.path.join(name, "."))
        if before not in (None, now) or (was_hidden and not now):
            self._hidden.clear()
            self._wanted.tell(name, is_folder=True, is_whole=False)

    def _is_in_hidden(self, name: str) -> bool:
        """Return whether a folder above this name is hidden, and not taken in."""
        above = os.path.dirname(name)
        if not above:
            return False
        if above not in self._hidden:
            if len(self._hidden) > _MOST_KNOWN:
                self._hidden.clear()
            itself = is_hidden(self._folder / above) and not self._excludes.takes_in(above)
            self._hidden[above] = itself or self._is_in_hidden(above)
            if self._hidden[above] and len(self._seen_hidden) < _MOST_KNOWN:
                self._seen_hidden.add(above)
        return self._hidden[above]

    def _note_one(self) -> None:
        now = time.monotonic()
        if len(self._times) == _MANY and now - self._times[0] < _AT_ONCE_S:
            self._may_have_missed = True
        self._times.append(now)
