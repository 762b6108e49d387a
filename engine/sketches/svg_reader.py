"""Strokes back from the SVGs of `app.drawing.ink.svg_strokes`, to the last bit; takes nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from xml.parsers import expat

import numpy as np
from numpy.typing import NDArray

from engine.sketches.drawing import Stroke

SIDE = 1000
"""Units of a saved sketch's side."""
Place = tuple[float, float, float]
WHOLE: Place = (0.0, 0.0, 1.0)
"""A picture that fills the paper."""

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MARK, VERSION = "data-ffmln", "1"
INK, PAPER = "#14161b", "#ffffff"
PNG = "data:image/png;base64,"
MOST_BYTES = 30_000_000
"""Of an SVG; a larger one is not from this program."""

_MOST_ELEMENTS, _DEEPEST = 500_000, 4
_FARTHEST, _WIDEST = 16.0, 8.0  # paper sides; what is drawn and moved by hand ends at a few
_FARTHEST_ERASED, _WIDEST_ERASER = 1000.0, 1000.0  # erasers grow with a small drawing that is made large
_LONGEST, _MOST_INK = 5_000.0, 50_000.0  # paper sides of one line, and of all
ROOT = {
    "width": str(SIDE), "height": str(SIDE), "viewBox": f"0 0 {SIDE} {SIDE}", MARK: VERSION,
}  # fmt: skip
PAGE = {"width": str(SIDE), "height": str(SIDE), "fill": PAPER}
STROKES = {
    "transform": f"scale({SIDE})", "fill": "none", "stroke": INK,
    "stroke-linecap": "round", "stroke-linejoin": "round",
}  # fmt: skip
WIDTHS = "data-widths"


@dataclass(frozen=True, eq=False)
class SavedSketch:
    """What an SVG of this program holds.

    Attributes:
        strokes: in drawing order.
        picture: what lies under them, as a PNG file; None where nothing does.
        place: the picture's left and top edge and its side, in unit coordinates.
        metadata: whatever was noted with it.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: bytes | None = None
    place: Place = WHOLE
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def ink(self) -> float:
        """How much line there is, in paper sides; a picture counts as a whole drawing."""
        drawn = sum(stroke.length for stroke in self.strokes if not stroke.eraser)
        return drawn + (self.picture is not None)

    @property
    def is_empty(self) -> bool:
        """Whether it holds neither strokes nor a picture."""
        return not self.strokes and self.picture is None

    def continues(self, other: SavedSketch) -> bool:
        """Return whether this is the other drawing, perhaps with more drawn over it."""
        if (self.picture, self.place) != (other.picture, other.place):
            return False
        begun = self.strokes[: len(other.strokes)]
        return len(begun) == len(other.strokes) and all(map(_same, begun, other.strokes))

    def states(self) -> list[bytes]:
        """Return digests of the drawing as it came to be, one a stroke, the last of it as it is.

        Where one drawing continues another one, the last of the other is among its own.
        """
        now = hashlib.blake2b(self.picture or b"", digest_size=16)
        now.update(repr(self.place).encode())
        states = [] if self.picture is None else [now.digest()]
        for stroke in self.strokes:
            now.update(repr((stroke.eraser, float(stroke.width), len(stroke.points))).encode())
            now.update(stroke.points.astype("<f4").tobytes())
            states.append(now.digest())
        return states


def _same(one: Stroke, other: Stroke) -> bool:
    alike = (one.eraser, one.width) == (other.eraser, other.width)
    return alike and np.array_equal(one.points, other.points)


def is_too_large(data: bytes) -> bool:
    """Return whether a file that `to_svg` wrote is larger than `read_svg` reads."""
    return len(data) > MOST_BYTES or data.count(b"<") - data.count(b"</") > _MOST_ELEMENTS


def read_svg(data: bytes) -> SavedSketch | None:
    """Return what a file of this program holds; None for any other file, and for one changed beyond strokes.

    Nothing in the file reaches beyond it: entities that it declares, unknown elements or attributes make it
    another file.
    """
    if len(data) > MOST_BYTES:
        return None
    reader = _Reader()
    try:
        reader.read(data)
        return reader.sketch()
    except (_Foreign, expat.ExpatError, ValueError, LookupError, RecursionError):
        return None


class _Foreign(Exception):
    """The file is not one of this program, or holds more than strokes."""


class _Reader:
    """Takes what `to_svg` writes, and nothing else."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._count = 0
        self._ink = 0.0  # paper sides
        self._strokes: list[Stroke] = []
        self._varying: dict[str, str] | None = None  # of the stroke of varying width that is open
        self._pieces: list[Stroke] = []
        self._picture: bytes | None = None
        self._place = WHOLE
        self._words: list[str] = []

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        parser.ProcessingInstructionHandler = _refuse
        parser.Parse(data, True)

    def sketch(self) -> SavedSketch:
        """Return all that was read."""
        metadata = json.loads("".join(self._words) or "{}")
        if not isinstance(metadata, dict) or not all(isinstance(one, str) for one in metadata.values()):
            raise _Foreign
        return SavedSketch(tuple(self._strokes), self._picture, self._place, metadata)

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        space, _, name = full_name.rpartition(" ")
        if space != SVG or self._count > _MOST_ELEMENTS or len(self._open) >= _DEEPEST:
            raise _Foreign
        path = "/".join([*self._open, name])
        if path not in _TAKES:
            raise _Foreign
        _TAKES[path](self, attributes)
        self._open.append(name)

    def _end(self, _: str) -> None:
        path = "/".join(self._open)
        self._open.pop()
        if path == "svg/g/g":
            self._end_varying()

    def _text(self, text: str) -> None:
        if self._open == ["svg", "metadata"]:
            self._words.append(text)
        elif text.strip() and self._open != ["svg", "title"]:
            raise _Foreign

    def _take_image(self, attributes: dict[str, str]) -> None:
        address = attributes.pop(f"{XLINK} href", "")
        if (
            attributes.keys() != {"x", "y", "width", "height"}
            or not address.startswith(PNG)
            or self._picture is not None
        ):
            raise _Foreign
        try:
            self._picture = base64.b64decode(address.removeprefix(PNG), validate=True)
        except binascii.Error:
            raise _Foreign from None
        x, y, wide, high = (float(attributes[key]) / SIDE for key in ("x", "y", "width", "height"))
        if wide != high or not 0 < wide <= _WIDEST or not max(abs(x), abs(y)) <= _FARTHEST:
            raise _Foreign
        self._place = (x, y, wide)

    def _take_line(self, attributes: dict[str, str]) -> None:
        eraser = _take_paper(attributes, "stroke")
        if attributes.keys() != {"points", "stroke-width"}:
            raise _Foreign
        points = _parse_numbers(attributes["points"]).reshape(-1, 2)
        if len(points) < 2:
            raise _Foreign
        self._take(Stroke(points, _width(attributes["stroke-width"]), eraser))

    def _take_dot(self, attributes: dict[str, str]) -> None:
        eraser = _take_paper(attributes, "fill")
        if attributes.keys() - {"fill"} != {"cx", "cy", "r", "stroke"} or attributes["stroke"] != "none":
            raise _Foreign
        if attributes.get("fill", INK) != INK:
            raise _Foreign
        point = _parse_numbers(f"{attributes['cx']} {attributes['cy']}").reshape(1, 2)
        self._take(Stroke(point, 2 * _width(attributes["r"]), eraser))

    def _take(self, shape: Stroke) -> None:
        """Take a stroke, or one piece of a stroke of varying width."""
        if not (np.abs(shape.points) <= (_FARTHEST_ERASED if shape.eraser else _FARTHEST)).all():
            raise _Foreign
        if not shape.width <= (_WIDEST_ERASER if shape.eraser else _WIDEST):
            raise _Foreign
        if self._varying is None:
            self._keep(shape)
        else:
            self._pieces.append(shape)

    def _keep(self, stroke: Stroke) -> None:
        """Take a whole stroke, unless there would be more ink than anybody draws."""
        length = 0.0 if stroke.eraser else stroke.length
        self._ink += length
        if not (length <= _LONGEST and self._ink <= _MOST_INK):
            raise _Foreign
        self._strokes.append(stroke)

    def _take_varying(self, attributes: dict[str, str]) -> None:
        if attributes.keys() != {WIDTHS, "stroke-width"}:
            raise _Foreign
        self._varying, self._pieces = attributes, []

    def _end_varying(self) -> None:
        """Put the pieces of one stroke together again."""
        assert self._varying is not None
        widths, width = _parse_numbers(self._varying[WIDTHS]), _width(self._varying["stroke-width"])
        pieces = self._pieces
        for one, following in pairwise(pieces):
            if not np.array_equal(one.points[-1], following.points[0]) or one.eraser != following.eraser:
                raise _Foreign
        if not pieces or any(len(one.points) > 2 for one in pieces):
            raise _Foreign
        points = np.concatenate([pieces[0].points, *(one.points[1:] for one in pieces[1:])])
        widest = _WIDEST_ERASER if pieces[0].eraser else _WIDEST
        if len(widths) != len(points) or not ((widths > 0) & (widths <= widest)).all():
            raise _Foreign
        self._varying = None
        self._keep(Stroke(points, width, pieces[0].eraser, widths))


def _only(expected: Mapping[str, str]) -> Callable[[_Reader, dict[str, str]], None]:
    def take(_: _Reader, attributes: dict[str, str]) -> None:
        if attributes != expected:
            raise _Foreign

    return take


_TAKES: dict[str, Callable[[_Reader, dict[str, str]], None]] = {
    "svg": _only(ROOT),
    "svg/title": _only({}),
    "svg/metadata": _only({}),
    "svg/rect": _only(PAGE),
    "svg/image": _Reader._take_image,
    "svg/g": _only(STROKES),
    "svg/g/polyline": _Reader._take_line,
    "svg/g/g": _Reader._take_varying,
    "svg/g/circle": _Reader._take_dot,
    "svg/g/g/polyline": _Reader._take_line,
    "svg/g/g/circle": _Reader._take_dot,
}
"""What may stand where, and who takes it."""


def _refuse(*_: Any) -> None:
    raise _Foreign


def _take_paper(attributes: dict[str, str], key: str) -> bool:
    """Return whether this is painted in the paper's colour; take what says so away."""
    eraser = attributes.get(key) == PAPER
    if eraser:
        del attributes[key]
    return eraser


def _width(text: str) -> float:
    width = float(text)
    if not 0 < width <= _WIDEST_ERASER:
        raise _Foreign
    return width


def _parse_numbers(text: str) -> NDArray[np.float32]:
    return np.array([float(one) for one in text.replace(",", " ").split()], np.float32)
