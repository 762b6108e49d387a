"""The photos beside the drawing, as values: what it is like, what it is not like, and how much they count."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage

from app.pictures.images import to_qimage
from engine.search.mixing import BALANCE
from engine.search.query import Example
from engine.state.thumbnails import reduce

MOST_SIDE = 4096
"""Pixels of the longer side of a picture that is kept."""

SHOWN_SIDE = 192
"""Pixels of the longer side of a print's small picture: enough for dense screens."""


class Print:
    """A photo that lies beside the drawing. Two prints are the same only if they are one object.

    Attributes:
        path: its file, None for a picture that has none.
        picture: what is searched for in place of the file; None for photos of the library.
        is_broken: its small picture was asked for in vain.
        png: its picture as a file, until that is written.
    """

    def __init__(self, path: Path | None, picture: Image.Image | None = None) -> None:
        """Take what the print shows.

        Raises:
            ValueError: there is neither a file nor a picture.
        """
        if path is None and picture is None:
            raise ValueError("a print needs a file or a picture")
        self.path, self.picture = path, picture
        self.is_broken = False
        self.png: bytes | None = None

    @cached_property
    def shown(self) -> QImage:
        """A small picture of it, null until there is one; it stays with the print: undo reads nothing."""
        return QImage() if self.picture is None else to_qimage(reduce(self.picture, SHOWN_SIDE))

    @cached_property
    def content(self) -> str | None:
        """What its picture shows, as a hash of size and pixels; None without a picture of its own."""
        if self.picture is None:
            return None
        size = "{}x{}".format(*self.picture.size).encode("ascii")
        pixels = self.picture.convert("RGB").tobytes()
        return hashlib.blake2b(size + pixels, digest_size=16).hexdigest()

    def encode(self) -> None:
        """Make what takes a while of its picture, if it has one of its own; for threads."""
        if self.content is not None and not self.shown.isNull() and self.png is None:
            self.png = self.to_png()

    def to_png(self) -> bytes:
        """Return its picture as the bytes of a PNG.

        Raises:
            ValueError: it has none.
        """
        if self.picture is None:
            raise ValueError("this print has no picture of its own")
        buffer = io.BytesIO()
        self.picture.convert("RGB").save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def is_outdated_by(self, other: Print) -> bool:
        """Return whether another print of the same file is newer: of what it shows now, or of a library."""
        return self.picture is not None and (other.picture is None or other.content != self.content)

    @property
    def example(self) -> Example:
        """What the engine is to compare with."""
        if self.picture is not None:
            return self.picture
        assert self.path is not None
        return self.path


@dataclass(frozen=True)
class Prints:
    """All prints, in both corners, oldest first.

    Attributes:
        like: photos it is like.
        unlike: photos it is not like.
        balance: what the first count against the drawing; 0 the drawing alone, 1 the photos alone.
    """

    like: tuple[Print, ...] = ()
    unlike: tuple[Print, ...] = ()
    balance: float = BALANCE

    def __len__(self) -> int:
        return len(self.like) + len(self.unlike)

    def __contains__(self, one: object) -> bool:
        return one in self.like or one in self.unlike

    def is_like(self, one: Print) -> bool:
        """Return whether it lies in the corner of what it is like."""
        return one in self.like

    def find(self, path: Path) -> Print | None:
        """Return the print of this file."""
        return next((one for one in (*self.like, *self.unlike) if one.path == path), None)

    def same_as(self, one: Print) -> Print | None:
        """Return the print of the same file; for a picture without one, that of the same picture."""
        if one.path is not None:
            return self.find(one.path)
        there = (each for each in (*self.like, *self.unlike) if each.path is None)
        return next((each for each in there if each.content == one.content), None)

    def lay(self, prints: Iterable[Print], *, like: bool) -> Prints:
        """Return them with these in one corner; those that lie there keep their place, others move."""
        here = self.like if like else self.unlike
        new = tuple(one for one in dict.fromkeys(prints) if one not in here)
        if not new:
            return self
        there = tuple(one for one in (self.unlike if like else self.like) if one not in new)
        here = (*here, *new)
        return replace(self, like=here if like else there, unlike=there if like else here)

    def renew(self, before: Print, now: Print) -> Prints:
        """Return them with one print in the place of another."""
        like, unlike = (
            tuple(now if each is before else each for each in corner) for corner in (self.like, self.unlike)
        )
        return replace(self, like=like, unlike=unlike)

    def without(self, one: Print) -> Prints:
        """Return them without this one."""
        if one not in self:
            return self
        like, unlike = (
            tuple(each for each in corner if each is not one) for corner in (self.like, self.unlike)
        )
        return replace(self, like=like, unlike=unlike)

    def unite(self) -> Prints:
        """Return them with each file once, where it lies first; in both corners, as what it is like."""
        first: dict[Path | Print, Print] = {}
        for one in (*self.like, *self.unlike):
            first.setdefault(one.path or one, one)
        like, unlike = (
            tuple(one for one in corner if first[one.path or one] is one)
            for corner in (self.like, self.unlike)
        )
        return replace(self, like=like, unlike=unlike)
