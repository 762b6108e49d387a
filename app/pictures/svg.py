"""SVG drawings from anyone: cleaned here, painted in a process of its own, without Qt in this one.

What is left of a file are shapes, text, pictures that it holds itself, and how they look. Nothing in it can
name another file.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from engine.child import run_apart
from engine.errors import ImageError
from engine.pictures.saved import NO_SVG

SIDE = 1000
"""Pixels of the longer side of a painted drawing."""

_SECONDS = 12.0  # for starting the painter and painting
_MOST_BYTES = 30_000_000
_DEEPEST, _MOST_ELEMENTS, _MOST_USED = 100, 100_000, 200_000
_LONGEST_ENTITY, _MOST_ENTITIES = 1000, 100
_SVG, _XLINK, _XML = (
    "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace",
)  # fmt: skip
_ELEMENTS = frozenset((
    "svg", "g", "defs", "symbol", "use", "switch", "a", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "text", "tspan", "textArea", "tbreak", "linearGradient", "radialGradient", "stop",
    "style", "marker", "mask", "pattern", "clipPath", "image",
))  # fmt: skip
_HELD_PICTURE = re.compile(r"data:image/(png|jpe?g);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_COMMENTS = re.compile(r"/\*.*?(\*/|$)", re.DOTALL)
_STRING = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))"""  # what is not closed goes on to the end
_WHOLE = (
    rf"""(?:\((?:{_STRING}|[^)"'])*+(?:\)|\Z)|{_STRING})"""  # that, or parentheses with all that they hold
)
_OUTSIDE_RULES = re.compile(
    rf"""@(?:import|namespace)(?:{_WHOLE}|[^;{{}}"'(])*+;?|@font-face\s*\{{(?:{_WHOLE}|[^}}"'(])*+\}}?""",
    re.IGNORECASE,
)
_PART = rf"""(?:{_WHOLE}|[^{{}}"'(])"""
# or what is no rule, up to the next brace, so that nothing is looked through again and again
_RULES = re.compile(rf"(?<![^{{}}])(?:({_PART}*+)\{{({_PART}*+)\}}|{_PART}++)")
_DECLARATIONS = re.compile(rf"""(?:{_WHOLE}|[^;"'(])++""")
_GZIP = b"\x1f\x8b"

_TOO_LARGE = "this SVG drawing is too large or too deeply nested."
_NO_QT = "SVG drawings cannot be painted here: a system library that Qt needs is missing."
_WITHOUT_QT = 3  # `app.pictures.svg_painter.NO_QT`, which is not imported here
_TOO_SLOW = "painting this SVG drawing takes too long."


def is_svg(start: bytes) -> bool:
    """Return whether a file that begins so is XML, packed or not, and so no picture of another kind."""
    marks = (b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", _GZIP)
    return start.lstrip(b" \t\r\n").startswith(marks)


def paint_svg(data: bytes, *, given_up: Callable[[], bool] = lambda: False) -> Image.Image:
    """Return the drawing in an SVG file; it is clear where nothing is drawn.

    Args:
        data: the file, packed by gzip or not.
        given_up: see `run_apart`.

    Raises:
        ImageError: it cannot be read, or only with more time or memory than a drawing is worth; the message
            is the reason, without the file's name.
    """
    outcome = run_apart(
        "app.pictures.svg_painter", str(SIDE), given=clean_svg(data), seconds=_SECONDS, given_up=given_up
    )
    if outcome.status is None or outcome.status < 0:
        raise ImageError(_TOO_SLOW)
    if outcome.status == _WITHOUT_QT:
        raise ImageError(_NO_QT)
    try:
        width, height = struct.unpack("<II", outcome.said[:8])
        if outcome.status != 0 or not (0 < width <= SIDE and 0 < height <= SIDE):
            raise ImageError(NO_SVG)
        return Image.frombytes("RGBA", (width, height), outcome.said[8:])
    except (struct.error, ValueError):
        raise ImageError(NO_SVG) from None


def clean_svg(data: bytes) -> bytes:
    """Return the drawing without what reaches beyond its file or does anything but draw.

    Raises:
        ImageError: it is no SVG, or larger, deeper or oftener repeated than a drawing is.
    """
    reader = _Reader()
    reader.read(_unpack(data))
    if reader.root is None or reader.root.name != "svg":
        raise ImageError(NO_SVG)
    _must_end(reader.root, reader.named)
    head = f'<svg xmlns="{_SVG}" xmlns:xlink="{_XLINK}"'
    text = "".join(_write(reader.root)).replace("<svg", head, 1)
    return text.encode("utf-8", "replace")


@dataclass(eq=False)
class _Element:
    name: str
    attributes: dict[str, str]
    children: list[_Element | str] = field(default_factory=list)


class _Reader:
    """Builds the tree of what may stay."""

    def __init__(self) -> None:
        self.root: _Element | None = None
        self.named: dict[str, _Element] = {}
        self._open: list[_Element | None] = []  # None for what is left out, with all that it holds
        self._count = self._characters = self._entities = 0

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda _: self._end()
        parser.CharacterDataHandler = self._text
        parser.EntityDeclHandler = self._declare
        try:
            parser.Parse(data, True)
        except (expat.ExpatError, ValueError, LookupError):
            raise ImageError(NO_SVG) from None

    def _start(self, full_name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _DEEPEST or self._count > _MOST_ELEMENTS:
            raise ImageError(_TOO_LARGE)
        space, _, name = full_name.rpartition(" ")
        outside = bool(self._open) and self._open[-1] is None
        if outside or space not in ("", _SVG) or name not in _ELEMENTS:
            self._open.append(None)
            return
        element = _Element(name, dict(_harmless(attributes)))
        if self._open and (holder := self._open[-1]) is not None:
            holder.children.append(element)
        elif self.root is None:
            self.root = element
        if "id" in element.attributes:
            self.named.setdefault(element.attributes["id"], element)
        self._open.append(element)

    def _end(self) -> None:
        element = self._open.pop()
        if element is not None and element.name == "style":
            text = "".join(child for child in element.children if isinstance(child, str))
            element.children = [_inside_sheet(text)]

    def _text(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > _MOST_BYTES:
            raise ImageError(_TOO_LARGE)
        if self._open and (holder := self._open[-1]) is not None:
            holder.children.append(text)

    def _declare(self, _name: str, _parameter: bool, value: str | None, *_: object) -> None:
        """Accept the short names some programs give to addresses; refuse all that can grow."""
        self._entities += 1
        if value is None or "&" in value or "%" in value or len(value) > _LONGEST_ENTITY:
            raise ImageError(NO_SVG)
        if self._entities > _MOST_ENTITIES:
            raise ImageError(_TOO_LARGE)


def _harmless(attributes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the attributes that stay, by the names they have where only SVG and XLink are known."""
    for full_name, value in attributes.items():
        space, _, name = full_name.rpartition(" ")
        if name == "href":
            target = value.strip()
            if space in ("", _XLINK) and (target.startswith("#") or _HELD_PICTURE.fullmatch(target)):
                yield "xlink:href", target
        elif space == _XML and name == "space":
            yield "xml:space", value
        elif not space and not name.startswith("on"):
            kept = _inside(_COMMENTS.sub("", value)) if name == "style" else value
            if _is_harmless(kept):
                yield name, kept


def _inside_sheet(text: str) -> str:
    """Return a style sheet without its rules and declarations that name anything outside its file."""
    text = _OUTSIDE_RULES.sub("", _COMMENTS.sub("", text))
    if not _is_harmless(text):
        text = _RULES.sub(_inside_rule, text)
    return text if _is_harmless(text) else ""


def _inside_rule(rule: re.Match[str]) -> str:
    """Return a rule without what names anything outside its file."""
    whole, before, declarations = rule.group(0, 1, 2)
    if before is None:
        return whole if _is_harmless(whole) else ""
    return f"{before}{{{_inside(declarations)}}}" if _is_harmless(before) else ""


def _inside(declarations: str) -> str:
    """Return declarations without those that name anything outside their file."""
    if _is_harmless(declarations):
        return declarations
    return ";".join(one for one in _DECLARATIONS.findall(declarations) if _is_harmless(one))


def _is_harmless(style: str) -> bool:
    """Return whether a value or style sheet names nothing outside its file; escapes could hide that."""
    text = "".join(style.lower().split())
    inside = text.replace("url(#", "").replace("url('#", "").replace('url("#', "")
    return not any(word in inside for word in ("url(", "@import", "\\", "/*"))


def _must_end(root: _Element, named: dict[str, _Element]) -> None:
    """Refuse a drawing whose parts, used again within one another, are too many or without end.

    Raises:
        ImageError: so it is.
    """
    sizes: dict[_Element, int] = {}
    begun: set[_Element] = set()

    def size(element: _Element, depth: int) -> int:
        if element in sizes:
            return sizes[element]
        if element in begun or depth > 3 * _DEEPEST:
            raise ImageError(_TOO_LARGE)
        begun.add(element)
        parts = [child for child in element.children if isinstance(child, _Element)]
        target = named.get(element.attributes.get("xlink:href", "")[1:]) if element.name == "use" else None
        if target is not None:
            parts.append(target)
        sizes[element] = 1 + sum(size(part, depth + 1) for part in parts)
        begun.discard(element)
        if sizes[element] > _MOST_USED:
            raise ImageError(_TOO_LARGE)
        return sizes[element]

    size(root, 0)


def _write(element: _Element) -> Iterator[str]:
    yield f"<{element.name}"
    for name, value in element.attributes.items():
        yield f" {name}={quoteattr(value)}"
    yield ">"
    for child in element.children:
        if isinstance(child, str):
            yield escape(child)
        else:
            yield from _write(child)
    yield f"</{element.name}>"


def _unpack(data: bytes) -> bytes:
    """Return the file without gzip's packing.

    Raises:
        ImageError: it is too large, or damaged.
    """
    if data.startswith(_GZIP):
        try:
            unpacker = zlib.decompressobj(wbits=31)
            data = unpacker.decompress(data, _MOST_BYTES + 1)
        except zlib.error:
            raise ImageError(NO_SVG) from None
    if len(data) > _MOST_BYTES:
        raise ImageError(_TOO_LARGE)
    return data
