"""The newest rows of a Milvus collection, found by counting spans of time.

Milvus gives rows in the order of their keys. It orders them by another field from version 3.0 on, and
milvus-lite never does, so that this goes by what all of them do: count what an expression leaves, list that,
and list it by key. No more than `_LISTED` rows are listed for a page, however many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.collection.milvus_rows import expression
from engine.collection.store import Where
from engine.days import DAY_S
from engine.pictures.dates import EARLIEST, is_likely, latest

_LISTED = 4_000  # rows, key and date alone: 40 bytes each
_WIDTH_S = DAY_S  # the first span that is counted
_WIDER = 8


@dataclass(frozen=True)
class KeyedRows:
    """What is asked of a collection; each takes an expression.

    Attributes:
        count: how many rows it leaves.
        dated: their dates and keys, in any order.
        by_key: the first keys in their order, as many as it is told.
    """

    count: Callable[[str], int]
    dated: Callable[[str], list[tuple[int, str]]]
    by_key: Callable[[str, int], list[str]]


def newest_keys(rows: KeyedRows, k: int, where: Where, after: tuple[int, str] | None = None) -> list[str]:
    """Return the keys of k rows, newest first and by key within a second; what has no likely date comes last.

    Args:
        rows: the collection.
        k: how many; fewer are returned where there are no more.
        where: which records are looked at.
        after: date and key of the one that these follow; None to begin.
    """
    low, end = EARLIEST, latest() + 1
    keys, last = list[str](), ""
    if after is not None and is_likely(after[0]):
        end = after[0]
        keys = rows.by_key(_within(where, end, end + 1, after[1]), k)
    elif after is not None:
        end, last = low, after[1]
    low = low if where.first is None else max(low, where.first)
    end = end if where.end is None else min(end, where.end)
    while len(keys) < k and low < end:
        start, listed = _span(rows, k - len(keys), where, low, end)
        keys += listed
        end = start
    if len(keys) < k:
        undated = f"(taken < {EARLIEST} or taken > {latest()})"
        keys += rows.by_key(_join(expression(where), undated, _beyond(last)), k - len(keys))
    return keys


def _span(rows: KeyedRows, wanted: int, where: Where, low: int, end: int) -> tuple[int, list[str]]:
    """Return the newest of what was taken before an end, and when they were taken at the earliest.

    They are as many as are wanted, unless there are fewer.
    """
    few, start, width = end, low, _WIDTH_S  # since `few` there are too few, since `start` enough
    most, count = max(_LISTED, wanted), rows.count(_within(where, low, end))
    while count > most and few - start > 1:
        middle = max(end - width, (few + start) // 2)
        found = rows.count(_within(where, middle, end))
        if found < wanted:
            few, width = middle, width * _WIDER
        else:
            start, count = middle, found
    if count <= most:
        return start, _sort(rows.dated(_within(where, start, end)))[:wanted]
    newer = _sort(rows.dated(_within(where, few, end))) if few < end else []
    return start, newer + rows.by_key(_within(where, start, few), wanted - len(newer))


def _sort(dated: list[tuple[int, str]]) -> list[str]:
    return [key for _, key in sorted(dated, key=lambda one: (-one[0], one[1]))]


def _within(where: Where, start: int, end: int, last: str = "") -> str:
    return _join(expression(replace(where, first=start, end=end)), _beyond(last))


def _beyond(key: str) -> str:
    return f'id > "{key}"' if key else ""


def _join(*expressions: str) -> str:
    return " and ".join(one for one in expressions if one)
