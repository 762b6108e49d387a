"""A smooth line through the points a pen reports, found piece by piece while the pen moves.

References:
    Yuksel, Schaefer, Keyser: Parameterization and applications of Catmull-Rom curves. CAD 43(7), 2011: the
    centripetal ones have no cusps and no loops within a piece, and stay close to the polygon.
    Wang: how many straight pieces stand for a cubic one, by its second derivative.
"""

from __future__ import annotations

import math

Point = tuple[float, float]
"""In unit coordinates: the paper spans 0 to 1 both ways."""
Knot = tuple[float, float, float]
"""A point, and the line's width there."""

_NEAREST = 0.006  # paper sides, three pixels: a slow pen reports whole pixels, whose steps are no line
_EVENED = 0.001  # paper sides, half a pixel: as far as a point may lie off for having been rounded to one
_CLOSE = 0.02  # paper sides between points; further apart, that half pixel bends no line that one could see
_SHARPEST = math.cos(math.radians(65))  # a pen that turns by more is meant to: the corner stays
_TOLERANCE = 0.0005  # paper sides between the curve and its straight pieces
_MOST_PIECES = 24


class SmoothLine:
    """The centripetal Catmull-Rom curve through what was reported so far, evened out for whole pixels.

    A piece is settled, and stays as it is, once the point after its end is known. The piece that leads to the
    pen is drawn as if the pen stopped here.

    Attributes:
        settled: what stays, as dense points.
    """

    def __init__(self, point: Point, width: float) -> None:
        self.settled: list[Knot] = [(*point, width)]
        self._knots: list[Knot] = [(*point, width)]  # the last three at most
        self._start: Point | None = None  # the direction in which the piece before the last knot begins
        self._pen: Knot = self._knots[0]

    def add(self, point: Point, width: float) -> None:
        """Move the pen here."""
        self._pen = (*point, width)
        if math.dist(point, self._knots[-1][:2]) < _NEAREST:
            return
        self._knots.append(self._pen)
        if len(self._knots) == 3:
            first, middle, last = self._knots
            end = None
            if not _is_corner(first, middle, last):
                middle = _even_out(first, middle, last)
                end = _direction(first, middle, last)
            self.settled += _piece(first, middle, self._start, end)
            self._start = end
            self._knots = [middle, last]

    @property
    def tail(self) -> list[Knot]:
        """From the last settled point to the pen."""
        rest = [self.settled[-1]]
        if len(self._knots) == 2:
            rest += _piece(self._knots[0], self._knots[1], self._start, None)
        if self._pen != rest[-1] and self._pen[:2] != rest[-1][:2]:
            rest.append(self._pen)
        return rest


def _is_corner(before: Knot, here: Knot, after: Knot) -> bool:
    ax, ay = here[0] - before[0], here[1] - before[1]
    bx, by = after[0] - here[0], after[1] - here[1]
    return ax * bx + ay * by < _SHARPEST * math.hypot(ax, ay) * math.hypot(bx, by)


def _even_out(before: Knot, here: Knot, after: Knot) -> Knot:
    """Return a point moved towards the mean of the three, by no more than it may lie off."""
    x, y = (before[0] - 2 * here[0] + after[0]) / 3, (before[1] - 2 * here[1] + after[1]) / 3
    way, gap = math.hypot(x, y), math.dist(before[:2], after[:2]) / 2
    share = min(1.0, _EVENED / max(way, _EVENED) * min(1.0, _CLOSE / gap))
    return here[0] + share * x, here[1] + share * y, here[2]


def _direction(before: Knot, here: Knot, after: Knot) -> Point:
    """Return the curve's velocity in a point that is no corner, by centripetal parameter."""
    ax, ay = here[0] - before[0], here[1] - before[1]
    bx, by = after[0] - here[0], after[1] - here[1]
    s, t = math.sqrt(math.hypot(ax, ay)), math.sqrt(math.hypot(bx, by))
    x = ax / s - (ax + bx) / (s + t) + bx / t
    y = ay / s - (ay + by) / (s + t) + by / t
    return x, y


def _piece(start: Knot, end: Knot, leaves: Point | None, arrives: Point | None) -> list[Knot]:
    """Return the points after `start` up to `end`; where a direction is free, the piece is a parabola."""
    cx, cy = end[0] - start[0], end[1] - start[1]
    if leaves is None and arrives is None:
        return [end]
    time = math.sqrt(math.hypot(cx, cy))
    if leaves is not None:
        mx, my = leaves[0] * time, leaves[1] * time
    if arrives is not None:
        nx, ny = arrives[0] * time, arrives[1] * time
    if leaves is None:
        mx, my = 2 * cx - nx, 2 * cy - ny
    if arrives is None:
        nx, ny = 2 * cx - mx, 2 * cy - my
    bend = max(
        math.hypot(6 * cx - 4 * mx - 2 * nx, 6 * cy - 4 * my - 2 * ny),
        math.hypot(-6 * cx + 2 * mx + 4 * nx, -6 * cy + 2 * my + 4 * ny),
    )
    count = min(max(math.ceil(math.sqrt(bend / (8 * _TOLERANCE))), 1), _MOST_PIECES)
    points: list[Knot] = []
    for number in range(1, count):
        t = number / count
        along, m, n = t * t * (3 - 2 * t), t * (1 - t) ** 2, t * t * (t - 1)
        x = start[0] + along * cx + m * mx + n * nx
        y = start[1] + along * cy + m * my + n * ny
        points.append((x, y, start[2] + t * (end[2] - start[2])))
    return [*points, end]
