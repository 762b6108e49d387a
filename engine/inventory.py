"""What the program knows, all folders together; needs no model, and reads no photo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.folders.names import local_path, name_in, prefix_of
from engine.folders.patience import Kind, kinds_of
from engine.paths import data_dir
from engine.pictures.dates import resolve
from engine.state.catalog import CATALOG_NAME, LOST
from engine.state.database import Database
from engine.state.thumbnail_file import ThumbnailFile

_SECOND_NS = 10**9
_FOLDERS = f"""
SELECT path,
    (SELECT count(*) FROM photos WHERE root = roots.id AND missing_since IS NULL),
    (SELECT count(*) FROM photos AS gone WHERE root = roots.id AND {LOST}),
    (SELECT count(*) FROM skipped WHERE root = roots.id)
FROM roots ORDER BY path
"""
_MODELS = """
SELECT model, count(*), (SELECT used FROM models WHERE models.model = vector_files.model)
FROM vectors JOIN vector_files ON id = file GROUP BY model ORDER BY 3 DESC, model
"""
_PHOTOS = f"""
SELECT path, size, mtime, hash, taken, missing_since, remark
FROM photos AS gone JOIN contents ON contents.id = content
WHERE root = ? AND path > ? AND (missing_since IS NULL OR ({LOST})) {{once}} ORDER BY path LIMIT ?
"""
_PHOTO_ABOVE = """AND NOT EXISTS (SELECT 1 FROM photos WHERE root = ? AND path = CAST(? || gone.path AS BLOB)
    AND (missing_since IS NULL) = (gone.missing_since IS NULL)) """
_SKIPPED = """
SELECT path, size, mtime, reason FROM skipped AS gone WHERE root = ? AND path > ? {once} ORDER BY path LIMIT ?
"""
_SKIPPED_ABOVE = (
    "AND NOT EXISTS (SELECT 1 FROM skipped WHERE root = ? AND path = CAST(? || gone.path AS BLOB)) "
)
_INDEXED = "SELECT path FROM roots WHERE {} ORDER BY path".format(
    " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE root = roots.id)"
        for table in ("photos", "skipped", "in_flight", "excludes")
    )
)
_ROOTS = "SELECT id, path FROM roots ORDER BY path"
_PAGE = 4096  # rows in memory at a time


@dataclass(frozen=True)
class FolderFacts:
    """One photo folder.

    Attributes:
        path: absolute.
        photos: how many are known and were there at the last look.
        missing: how many disappeared, under whatever name, and are remembered.
        skipped: how many files and folders were left out.
        offline: whether the folder is not there now, or its drive does not answer.
    """

    path: Path
    photos: int
    missing: int
    skipped: int
    offline: bool


@dataclass(frozen=True)
class ModelFacts:
    """One encoder: how many contents it has encoded, and when it was last in use (seconds since 1970)."""

    model: str
    contents: int
    used: int | None


@dataclass(frozen=True)
class ThumbnailFacts:
    """How many thumbnails are kept, and how many bytes they take."""

    count: int = 0
    bytes: int = 0


@dataclass(frozen=True)
class Inventory:
    """All that is known.

    Attributes:
        state: the folder where it lies.
        bytes: the size of everything in there.
        folders: by path.
        models: the last used one first.
        thumbnails: small pictures of photos.
    """

    state: Path
    bytes: int
    folders: tuple[FolderFacts, ...] = ()
    models: tuple[ModelFacts, ...] = ()
    thumbnails: ThumbnailFacts = ThumbnailFacts()


@dataclass(frozen=True)
class FileFacts:
    """One file that the catalog knows.

    Attributes:
        path: absolute.
        state: "photo", "missing" or "skipped".
        size: in bytes.
        modified: when the file was last changed, seconds since 1970 in UTC.
        content: the hash of what it contains, BLAKE2b in hexadecimal; empty where it was not read.
        taken: when the photo was taken, see `engine.pictures.dates`; None where that was not looked at.
        missing_since: seconds since 1970 in UTC; None where it is there.
        remark: why it was skipped, or what is odd about it.
    """

    path: Path
    state: str
    size: int
    modified: int
    content: str = ""
    taken: int | None = None
    missing_since: int | None = None
    remark: str = ""


def take_inventory() -> Inventory:
    """Return what is known of all folders.

    Raises:
        CatalogError: the catalog cannot be read.
        EngineError: there is no data folder.
    """
    state = data_dir()
    if not (state / CATALOG_NAME).exists():
        return Inventory(state, _bytes_in(state))
    with closing(Database(state / CATALOG_NAME)) as catalog:
        known = [(Path(os.fsdecode(path)), *counts) for path, *counts in catalog.all(_FOLDERS)]
        folders = tuple(
            FolderFacts(path, photos, missing, skipped, offline=kind is not Kind.FOLDER)
            for (path, photos, missing, skipped), kind in zip(
                known, kinds_of([path for path, *_ in known]), strict=True
            )
        )
        models = tuple(ModelFacts(*row) for row in catalog.all(_MODELS))
    with closing(ThumbnailFile(state)) as file:
        thumbnails = ThumbnailFacts(file.count, file.bytes)
    return Inventory(state, _bytes_in(state), folders, models, thumbnails)


def known_folders() -> list[Path]:
    """Return the folders that files are known of, without asking their drives.

    A folder that was searched and never indexed is none of them.

    Raises:
        CatalogError: the catalog cannot be read.
        EngineError: there is no data folder.
    """
    file = data_dir() / CATALOG_NAME
    if not file.exists():
        return []
    with closing(Database(file)) as catalog:
        return [Path(os.fsdecode(path)) for (path,) in catalog.all(_INDEXED)]


def files() -> Iterator[FileFacts]:
    """Yield every file that is known, folder by folder, first those that are or were photos.

    A photo that lies under another name now is yielded under that alone, and what lies in two known folders,
    one of them in the other, once.

    Raises:
        CatalogError: the catalog cannot be read.
        EngineError: there is no data folder.
    """
    file = data_dir() / CATALOG_NAME
    if not file.exists():
        return
    with closing(Database(file)) as catalog:
        for root, name, size, mtime, content, taken, missing, remark in _rows(catalog, _PHOTOS, _PHOTO_ABOVE):
            state = "photo" if missing is None else "missing"
            date = None if taken is None else resolve(taken, mtime)
            place, seconds = _place(root, name), mtime // _SECOND_NS
            yield FileFacts(place, state, size, seconds, content.hex(), date, missing, remark)
        for root, name, size, mtime, reason in _rows(catalog, _SKIPPED, _SKIPPED_ABOVE):
            yield FileFacts(_place(root, name), "skipped", size, mtime // _SECOND_NS, remark=reason)


def _rows(catalog: Database, query: str, above: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of all folders, each with its folder before it, page by page.

    Args:
        catalog: the catalog's file.
        query: gives a page of one folder.
        above: the condition for those that a folder around it does not have as well.
    """
    roots = {Path(os.fsdecode(path)): (number, path) for number, path in catalog.all(_ROOTS)}
    for folder, (number, path) in roots.items():
        around = [(one, other) for one, (other, _) in roots.items() if one in folder.parents]
        within = [value for one, other in around for value in (other, prefix_of(name_in(one, folder) or b""))]
        pages, last = query.format(once=above * len(around)), b""
        while page := catalog.all(pages, number, last, *within, _PAGE):
            yield from ((path, *row) for row in page)
            last = page[-1][0]


def _place(root: bytes, name: bytes) -> Path:
    return local_path(Path(os.fsdecode(root)), name)


def _bytes_in(folder: Path) -> int:
    """Return the size of all files in a folder; those that go meanwhile count nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total
