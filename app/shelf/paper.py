"""The paper as a file, for the next start."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from app.drawing.svg_strokes import SavedSketch
from app.shelf.beside import names_in
from app.shelf.store import write
from engine.sketches.kept import Kept, read_kept


class Paper:
    """Keeps what is on the paper of one window at a time.

    Attributes:
        is_ours: it is this window's.
    """

    def __init__(self, file: Path, *, is_ours: bool) -> None:
        """Name the file."""
        self._file, self.is_ours = file, is_ours
        self._names: set[str] | None = None  # of the pictures in what was written last

    @property
    def is_there(self) -> bool:
        """Whether there is a file."""
        return self._file.is_file()

    def read(self) -> Kept | None:
        """Return what was kept; None where nothing was, or it cannot be read."""
        return read_kept(self._file) if self.is_there else None

    def write(self, sketch: SavedSketch, *, flushed: bool) -> None:
        """Keep this, whole or not at all; `flushed` as of `app.shelf.store.write`.

        Raises:
            OSError: it cannot be written.
        """
        write(Kept(self._file, sketch), flushed=flushed)
        self._names = names_in(sketch.metadata)

    def remove(self) -> None:
        """Keep nothing.

        Raises:
            OSError: the file cannot be removed.
        """
        self._file.unlink(missing_ok=True)
        self._names = set()

    @property
    def names(self) -> set[str]:
        """The pictures that it refers to; read only where another window may have written it."""
        if self._names is None or not self.is_ours:
            kept = self.read()
            self._names = set() if kept is None else names_in(kept.sketch.metadata)
        return self._names

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
