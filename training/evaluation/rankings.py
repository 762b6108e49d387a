"""Pictures of rankings: a query, the first ten photos, right ones framed in green and wrong ones in red.

Drawn over photos the reader has: the picture holds them, so its place is with whoever may use them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

from engine.preprocess import on_white, plain, render_strokes, sketch_page
from training.data.collection import Picture, StrokeDrawing
from training.errors import TrainingError
from training.evaluation.embedding import Embedded
from training.evaluation.heldout import HeldOut, even_places
from training.evaluation.metrics import average_precision
from training.evaluation.split import rank_blocks

_SHOWN = 10  # photos of a ranking
_SIDE, _GAP, _FRAME = 112, 8, 4  # pixels
_CAPTION = 16  # pixels of height
_RIGHT, _WRONG, _PAPER, _INK = "#2e8b57", "#c0392b", "#ffffff", "#222222"

Query = Picture | StrokeDrawing


@dataclass(frozen=True)
class Ranking:
    """One query and what came first for it.

    Attributes:
        query: what was drawn.
        photos: the first ten, best first.
        precision: average precision of the whole ranking, 0 to 1.
    """

    query: Query
    photos: tuple[Picture, ...]
    precision: float


def rankings(held: HeldOut, *, rerank: bool = False, most: int = 0) -> list[Ranking]:
    """Return the ranking of each query, careful sketches and quick drawings.

    Args:
        held: queries, gallery and encoder.
        rerank: as in `evaluate`.
        most: of either kind, spread over all of them; 0: all.
    """
    found: list[Ranking] = []
    for _, asked in held.queries():
        count = len(asked.items)
        found += _rank(held, asked.at(even_places(count, most or count)), rerank)
    return found


def _rank(held: HeldOut, asked: Embedded, rerank: bool) -> list[Ranking]:
    found: list[Ranking] = []
    for rows, order, relevant in rank_blocks(asked, held.gallery, rerank):
        found += [
            Ranking(query, tuple(held.gallery.items[place] for place in places[:_SHOWN]), float(precision))
            for query, places, precision in zip(
                asked.items[rows], order, average_precision(relevant), strict=True
            )
        ]
    return found


def choose(found: Sequence[Ranking], count: int, *, worst: bool) -> list[Ranking]:
    """Return rankings to look at, the best first.

    From the best to the worst in even steps; with `worst`, the worst one of each class, of the worst classes.
    """
    falling = sorted(found, key=lambda one: (-one.precision, one.query.label, one.query.name))
    if worst:
        last = {one.query.label: one for one in falling}  # a later one takes an earlier one's place
        return sorted(last.values(), key=lambda one: -one.precision)[-count:]
    places: NDArray[np.int64] = np.unique(np.linspace(0, len(falling) - 1, count).astype(np.int64))
    return [falling[place] for place in places]


def sheet(shown: Sequence[Ranking]) -> Image.Image:
    """Return the rankings as a picture, a row each.

    Raises:
        TrainingError: a sketch or a photo cannot be read.
    """
    row = _CAPTION + _SIDE + _GAP
    width = _GAP + (_SHOWN + 1) * (_SIDE + _GAP) + _GAP
    page = Image.new("RGB", (width, _GAP + len(shown) * row), _PAPER)
    pen = ImageDraw.Draw(page)
    for number, one in enumerate(shown):
        top = _GAP + number * row
        pen.text((_GAP, top), f"{one.query.label}, AP {100 * one.precision:.0f}%", fill=_INK)
        page.paste(_tile(_page(one.query), _INK), (_GAP, top + _CAPTION))
        for place, photo in enumerate(one.photos, start=1):
            frame = _RIGHT if photo.label == one.query.label else _WRONG
            left = 2 * _GAP + place * (_SIDE + _GAP)
            page.paste(_tile(_open(photo), frame), (left, top + _CAPTION))
    return page


def format_of(file: Path) -> str:
    """Return in which format a picture is written to a file of this name.

    Raises:
        ValueError: its ending is of none.
    """
    known = Image.registered_extensions()
    if known.get(file.suffix.lower()) not in Image.SAVE:
        raise ValueError(f"unknown file extension: {file.suffix or 'none'}")
    return known[file.suffix.lower()]


def _page(query: Query) -> Image.Image:
    """Return the drawing as a picture; what is transparent in it as `sketch_page` has it."""
    if isinstance(query, StrokeDrawing):
        return render_strokes(query.strokes)
    page = plain(_open(query))
    return sketch_page(page) if page.mode in ("LA", "RGBA") else page


def _open(picture: Picture) -> Image.Image:
    try:
        return picture.open()
    except OSError as error:
        raise TrainingError(f"{picture.name} in {picture.file} cannot be read: {error}.") from error


def _tile(picture: Image.Image, frame: str) -> Image.Image:
    """Return a picture in a square of _SIDE pixels with a frame around it."""
    inner = _SIDE - 2 * _FRAME
    shown = on_white(plain(picture)).convert("RGB")
    return ImageOps.expand(ImageOps.pad(shown, (inner, inner), color=_PAPER), _FRAME, frame)
