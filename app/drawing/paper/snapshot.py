"""The paper at one moment, and the pictures that may lie on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from PIL import Image, ImageOps
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from app.drawing.ink.geometry import Affine, Box, strokes_left
from app.drawing.ink.ink_mask import InkMask
from app.drawing.ink.strokes import INK, PAPER, paint_ink, paint_strokes
from app.drawing.ink.svg_strokes import as_kept
from app.drawing.paper.prints import Print, Prints
from app.pictures.images import as_png, to_pillow, to_qimage
from engine.pictures.saved import lies_on_paper
from engine.preprocess import sketch_square
from engine.sketches.drawing import Stroke

_OVER = QTransform(-1, 0, 0, 1, 0, 0)  # left to right


@dataclass(frozen=True, eq=False)
class Picture:
    """A sketch that came as a picture.

    Attributes:
        original: what is searched for while nothing is drawn over it.
        shown: the same as the network sees it, square, dark lines on white.
        place: its left and top edge and its side, in unit coordinates.
        file: the PNG that it was read from, where this program kept it in one.
        sheet: the page that it is of, where that holds several drawings.
    """

    SIDE: ClassVar[int] = 768
    """Pixels of `shown`: enough for a large paper, few enough to paint at once."""

    original: Image.Image
    shown: QImage
    place: tuple[float, float, float] = (0.0, 0.0, 1.0)
    file: bytes | None = None
    sheet: Sheet | None = None

    @classmethod
    def of(cls, image: Image.Image) -> Picture:
        """Prepare any picture of a sketch for the paper."""
        return cls(image, to_qimage(sketch_square(image, cls.SIDE)))

    @cached_property
    def ink(self) -> QImage:
        """The same lines without paper."""
        tones = np.asarray(to_pillow(self.shown).convert("L"))
        colour = np.broadcast_to(np.array([INK.red(), INK.green(), INK.blue()], np.uint8), (*tones.shape, 3))
        return to_qimage(Image.fromarray(np.dstack([colour, 255 - tones])))

    @cached_property
    def png(self) -> bytes:
        """What is kept of it in files, for other programs too: it looks as on the paper."""
        return as_png(self.original) if self.file is None else self.file

    @property
    def box(self) -> Box:
        """Where it lies."""
        left, top, side = self.place
        return left, top, left + side, top + side

    @property
    def is_whole(self) -> bool:
        """Whether all of its ink lies on the paper."""
        return lies_on_paper(self.place)

    def transform(self, way: Affine) -> Picture:
        """Return the picture moved, scaled or mirrored."""
        left, top, right, _ = way.box(self.box)
        placed = replace(self, place=as_kept((left, top, right - left)))
        if way.across >= 0:
            return placed
        original = ImageOps.mirror(self.original)
        original.info.update(self.original.info)
        return replace(placed, original=original, shown=self.shown.transformed(_OVER), file=None)


class Sheet:
    """A page that holds several drawings.

    Attributes:
        pictures: all of it, then each drawing alone, in the order of reading.
    """

    def __init__(self, whole: Image.Image, drawings: Sequence[Image.Image]) -> None:
        """Prepare them for the paper, which takes a while."""
        self.pictures = tuple(replace(Picture.of(image), sheet=self) for image in (whole, *drawings))

    def after(self, picture: Picture) -> Picture:
        """Return which of its pictures comes next; after the last one, all of it."""
        return self.pictures[(self.pictures.index(picture) + 1) % len(self.pictures)]


@dataclass(frozen=True, eq=False)
class Opened:
    """A sketch from elsewhere as it comes onto the paper: strokes, a picture under them, or both.

    Attributes:
        strokes: in drawing order.
        picture: what lies under them.
        remark: what a person should know of it: that its file is incomplete.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: Picture | None = None
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Underlay:
    """A photo to trace, faint under the drawing; not part of it, and not searched for.

    Attributes:
        shown: its pixels.
        source: the same as it is kept for the next start.
    """

    shown: QImage
    source: Print


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The paper at one moment, between two strokes.

    Attributes:
        strokes: in drawing order.
        picture: what lies under them.
        is_blank: whether there is no ink: nothing drawn yet, or everything erased.
        prints: the photos beside the drawing.
        underlay: the photo to trace.
        begun: stands for the drawing, from empty paper on: what is drawn, moved or laid beside it leaves it.
        rubbed_out: an eraser has just taken the last ink of the drawing before.
        whole: its strokes before the first of them was taken off whole; None where none was, or something
            was drawn or moved since.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: Picture | None = None
    is_blank: bool = True
    prints: Prints = field(default_factory=Prints)
    underlay: Underlay | None = None
    begun: object = field(default_factory=object, repr=False)
    rubbed_out: bool = False
    whole: tuple[Stroke, ...] | None = None

    @property
    def sheet(self) -> Sheet | None:
        """The page of several drawings, while it or one of them lies there as it came; else None."""
        sheet = None if self.strokes or self.picture is None else self.picture.sheet
        return sheet if sheet is not None and self.picture in sheet.pictures else None

    def ink_mask(self) -> InkMask:
        """Return where there is ink."""
        if self.picture is None:
            return InkMask(self.strokes)
        return InkMask(self.strokes, self.picture.original, place=self.picture.place)

    def with_ink(self, strokes: tuple[Stroke, ...], prints: Prints, *, rubs: bool) -> Snapshot:
        """Return it with ink, these strokes in all, and these photos beside; the last one `rubs` or not."""
        whole = self.whole if rubs else None
        return replace(self, strokes=strokes, prints=prints, is_blank=False, rubbed_out=False, whole=whole)

    def with_strokes(self, strokes: tuple[Stroke, ...], picture: Picture | None) -> Snapshot:
        """Return this paper with other things drawn on it; what is beside and behind them stays."""
        changed = replace(
            self, strokes=strokes, picture=picture, is_blank=False, rubbed_out=False, whole=None
        )
        if not any(stroke.eraser for stroke in strokes):
            return changed if strokes or picture is not None else changed.without_drawing()
        if any(strokes_left(strokes)) or not changed.ink_mask().is_blank:
            return changed
        return changed.without_drawing()

    def without_strokes(self, numbers: set[int]) -> Snapshot:
        """Return this paper without the strokes of these numbers, which an eraser took whole."""
        left = tuple(one for number, one in enumerate(self.strokes) if number not in numbers)
        return self.with_rest(left, self.picture)

    def with_rest(self, strokes: tuple[Stroke, ...], picture: Picture | None) -> Snapshot:
        """Return this paper with no more than this left of its drawing; what that was stays known."""
        whole = self.strokes if self.whole is None else self.whole
        return replace(self.with_strokes(strokes, picture), whole=whole)

    def without_drawing(self, *, rubbed_out: bool = False) -> Snapshot:
        """Return this paper with nothing drawn on it, not even erasers: what comes next is a new drawing."""
        return replace(self, strokes=(), picture=None, is_blank=True, begun=object(), rubbed_out=rubbed_out)

    def with_picture_alone(self, picture: Picture) -> Snapshot:
        """Return this paper with another drawing on it, this picture; what is beside and behind it stays."""
        return self.without_drawing().with_strokes((), picture)

    def with_united_prints(self) -> Snapshot:
        """Return this paper with each file once among the photos beside it."""
        prints = self.prints.unite()
        return self if prints == self.prints else replace(self, prints=prints)

    def looks_like(self, other: Snapshot) -> bool:
        """Return whether the same lies on both papers, and beside and behind it."""
        there = ((one.strokes, one.picture, one.underlay) for one in (self, other))
        same = all(mine is others for mine, others in zip(*there, strict=True))
        return same and self.prints == other.prints

    def before_erasing(self) -> Snapshot:
        """Return this paper without the erasers that came last."""
        count = len(self.strokes)
        while count and self.strokes[count - 1].eraser:
            count -= 1
        return replace(self, strokes=self.strokes[:count])

    def paint(self, painter: QPainter, side: float) -> None:
        """Paint paper, picture and strokes, antialiased, top left corner at the origin."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(QRectF(0, 0, side, side), PAPER)
        if self.picture is not None:
            left, top, share = self.picture.place
            painter.drawImage(QRectF(left * side, top * side, share * side, share * side), self.picture.shown)
        paint_strokes(painter, self.strokes, side)

    def paint_ink(self, painter: QPainter, side: float) -> None:
        """Paint picture and strokes alone: what is erased lets through what is behind."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.picture is not None:
            left, top, share = self.picture.place
            painter.drawImage(QRectF(left * side, top * side, share * side, share * side), self.picture.ink)
        paint_ink(painter, self.strokes, side)

    def to_image(self, side: int) -> QImage:
        """Return the paper as a picture of `side` pixels."""
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self.paint(painter, side)
        painter.end()
        return image
