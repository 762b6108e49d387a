"""Strokes as an SVG that every program shows, and that opens here as the very same strokes.

Shapes are the truth: a file in which another program has changed more than strokes can say is not read, and
stays a picture.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from numpy.typing import NDArray

from engine.sketches.drawing import Stroke
from engine.sketches.svg_reader import (
    INK,
    PAGE,
    PAPER,
    PNG,
    ROOT,
    SIDE,
    STROKES,
    SVG,
    WHOLE,
    WIDTHS,
    XLINK,
    Place,
    SavedSketch,
    read_svg,
)

__all__ = ["WHOLE", "Place", "SavedSketch", "as_kept", "read_svg", "to_svg"]

_written_before = WeakKeyDictionary[Stroke, str]()  # a stroke never changes


def to_svg(
    strokes: Sequence[Stroke],
    *,
    picture: bytes | None = None,
    place: Place = WHOLE,
    title: str = "FFMLN",
    metadata: Mapping[str, str] | None = None,
) -> bytes:
    """Return the strokes as an SVG file; `read_svg` gives back the same, to the last bit.

    Args:
        strokes: in drawing order; erasers become white lines.
        picture: a PNG file of what lies under them.
        place: its left and top edge and its side, in unit coordinates.
        title: what programs show as the drawing's name.
        metadata: a few words to keep with it; any text.
    """
    return "".join(_write(strokes, picture, place, title, metadata or {})).encode("utf-8", "replace")


def as_kept(place: Place) -> Place:
    """Return a place as a file gives it back, in which lengths are rounded once more than points."""
    left, top, side = (SIDE * one / SIDE for one in map(float, place))
    return left, top, side


def _write(
    strokes: Sequence[Stroke], picture: bytes | None, place: Place, title: str, metadata: Mapping[str, str]
) -> Iterator[str]:
    spaces = {"xmlns": SVG, "xmlns:xlink": XLINK}
    yield _tag("svg", spaces | ROOT)
    yield f"\n<title>{escape(_printable(title))}</title>"
    if metadata:
        yield f"\n<metadata>{escape(json.dumps(dict(metadata)))}</metadata>"
    yield "\n" + _tag("rect", PAGE, closed=True)
    if picture is not None:
        address = PNG + base64.b64encode(picture).decode("ascii")
        x, y, side = (repr(SIDE * one) for one in map(float, place))
        where = {"x": x, "y": y, "width": side, "height": side}
        yield "\n" + _tag("image", where | {"xlink:href": address}, closed=True)
    yield "\n" + _tag("g", STROKES)
    for stroke in strokes:
        yield "\n" + _stroke(stroke)
    yield "\n</g>\n</svg>\n"


def _stroke(stroke: Stroke) -> str:
    text = _written_before.get(stroke)
    if text is None:
        text = _written_before[stroke] = _shapes(stroke)
    return text


def _shapes(stroke: Stroke) -> str:
    if stroke.widths is None:
        return _shape(stroke.points, float(stroke.width), eraser=stroke.eraser)
    look = {WIDTHS: _numbers(stroke.widths), "stroke-width": repr(float(stroke.width))}
    ends, means = stroke.points, stroke.piece_widths
    pieces = [ends] if len(ends) == 1 else [ends[one : one + 2] for one in range(len(ends) - 1)]
    shapes = [
        _shape(piece, float(width), eraser=stroke.eraser) for piece, width in zip(pieces, means, strict=True)
    ]
    return _tag("g", look) + "".join(shapes) + "</g>"


def _shape(points: NDArray[np.float32], width: float, *, eraser: bool) -> str:
    """Return a polyline; of a single point, a disc."""
    if len(points) == 1:
        x, y = map(str, points[0])
        look = {"cx": x, "cy": y, "r": repr(width / 2), "stroke": "none", "fill": PAPER if eraser else INK}
        return _tag("circle", look, closed=True)
    look = {"points": _numbers(points), "stroke-width": repr(width)}
    return _tag("polyline", look | ({"stroke": PAPER} if eraser else {}), closed=True)


def _numbers(values: NDArray[np.float32]) -> str:
    """Return 32-bit numbers in as few digits as tell them apart."""
    return " ".join(map(str, np.asarray(values, np.float32).ravel()))


def _tag(name: str, attributes: Mapping[str, str], *, closed: bool = False) -> str:
    inside = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{inside}{'/' if closed else ''}>"


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
