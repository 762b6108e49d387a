"""The paper as a file, for the next start."""

from __future__ import annotations

import threading
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.drawing.ink.svg_strokes import SavedSketch
from app.shelf.beside import names_in
from app.shelf.disk import DiskWork
from app.shelf.store import as_file
from engine.sketches.kept import Kept, read_kept
from engine.whole_files import replacing


def _nothing() -> None:
    pass


@dataclass(frozen=True, eq=False)
class _State:
    """What is to lie on the disk: nothing where there are no data."""

    data: bytes = b""
    names: Set[str] = frozenset()
    then: Callable[[], None] = _nothing


class Paper(QObject):
    """Keeps what is on the paper of one window at a time: a thread writes it, the newest state alone.

    Attributes:
        is_ours: it is this window's.
    """

    noted = Signal(object)
    """The newest state is on the disk (None), or an `OSError` says why not; from the thread."""

    def __init__(self, file: Path, *, is_ours: bool, parent: QObject | None = None) -> None:
        """Name the file."""
        super().__init__(parent)
        self._file, self.is_ours = file, is_ours
        self._names: Set[str] | None = None  # of the pictures in the newest state
        self._names_lying: Set[str] = set()  # in that which lies on the disk
        self._work, self._lock = DiskWork("paper"), threading.Lock()
        self._due: _State | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is a file."""
        return self._file.is_file()

    def read(self) -> Kept | None:
        """Return what was kept; None where nothing was, or it cannot be read."""
        kept = read_kept(self._file) if self.is_there else None
        self._names_lying = set() if kept is None else names_in(kept.sketch.metadata)
        return kept

    def write(self, sketch: SavedSketch, then: Callable[[], None]) -> None:
        """Keep this, whole or not at all, also through a power cut; after that do the rest, in the thread.

        Raises:
            OSError: it is too large to be read back.
        """
        self._bring(_State(as_file(Kept(self._file, sketch)), names_in(sketch.metadata), then))

    def remove(self) -> None:
        """Keep nothing."""
        self._bring(_State())

    def wait(self) -> None:
        """Wait for the disk, as at the end."""
        self._work.wait()

    @property
    def names(self) -> set[str]:
        """The pictures that it refers to; read only where another window may have written it."""
        if self._names is None or not self.is_ours:
            self.read()
            self._names = self._names_lying
        return {*self._names, *self._names_lying}

    def put_aside(self) -> Path | None:
        """Give a file that cannot be read another name, so that it is neither written over nor removed.

        Returns:
            where it lies now; None if there is nothing in it.

        Raises:
            OSError: it cannot have another name.
        """
        if not self._file.stat().st_size:
            return None
        names = (f"paper.unread{number}.svg" for number in count(1))
        aside = next(one for one in map(self._file.with_name, names) if not one.exists())
        self._file.rename(aside)
        return aside

    def _bring(self, state: _State) -> None:
        with self._lock:
            self._due, self._names = state, state.names
        self._work.do(self._bring_newest)

    def _bring_newest(self) -> None:
        """Write the newest state, or remove the file, in the thread; older ones are passed over."""
        with self._lock:
            state, self._due = self._due, None
        if state is None:
            return
        failure: OSError | None = None
        try:
            if state.data:
                with replacing(self._file) as new:
                    new.write_bytes(state.data)
            else:
                self._file.unlink(missing_ok=True)
            self._names_lying = state.names
            state.then()
        except OSError as error:
            failure = error
        with suppress(RuntimeError):  # the window is gone
            self.noted.emit(failure)
