"""What is on the paper: the drawing, and the picture that may lie under it, with one history for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from app.drawing.strokes import PAPER, paint_strokes, pillow, qimage
from engine.drawing import GLANCE, PEN_WIDTH, Drawing, Stroke
from engine.preprocess import has_ink, sketch_square

_PICTURE_SIDE = 768  # pixels; enough for a large paper, small enough to paint at once
_QUERY_SIDE = 512

Query = Image.Image | tuple[Stroke, ...]
"""What is searched for: a picture of a sketch, or strokes."""


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
        return cls(image, qimage(sketch_square(image, _PICTURE_SIDE)))


class Document:
    """A `Drawing` and the picture under it; every change of either is one step of undo."""

    def __init__(self) -> None:
        self._drawing = Drawing()
        self._pictures: list[Picture | None] = [None]  # one for each step of the drawing's history
        self._step = 0

    @property
    def version(self) -> int:
        """Rises with every change."""
        return self._drawing.version

    @property
    def picture(self) -> Picture | None:
        """The picture under the strokes."""
        return self._pictures[self._step]

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, the one in progress included."""
        return self._drawing.strokes

    @property
    def is_empty(self) -> bool:
        """True while there is nothing to search for."""
        if self.picture is None:
            return self._drawing.is_empty
        erased = any(stroke.eraser for stroke in self.strokes)
        return erased and not has_ink(pillow(self.to_image(GLANCE)))

    @property
    def can_undo(self) -> bool:
        """Whether undo() would change something."""
        return self._drawing.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether redo() would change something."""
        return self._drawing.can_redo

    def query(self) -> Query | None:
        """Return what to search for now; None for an empty document."""
        if self.is_empty:
            return None
        strokes = self.strokes
        if self.picture is None:
            return strokes
        return pillow(self.to_image(_QUERY_SIDE)) if strokes else self.picture.original

    def to_image(self, side: int) -> QImage:
        """Return the document as a picture of `side` pixels."""
        image = QImage(side, side, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self.paint(painter, side)
        painter.end()
        return image

    def paint(self, painter: QPainter, side: float) -> None:
        """Paint paper, picture and strokes, antialiased, top left corner at the origin."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(0, 0, side, side)
        painter.fillRect(area, PAPER)
        if self.picture is not None:
            painter.drawImage(area, self.picture.shown)
        paint_strokes(painter, self.strokes, side)

    def begin(self, point: tuple[float, float], *, width: float = PEN_WIDTH, eraser: bool = False) -> None:
        """Put the pen down; a stroke still in progress is finished first."""
        self.end()
        self._drawing.begin(point, width=width, eraser=eraser)

    def extend(self, point: tuple[float, float]) -> None:
        """Move the pen."""
        self._drawing.extend(point)

    def end(self) -> None:
        """Lift the pen: the stroke in progress becomes one step of undo."""
        before = self._drawing.version
        self._drawing.end()
        if self._drawing.version != before:
            self._remember(self.picture)

    def cancel(self) -> None:
        """Drop the stroke in progress as if it had never begun."""
        self._drawing.cancel()

    def place(self, picture: Picture) -> None:
        """Lay a picture on empty paper, as one step of undo."""
        self._replace((), picture)

    def clear(self) -> None:
        """Empty the paper, as one step of undo."""
        if self.strokes or self.picture is not None:
            self._replace((), None)

    def undo(self) -> None:
        """Take the last step back; ignored when there is none."""
        self.end()
        if self.can_undo:
            self._drawing.undo()
            self._step -= 1

    def redo(self) -> None:
        """Take back the last undo; ignored when there is none."""
        self.end()
        if self.can_redo:
            self._drawing.redo()
            self._step += 1

    def _replace(self, strokes: Sequence[Stroke], picture: Picture | None) -> None:
        self.end()
        self._drawing.replace(strokes)
        self._remember(picture)

    def _remember(self, picture: Picture | None) -> None:
        del self._pictures[self._step + 1 :]
        self._pictures.append(picture)
        self._step += 1
