"""Strokes chosen by a loop around them: moved, scaled, mirrored, deleted."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QCursor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from app.drawing.ink.geometry import (
    Affine,
    Box,
    are_same,
    box_of,
    centre,
    corners,
    keep_on_paper,
    moves,
    parts_left,
    share_inside,
    union,
)
from app.drawing.ink.smoothing import Point
from app.drawing.paper.document import Document
from app.drawing.paper.layers import Layers
from app.drawing.paper.snapshot import Picture, Snapshot
from app.drawing.tools import Handler, Show, Touch, touched_strokes
from engine.sketches.drawing import Stroke

_HANDLE = 9.0  # pixels: the side of a corner's handle
_REACH = 12.0  # pixels around a corner within which it is taken
_CLICK = 0.01  # paper sides: a loop smaller than that is a click
_MARGIN = 0.012  # paper sides between the ink and its frame
_SMALLEST = 0.02  # paper sides: nothing is scaled smaller
_LARGEST = 3.0


@dataclass(frozen=True, eq=False)
class Selection:
    """What is chosen.

    Of the whole drawing everything moves: strokes, erasers, and the picture under them. Of a part, each
    stroke is first cut where erasers took it away, so that what was erased stays so without them; what is
    left lies on top.

    Attributes:
        snapshot: the paper that it was chosen on.
        base: what stays.
        lifted: the chosen strokes, as they are to be moved.
        picture: what moves with the whole drawing.
        box: around the chosen ink.
    """

    snapshot: Snapshot
    base: tuple[Stroke, ...]
    lifted: tuple[Stroke, ...]
    picture: Picture | None
    box: Box

    @classmethod
    def of(cls, snapshot: Snapshot, chosen: set[int] | None) -> Selection | None:
        """Return the selection of these strokes, None for the whole drawing; None where there is no ink."""
        strokes = snapshot.strokes
        ink = [number for number, stroke in enumerate(strokes) if not stroke.eraser]
        if chosen is None or (chosen.issuperset(ink) and snapshot.picture is None):
            drawn = box_of(tuple(parts_left(strokes, ink)))
            box = union(drawn, snapshot.picture.box if snapshot.picture else None) or box_of(strokes)
            return None if box is None else cls(snapshot, (), strokes, snapshot.picture, box)
        lifted = tuple(parts_left(strokes, sorted(chosen)))
        box = box_of(lifted)
        base = tuple(one for number, one in enumerate(strokes) if number not in chosen)
        return None if box is None else cls(snapshot, base, lifted, None, box)

    def move(self, way: Affine, now: Snapshot) -> Selection:
        """Return the same strokes moved, on the paper as it then is: what lies beside them is that of now."""
        lifted = way.strokes(self.lifted)
        picture = None if self.picture is None else self.picture.transform(way)
        under = self.snapshot.picture if self.picture is None else picture
        after = replace(now, strokes=(*self.base, *lifted), picture=under, whole=None)
        return Selection(after, self.base, lifted, picture, way.box(self.box))

    def without(self, now: Snapshot) -> Snapshot:
        """Return the paper of now without what is chosen."""
        return now.with_rest(self.base, None if self.picture else self.snapshot.picture)


class Lasso(Handler):
    """Chooses strokes, and moves what is chosen."""

    def __init__(self, document: Document, layers: Layers, show: Show) -> None:
        """Take the paper."""
        super().__init__(document, layers, show)
        self._chosen: Selection | None = None
        self._loop: list[Point] = []
        self._corner: int | None = None
        self._held: Point | None = None  # where what is chosen was taken
        self._way: Affine | None = None
        self._start: Selection | None = None  # what was chosen before movements that are one step

    @property
    def selection(self) -> Selection | None:
        """What is chosen; nothing, once the drawing has changed under it."""
        chosen, now = self._chosen, self._document.snapshot
        if chosen is None:
            return None
        same = chosen.snapshot.strokes is now.strokes and chosen.snapshot.picture is now.picture
        return chosen if same or self._way is not None else None

    def choose_all(self) -> None:
        """Choose the whole drawing."""
        self._choose(None)

    def forget(self) -> None:
        """Choose nothing."""
        self._chosen = None
        self._loop = []
        self._show(None)

    # --- the pointer -----------------------------------------------------------------------------------

    def begin(self, touch: Touch) -> bool:
        """Take what is chosen, by a corner or anywhere; elsewhere begin a loop."""
        self._document.end()
        selection, self._way, self._loop = self.selection, None, []
        self._corner = self._corner_at(touch.point)
        if selection is not None and (self._corner is not None or _contains(selection.box, touch.point)):
            self._held = touch.point
        else:
            self._chosen, self._held, self._loop = None, None, [touch.point]
            self._show(None)
        return False

    def extend(self, touch: Touch) -> bool:
        """Move what is chosen, or go on with the loop."""
        if self._held is None:
            if touch.point != self._loop[-1]:
                self._loop.append(touch.point)
                self._show(None)
            return False
        selection = self._chosen
        assert selection is not None
        if self._way is None:
            if touch.point == self._held:
                return False
            self._lift(selection)
        self._way = self._way_to(touch.point, selection.box)
        self._layers.move(self._way)
        self._document.propose(selection.move(self._way, self._document.snapshot).snapshot)
        self._show(None)
        return True

    def finish(self) -> bool:
        """Leave what was moved where it is, or choose what the loop encloses."""
        if self._held is None:
            loop, self._loop = self._loop, []
            self._choose(self._find_enclosed(loop))
            return False
        self._held = None
        way, selection = self._way, self._chosen
        if way is None or selection is None:
            return False
        if moves(way, selection.box):
            self._settle(selection.move(way, self._document.snapshot))
        else:
            self.abandon()
        return True

    def abandon(self) -> None:
        """Put what was moved back; forget the loop."""
        self._loop, self._held, self._way = [], None, None
        self._document.cancel()
        self._repaint()

    def cursor(self, point: Point, ratio: float) -> QCursor:
        """Show what a press here would do."""
        selection, corner = self.selection, self._corner_at(point)
        if corner is not None:
            falling = corner in (0, 2)
            return QCursor(Qt.CursorShape.SizeFDiagCursor if falling else Qt.CursorShape.SizeBDiagCursor)
        if selection is not None and _contains(selection.box, point):
            return QCursor(Qt.CursorShape.SizeAllCursor)
        return QCursor(Qt.CursorShape.CrossCursor)

    # --- what is done to what is chosen ----------------------------------------------------------------

    def nudge(self, dx: float, dy: float) -> bool:
        """Move what is chosen a little, in paper sides."""
        return self._do(Affine(dx=dx, dy=dy), joins="nudge")

    def mirror(self) -> bool:
        """Turn what is chosen over, left to right."""
        box = self.selection.box if self.selection is not None else (0, 0, 0, 0)
        return self._do(Affine.scaling(-1, 1, centre(box)))

    def delete(self) -> bool:
        """Take what is chosen off the paper."""
        selection = self.selection
        if selection is None:
            return False
        self._chosen = None
        self._document.change(selection.without(self._document.snapshot))
        self._repaint()
        return True

    def _do(self, way: Affine, *, joins: str = "") -> bool:
        selection = self.selection
        if selection is None:
            return False
        way, before = keep_on_paper(way, selection.box), self._document.before(joins)
        if not moves(way, selection.box):
            return False
        moved = selection.move(way, self._document.snapshot)
        if before is None:
            self._start = selection
        elif self._start is not None and are_same(moved.box, self._start.box):
            moved = replace(self._start, snapshot=before)
        self._settle(moved, joins=joins)
        return True

    def _lift(self, selection: Selection) -> None:
        now = self._document.snapshot
        base = replace(now, strokes=selection.base, picture=None if selection.picture else now.picture)
        self._layers.lift(base, replace(now, strokes=selection.lifted, picture=selection.picture))

    def _settle(self, moved: Selection, *, joins: str = "") -> None:
        self._way = None
        self._document.propose(moved.snapshot)
        self._document.end(joins=joins)
        self._chosen = replace(moved, snapshot=self._document.snapshot)
        self._repaint()

    def _choose(self, chosen: set[int] | None) -> None:
        self._document.end()
        self._chosen = Selection.of(self._document.snapshot, chosen) if chosen != set() else None
        self._show(None)

    def _find_enclosed(self, loop: list[Point]) -> set[int]:
        """Return which strokes lie inside a loop, as far as they are left; of a click, the one it touches."""
        strokes = self._document.snapshot.strokes
        if max(math.dist(loop[0], point) for point in loop) < _CLICK:
            return set(touched_strokes(strokes, loop[0], loop[-1], reach=_CLICK)[-1:])
        ink = (number for number, stroke in enumerate(strokes) if not stroke.eraser)
        return {number for number in ink if share_inside(strokes, number, loop) > 0.5}

    def _way_to(self, point: Point, box: Box) -> Affine:
        assert self._held is not None
        if self._corner is None:
            shift = Affine(dx=point[0] - self._held[0], dy=point[1] - self._held[1])
            return keep_on_paper(shift, box)
        corner, fixed = corners(box)[self._corner], corners(box)[self._corner - 2]
        side = max(box[2] - box[0], box[3] - box[1], 1e-6)
        moved = corner[0] + point[0] - self._held[0], corner[1] + point[1] - self._held[1]
        along = (corner[0] - fixed[0], corner[1] - fixed[1])
        share = sum((one - two) * way for one, two, way in zip(moved, fixed, along, strict=True))
        scale = share / max(along[0] ** 2 + along[1] ** 2, 1e-12)
        scale = min(max(scale, min(_SMALLEST / side, 1.0)), max(_LARGEST / side, 1.0))
        return keep_on_paper(Affine.scaling(scale, scale, fixed), box)

    def _corner_at(self, point: Point) -> int | None:
        if self.selection is None:
            return None
        away = [math.dist(point, corner) for corner in corners(_wider(self.selection.box))]
        nearest = min(range(4), key=away.__getitem__)
        return nearest if away[nearest] * self._layers.side <= _REACH else None

    # --- what is seen ----------------------------------------------------------------------------------

    def paint(self, painter: QPainter) -> None:
        """Paint the loop, or the frame around what is chosen and its corners; the painter stays as it was."""
        painter.save()
        self._paint(painter)
        painter.restore()

    def _paint(self, painter: QPainter) -> None:
        side, colour = self._layers.side, QApplication.palette().color(QPalette.ColorRole.Highlight)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self._loop) > 1:
            faint = QColor(colour)
            faint.setAlpha(28)
            painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(QBrush(faint))
            painter.drawPolygon(QPolygonF([QPointF(x * side, y * side) for x, y in self._loop]))
        selection = self.selection
        if selection is None:
            return
        box = selection.box if self._way is None else self._way.box(selection.box)
        ends = [QPointF(x * side, y * side) for x, y in corners(_wider(box))]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        painter.drawRect(QRectF(ends[0], ends[2]))
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(QColor(255, 255, 255))
        for corner in ends:
            painter.drawRect(QRectF(-_HANDLE / 2, -_HANDLE / 2, _HANDLE, _HANDLE).translated(corner))


def _wider(box: Box) -> Box:
    return box[0] - _MARGIN, box[1] - _MARGIN, box[2] + _MARGIN, box[3] + _MARGIN


def _contains(box: Box, point: Point) -> bool:
    left, top, right, bottom = _wider(box)
    return left <= point[0] <= right and top <= point[1] <= bottom
