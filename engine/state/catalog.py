"""The catalog: which photos are known, what their vectors are, and since when something is missing."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from engine.days import DAY_S
from engine.errors import CatalogError
from engine.folders.folder import Found
from engine.lock import sole_writer
from engine.state import ages, photo_rows
from engine.state.choices import Choices
from engine.state.database import Database
from engine.state.photo_rows import FOUND, read_entries, row_of
from engine.state.rechecks import Rechecks
from engine.state.records import Entry, Read, Refusal
from engine.state.root_names import RootNames
from engine.state.seals import Seals
from engine.state.stamps import Stamps
from engine.state.vector_store import STATE, VectorStore
from engine.state.whereabouts import Whereabouts

CATALOG_NAME = "catalog.sqlite3"
LOST = """missing_since IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM photos WHERE content = gone.content AND missing_since IS NULL)"""
"""Of photos called `gone`: they disappeared, and are not there under another name either."""

_MANY = 2_000  # names from which on looking through all photos is quicker than asking for each
_AT_ONCE = 500  # values of one query
_NAMES = "SELECT path FROM photos WHERE root = ? AND missing_since IS NULL"
_GONE = "SELECT path FROM photos AS gone"
_COUNT = "SELECT count(*) FROM photos WHERE root = ? AND missing_since IS NULL"


class Catalog:
    """What is known about all photo folders. Safe to call from several threads.

    Every method raises CatalogError if the file cannot be read or written. A process that is killed leaves
    the last finished call's state. Photos that are not there any more stay as missing, and contents that no
    photo has any more as unused, until `drop_overdue`.

    Attributes:
        path: the file.
        choices: what the person chose about the folders.
        whereabouts: where contents are and were, and where photos lie that were moved.
        root_names: by which paths photo folders were known before.
        rechecks: which photos were read again at the person's wish.
        vectors: the vectors of all encoders.
        seals, stamps: tell whether these, and what was made of them, are this catalog's.
    """

    def __init__(self, folder: Path) -> None:
        """Open the catalog in this folder, or make it; raises as `engine.state.database.Database`."""
        self._db = Database(folder / CATALOG_NAME)
        self.path, self.choices = self._db.path, Choices(self._db)
        self.whereabouts, self.root_names = Whereabouts(self._db), RootNames(self._db)
        self.vectors, self.stamps = VectorStore(self._db), Stamps(self._db)
        self.seals, self.rechecks = Seals(self._db, self.vectors), Rechecks(self._db)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @property
    def state(self) -> tuple[int, int]:
        """What is another as soon as anything in the catalog was changed, by whomever."""
        changes, version = self._db.all(STATE)[0]
        return int(changes), int(version)

    def root(self, path: bytes) -> int | None:
        """Return the number of a photo folder, None if it is not known."""
        rows = self._db.all("SELECT id FROM roots WHERE path = ?", path)
        return int(rows[0][0]) if rows else None

    def add_root(self, path: bytes) -> int:
        """Return the number of a photo folder, new or known."""
        known = self.root(path)
        if known is not None:
            return known
        with self._db.change() as db:
            db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
            return int(db.execute("SELECT id FROM roots WHERE path = ?", (path,)).fetchone()[0])

    def roots(self) -> dict[bytes, int]:
        """Return all photo folders, and their numbers."""
        return {path: int(root) for path, root in self._db.all("SELECT path, id FROM roots")}

    def forget_root(self, root: int) -> None:
        """Drop all that is known of a folder, and all contents that no photo has any more.

        With them go those that files had before they were changed: nobody knows in which folder that was.
        """
        with self._db.change() as db:
            for table in ("photos", "skipped", "in_flight", "excludes"):
                db.execute(f"DELETE FROM {table} WHERE root = ?", (root,))
            db.execute("DELETE FROM roots WHERE id = ?", (root,))
            db.execute("DELETE FROM contents WHERE id NOT IN (SELECT content FROM photos)")

    def photos(self, root: int, folders: Collection[bytes] | None = None) -> dict[bytes, Entry]:
        """Return the photos of a folder that were there when last looked at, by relative name.

        Args:
            root: the folder.
            folders: only those directly in one of these folders within it; None for all.
        """
        return self._entries(root, "missing_since IS NULL", folders)

    def photos_named(self, root: int, names: Collection[bytes]) -> dict[bytes, Entry]:
        """Return those of the same that have one of these names; unknown ones are left out."""
        if len(names) > _MANY:
            wanted = set(names)
            return {name: entry for name, entry in self.photos(root).items() if name in wanted}
        entries: dict[bytes, Entry] = {}
        for name in names:
            entries |= read_entries(self._db, "missing_since IS NULL AND path = ?", root, name)
        return entries

    def names(self, root: int) -> list[bytes]:
        """Return the relative names of `photos`, of which nothing else is read."""
        return [name for (name,) in self._db.all(_NAMES, root)]

    def content_named(self, root: int, name: bytes) -> int | None:
        """Return what a photo of a folder contains, or contained before it went; None if it is not known."""
        rows = self._db.all("SELECT content FROM photos WHERE root = ? AND path = ?", root, name)
        return int(rows[0][0]) if rows else None

    def has_photos(self, root: int, count: int = 1) -> bool:
        """Return whether so many photos of a folder, or more, were there when last looked at."""
        return len(self._db.all(f"{_NAMES} LIMIT ?", root, count)) >= count

    def missing(self, root: int, folders: Collection[bytes] | None = None) -> dict[bytes, Entry]:
        """Return the photos that disappeared and are still remembered; arguments as of `photos`."""
        return self._entries(root, "missing_since IS NOT NULL", folders)

    def lost_names(self, root: int) -> list[bytes]:
        """Return those of `missing` that are not there under another name either."""
        return [name for (name,) in self._db.all(f"{_GONE} WHERE root = ? AND {LOST}", root)]

    def remarks(self, root: int) -> dict[bytes, str]:
        """Return what is odd about photos of a folder that are there, by relative name."""
        query = "SELECT path, remark FROM photos WHERE root = ? AND missing_since IS NULL AND remark != ''"
        return dict(self._db.all(query, root))

    def _entries(
        self, root: int, condition: str, folders: Collection[bytes] | None = None
    ) -> dict[bytes, Entry]:
        if folders is None:
            return read_entries(self._db, condition, root)
        entries: dict[bytes, Entry] = {}
        for one in folders:
            entries |= read_entries(self._db, condition, root, folder=one)
        return entries

    def refusals(self, root: int) -> dict[bytes, Refusal]:
        """Return what is left out in a folder, by relative name."""
        rows = self._db.all(f"SELECT {FOUND}, reason, reader FROM skipped WHERE root = ?", root)
        return {row[0]: Refusal(Found(*row[:5]), row[5], row[6]) for row in rows}

    def refusal_count(self, root: int) -> int:
        """Return how much that is."""
        return int(self._db.all("SELECT count(*) FROM skipped WHERE root = ?", root)[0][0])

    def date_of(self, content: int) -> int | None:
        """Return the date of a content, see `Entry.taken`."""
        rows = self._db.all("SELECT taken FROM contents WHERE id = ?", content)
        return rows[0][0] if rows else None

    def hash_of(self, content: int) -> bytes | None:
        """Return the hash of a content, None if there is no such."""
        rows = self._db.all("SELECT hash FROM contents WHERE id = ?", content)
        return bytes(rows[0][0]) if rows else None

    def contents(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Return the numbers of contents by hash; unknown ones are left out."""
        numbers: dict[bytes, int] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            some = hashes[start : start + _AT_ONCE]
            gaps = ", ".join("?" * len(some))
            numbers |= dict(self._db.all(f"SELECT hash, id FROM contents WHERE hash IN ({gaps})", *some))
        return numbers

    def photos_without_date(self, root: int) -> dict[int, list[Found]]:
        """Return the photos of a folder whose dates were not looked at yet, by content number."""
        photos: dict[int, list[Found]] = {}
        if not self._db.all("SELECT 1 FROM contents WHERE taken IS NULL LIMIT 1"):
            return photos
        for entry in self._entries(root, "missing_since IS NULL AND taken IS NULL").values():
            photos.setdefault(entry.content, []).append(entry.found)
        return photos

    def store_dates(self, dates: Mapping[int, int]) -> None:
        """Record the dates of contents, by number; `dates.NO_DATE` for none."""
        with self._db.change() as db:
            rows = [(taken, content) for content, taken in dates.items()]
            db.executemany("UPDATE contents SET taken = ? WHERE id = ?", rows)

    def store(self, root: int, model: str, read: Sequence[Read], refused: Sequence[Refusal]) -> list[int]:
        """Record a batch at once, and that none of it is in flight any more.

        A photo that is refused stays known while its file is the same: another model may have its vector.

        Returns:
            The content number of each photo in `read`.
        """
        with self._db.change() as db:
            contents = [photo_rows.store_photo(db, root, photo) for photo in read]
            fresh = {
                content: photo.vector
                for content, photo in zip(contents, read, strict=True)
                if photo.vector is not None
            }
            self.vectors.append(db, model, fresh)
            for refusal in refused:
                photo_rows.store_refusal(db, root, refusal)
            names = [(root, photo.found.name) for photo in read]
            names += [(root, refusal.found.name) for refusal in refused]
            db.executemany("DELETE FROM in_flight WHERE root = ? AND path = ?", names)
        return contents

    def restate(self, root: int, photos: Iterable[Found]) -> None:
        """Record that these photos are there, with the same content and these facts."""
        with self._db.change() as db:
            db.executemany(photo_rows.RESTATE, [(*row_of(found)[1:], root, found.name) for found in photos])

    def mark_missing(self, root: int, names: Iterable[bytes], *, seen_from: int | None = None) -> None:
        """Record that photos are not there, as a look at this folder or another one showed; drop refusals."""
        look = root if seen_from is None else seen_from
        rows = [(root, name) for name in names]
        with self._db.change() as db:
            for table in ("skipped", "in_flight"):
                db.executemany(f"DELETE FROM {table} WHERE root = ? AND path = ?", rows)
            db.executemany(
                "UPDATE photos SET missing_since = ?,"
                " missed_after = (SELECT unended FROM roots WHERE id = ?)"
                " WHERE root = ? AND path = ? AND missing_since IS NULL",
                [(int(time.time()), look, *row) for row in rows],
            )

    def forget_missing(self, root: int) -> None:
        """Drop the photos of a folder that are missing, and all contents that no photo has any more."""
        with self._db.change() as db:
            db.execute("DELETE FROM photos WHERE root = ? AND missing_since IS NOT NULL", (root,))
            db.execute("DELETE FROM contents WHERE id NOT IN (SELECT content FROM photos)")

    def drop_overdue(self, model: str) -> None:
        """Note that this model is in use, and drop what has been missing or unused for too long.

        That is: photos that are missing, contents that no photo has, vectors of models not used, each for
        more than `Choices.keep_days`.
        """
        now = int(time.time())
        with self._db.change() as db:
            ages.drop_overdue(db, model, now, now - self.choices.keep_days * DAY_S)
        self._db.give_back()

    def note_use(self, model: str) -> None:
        """Note that this model is in use today, if the disk takes it; see `drop_overdue`."""
        ages.note_use_today(self._db, model, int(time.time()))

    def models(self) -> list[str]:
        """Return the models that were in use not long ago."""
        return [model for (model,) in self._db.all("SELECT model FROM models")]

    def confirm(self, root: int, model: str, contents: Iterable[int], *, photos: int) -> None:
        """Look on the disk for what a refresh has stored.

        Args:
            root: the folder.
            model: what encoded it.
            contents: the numbers that `store` returned.
            photos: how many photos of the folder must be there; 0 where that is not asked.

        Raises:
            CatalogError: the file does not hold it.
        """
        with self._db.fresh() as db:
            count = db.execute(_COUNT, (root,)).fetchone()[0] if photos else 0
            if count < photos or not self.vectors.are_kept(db, model, contents):
                raise CatalogError(f"The catalog {self.path} did not keep what was indexed: start again.")

    def drop_vectors(self, model: str, contents: Iterable[int]) -> None:
        """Drop what this model made of some contents, so that the next refresh encodes them anew."""
        self.vectors.drop(model, contents)

    def drop_refusals(self, root: int, names: Iterable[bytes]) -> None:
        """Drop refusals of a folder."""
        with self._db.change() as db:
            db.executemany("DELETE FROM skipped WHERE root = ? AND path = ?", ((root, one) for one in names))

    def begin(self, root: int, names: Iterable[bytes], *, alone: bool = False) -> None:
        """Note the files about to be read, so that one that kills the process can be told afterwards."""
        rows = [(root, name, alone) for name in names]
        with self._db.change() as db:
            db.executemany(
                "INSERT INTO in_flight VALUES (?, ?, ?, 0)"
                " ON CONFLICT (root, path) DO UPDATE SET alone = excluded.alone",
                rows,
            )

    def end(self, root: int, names: Iterable[bytes]) -> None:
        """Note that these files are not being read any more, and did no harm."""
        with self._db.change() as db:
            rows = [(root, name) for name in names]
            db.executemany("DELETE FROM in_flight WHERE root = ? AND path = ?", rows)

    def suspects(self, root: int) -> Mapping[bytes, int]:
        """Return the files in flight when the process last died, each with its crashes while read alone.

        To be called once, before the first `begin`.
        """
        with self._db.change() as db:
            db.execute("UPDATE in_flight SET crashes = crashes + alone, alone = 0 WHERE root = ?", (root,))
            return dict(db.execute("SELECT path, crashes FROM in_flight WHERE root = ?", (root,)))

    def sole_writer(self) -> AbstractContextManager[None]:
        """Hold the right to index, among all who use this catalog; raises as `engine.lock.sole_writer`."""
        return sole_writer(self.path.with_name("indexing.lock"))
