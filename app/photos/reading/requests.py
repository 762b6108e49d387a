"""Which small pictures are wanted, in which order: for the threads that make them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path

WAITING = 200
"""How many requests may wait where no more tiles are in sight; older ones are for tiles long gone."""


class Requests:
    """Requests from the GUI thread, the newest first, each path once: to the disk, and to the decoders.

    Attributes:
        most: how many may wait of either.
    """

    def __init__(self) -> None:
        self._lookups: dict[Path, int] = {}  # with the number of the request: the newest has the highest
        self._reads: dict[Path, int] = {}
        self._in_work: dict[Path, int] = {}
        self._lasting: set[Path] = set()
        self._unwanted: set[Path] = set()  # among those in work
        self._numbers = itertools.count()
        self._lock = threading.RLock()
        self._lookup_came, self._read_came = (threading.Condition(self._lock) for _ in range(2))
        self._closed = False
        self.most = WAITING

    def push(self, path: Path, *, kept: bool = True, lasting: bool = False, first: bool = False) -> None:
        """Ask for a picture: one that may be kept on the disk, or else one that is read of the photo.

        One that waits keeps its number, as painting asks again and again, unless it is to come first.
        """
        with self._lock:
            if lasting:
                self._lasting.add(path)
            self._unwanted.discard(path)
            at_work = path in self._in_work
            asked = self._reads if path in self._reads or not kept else self._lookups
            asked = self._in_work if at_work else asked
            if path not in asked or first:
                asked[path] = next(self._numbers)
            if at_work:
                return
            for waiting in (self._lookups, self._reads):
                if len(waiting) > self.most and (brief := waiting.keys() - self._lasting):
                    del waiting[min(brief, key=waiting.__getitem__)]
            (self._read_came if asked is self._reads else self._lookup_came).notify_all()

    def together(self) -> AbstractContextManager[object]:
        """Let several requests come at once: none is taken before the last, which is the newest."""
        return self._lock

    def take(self, *, kept: bool, waits: bool = True) -> Path | None:
        """Wait for a request, unless told otherwise; None once closed, or where there is none."""
        waiting, came = (self._lookups, self._lookup_came) if kept else (self._reads, self._read_came)
        with self._lock:
            if waits:
                came.wait_for(lambda: self._closed or bool(waiting))
            if self._closed or not waiting:
                return None
            path = max(waiting, key=waiting.__getitem__)
            self._in_work[path] = waiting.pop(path)
            return path

    def pass_on(self, path: Path) -> None:
        """Have a picture read that is not kept on the disk, unless nobody wants it any more."""
        with self._lock:
            number = self._in_work.pop(path)
            if path not in self._unwanted:
                self._reads[path] = number
                self._read_came.notify_all()
            self._unwanted.discard(path)

    def at_work(self) -> set[Path]:
        """Return the paths whose pictures are being made."""
        with self._lock:
            return set(self._in_work)

    def finish(self, path: Path) -> None:
        """Note that a picture has come."""
        with self._lock:
            self._in_work.pop(path, None)
            self._lasting.discard(path)
            self._unwanted.discard(path)

    def keep_only(self, paths: Collection[Path]) -> None:
        """Drop what waits for other paths, but what is lasting; of what is in work pass nothing on."""
        with self._lock:
            for waiting in (self._lookups, self._reads):
                for path in [path for path in waiting if path not in paths and path not in self._lasting]:
                    del waiting[path]
            self._unwanted |= self._in_work.keys() - self._lasting - set(paths)

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._lock:
            self._closed = True
            self._lookup_came.notify_all()
            self._read_came.notify_all()
