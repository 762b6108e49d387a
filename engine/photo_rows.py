"""How photos lie in the catalog's tables."""

from __future__ import annotations

from sqlite3 import Connection

from engine.folder import Found
from engine.records import Read

FOUND = "path, size, mtime, ctime, inode"
"""The columns that say what was found in the folder."""

DIRECTLY = " AND path >= ? AND path < ? AND instr(substr(path, ? + 1), X'2F') = 0"
"""The condition for photos directly in a folder within the photo folder; its values by `span`."""


def span(folder: bytes) -> tuple[bytes, bytes, int]:
    """Return between which names all that lies below a folder stands, and how long what they share is."""
    return (folder + b"/", folder + b"0", len(folder) + 1) if folder else (b"", b"\xff" * 4096, 0)


def row_of(found: Found) -> tuple[bytes, int, int, int | None, int | None]:
    """Return the values of the columns `FOUND`."""
    return found.name, found.size, found.mtime_ns, found.ctime_ns, found.inode


def store_photo(db: Connection, root: int, photo: Read) -> int:
    """Record a photo that is there, which is not left out any more; return the number of its content."""
    db.execute("INSERT OR IGNORE INTO contents (hash) VALUES (?)", (photo.digest,))
    row = db.execute("SELECT id FROM contents WHERE hash = ?", (photo.digest,)).fetchone()
    content = int(row[0])
    if photo.taken is not None:
        db.execute("UPDATE contents SET taken = ? WHERE id = ?", (photo.taken, content))
    remark = photo.remark
    if photo.vector is None:  # what is known already was not looked at again
        query = "SELECT max(remark) FROM photos WHERE content = ?"
        remark = db.execute(query, (content,)).fetchone()[0] or ""
    db.execute(
        f"REPLACE INTO photos (root, {FOUND}, content, remark) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (root, *row_of(photo.found), content, remark),
    )
    db.execute("DELETE FROM skipped WHERE root = ? AND path = ?", (root, photo.found.name))
    return content
