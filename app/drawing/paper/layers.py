"""Where the paper lies, and its pixels: the page, the ink on it, and over them what is in progress."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap, QTransform

from app.drawing.ink.geometry import Affine
from app.drawing.ink.smoothing import Point
from app.drawing.ink.strokes import INK, PAPER, paint_ink, paint_stroke
from app.drawing.paper.snapshot import Snapshot, Underlay
from engine.sketches.drawing import Stroke

_BORDER = 1  # pixels left around the paper for its frame
_FAINT = 0.25  # of ink that would go
_UNDERLAY = 0.35  # of a photo to trace


def paper_in(width: int, height: int) -> QRectF:
    """Return the largest square in a widget of this size, centred; at the top, to stay by its tools."""
    side = max(min(width, height) - 2 * _BORDER, 1)
    return QRectF((width - side) // 2, _BORDER, side, side)


def to_unit(point: QPointF, paper: QRectF) -> Point:
    """Return a widget position in unit coordinates; beside the paper they lie beyond 0 to 1."""
    return (point.x() - paper.x()) / paper.width(), (point.y() - paper.y()) / paper.height()


class Layers:
    """Pixmaps of page and ink; a stroke in progress adds only its new piece, whatever else is on the paper.

    Attributes:
        side: of the paper, in device-independent pixels.
    """

    def __init__(self) -> None:
        self.side = 1.0
        self._page, self._ink, self._finished = QPixmap(), QPixmap(), QPixmap()
        self._underlay: Underlay | None = None
        self._tail: Stroke | None = None
        self._lifted: tuple[QPixmap, Affine] | None = None

    @property
    def ratio(self) -> float:
        """Device pixels to one of the widget's."""
        return self._page.devicePixelRatio()

    def repaint(self, snapshot: Snapshot, *, side: float, ratio: float) -> None:
        """Paint everything anew.

        Args:
            snapshot: what is on the paper.
            side: in device-independent pixels.
            ratio: device pixels to one of those.
        """
        known = (self.side, self.ratio, self._underlay)
        if self._page.isNull() or known != (side, ratio, snapshot.underlay):
            self.side, self._underlay = side, snapshot.underlay
            self._page = self._blank(ratio)
            self._paint_page()
        self._ink, self._tail, self._lifted = self._blank(ratio), None, None
        painter = QPainter(self._ink)
        snapshot.paint_ink(painter, side)
        painter.end()
        self._finished = QPixmap(self._ink)

    def add(self, piece: Stroke) -> QRectF:
        """Paint one piece of a stroke in progress; return the area it changed, in pixels."""
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ink(painter, [piece], self.side)
        painter.end()
        return self._area(piece)

    def lead(self, tail: Stroke | None) -> QRectF:
        """Show this last piece of the stroke in progress instead of the one before; return what changed."""
        changed = QRectF()
        for piece in (self._tail, tail):
            if piece is not None:
                changed = changed.united(self._area(piece))
        self._tail = tail
        return changed

    def fade(self, stroke: Stroke) -> QRectF:
        """Make a stroke faint until everything is painted anew; return what changed."""
        painter = QPainter(self._ink)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        painter.setOpacity(1 - _FAINT)
        paint_stroke(painter, stroke, self.side, INK)
        painter.end()
        return self._area(stroke)

    def finish(self, strokes: Sequence[Stroke]) -> None:
        """Put finished strokes in place of their pieces, whose overlapping ends look a little rough."""
        painter = QPainter(self._finished)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ink(painter, strokes, self.side)
        painter.end()
        self.revert()

    def revert(self) -> None:
        """Take the strokes in progress off again."""
        self._ink, self._tail = QPixmap(self._finished), None

    def lift(self, base: Snapshot, lifted: Snapshot) -> None:
        """Paint what stays, and apart from it what is to be moved by `move`."""
        self.repaint(base, side=self.side, ratio=self.ratio)
        pixels = self._blank(self.ratio)
        painter = QPainter(pixels)
        lifted.paint_ink(painter, self.side)
        painter.end()
        self._lifted = pixels, Affine()

    def move(self, way: Affine) -> None:
        """Show what is lifted, moved so."""
        if self._lifted is not None:
            self._lifted = self._lifted[0], way

    def paint(self, painter: QPainter) -> None:
        """Paint all of it, the paper's top left corner at the origin."""
        painter.drawPixmap(0, 0, self._page)
        painter.drawPixmap(0, 0, self._ink)
        painter.save()
        painter.setClipRect(QRectF(0, 0, self.side, self.side), Qt.ClipOperation.IntersectClip)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._tail is not None:
            paint_stroke(painter, self._tail, self.side, QBrush(INK))
        if self._lifted is not None:
            pixels, way = self._lifted
            shift = way.dx * self.side, way.dy * self.side
            if (way.across, way.down) == (1, 1):  # by whole pixels: as sharp as it was, and fast
                shift = round(shift[0] * self.ratio) / self.ratio, round(shift[1] * self.ratio) / self.ratio
            painter.setTransform(QTransform(way.across, 0, 0, way.down, *shift), combine=True)
            painter.drawPixmap(0, 0, pixels)
        painter.restore()

    def _blank(self, ratio: float) -> QPixmap:
        pixels = max(round(self.side * ratio), 1)
        pixmap = QPixmap(pixels, pixels)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        return pixmap

    def _paint_page(self) -> None:
        self._page.fill(PAPER)
        if self._underlay is None:
            return
        painter = QPainter(self._page)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(_UNDERLAY)
        size = self._underlay.shown.size().toSizeF()
        size.scale(self.side, self.side, Qt.AspectRatioMode.KeepAspectRatio)
        corner = QPointF((self.side - size.width()) / 2, (self.side - size.height()) / 2)
        painter.drawImage(QRectF(corner, size), self._underlay.shown)
        painter.end()

    def _area(self, piece: Stroke) -> QRectF:
        """Return what a piece covers, in pixels of the paper."""
        left, top, right, bottom = (share * self.side for share in piece.box)
        return QRectF(QPointF(left, top), QPointF(right, bottom)).adjusted(-2.5, -2.5, 2.5, 2.5)
