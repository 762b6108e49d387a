"""One movement of pen or eraser over the paper and beside it: strokes that end where it leaves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.drawing.ink.smoothing import Knot, Point, SmoothLine
from engine.sketches.drawing import Stroke


class Line:
    """The strokes of a movement that goes on: one more for each time it comes back onto the paper.

    The pen's strokes are smoothed; the eraser, which is wide and shows no line, takes the straight way.
    """

    def __init__(self, point: Point, *, width: float, eraser: bool, thickness: float = 1.0) -> None:
        """Put the pen down, on the paper or beside it.

        Args:
            point: where.
            width: of the line, where pressure does not change it.
            eraser: take ink away.
            thickness: what pressure makes of its width where it begins.
        """
        self.width, self.eraser = width, eraser
        self._start = self._last = point
        self._begin_anew()
        self._varies = thickness != 1
        if _is_on_paper(point):
            self._enter(point, width * thickness)

    def _begin_anew(self) -> None:
        self._done: list[Stroke] = []
        self._fresh: list[Stroke] = []
        self._varies = False
        self._current: SmoothLine | list[Knot] | None = None
        self._taken = 0  # points of the stroke that goes on which `take_pieces` gave away

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """All strokes, up to the pen."""
        if self._current is None:
            return tuple(self._done)
        return (*self._done, self._stroke([*self._settled, *self._tail[1:]]))

    @property
    def has_begun(self) -> bool:
        """Whether anything is drawn: the pen was on the paper."""
        return bool(self._done) or self._current is not None

    @property
    def tail(self) -> Stroke | None:
        """The piece that leads to the pen, which the next movement may bend; None where there is none."""
        tail = self._tail
        return self._stroke(tail) if len(tail) > 1 else None

    def extend(self, point: Point, *, thickness: float = 1.0) -> None:
        """Move the pen; `thickness` is what pressure makes of its width."""
        width = self.width * thickness
        self._varies = self._varies or thickness != 1
        inside = _inside(self._last, point)
        self._last = point
        if inside is None:
            return
        entered, left = inside
        if self._current is None:
            if entered == left != point:  # it touched the edge, or a corner
                return
            self._enter(entered, width)
        self._add(left, width)
        if left != point:
            self.lift()

    def straighten(self, point: Point) -> None:
        """Make all of it a straight line from its first point to this one."""
        self._begin_anew()
        self._last = self._start
        if _is_on_paper(self._start):
            self._enter(self._start, self.width)
        self.extend(point)

    def take_pieces(self) -> list[Stroke]:
        """Return what has settled since the last call, in pieces that join."""
        pieces, self._fresh = self._fresh, []
        settled = self._settled
        if len(settled) > self._taken:
            pieces.append(self._stroke(settled[max(self._taken - 1, 0) :]))
            self._taken = len(settled)
        return pieces

    @property
    def _settled(self) -> Sequence[Knot]:
        if self._current is None:
            return ()
        return self._current.settled if isinstance(self._current, SmoothLine) else self._current

    @property
    def _tail(self) -> Sequence[Knot]:
        return self._current.tail if isinstance(self._current, SmoothLine) else ()

    def _enter(self, point: Point, width: float) -> None:
        self._current = [(*point, width)] if self.eraser else SmoothLine(point, width)
        self._taken = 0

    def _add(self, point: Point, width: float) -> None:
        if isinstance(self._current, SmoothLine):
            self._current.add(point, width)
        elif self._current is not None and self._current[-1][:2] != point:
            self._current.append((*point, width))

    def lift(self) -> None:
        """End the stroke that goes on, if one does: its last piece stays as it is."""
        if self._current is None:
            return
        whole = [*self._settled, *self._tail[1:]]
        if len(whole) > self._taken:
            self._fresh.append(self._stroke(whole[max(self._taken - 1, 0) :]))
        self._done.append(self._stroke(whole))
        self._current, self._taken = None, 0

    def _stroke(self, knots: Sequence[Knot]) -> Stroke:
        array = np.array(knots, np.float32)
        if len(knots) == 1 and not self.eraser:  # a dot
            return Stroke(np.ascontiguousarray(array[:, :2]), float(knots[0][2]))
        widths = np.ascontiguousarray(array[:, 2]) if self._varies and not self.eraser else None
        return Stroke(np.ascontiguousarray(array[:, :2]), self.width, self.eraser, widths)


def _is_on_paper(point: Point) -> bool:
    return 0 <= point[0] <= 1 and 0 <= point[1] <= 1


def _inside(start: Point, end: Point) -> tuple[Point, Point] | None:
    """Return the part of a straight way that lies on the paper, by Liang and Barsky; None where none does."""
    first, last = 0.0, 1.0
    for one, other in zip(start, end, strict=True):
        way = other - one
        for towards, room in ((-way, one), (way, 1 - one)):
            if towards == 0:
                if room < 0:
                    return None
            elif towards < 0:
                first = max(first, room / towards)
            else:
                last = min(last, room / towards)
    if first > last:
        return None
    dx, dy = end[0] - start[0], end[1] - start[1]
    entered = start if _is_on_paper(start) else _clamp((start[0] + first * dx, start[1] + first * dy))
    left = end if _is_on_paper(end) else _clamp((start[0] + last * dx, start[1] + last * dy))
    return entered, left


def _clamp(point: Point) -> Point:
    """Return a point on the edge without what rounding left outside."""
    return min(max(point[0], 0.0), 1.0), min(max(point[1], 0.0), 1.0)
