"""What every SQLite file needs: statements in a row, numbers of its header, tables if it is empty, a log."""

from __future__ import annotations

import sqlite3
import time

from engine.lock import is_busy

_PATIENCE_S = 10.0  # how long to wait for another process to finish writing
_AGAIN_S = 0.02  # between two tries


def run_all(db: sqlite3.Connection, text: str) -> None:
    """Run statements one after another, within a transaction if there is one.

    Args:
        db: the file.
        text: the statements; each ends with a semicolon, and none holds another one.
    """
    for statement in text.split(";")[:-1]:
        db.execute(statement)


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return a number that the file or the connection is described by."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def make_tables(db: sqlite3.Connection, tables: str, *, version: int, application_id: int = 0) -> None:
    """Make the tables in an empty file; another one is left as it is. Nothing is made if this ends early.

    Args:
        db: the file, in no transaction.
        tables: as of `run_all`.
        version: the file's from then on.
        application_id: whose file it is from then on; 0 for no one's.
    """
    db.execute("BEGIN IMMEDIATE")
    if not db.execute("SELECT 1 FROM sqlite_master").fetchone():  # another process may have been faster
        run_all(db, tables)
        db.execute(f"PRAGMA application_id = {application_id}")
        db.execute(f"PRAGMA user_version = {version}")
    db.execute("COMMIT")


def write_ahead(db: sqlite3.Connection) -> None:
    """Let readers and a writer not wait for each other; SQLite refuses at once while another writes."""
    deadline = time.monotonic() + _PATIENCE_S
    while db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(_AGAIN_S)
