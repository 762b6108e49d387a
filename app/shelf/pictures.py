"""Pictures beside drawings that no file of a person's holds, kept in the data folder by content."""

from __future__ import annotations

import io
import logging
import os
import re
from collections.abc import Iterable, Set
from pathlib import Path

from PIL import Image

from app.drawing.paper.prints import MOST_SIDE, Print
from app.shelf.disk import DiskWork
from app.threads.ending import left_s
from engine.whole_files import replacing

MOST = 200
"""How many pictures are kept at most; those that were laid longest ago go first."""

_NAME = re.compile(r"[0-9a-f]{32}")
_log = logging.getLogger(__name__)


class Pictures:
    """Pictures in a folder. What cannot be read there is no picture."""

    def __init__(self, folder: Path) -> None:
        """Name the folder; it is made with the first picture."""
        self.folder = folder
        self._work = DiskWork("pictures")

    def keep(self, prints: Iterable[Print], *, flushed: bool = True) -> None:
        """Write the pictures of these that are not there, each whole or not at all.

        Args:
            prints: those that have no picture of their own are passed over.
            flushed: wait for the disk; otherwise a thread does.

        Raises:
            OSError: one cannot be written.
        """
        for one in prints:
            if one.content is None:
                continue
            file = self._file(one.content)
            if not _is_kept(file):
                self.folder.mkdir(parents=True, exist_ok=True)
                with replacing(file, flushed=flushed) as new:
                    new.write_bytes(one.png or one.to_png())
                if not flushed:
                    self._work.flush(file)
            one.png = None

    def find(self, name: object) -> Image.Image | None:
        """Return the picture of this name, RGB; None if it is not there, or damaged."""
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return None
        try:
            with Image.open(io.BytesIO(self._file(name).read_bytes()), formats=["PNG"]) as image:
                return image.convert("RGB") if max(image.size) <= MOST_SIDE else None
        except (OSError, ValueError, SyntaxError) as error:
            _log.info("a picture beside a drawing is not there: %s", error)
            return None

    @property
    def names(self) -> set[str]:
        """The pictures that are there."""
        try:
            return {file.stem for file in self.folder.glob("*.png") if _NAME.fullmatch(file.stem)}
        except OSError:
            return set()

    def keep_only(self, there: Set[str], *, wanted: Set[str], needed: Set[str] = frozenset()) -> None:
        """Remove those of `there` that no drawing refers to, and of the wanted ones what is too much.

        None goes of those that are needed, however many they are: the drawing on the paper refers to them.
        Whoever asks lists what is there first, then looks at what refers to it: a drawing is written
        before its pictures, so that none that another window just wrote goes.

        Raises:
            OSError: a file cannot be removed.
        """
        for name in there - wanted - needed:
            self._work.remove(self._file(name))
        wanted = there & wanted - needed
        most = max(MOST - len(there & needed), 0)
        if len(wanted) > most:
            oldest = sorted(map(self._file, wanted), key=_time_laid)
            for file in oldest[: len(oldest) - most]:
                self._work.remove(file)

    def end(self) -> None:
        """Wait for the disk, as far as there is time."""
        self._work.wait(left_s())

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.png"


def _is_kept(file: Path) -> bool:
    """Return whether a picture is there, and note that it was laid now; another window may remove it."""
    try:
        if file.stat().st_size:  # a power cut may have left it empty
            os.utime(file)
            return True
    except FileNotFoundError:
        pass
    return False


def _time_laid(file: Path) -> int:
    """Return when a picture was laid; long ago if another window has removed it."""
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
