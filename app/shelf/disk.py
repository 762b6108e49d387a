"""What waits for the disk, in threads: the window would stand meanwhile, seconds where others write much."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from app.threads.ending import left_s
from engine.whole_files import flush, sync_folder

_log = logging.getLogger(__name__)


class DiskWork:
    """Does one deed after the other, in a thread that ends when none is left, and with the program."""

    def __init__(self, name: str) -> None:
        """Name the thread."""
        self._name = name
        self._deeds = deque[Callable[[], None]]()
        self._changed = threading.Condition()
        self._is_busy = False

    def do(self, deed: Callable[[], None]) -> None:
        """Do this after what was to be done before; here, if the system gives no thread."""
        with self._changed:
            self._deeds.append(deed)
            if self._is_busy:
                return
            self._is_busy = True
        try:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        except RuntimeError as error:
            _log.warning("%s: the window waits, as there is no thread: %s", self._name, error)
            self._run()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all is done, for so long at most; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._is_busy, seconds)

    def flush(self, file: Path) -> None:
        """Let the disk have a file, unless it is removed before."""

        def deed() -> None:
            with suppress(FileNotFoundError):
                flush(file)
                sync_folder(file.parent)

        self.do(deed)

    def remove(self, file: Path) -> None:
        """Remove a file, if it is there.

        Raises:
            OSError: it cannot be removed.
        """
        try:
            file.unlink(missing_ok=True)
        except PermissionError:  # on Windows while it is brought to the disk
            self.wait(left_s())
            file.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._deeds:
                    self._is_busy = False
                    self._changed.notify_all()
                    return
                deed = self._deeds.popleft()
            try:
                deed()
            except Exception:  # one odd deed must not end the thread: somebody may wait for it
                _log.exception("%s", self._name)


class Successors:
    """Removes files once what takes their place is on the disk: a power cut leaves the one or the other.

    Attributes:
        work: does that.
    """

    def __init__(self) -> None:
        self.work = DiskWork("shelf")
        self._next: dict[Path, Path] = {}  # what takes their place, by those that go
        self._lost: set[Path] = set()  # which the disk did not take; asked again, it would say that it did
        self._lock = threading.Lock()

    def replace(self, files: Iterable[Path], by: Path) -> None:
        """Let files go as soon as the one that was written in their place is on the disk."""
        with self._lock:
            going = {file: by for file in files if self._next.get(file) != by and by not in self._lost}
            self._next |= going
        if going:
            self.work.do(self._let_go)

    def wait(self, seconds: float) -> bool:
        """Wait for all that goes, for so long at most; return whether it is gone."""
        return self.work.wait(seconds)

    def _let_go(self) -> None:
        """Flush what was written, and then the folder, and remove what it stands for; in the thread."""
        with self._lock:
            going = dict(self._next)
        lost = {new for new in going.values() if not _is_flushed(new)}
        for folder in {file.parent for file in going}:
            sync_folder(folder)
        for file, new in going.items():
            if new not in lost:
                _remove(file)
        with self._lock:
            self._lost |= lost
            self._next = {file: new for file, new in self._next.items() if going.get(file) != new}


def _is_flushed(file: Path) -> bool:
    """Return whether the disk has a file; of one that was removed since, what came before is to go too."""
    try:
        flush(file)
    except FileNotFoundError:
        return True
    except OSError as error:
        _log.info("%s is not on the disk, and what was before it stays: %s", file, error)
        return False
    return True


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        _log.info("%s stays beside what took its place: %s", file, error)
