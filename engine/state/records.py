"""What the catalog records: photos, what was left out, and what was read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.folders.folder import Found
from engine.pictures.dates import is_of_camera, resolve

Vector = NDArray[np.float32]


class Entry(NamedTuple):
    """A photo as the catalog knows it; a tuple, as very many are made.

    Attributes:
        found: the file when it was read.
        content: the number of what it contains.
        remark: what is odd about it, in a sentence; empty for most.
        taken: what its EXIF tells, `dates.NO_DATE` for nothing, None where it was not looked at yet.
    """

    found: Found
    content: int
    remark: str = ""
    taken: int | None = None

    @property
    def date(self) -> int:
        """When it was taken, or else its file was changed, see `engine.pictures.dates`."""
        return resolve(self.taken, self.found.mtime_ns)

    @property
    def by_camera(self) -> bool:
        """Whether that is what its EXIF tells."""
        return is_of_camera(self.taken)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file or folder that was left out.

    Attributes:
        found: what was seen; size and time of a folder are 0.
        reason: one sentence.
        reader: what read it (`photos.reader_version`), with the model where that refused it: unless file or
            reader change, another try is in vain. Empty where another try may succeed.
    """

    found: Found
    reason: str
    reader: str

    def holds_for(self, photo: Found, readers: Collection[str], *, inodes: bool) -> bool:
        """Return whether another try to read a file, with one of these readers, is in vain.

        `inodes` as of `Found.is_as`.
        """
        return photo.is_as(self.found, inodes=inodes) and self.reader in readers


@dataclass(frozen=True, eq=False, slots=True)
class Read:
    """A photo that was read: its content's hash, and its vector unless the catalog has it already.

    `taken` is what its EXIF tells, as `Entry.taken`.
    """

    found: Found
    digest: bytes
    vector: Vector | None
    remark: str = ""
    taken: int | None = None
