"""What tests of watching share: a watch that keeps what it noted, and what it told."""

import queue
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from engine.folders.scope import Change
from engine.folders.settling import Settling
from engine.folders.watching import FolderWatch

LONG_S = 60.0  # as long as anything is waited for


class Recorded(FolderWatch):
    """Keeps what was noted, once it is to be told, and counts its looks."""

    def __init__(self, *arguments, **more) -> None:
        super().__init__(*arguments, **more)
        self.noted: list[Path] = []
        self.looked = threading.Semaphore(0)
        self._has_told = True

    @property
    def is_quiet(self) -> bool:
        """Whether all that was noted has been told."""
        with self._wake:
            return self._has_told and not (self._folders or self._first)

    def photo_changed(self, path, *, is_whole):
        super().photo_changed(path, is_whole=is_whole)
        self.noted.append(path)

    def folders_changed(self, name):
        super().folders_changed(name)
        self.noted.append(self.folder)

    def changes_missed(self):
        super().changes_missed()
        self.noted.append(self.folder)

    def _look(self):
        before = self._next_look
        super()._look()
        if self._next_look != before:
            self.looked.release()

    def _take_due(self):
        with self._wake:
            due = super()._take_due()
            self._has_told = due is None
        return due

    def _next_s(self):  # what was due has been told by now
        self._has_told = True
        return super()._next_s()


class Told:
    """What a watch told, in order."""

    def __init__(self) -> None:
        self.changes: queue.Queue[Change] = queue.Queue()
        self.sentences: list[str] = []
        self.settling = Settling()
        self.watch: Recorded

    def next(self) -> Change:
        return self.changes.get(timeout=LONG_S)

    @contextmanager
    def nothing(self, folder: Path):
        """Check that nothing is told of what happens here, apart from two photos that are written there."""
        before, after = folder / "before.png", folder / "after.png"
        self._settle(before)
        self.watch.noted.clear()
        self._forget()
        yield
        self._settle(after)
        if self.watch.is_polling:
            assert self.changes.empty()
        else:
            assert set(self.watch.noted) <= {before, after}
        self._forget()

    def _settle(self, marker: Path) -> None:
        """Wait until all that happened has been told; events that come last are those of a photo."""
        if self.watch.is_polling:
            self._look_on(2)  # the first may have begun before
            while not self.watch.is_quiet:
                self._look_on(1)
            return
        until = time.monotonic() + LONG_S
        while not (marker in self.watch.noted and self.watch.is_quiet):
            assert time.monotonic() < until
            if marker not in self.watch.noted:
                marker.write_bytes(b"a photo")
            time.sleep(0.02)

    def _look_on(self, times: int) -> None:
        """Wait for so many looks from now on."""
        while self.watch.looked.acquire(blocking=False):
            pass
        assert all(self.watch.looked.acquire(timeout=LONG_S) for _ in range(times))

    def _forget(self) -> None:
        while not self.changes.empty():
            self.changes.get()
