"""A kept drawing as it comes back, and what lies beside and behind it, in words kept with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from app.drawing import loading
from app.drawing.prints import Print, Prints
from app.drawing.snapshot import Opened, Underlay
from app.drawing.svg_strokes import SavedSketch
from app.shelf.following import PRINTS
from app.shelf.pictures import Pictures
from engine.errors import ImageError
from engine.pictures.formats import is_photo
from engine.search.mixing import BALANCE

TRACED = "traced"
"""Under which the photo to trace is kept among the paper's words, by what it shows."""

_Entry = str | dict[str, str]


def words_of(prints: Prints) -> dict[str, str]:
    """Return the photos beside a drawing in words, by what they are kept under; nothing where none lies."""
    if not len(prints):
        return {}
    like, unlike = ([_entry(one) for one in each] for each in (prints.like, prints.unlike))
    return {PRINTS: json.dumps({"like": like, "unlike": unlike, "balance": prints.balance})}


def prints_of(words: Mapping[str, str], pictures: Pictures) -> Prints:
    """Return the photos of `words_of`, without those whose picture is gone; none where it names none."""
    try:
        given = json.loads(words[PRINTS])
        like, unlike = (
            tuple(one for entry in given[key] if (one := _print(entry, pictures)) is not None)
            for key in ("like", "unlike")
        )
        balance = float(given["balance"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Prints()
    return Prints(like, unlike, balance if 0 <= balance <= 1 else BALANCE)


def traced_words(underlay: Underlay | None) -> dict[str, str]:
    """Return the photo to trace in words, by what they are kept under; nothing where there is none."""
    return {} if underlay is None else {TRACED: str(underlay.source.content)}


def traced_of(words: Mapping[str, str], pictures: Pictures) -> Underlay | None:
    """Return the photo of `traced_words`; None where there is none, or its picture is gone."""
    photo = pictures.find(words.get(TRACED))
    return None if photo is None else loading.underlay_of(photo)


def names_in(words: Mapping[str, str]) -> set[str]:
    """Return the names of the pictures that such words refer to."""
    traced = {words[TRACED]} if TRACED in words else set()
    try:
        given = json.loads(words[PRINTS])
        entries = [*given["like"], *given["unlike"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return traced
    named = (entry.get("picture") for entry in entries if isinstance(entry, dict))
    return traced | {name for name in named if isinstance(name, str)}


def opened(sketch: SavedSketch) -> Opened:
    """Return a kept sketch as it comes onto the paper; without its picture, if that is damaged."""
    try:
        return loading.opened(sketch)
    except ImageError:
        return Opened(sketch.strokes)


def _entry(one: Print) -> _Entry:
    if one.content is None:
        return str(one.path)
    return {"picture": one.content} | ({} if one.path is None else {"path": str(one.path)})


def _print(entry: _Entry, pictures: Pictures) -> Print | None:
    if isinstance(entry, str):
        return Print(Path(entry))
    picture, path = pictures.find(entry.get("picture")), entry.get("path")
    file = None if path is None else Path(path)
    if picture is None and (file is None or not is_photo(file.name)):  # as an SVG is none
        return None
    return Print(file, picture)
