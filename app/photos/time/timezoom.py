"""Which part of all time the strip shows, and where in it each span lies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QRectF, Qt

from engine.search.spread import Times, Unit

LEAST = 6.0
"""Spans below which the strip shows no fewer."""

_LEAP = {Unit.DAY: 7, Unit.MONTH: 12, Unit.YEAR: 10}
_GRIP = 6  # pixels to either side of an edge of the brush, where it is taken hold of

Brush = tuple[int, int]
"""The first and the last span that is looked at."""


@dataclass(frozen=True)
class Shown:
    """The spans that are shown, in numbers that may lie within one.

    Attributes:
        total: how many there are.
        first: where those that are shown begin, 0 to total.
        count: how many are shown.
    """

    total: int
    first: float
    count: float

    @classmethod
    def all_of(cls, total: int) -> Shown:
        """Show every span."""
        return cls(total, 0.0, float(total))

    @property
    def is_all(self) -> bool:
        """Whether none is out of sight."""
        return self.count >= self.total

    @property
    def share(self) -> tuple[float, float]:
        """Where what is shown begins and ends, in shares of all time."""
        return self.first / self.total, (self.first + self.count) / self.total

    def share_of(self, brush: Brush | None) -> tuple[float, float] | None:
        """Return the same for what is looked at; None where that is everything."""
        return None if brush is None else (brush[0] / self.total, (brush[1] + 1) / self.total)

    def zoom(self, factor: float, at: float) -> Shown:
        """Show so many times fewer; the place `at`, a number of spans, stays where it is."""
        count = min(max(self.count / factor, min(LEAST, self.total)), float(self.total))
        return self._within(at - (at - self.first) * count / self.count, count)

    def pan(self, spans: float) -> Shown:
        """Show later ones, or with a negative number earlier ones."""
        return self._within(self.first + spans, self.count)

    def with_span(self, span: int) -> Shown:
        """Move no further than this span takes to be shown."""
        return self._within(min(max(self.first, span + 1 - self.count), float(span)), self.count)

    def _within(self, first: float, count: float) -> Shown:
        return replace(self, first=min(max(first, 0.0), self.total - count), count=count)

    def carry_over(self, before: Times | None, now: Times) -> Shown:
        """Return the same time among other spans; all where they have another length, or are the first."""
        if before is None or self.is_all or before.unit is not now.unit:
            return Shown.all_of(len(now.photos))
        if before.edges[0] in now.edges:
            step = now.edges.index(before.edges[0])
        else:
            step = -before.edges.index(now.edges[0]) if now.edges[0] in before.edges else 0
        total = len(now.photos)
        return replace(self, total=total)._within(self.first + step, min(self.count, float(total)))


@dataclass(frozen=True)
class Scale:
    """Where spans lie.

    Attributes:
        area: where those that are shown stand, in pixels.
        shown: which they are.
    """

    area: QRectF
    shown: Shown

    @property
    def whole(self) -> QRectF:
        """Where all spans would stand, most of them outside the area if it shows few."""
        wide = self.area.width() / self.shown.count
        left = self.area.left() - self.shown.first * wide
        return QRectF(left, self.area.top(), wide * self.shown.total, self.area.height())

    def at(self, x: float) -> float:
        """Return what lies at this place, in spans."""
        return self.shown.first + (x - self.area.left()) / self.area.width() * self.shown.count

    def span_at(self, x: float) -> int:
        """Return the number of the span at this place; beyond the area, of one that is out of sight."""
        return min(max(int(self.at(x) // 1), 0), self.shown.total - 1)

    def band(self, brush: Brush | None) -> QRectF | None:
        """Return where the brush lies."""
        if brush is None:
            return None
        whole = self.whole
        wide = whole.width() / self.shown.total
        left = whole.left() + brush[0] * wide
        return QRectF(left, whole.top(), (brush[1] - brush[0] + 1) * wide, whole.height())

    def part_at(self, x: float, brush: Brush | None) -> str:
        """Return what is taken hold of there: an edge of the brush, the brush, or nothing yet."""
        band = self.band(brush)
        if band is None or not band.left() - _GRIP <= x <= band.right() + _GRIP:
            return "new"
        grip = min(_GRIP, band.width() / 4)
        if x < band.left() + grip:
            return "first"
        return "last" if x > band.right() - grip else "brush"


def step_by_key(key: Qt.Key, unit: Unit, most: int) -> int | None:
    """Return by how many spans a key moves the brush; None for a key that does not.

    Args:
        key: what is pressed.
        unit: how long a span is.
        most: the number of the last one.
    """
    keys, leap = Qt.Key, _LEAP[unit]
    return {
        keys.Key_Left: -1, keys.Key_Right: 1, keys.Key_PageUp: -leap, keys.Key_PageDown: leap,
        keys.Key_Home: -most, keys.Key_End: most,
    }.get(key)  # fmt: skip


def step_brush(brush: Brush, step: int, most: int, *, widen: bool = False) -> Brush:
    """Return a brush moved by so many spans, or widened that way, as far as there are spans."""
    first, last = brush
    if widen:
        return (max(first + step, 0), last) if step < 0 else (first, min(last + step, most))
    step = min(max(step, -first), most - last)
    return first + step, last + step
