"""Photos on other machines: each goes by an address, a path that no file of this machine has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.content_hash import content_hash
from engine.errors import EngineError
from engine.visible import visible

_BEGINS = "photo:"
_ADDRESS = re.compile(r"photo:([\w.-]{1,200}):((?:[0-9a-f]{2})*):(\d)[/\\](.+)", re.DOTALL)


@dataclass(frozen=True)
class Place:
    """A photo file on one machine.

    Attributes:
        host: the machine.
        path: absolute there.
        digest: the hash of what it contains: by that, thumbnails are found.
    """

    host: str
    path: str
    digest: bytes

    @property
    def told(self) -> str:
        """How people are told of it."""
        return f"{self.host}:{self.path}"


@dataclass(frozen=True, eq=False)
class Record:
    """One photo file on one machine. Host and path are its key.

    Attributes:
        host: the machine's name, see `engine.collection.store.check_host`.
        path: absolute there, "/" between its parts, as `engine.collection.store.path_there` gives it.
        digest: the hash of what it contains, see `engine.indexing.decoder.Decoded`.
        taken: its date, see `engine.pictures.dates`.
        model: what encoded it.
        vector: (dim,) float32, of unit length; empty where it was not asked for.
    """

    host: str
    path: str
    digest: bytes
    taken: int
    model: str
    vector: NDArray[np.float32]


def address(place: Place) -> Path:
    """Return the path that stands for a photo of another machine; `place_of` leads back.

    It is relative, as no photo of a library is, so that whatever tells photos apart by their paths tells
    these apart too.
    """
    inside = place.path.lstrip("/")
    roots = min(len(place.path) - len(inside), 9)
    return Path(f"{_BEGINS}{place.host}:{place.digest.hex()}:{roots}/{inside}")


def place_of(path: Path) -> Place | None:
    """Return where the photo that an address stands for lies; None for a path of this machine."""
    text = str(path)
    if not text.startswith(_BEGINS):
        return None
    match = _ADDRESS.fullmatch(path.as_posix())
    if match is None:
        return None
    host, digest, roots, inside = match.groups()
    return Place(host, "/" * int(roots) + inside, bytes.fromhex(digest))


def display_path(path: Path) -> str:
    """Return a path as people are told of it, with its machine where that is another one."""
    place = place_of(path)
    return str(path) if place is None else place.told


def here(path: Path) -> Path:
    """Return the file of this machine that an address leads to: the same path, with the same content.

    So photos on a drive that several machines share can be opened. A path of this machine is returned as it
    is. Reads the whole file.

    Raises:
        EngineError: there is no such file here; the message says on which machine it lies.
    """
    place = place_of(path)
    if place is None:
        return path
    file = Path(place.path)
    try:
        if file.is_absolute() and file.is_file() and content_hash(file) == place.digest:
            return file
    except OSError:
        pass
    name, folder = visible(path.name), visible(place.path.rpartition("/")[0] or "/")
    raise EngineError(f"{name} lies on another machine, {place.host}, in {folder}.")
