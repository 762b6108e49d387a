"""Where strokes lie: moved, scaled and mirrored, touched by a pointer, inside a loop, under an eraser."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.drawing.ink.smoothing import Point
from engine.sketches.drawing import Stroke

Points = NDArray[np.float32]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in unit coordinates."""

_STEP = 0.004  # paper sides between the points by which a stroke is looked at
_LEAST = 1e-6  # paper sides: what moves less has not moved
_BLOCK = 256  # points at a time: memory stays small however long the strokes are


@dataclass(frozen=True)
class Affine:
    """A movement of the plane: x becomes `across` times x plus `dx`, y becomes `down` times y plus `dy`."""

    across: float = 1.0
    down: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    @classmethod
    def scaling(cls, across: float, down: float, about: Point) -> Affine:
        """Return what scales about a point that stays where it is; negative numbers mirror."""
        return cls(across, down, about[0] * (1 - across), about[1] * (1 - down))

    def then(self, other: Affine) -> Affine:
        """Return this movement and another one after it, as one."""
        return Affine(
            other.across * self.across,
            other.down * self.down,
            other.across * self.dx + other.dx,
            other.down * self.dy + other.dy,
        )

    def strokes(self, strokes: Sequence[Stroke]) -> tuple[Stroke, ...]:
        """Return the strokes moved; widths grow with them, so that what was erased stays so."""
        if not strokes:
            return ()
        scale = math.sqrt(abs(self.across * self.down))
        lengths = [len(stroke.points) for stroke in strokes]
        points = np.concatenate([stroke.points for stroke in strokes])
        way, shift = np.array([self.across, self.down]), np.array([self.dx, self.dy])
        parts = np.split((points * way + shift).astype(np.float32), np.cumsum(lengths)[:-1])
        return tuple(
            Stroke(
                part,
                stroke.width * scale,
                stroke.eraser,
                None if stroke.widths is None else (stroke.widths * scale).astype(np.float32),
            )
            for part, stroke in zip(parts, strokes, strict=True)
        )

    def box(self, box: Box) -> Box:
        """Return a box moved."""
        xs = sorted((self.across * box[0] + self.dx, self.across * box[2] + self.dx))
        ys = sorted((self.down * box[1] + self.dy, self.down * box[3] + self.dy))
        return xs[0], ys[0], xs[1], ys[1]


def box_of(strokes: Sequence[Stroke]) -> Box | None:
    """Return the smallest box around the strokes' ink, line widths included; None without ink."""
    boxes = [stroke.box for stroke in strokes if not stroke.eraser]
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def touches(stroke: Stroke, start: Point, end: Point, *, reach: float) -> NDArray[np.bool_] | None:
    """Return which of a stroke's close points lie within reach of a straight way; None where none does."""
    left, top, right, bottom = stroke.box
    if (
        max(start[0], end[0]) + reach < left
        or min(start[0], end[0]) - reach > right
        or max(start[1], end[1]) + reach < top
        or min(start[1], end[1]) - reach > bottom
    ):
        return None
    points, widths = close_points(stroke)
    near = distances(points, np.array([start, end], np.float32)) <= reach + widths / 2
    return near if near.any() else None


def close_points(stroke: Stroke) -> tuple[Points, Points]:
    """Return points along a stroke, `_STEP` apart or less, and the widths there."""
    points, widths = stroke.points, stroke.widths
    if widths is None:
        widths = np.full(len(points), stroke.width, np.float32)
    if len(points) == 1:
        return points, widths
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    counts = np.maximum(np.ceil(lengths / _STEP), 1).astype(int)
    piece = np.repeat(np.arange(len(counts)), counts)
    part = (np.arange(len(piece)) - np.repeat(counts.cumsum() - counts, counts)) / counts[piece]
    both = np.column_stack([points, widths])
    close = both[piece] + part[:, None] * (both[piece + 1] - both[piece])
    close = np.vstack([close, both[-1]]).astype(np.float32)
    return close[:, :2], close[:, 2]


def distances(points: Points, line: Points) -> NDArray[np.float64]:
    """Return each point's distance from a polyline.

    Args:
        points: (n, 2).
        line: (m, 2); one point alone is one.

    Returns:
        (n,) in the unit of both.
    """
    if len(line) == 1:
        return np.asarray(np.linalg.norm(points - line, axis=1), np.float64)
    starts, ways = line[:-1].astype(np.float64), np.diff(line, axis=0).astype(np.float64)
    squares = np.maximum((ways**2).sum(axis=1), 1e-18)
    found = []
    for first in range(0, len(points), _BLOCK):
        away = points[first : first + _BLOCK, None, :] - starts
        part = np.clip((away * ways).sum(axis=2) / squares, 0, 1)
        found.append(np.linalg.norm(away - part[:, :, None] * ways, axis=2).min(axis=1))
    return np.concatenate(found)


def find_covered(points: Points, erasers: Sequence[Stroke]) -> NDArray[np.bool_]:
    """Return which points lie under one of these erasers."""
    under = np.zeros(len(points), bool)
    for eraser in erasers:
        left, top, right, bottom = eraser.box
        x, y = points[:, 0], points[:, 1]
        near = np.flatnonzero(~under & (x >= left) & (x <= right) & (y >= top) & (y <= bottom))
        if len(near):
            under[near] = distances(points[near], eraser.points) <= eraser.width / 2
    return under


def visible_parts(stroke: Stroke, erasers: Sequence[Stroke]) -> tuple[Stroke, ...]:
    """Return what these erasers have left of a stroke: the stroke itself, pieces of it, or nothing."""
    if not erasers:
        return (stroke,)
    points, widths = close_points(stroke)
    under = find_covered(points, erasers)
    if not under.any():
        return (stroke,)
    return tuple(
        replace(
            stroke,
            points=np.ascontiguousarray(points[first:last]),
            widths=None if stroke.widths is None else np.ascontiguousarray(widths[first:last]),
        )
        for first, last in _runs(~under)
    )


def erasers_after(strokes: Sequence[Stroke], number: int) -> list[Stroke]:
    """Return the erasers that came after the stroke of this number, and may have taken some of it away."""
    stroke = strokes[number]
    return [one for one in strokes[number + 1 :] if one.eraser and _meet(one.box, stroke.box)]


def parts_left(strokes: Sequence[Stroke], numbers: Iterable[int]) -> Iterator[Stroke]:
    """Yield what later erasers have left of the strokes of these numbers."""
    for number in numbers:
        yield from visible_parts(strokes[number], erasers_after(strokes, number))


def share_inside(strokes: Sequence[Stroke], number: int, loop: Sequence[Point]) -> float:
    """Return how much of what erasers have left of a stroke lies inside a closed loop, from 0 to 1."""
    points = close_points(strokes[number])[0]
    points = points[~find_covered(points, erasers_after(strokes, number))]
    return float(inside(points, loop).mean()) if len(points) else 0.0


def strokes_left(strokes: Sequence[Stroke]) -> Iterator[bool]:
    """Yield of each stroke of ink, the last one first, whether its middle line is left anywhere."""
    erasers: list[Stroke] = []
    for stroke in reversed(strokes):
        if stroke.eraser:
            erasers.append(stroke)
        else:
            near = [one for one in erasers if _meet(one.box, stroke.box)]
            yield not find_covered(close_points(stroke)[0], near).all()


def inside(points: Points, loop: Sequence[Point]) -> NDArray[np.bool_]:
    """Return which points lie inside a closed loop, by the even-odd rule.

    Args:
        points: (n, 2).
        loop: its corners; the last one is joined to the first.
    """
    corners = np.asarray(loop, np.float64)
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    odd = np.zeros(len(points), bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if ay != by:
            odd ^= ((ay > y) != (by > y)) & (x < ax + (y - ay) * (bx - ax) / (by - ay))
    return odd


def _meet(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _runs(marks: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield where runs of true marks begin, and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marks, [False]]).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def corners(box: Box) -> tuple[Point, Point, Point, Point]:
    """Return them in the order of the clock, from the upper left one on."""
    left, top, right, bottom = box
    return (left, top), (right, top), (right, bottom), (left, bottom)


def centre(box: Box) -> Point:
    """Return its middle."""
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def union(one: Box | None, other: Box | None) -> Box | None:
    """Return the box around both, where both are there."""
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def are_same(one: Box, other: Box) -> bool:
    """Return whether two boxes lie in one place, but for rounding."""
    return all(abs(mine - others) < _LEAST for mine, others in zip(one, other, strict=True))


def moves(way: Affine, box: Box) -> bool:
    """Return whether a movement leaves anything in another place than before, or mirrors it."""
    return way.across < 0 or not are_same(way.box(box), box)


def keep_on_paper(way: Affine, box: Box) -> Affine:
    """Return the movement, less what would bring the middle of the box off the paper."""
    x, y = centre(way.box(box))
    return replace(way, dx=way.dx + min(max(x, 0), 1) - x, dy=way.dy + min(max(y, 0), 1) - y)
