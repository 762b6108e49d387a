"""What is on the paper and beside it: strokes, a picture under them, photos; as a history of snapshots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.drawing.ink_mask import InkMask
from app.drawing.prints import Prints
from app.drawing.strokes import PAPER, paint_strokes
from app.images import to_pillow, to_qimage
from engine.drawing import PEN_WIDTH, Stroke
from engine.preprocess import as_clean, sketch_square
from engine.query import Drawing, Query

_PICTURE_SIDE = 768  # pixels; enough for a large paper, small enough to paint at once
_QUERY_SIDE = 512

Point = tuple[float, float]
"""In unit coordinates: the paper spans 0 to 1 both ways."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A sketch that came as a picture.

    Attributes:
        original: what is searched for while nothing is drawn over it.
        shown: the same as the network sees it, square, dark lines on white.
    """

    original: Image.Image
    shown: QImage

    @classmethod
    def of(cls, image: Image.Image) -> Picture:
        """Prepare any picture of a sketch for the paper."""
        return cls(image, to_qimage(sketch_square(image, _PICTURE_SIDE)))


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The paper at one moment, between two strokes.

    Attributes:
        strokes: in drawing order.
        picture: what lies under them.
        is_blank: whether there is no ink: nothing drawn yet, or everything erased.
        prints: the photos beside the drawing.
    """

    strokes: tuple[Stroke, ...] = ()
    picture: Picture | None = None
    is_blank: bool = True
    prints: Prints = field(default_factory=Prints)

    def paint(self, painter: QPainter, side: float) -> None:
        """Paint paper, picture and strokes, antialiased, top left corner at the origin."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(0, 0, side, side)
        painter.fillRect(area, PAPER)
        if self.picture is not None:
            painter.drawImage(area, self.picture.shown)
        paint_strokes(painter, self.strokes, side)

    def to_image(self, side: int) -> QImage:
        """Return the paper as a picture of `side` pixels."""
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self.paint(painter, side)
        painter.end()
        return image


def _drawn(strokes: Sequence[Stroke], picture: Picture | None, prints: Prints) -> Snapshot:
    """Return the paper with this on it."""
    blank = not strokes and picture is None
    if any(stroke.eraser for stroke in strokes):
        blank = InkMask(strokes, picture.original if picture else None).is_blank
    return Snapshot(tuple(strokes), picture, is_blank=blank, prints=prints)


class Document:
    """A history of snapshots, and the stroke in progress. Each change of the paper is one step of undo."""

    def __init__(self) -> None:
        self._history = [Snapshot()]
        self._step = 0
        self._points: list[Point] = []  # of the stroke in progress
        self._width, self._eraser = PEN_WIDTH, False
        self._mask = InkMask()  # of the snapshot it was made of, and the pieces drawn since
        self._masked = self.snapshot
        self._painted: tuple[Snapshot, QImage] | None = None  # for queries that are pictures
        self._slid: Snapshot | None = None  # made by a movement of the balance that goes on

    @property
    def snapshot(self) -> Snapshot:
        """The paper without the stroke in progress; another object after each change."""
        return self._history[self._step]

    @property
    def picture(self) -> Picture | None:
        """The picture under the strokes."""
        return self.snapshot.picture

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, the one in progress included; safe to hand to another thread."""
        return (*self.snapshot.strokes, *self._in_progress())

    @property
    def prints(self) -> Prints:
        """The photos beside the drawing."""
        return self.snapshot.prints

    @property
    def is_blank(self) -> bool:
        """Whether there is no ink; known at any moment, nothing is painted to tell."""
        if not self._points:
            return self.snapshot.is_blank
        if not self._eraser:
            return False
        return self.snapshot.is_blank or self._mask.is_blank

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for: no ink, and no photo that it is like."""
        return self.is_blank and not self.prints.like

    @property
    def can_undo(self) -> bool:
        """Whether undo() would change something."""
        return self._step > 0 or bool(self._points)

    @property
    def can_redo(self) -> bool:
        """Whether redo() would change something."""
        return self._step + 1 < len(self._history) and not self._points

    def query(self) -> Query | None:
        """Return what to search for now; None where there is nothing."""
        if self.is_empty:
            return None
        like, unlike = (tuple(one.example for one in each) for each in (self.prints.like, self.prints.unlike))
        return Query(self._drawn(), like, unlike, self.prints.balance)

    def _drawn(self) -> Drawing | None:
        """Return the drawing to search for: strokes, a picture, or none."""
        if self.is_blank:
            return None
        if self.picture is None:
            return self.strokes
        return as_clean(to_pillow(self._query_image())) if self.strokes else self.picture.original

    def to_image(self, side: int) -> QImage:
        """Return the paper as a picture of `side` pixels, the stroke in progress included."""
        image = self.snapshot.to_image(side)
        self._paint_progress(image)
        return image

    def paint(self, painter: QPainter, side: float) -> None:
        """Paint everything, the stroke in progress included, as `Snapshot.paint` does."""
        self.snapshot.paint(painter, side)
        paint_strokes(painter, self._in_progress(), side)

    def begin(self, point: Point, *, width: float = PEN_WIDTH, eraser: bool = False) -> None:
        """Put the pen down; a stroke still in progress is finished first."""
        self.end()
        self._points, self._width, self._eraser = [point], width, eraser
        if self._masked is not self.snapshot and eraser:
            self._mask = InkMask(self.snapshot.strokes, self.picture.original if self.picture else None)
            self._masked = self.snapshot
        self._mask.begin()
        self._mask.add([point], width=width, eraser=eraser)

    def extend(self, point: Point) -> None:
        """Move the pen; ignored while no stroke is in progress."""
        if self._points and point != self._points[-1]:
            self._points.append(point)
            self._mask.add(self._points[-2:], width=self._width, eraser=self._eraser)

    def end(self) -> None:
        """Lift the pen: the stroke in progress becomes one step of undo."""
        if self._points:
            masked = self._masked is self.snapshot
            self._add(replace(self.snapshot, strokes=self.strokes, is_blank=self.is_blank))
            if masked:  # the mask has followed
                self._masked = self.snapshot

    def cancel(self) -> None:
        """Drop the stroke in progress as if it had never begun."""
        if self._points:
            self._points = []
            self._mask.revert()

    def straighten(self, point: Point) -> None:
        """Make the stroke in progress a straight line from its first point to this one."""
        first, width, eraser = self._points[0], self._width, self._eraser
        self.cancel()
        self.begin(first, width=width, eraser=eraser)
        self.extend(point)

    def place(self, picture: Picture, *, prints: Prints | None = None) -> None:
        """Lay a picture on empty paper, and perhaps these photos beside it, as one step of undo."""
        self.end()
        self._add(Snapshot((), picture, is_blank=False, prints=self.prints if prints is None else prints))

    def show(self, strokes: Sequence[Stroke], *, picture: Picture | None = None) -> None:
        """Lay another drawing on the paper in place of what is there, as one step of undo."""
        self.end()
        self._add(_drawn(strokes, picture, self.prints))

    def resume(
        self, strokes: Sequence[Stroke], *, picture: Picture | None = None, prints: Prints | None = None
    ) -> None:
        """Begin with a drawing that was there before: its strokes can be undone one by one."""
        self.end()
        steps = [Snapshot()]
        if picture is not None:
            steps.append(_drawn((), picture, steps[-1].prints))
        steps += [_drawn(strokes[: count + 1], picture, steps[0].prints) for count in range(len(strokes))]
        if prints is not None and prints != steps[-1].prints:
            steps.append(replace(steps[-1], prints=prints))
        self._history, self._step = steps, len(steps) - 1

    def lay(self, prints: Prints) -> None:
        """Let these photos lie beside the drawing, as one step of undo."""
        self.end()
        if prints != self.prints:
            with self._same_ink():
                self._add(replace(self.snapshot, prints=prints))

    def lift(self, prints: Prints) -> None:
        """Take the picture off from under the strokes and let these photos lie beside it, as one step."""
        self.end()
        blank = InkMask(self.strokes).is_blank
        self._add(replace(self.snapshot, picture=None, is_blank=blank, prints=prints))

    def slide(self, balance: float) -> None:
        """Weigh drawing and photos anew; all calls until `end_slide` are one step of undo."""
        self.end()
        if balance == self.prints.balance:
            return
        with self._same_ink():
            if self._slid is self.snapshot:
                del self._history[self._step :]
                self._step -= 1
            if balance != self.prints.balance:  # else it is back where it began: no step at all
                self._add(replace(self.snapshot, prints=replace(self.prints, balance=balance)))
                self._slid = self.snapshot

    def end_slide(self) -> None:
        """Let the next `slide` be another step."""
        self._slid = None

    def clear(self) -> None:
        """Empty the paper and take the photos off, as one step of undo."""
        self.end()
        if self.strokes or self.picture is not None or len(self.prints):
            self._add(Snapshot())

    def forget(self) -> None:
        """Begin anew: the paper is empty, and nothing can be undone."""
        self.cancel()
        self.end_slide()
        self._history, self._step = [Snapshot()], 0

    def undo(self) -> None:
        """Take the last step back; ignored when there is none."""
        self.end()
        self.end_slide()
        self._step = max(self._step - 1, 0)

    def redo(self) -> None:
        """Take back the last undo; ignored when there is none."""
        self.end()
        self._step = min(self._step + 1, len(self._history) - 1)

    def _add(self, snapshot: Snapshot) -> None:
        """Make this the present; what could be redone is forgotten."""
        self._points = []
        self._step += 1
        self._history[self._step :] = [snapshot]

    @contextmanager
    def _same_ink(self) -> Iterator[None]:
        """Let the mask serve on after a change that leaves the ink as it is."""
        masked = self._masked is self.snapshot
        yield
        if masked:
            self._masked = self.snapshot

    def _in_progress(self) -> tuple[Stroke, ...]:
        if not self._points:
            return ()
        return (Stroke.through(self._points, width=self._width, eraser=self._eraser),)

    def _query_image(self) -> QImage:
        """Return `to_image`, painting of it only the stroke in progress anew."""
        if self._painted is None or self._painted[0] is not self.snapshot:
            self._painted = self.snapshot, self.snapshot.to_image(_QUERY_SIDE)
        image = self._painted[1].copy()
        self._paint_progress(image)
        return image

    def _paint_progress(self, image: QImage) -> None:
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_strokes(painter, self._in_progress(), image.width())
        painter.end()
