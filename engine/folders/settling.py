"""Which new and changed files are left for the next look, because they may be half written."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.folders.folder import Found
from engine.folders.names import folder_of, local_path
from engine.folders.scope import EVERYTHING, Scope

QUIET_S = 2.0
"""A file that was changed within this time may be written to again, in seconds."""

_CLOSED_S = 0.8  # the same for a file of which the system told that it was closed after writing
_APART_S = 1.0  # two looks so far apart that find the same are enough
_KEPT_S = 600.0  # so long it is remembered that a file was closed


@dataclass(frozen=True)
class _Seen:
    """A file that was left, as it was found and when."""

    photo: Found
    first_s: float

    def is_still(self, photo: Found) -> bool:
        return (photo.size, photo.mtime_ns) == (self.photo.size, self.photo.mtime_ns)


class Settling:
    """Remembers from look to look what was left. `close` may be called from any thread.

    What is written is known by its time of change or by growing between two looks. A clock that is wrong, on
    this machine or on the drive's, puts no file off for ever: two equal looks are enough.
    """

    def __init__(self) -> None:
        self._left: dict[Path, dict[bytes, _Seen]] = {}
        self._closed: dict[Path, tuple[int, float]] = {}  # when, as files' times and as a duration
        self._guard = threading.Lock()

    @property
    def left(self) -> dict[Path, Scope]:
        """The folders of which files were left the last time they were looked at, and where in them."""
        with self._guard:
            return {
                folder: Scope.of(os.path.dirname(local_path(Path(), name)) for name in left)
                for folder, left in self._left.items()
                if left
            }

    def close(self, path: Path) -> None:
        """Note that the system told of a file that is whole: closed after writing, or moved to its place."""
        with self._guard:
            self._closed[path] = time.time_ns(), time.monotonic()

    def leave(self, folder: Path, photos: Sequence[Found], scope: Scope = EVERYTHING) -> frozenset[bytes]:
        """Return the names of those that are to be left for the next look.

        Args:
            folder: where they are.
            photos: everything new or changed in it, as just found.
            scope: where in it was looked; what was left elsewhere stays so.
        """
        wall_ns, now_s = time.time_ns(), time.monotonic()
        with self._guard:
            before = self._left.get(folder, {})
            left = {
                photo.name: _Seen(photo, now_s) if seen is None or not seen.is_still(photo) else seen
                for photo in photos
                if not self._is_whole(
                    photo, local_path(folder, photo.name), seen := before.get(photo.name), wall_ns, now_s
                )
            }
            names = scope.folders
            elsewhere = {
                name: seen
                for name, seen in before.items()
                if names is not None and folder_of(name) not in names
            }
            self._left[folder] = elsewhere | left
            self._closed = {path: at for path, at in self._closed.items() if now_s - at[1] < _KEPT_S}
            return frozenset(left)

    def forget(self) -> None:
        """Forget what was left and closed."""
        with self._guard:
            self._left, self._closed = {}, {}

    def _is_whole(self, photo: Found, path: Path, seen: _Seen | None, wall_ns: int, now_s: float) -> bool:
        closed_ns, closed_s = self._closed.get(path, (0, now_s))
        if photo.mtime_ns <= closed_ns and now_s - closed_s >= _CLOSED_S:
            return True
        if seen is not None:
            return seen.is_still(photo) and now_s - seen.first_s >= _APART_S
        return wall_ns - photo.mtime_ns >= QUIET_S * 1e9
