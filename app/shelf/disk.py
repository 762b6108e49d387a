"""What waits for the disk, in threads: the window would stand meanwhile, seconds where others write much."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

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
        """Do this after what was to be done before."""
        with self._changed:
            self._deeds.append(deed)
            if not self._is_busy:
                self._is_busy = True
                threading.Thread(target=self._run, name=self._name, daemon=True).start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all is done, for so long at most; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._is_busy, seconds)

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
    """Removes files once what takes their place is on the disk: a power cut leaves the one or the other."""

    def __init__(self) -> None:
        self._work = DiskWork("shelf")
        self._next: dict[Path, Path] = {}  # what takes their place, by those that go
        self._lock = threading.Lock()

    @property
    def going(self) -> set[Path]:
        """The files that are about to go; to be asked before the folder is listed, else one may be missed."""
        with self._lock:
            return set(self._next)

    def replace(self, file: Path, by: Path) -> None:
        """Let a file go as soon as the one that was written in its place is on the disk."""
        with self._lock:
            self._next[file] = by
        self._work.do(self._let_go)

    def keep(self, file: Path) -> None:
        """Let this one stay: it is written once more."""
        with self._lock:
            self._next.pop(file, None)

    def wait(self, seconds: float) -> bool:
        """Wait for all that goes, for so long at most; return whether it is gone."""
        return self._work.wait(seconds)

    def _let_go(self) -> None:
        """Flush what was written, and then the folder, and remove what it stands for; in the thread."""
        with self._lock:
            going = dict(self._next)
        lost = {new for new in going.values() if not _is_flushed(new)}
        for folder in {file.parent for file in going}:
            sync_folder(folder)
        for file, new in going.items():
            with self._lock:
                if self._next.get(file) == new:
                    if new not in lost:
                        _remove(file)
                    del self._next[file]


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
