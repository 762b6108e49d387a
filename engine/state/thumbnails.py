"""Small pictures of photos, kept on the disk by content: they are seen while their drive is away."""

from __future__ import annotations

import io
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from engine.elsewhere import place_of
from engine.folders.folder import Found
from engine.folders.names import name_in
from engine.folders.unchanged import is_unchanged
from engine.pictures.dates import is_of_camera, resolve
from engine.pictures.facts import Facts
from engine.state.catalog import CATALOG_NAME
from engine.state.defaults import THUMBNAIL_MB
from engine.state.shared_thumbnails import read_shared
from engine.state.thumbnail_file import ThumbnailFile

SIDE = 320
"""Pixels that a kept thumbnail has at most, either way."""

_MB = 1_000_000
_QUALITY = 80
_PATIENCE_S = 1.0
_PHOTO = """
SELECT hash, missing_since IS NULL, taken, photos.path, size, mtime, ctime, inode FROM photos
JOIN contents ON contents.id = content JOIN roots ON roots.id = root
WHERE roots.path = ? AND photos.path = ?
"""
_LIMIT = "SELECT value FROM settings WHERE name = 'thumbnail_mb'"


@dataclass(frozen=True)
class _Known:
    """A photo as the catalog knows it: hash, whether it was there, its date, and what was found."""

    digest: bytes
    there: bool
    taken: int | None
    found: Found


def reduce(image: Image.Image, side: int) -> Image.Image:
    """Return the whole photo, no longer than `side` pixels either way; a small one stays as it is."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.HAMMING, reducing_gap=2.0)  # a third of LANCZOS' time
    return small


def encode(image: Image.Image) -> bytes:
    """Return a photo, RGB and upright, as a thumbnail to be kept."""
    buffer = io.BytesIO()
    small = reduce(image, SIDE)
    small.info = {}
    small.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


class KeptThumbnails:
    """The thumbnails that are kept, found by their photos' paths. Safe to use from several threads.

    No method raises for what is wrong with files: a thumbnail is then not there, or not kept.

    Attributes:
        shared: the folder where machines leave thumbnails for each other, None without one.
    """

    def __init__(self, state: Path) -> None:
        """Take the data folder, where catalog and thumbnails lie."""
        self._catalog = state / CATALOG_NAME
        self._file = ThumbnailFile(state)
        self.shared: Path | None = None
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._roots: tuple[int, frozenset[bytes]] | None = None  # with the version of the data
        self._closed = False

    def close(self) -> None:
        """Let go of the files; nothing is found or kept any more."""
        with self._lock:
            self._closed = True
            if self._db is not None:
                self._db.close()
                self._db = None
        self._file.close()

    @property
    def limit(self) -> int:
        """How many bytes may be kept, as the person chose."""
        rows = self._rows(_LIMIT)
        return _MB * (int(rows[0][0]) if rows else THUMBNAIL_MB)

    def find(self, path: Path) -> Image.Image | None:
        """Return the thumbnail of a photo that the catalog knows, RGB; None if none is kept.

        Of a photo on another machine, see `engine.elsewhere`, that of the same content.
        """
        digest = self._digest(path)
        picture = None if digest is None else self._file.get(digest)
        if digest is None or picture is None:
            return None
        image = _read(picture)
        if image is None:  # it was written so; another is made
            self._file.drop([digest])
        return image

    def find_file(self, path: Path) -> bytes | None:
        """Return the same as it was written, a JPEG file; what else it may be is for `find` to tell."""
        digest = self._digest(path)
        return None if digest is None else self._file.get(digest)

    def _digest(self, path: Path) -> bytes | None:
        if (place := place_of(path)) is not None:
            return place.digest
        known = self._look_up(path)
        return None if known is None else known.digest

    def find_shared(self, path: Path) -> Image.Image | None:
        """Return the thumbnail that a machine left for the others in `shared`, RGB; None if there is none."""
        place, folder = place_of(path), self.shared
        if place is None or folder is None:
            return None
        picture = read_shared(folder, place.digest)
        return None if picture is None else _read(picture)

    def facts(self, path: Path) -> Facts | None:
        """Return what the catalog knows of a photo whose file may be gone; None if it knows none."""
        known = self._look_up(path)
        if known is None:
            return None
        date = resolve(known.taken, known.found.mtime_ns)
        return Facts(None, known.found.size, date, not is_of_camera(known.taken), "")

    def knows(self, path: Path) -> bytes | None:
        """Return the hash of this photo, for `add`; None if no thumbnail of it as it is now would be kept."""
        known = self._look_up(path)
        if known is None or not _is_unchanged(path, known) or self.limit <= 0:
            return None
        return known.digest

    def add(self, path: Path, image: Image.Image, digest: bytes) -> None:
        """Keep the thumbnail of a photo that somebody looks at, unless its file has changed meanwhile.

        Args:
            path: the file.
            image: what was read of it, RGB and upright, SIDE pixels long or more.
            digest: what `knows` returned before it was read.
        """
        known = self._look_up(path)
        if known is not None and known.digest == digest and _is_unchanged(path, known):
            self._file.put({digest: encode(image)}, limit=self.limit, seen=True)

    def put(self, pictures: Mapping[bytes, bytes]) -> None:
        """Keep thumbnails that were made while indexing, by the hashes of contents."""
        pictures = {digest: picture for digest, picture in pictures.items() if picture}
        if pictures:
            self._file.put(pictures, limit=self.limit, seen=False)

    def sweep(self) -> None:
        """Keep none of what the catalog does not know any more, and no more than the person chose."""
        hashes = self._rows("SELECT hash FROM contents")
        if hashes is not None:
            self._file.keep_only({digest for (digest,) in hashes})
            self._file.shrink(self.limit)

    def _look_up(self, path: Path) -> _Known | None:
        """Return what the catalog knows of a file; of folders within each other, what was seen last."""
        found, roots = [], self._known_roots()
        for folder in path.parents:
            root = os.fsencode(folder)
            name = name_in(folder, path) if root in roots else None
            rows = None if name is None else self._rows(_PHOTO, root, name)
            found += [_Known(row[0], bool(row[1]), row[2], Found(*row[3:])) for row in rows or ()]
        return max(found, key=lambda one: (one.there, one.found.mtime_ns), default=None)

    def _known_roots(self) -> frozenset[bytes]:
        """Return the folders that the catalog knows, asked for again once anybody has written to it."""
        with self._lock:  # a version is of one connection
            version = self._rows("PRAGMA data_version")
            if version is None:
                return frozenset()
            if self._roots is None or self._roots[0] != version[0][0]:
                rows = self._rows("SELECT path FROM roots")
                if rows is None:
                    return frozenset()
                self._roots = version[0][0], frozenset(path for (path,) in rows)
            return self._roots[1]

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]] | None:
        """Return what the catalog has, None where it cannot be read. It is never written."""
        with self._lock:
            try:
                if self._db is None and not self._closed and self._catalog.is_file():
                    address = f"{self._catalog.absolute().as_uri()}?mode=ro"
                    self._db = sqlite3.connect(
                        address, uri=True, timeout=_PATIENCE_S, check_same_thread=False
                    )
                return None if self._db is None else self._db.execute(query, values).fetchall()
            except sqlite3.Error:
                if self._db is not None:
                    with suppress(sqlite3.Error):
                        self._db.close()
                    self._db = self._roots = None
                return None


def sweep_thumbnails(state: Path) -> None:
    """Drop the thumbnails of what is not known any more, and those beyond what may be kept."""
    with closing(KeptThumbnails(state)) as kept:
        kept.sweep()


def _read(picture: bytes) -> Image.Image | None:
    """Return what a thumbnail shows, None if it is none."""
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG",)) as image:
            if max(image.size) > 2 * SIDE:
                return None
            image.load()
            return image.convert("RGB")
    except Exception:
        return None


def _is_unchanged(path: Path, known: _Known) -> bool:
    with suppress(OSError):
        return is_unchanged(path, known.found)
    return False
