"""What lies beside a kept drawing, in the words that are kept with it. Without Qt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.search.mixing import BALANCE

PRINTS = "prints"
"""Under which the photos beside a drawing are kept among its words."""


@dataclass(frozen=True)
class Entry:
    """One photo: its file, the name of a picture that no file holds, or both."""

    path: Path | None
    picture: str | None = None


@dataclass(frozen=True)
class Beside:
    """The photos in both corners, and what they count, see `app.drawing.paper.prints.Prints`."""

    like: tuple[Entry, ...] = ()
    unlike: tuple[Entry, ...] = ()
    balance: float = BALANCE

    @classmethod
    def read(cls, words: Mapping[str, str]) -> Beside:
        """Return what such words name; what says nothing there is passed over."""
        try:
            given = json.loads(words[PRINTS])
            like, unlike = (tuple(_entries(given[key])) for key in ("like", "unlike"))
            balance = given.get("balance")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()
        return cls(
            like, unlike, balance if isinstance(balance, int | float) and 0 <= balance <= 1 else BALANCE
        )

    def words(self) -> dict[str, str]:
        """Return it in words, by what they are kept under; nothing where none lies."""
        if not self._all:
            return {}
        like, unlike = ([_word(one) for one in each] for each in (self.like, self.unlike))
        return {PRINTS: json.dumps({"like": like, "unlike": unlike, "balance": self.balance})}

    @property
    def paths(self) -> set[Path]:
        """The files."""
        return {one.path for one in self._all if one.path is not None}

    @property
    def pictures(self) -> set[str]:
        """The names of the pictures that no file holds."""
        return {one.picture for one in self._all if one.picture is not None}

    def rename(self, names: Mapping[Path, Path]) -> Beside:
        """Return it with the paths now, given by those before.

        Of two that follow to one file, or where one lies already, the first is left.
        """
        came = dict[Path, Path]()  # from which paths, by those now

        def follow(entries: Iterable[Entry]) -> Iterator[Entry]:
            for one in entries:
                now = one.path and names.get(one.path, one.path)
                if one.path is None or now is None or came.setdefault(now, one.path) == one.path:
                    yield replace(one, path=now)

        return replace(self, like=tuple(follow(self.like)), unlike=tuple(follow(self.unlike)))

    @property
    def _all(self) -> tuple[Entry, ...]:
        return self.like + self.unlike


def _entries(given: Iterable[object]) -> Iterator[Entry]:
    for one in given:
        path, picture = (one.get("path"), one.get("picture")) if isinstance(one, dict) else (one, None)
        if (isinstance(path, str) or (path is None and picture)) and isinstance(picture, str | None):
            yield Entry(None if path is None else Path(path), picture)


def _word(one: Entry) -> str | dict[str, str]:
    if one.picture is None:
        return str(one.path)
    return {"picture": one.picture} | ({} if one.path is None else {"path": str(one.path)})
