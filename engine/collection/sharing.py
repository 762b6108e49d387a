"""Brings a shared collection up to date with a folder that this machine has indexed."""

from __future__ import annotations

import os
from collections.abc import Container, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.collection.shared import lexical_path_there, names_there
from engine.collection.store import Held, Store, Where, path_there
from engine.elsewhere import Record
from engine.encoding.encoder import Encoder
from engine.folders.looks import Looks
from engine.folders.patience import ask, resolve_path
from engine.folders.there import is_away, may_be_there, those_there
from engine.paths import data_dir
from engine.state.catalog import Catalog
from engine.state.records import Entry
from engine.state.shared_thumbnails import leave_thumbnails
from engine.state.thumbnail_file import ThumbnailFile
from engine.unit_vectors import Space
from engine.vector_index.index import usable

_BATCH = 500  # records between which the work can be stopped


@dataclass(frozen=True)
class Shared:
    """What came of it.

    Attributes:
        photos: how many of the folder's photos the collection holds now.
        sent: how many were new or had changed.
        withdrawn: how many were taken out.
    """

    photos: int
    sent: int
    withdrawn: int


@dataclass(frozen=True)
class _Difference:
    sent: tuple[tuple[str, bytes, Entry], ...]
    withdrawn: tuple[str, ...]
    held: int


def share(folder: Path | str, store: Store, host: str) -> Generator[tuple[int, int], None, Shared]:
    """Send what is new in a folder to a collection and take out what is gone; yields (done, total).

    What the catalog holds counts, so that a refresh must come first, and nothing is encoded again. The
    collection is asked what it has: closing the generator, or the end of the process, leaves it partly up to
    date, and the next run goes on from there. Records of other machines and other folders are left alone.

    Args:
        folder: indexed by this machine with the model of the store.
        store: the collection.
        host: what this machine is called there, see `engine.collection.store.check_host`.

    Raises:
        CatalogError: the catalog cannot be read.
        StoreError: the collection does not answer, or refuses.
    """
    root = resolve_path(folder)
    with closing(Catalog(data_dir())) as catalog:
        todo = _compare(root, catalog, store, host)
        done, sent, total = 0, 0, len(todo.sent) + len(todo.withdrawn)
        for start in range(0, len(todo.withdrawn), _BATCH):
            gone = todo.withdrawn[start : start + _BATCH]
            store.delete(host, gone)
            done += len(gone)
            yield done, total
        for start in range(0, len(todo.sent), _BATCH):
            batch = todo.sent[start : start + _BATCH]
            records = _records(batch, catalog, store, host)
            store.upsert(records)
            done, sent = done + len(batch), sent + len(records)
            yield done, total
    return Shared(todo.held + sent, sent, len(todo.withdrawn))


def share_thumbnails(folder: Path | str, target: Path, encoder: Encoder) -> int:
    """Leave the thumbnails of a folder's photos in a folder that the machines share; return how many.

    Those that lie there stay; a photo whose thumbnail is not kept here goes without.

    Raises:
        CatalogError: the catalog cannot be read.
        StoreError: the folder cannot be written.
    """
    root = resolve_path(folder)
    with closing(Catalog(data_dir())) as catalog, closing(ThumbnailFile(data_dir())) as kept:
        number = catalog.root(os.fsencode(root))
        contents = {entry.content for entry in catalog.photos(number).values()} if number is not None else {}
        known = catalog.vectors.hashes(encoder.space)
        return leave_thumbnails(
            kept, target, [digest for digest, content in known.items() if content in contents]
        )


def withdraw(folder: Path | str, store: Store, host: str, *, is_here: bool = True) -> int:
    """Take all photos of a folder of a machine out of a collection; return how many there were.

    Those of this machine are taken out, too, that it has by where links lead, or by paths that the folder
    went by before. On another machine, the folder is what it is called there: links of this one say nothing
    about it.

    Args:
        folder: by its path there, which may be one of Windows.
        store: the collection.
        host: the machine.
        is_here: whether that is this one.

    Raises:
        CatalogError: the catalog cannot be read.
        StoreError: the collection does not answer, or refuses.
    """
    gone = sorted(
        _list_held_by_any_name(folder, store, host)
        if is_here
        else _list_held(store, host, [lexical_path_there(Path(folder))])
    )
    for start in range(0, len(gone), _BATCH):
        store.delete(host, gone[start : start + _BATCH])
    return len(gone)


def _list_held_by_any_name(folder: Path | str, store: Store, host: str) -> set[str]:
    """Return what a collection holds of a folder of this machine, whatever the folder is or was called."""
    root, names = resolve_path(folder), names_there([Path(folder)], Looks())
    with closing(Catalog(data_dir())) as catalog:
        places, number = _places(root, catalog), catalog.root(os.fsencode(root))
        here = _list_held(store, host, [path_there(root), *names])
        before = (
            _list_held(store, host, list(map(path_there, places))) - here if len(places) > 1 else set[str]()
        )
        others = _of_other_folders(places, number, catalog, before) if before else set()
    return here | before - others


def _list_held(store: Store, host: str, folders: Sequence[str]) -> set[str]:
    where = Where(hosts=(host,), folders=tuple(folders))
    return {one.path for one in store.iter_held(where)}


def _compare(root: Path, catalog: Catalog, store: Store, host: str) -> _Difference:
    """Return what the collection lacks of a folder, and what it has too much."""
    number = catalog.root(os.fsencode(root))
    places = _places(root, catalog)
    where = Where(hosts=(host,), folders=tuple(map(path_there, places)))
    known = {one.path: one for one in store.iter_held(where)}
    entries = catalog.photos(number) if number is not None else {}
    hashes = catalog.vectors.hashes(Space(store.model, store.dim))
    digests = {content: digest for digest, content in hashes.items()}
    sent, held = [], 0
    for name, entry in entries.items():
        digest = digests.get(entry.content)
        if digest is None:  # this model could not use it
            continue
        path = path_there(root / os.fsdecode(name))
        if known.pop(path, None) == Held(path, digest, entry.date):
            held += 1
        else:
            sent.append((path, digest, entry))
    others = _of_other_folders(places, number, catalog, known) if known else set()
    return _Difference(tuple(sent), tuple(path for path in known if path not in others), held)


def _places(root: Path, catalog: Catalog) -> list[Path]:
    """Return the path of a folder, and those that it went by before."""
    number = catalog.root(os.fsencode(root))
    former = [] if number is None else catalog.root_names.former(number)
    return [root, *(Path(os.fsdecode(path)) for path in former)]


def _of_other_folders(
    places: Sequence[Path], number: int | None, catalog: Catalog, known: Container[str]
) -> set[str]:
    """Return which of these photos belong to other known folders, that lie in this one or around it, or did.

    Those were not looked at now: what is not on the disk any more belongs to none.

    Args:
        places: the path of this folder, and those that it went by before.
        number: of this folder in the catalog.
        catalog: all that is known.
        known: the photos' paths.
    """
    paths, (root, *_) = set[str](), places
    for folder, one in catalog.roots().items():
        other = Path(os.fsdecode(folder))
        is_near = any(place in (other, *other.parents) or other in place.parents for place in places)
        if is_near and one != number:
            photos = (other / os.fsdecode(name) for name in catalog.photos(one))
            held = {path: photo for photo in photos if (path := path_there(photo)) in known}
            paths |= _on_disk(root, other, held) if held else set()
    return paths


def _on_disk(root: Path, other: Path, held: Mapping[str, Path]) -> set[str]:
    """Return which photos of another folder are there; all, where one of the two is away with its drive."""
    try:
        if ask(partial(_is_one_away, root, other), name="look for photos"):
            return set(held)
        return those_there(held)
    except TimeoutError:
        return set(held)


def _is_one_away(root: Path, other: Path) -> bool:
    return is_away(root) or (may_be_there(other) and is_away(other))


def _records(
    batch: Sequence[tuple[str, bytes, Entry]], catalog: Catalog, store: Store, host: str
) -> list[Record]:
    """Return a batch with its vectors; what the catalog has dropped meanwhile is left for the next run."""
    records = []
    for path, digest, entry in batch:
        vector = catalog.vectors.vector(entry.content, store.model)
        if vector is not None and vector.shape == (store.dim,) and usable(vector[None])[0]:  # else damaged
            records.append(Record(host, path, digest, entry.date, store.model, vector))
    return records
