"""How long photos have been missing, contents unused and models idle, also where the clock was wrong.

The dates are the clock's. One that stands years away for a while, as after its battery died, would make all
that is remembered overdue at once: where it has moved by more than can have passed, the dates move with it.
"""

from __future__ import annotations

from contextlib import suppress
from sqlite3 import Connection

from engine.days import DAY_S
from engine.errors import CatalogError
from engine.state.database import Database
from engine.state.row_forms import WHOLE_NUMBERS

_LONGEST_S = 100 * DAY_S  # between two uses of the program; where more has passed, nothing is older for it
_DATES = (("photos", "missing_since"), ("contents", "unused_since"), ("models", "used"))


def note_use(db: Connection, model: str, now: int) -> None:
    """Note that this model is in use now, in seconds since 1970 by the clock."""
    follow_clock(db, now)
    db.execute("REPLACE INTO models VALUES (?, ?)", (model, now))


def note_use_today(database: Database, model: str, now: int) -> None:
    """Do so once a day, where the disk takes it and no other process writes for long."""
    query = f"SELECT 1 FROM models WHERE model = ? AND used / {DAY_S} = ?"
    with suppress(CatalogError):
        if not database.all(query, model, now // DAY_S):
            with database.change() as db:
                note_use(db, model, now)


def follow_clock(db: Connection, now: int) -> None:
    """Move the dates where the clock was set since a model was last in use.

    Those that are nearer to that time than to now are of before it was set.
    """
    last = db.execute("SELECT max(used) FROM models").fetchone()[0]
    if last is None or last <= now <= last + _LONGEST_S:
        return
    for table, date in _DATES:
        db.execute(
            f"UPDATE {table} SET {date} = {date} + ?1 WHERE abs({date} - ?2) < abs({date} - ?3)",
            (now - last, last, now),
        )


def drop_overdue(db: Connection, model: str, now: int, due: int) -> None:
    """Note that this model is in use now, and drop what has been missing or unused since before `due`."""
    is_there = "content = contents.id AND missing_since IS NULL"
    note_use(db, model, now)
    db.execute(
        "UPDATE contents SET unused_since = NULL"
        f" WHERE unused_since > 0 AND EXISTS (SELECT 1 FROM photos WHERE {is_there})"
    )
    db.execute(
        "UPDATE contents SET unused_since = ? WHERE unused_since ISNULL"
        " AND id NOT IN (SELECT content FROM photos WHERE missing_since IS NULL)",
        (now,),
    )
    db.execute("DELETE FROM photos WHERE missing_since <= ?", (due,))
    db.execute(
        "DELETE FROM contents"
        " WHERE unused_since <= ? AND NOT EXISTS (SELECT 1 FROM photos WHERE content = contents.id)",
        (due,),
    )
    due = min(due, now - DAY_S)  # a library that was opened with it may be open still
    unused = "SELECT id FROM vector_files WHERE model IN (SELECT model FROM models WHERE used < ?)"
    db.execute(f"DELETE FROM vectors WHERE file IN ({unused})", (due,))
    # the row stays: a file of a name that was deleted may be open elsewhere, so that none gets it again
    db.execute(
        "UPDATE vector_files SET generation = generation + 1, form = ?, rows = 0, seal = NULL"
        f" WHERE id IN ({unused})",
        (WHOLE_NUMBERS.ending, due),
    )
    db.execute("DELETE FROM models WHERE used < ?", (due,))
