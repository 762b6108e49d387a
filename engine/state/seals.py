"""Whether a file of vectors holds what the catalog says: told unread where nobody else wrote to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from engine.errors import CatalogError
from engine.state.database import Database
from engine.state.encoded import join_columns, to_numbers
from engine.state.vector_store import VectorStore
from engine.unit_vectors import Space

AT_A_START = 1 << 16
"""Rows compared with their checksums at each start; a start with more of them takes the next ones."""

_AT_ONCE = 1 << 13  # rows compared between two chances to stop


class Seals:
    """The state in which each file of vectors was left; every method raises CatalogError as the catalog.

    Whoever appends renews the seal if it was whole. Where it is broken, the catalog or the file was restored
    or copied in, or a process was killed: rows may be those of other photos until each was compared.
    """

    def __init__(self, database: Database, vectors: VectorStore) -> None:
        """Take the catalog's file, and the vectors."""
        self._db, self._vectors = database, vectors

    def state_if_broken(self, space: Space) -> str | None:
        """Return None if the file of this space's vectors is as it was left.

        Else its state now, for `renew`; empty where there is no file.
        """
        rows = self._db.all("SELECT seal FROM vector_files WHERE model = ? AND dim = ?", *space)
        file, _ = self._vectors.reading(space)
        return file.state if rows and rows[0][0] != file.state else None

    def renew(self, space: Space, state: str) -> None:
        """Note that the file held all vectors that the catalog names when it was in this state."""
        with self._db.change() as db:
            file, _ = self._vectors.reading(space)
            if state and file.state == state:
                query = "UPDATE vector_files SET seal = ? WHERE model = ? AND dim = ?"
                db.execute(query, (state, *space))

    def find_spoiled(self, space: Space) -> Iterator[list[int]]:
        """Yield the contents whose vectors are damaged, others' or not there any more, block by block."""
        yield from self._compare(space, "")

    def find_spoiled_in_turn(self, space: Space, count: int = AT_A_START) -> Iterator[list[int]]:
        """Yield the same of a part of the rows: each call goes on where the one before it ended.

        A file that holds no more rows is looked through whole. A part that was not looked through to its end
        is looked through again.
        """
        rows = self._db.all("SELECT id FROM vector_files WHERE model = ? AND dim = ?", *space)
        length = len(self._vectors.reading(space)[0])
        if not rows or length <= count:
            yield from self.find_spoiled(space)
            return
        name = f"vectors compared in file {rows[0][0]}"
        kept = self._db.all("SELECT value FROM settings WHERE name = ?", name)
        start = int(kept[0][0]) if kept and kept[0][0] < length else 0
        yield from self._compare(space, " AND slot >= ? AND slot < ?", start, start + count)
        with suppress(CatalogError), self._db.change() as db:  # of a disk that takes nothing
            db.execute("REPLACE INTO settings VALUES (?, ?)", (name, start + count))

    def _compare(self, space: Space, condition: str, *values: int) -> Iterator[list[int]]:
        file, _ = self._vectors.reading(space)
        query = (
            f"SELECT {join_columns('content', 'slot', 'crc')} FROM vectors"
            f" WHERE file = (SELECT id FROM vector_files WHERE model = ? AND dim = ?){condition}"
        )
        contents, slots, checks = map(to_numbers, self._db.all(query, *space, *values)[0])
        for start in range(0, len(contents), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            yield contents[part][~file.sound(slots[part], checks[part].tolist())].tolist()
