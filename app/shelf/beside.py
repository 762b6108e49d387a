"""A kept drawing as it comes back, and what lies beside and behind it, in words kept with it."""

from __future__ import annotations

from collections.abc import Mapping

from app.drawing import loading
from app.drawing.ink.svg_strokes import SavedSketch
from app.drawing.paper.prints import Print, Prints
from app.drawing.paper.snapshot import Opened, Underlay
from app.shelf.entries import Beside, Entry
from app.shelf.pictures import Pictures
from engine.errors import ImageError
from engine.pictures.formats import is_photo

TRACED = "traced"
"""Under which the photo to trace is kept among the paper's words, by what it shows."""


def words_of(prints: Prints) -> dict[str, str]:
    """Return the photos beside a drawing in words, by what they are kept under; nothing where none lies."""
    like, unlike = (
        tuple(Entry(one.path, one.content) for one in each) for each in (prints.like, prints.unlike)
    )
    return Beside(like, unlike, prints.balance).words()


def prints_of(words: Mapping[str, str], pictures: Pictures) -> Prints:
    """Return the photos of `words_of`, without those whose picture is gone; none where it names none."""
    beside = Beside.read(words)
    like, unlike = (
        tuple(one for entry in each if (one := _print(entry, pictures)) is not None)
        for each in (beside.like, beside.unlike)
    )
    return Prints(like, unlike, beside.balance)


def traced_words(underlay: Underlay | None) -> dict[str, str]:
    """Return the photo to trace in words, by what they are kept under; nothing where there is none."""
    return {} if underlay is None else {TRACED: str(underlay.source.content)}


def underlay_of(words: Mapping[str, str], pictures: Pictures) -> Underlay | None:
    """Return the photo of `traced_words`; None where there is none, or its picture is gone."""
    photo = pictures.find(words.get(TRACED))
    return None if photo is None else loading.underlay_of(photo)


def names_in(words: Mapping[str, str]) -> set[str]:
    """Return the names of the pictures that such words refer to."""
    return Beside.read(words).pictures | ({words[TRACED]} if TRACED in words else set())


def open_kept(sketch: SavedSketch) -> Opened:
    """Return a kept sketch as it comes onto the paper; without its picture, if that is damaged."""
    try:
        return loading.open_saved(sketch)
    except ImageError:
        return Opened(sketch.strokes)


def _print(one: Entry, pictures: Pictures) -> Print | None:
    if one.picture is None:
        return Print(one.path)
    picture = pictures.find(one.picture)
    if picture is None and (one.path is None or not is_photo(one.path.name)):  # as an SVG is none
        return None
    return Print(one.path, picture)
