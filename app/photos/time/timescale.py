"""How the strip of time looks: bars, ridge, brush, and the years under them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF

from app.words import phrases
from engine.search.spread import Times, Unit

LABELS = 15
"""Pixels for the years under the bars."""

_GAP_FROM = 4.0  # pixels that a bar must have before the next one stands apart from it
_SMALLEST = 1.5  # pixels that a bar is high at least, if there is a photo
_LINE = 1.5  # pixels of the ridge's line
_LABEL_SIZE = 0.82  # of the font
_LEAST_PART = 6.0  # pixels of what is shown, in the line for all time
_STEPS = (1, 2, 5, 10, 20, 50, 100)  # years between two labels


Bars = list[QRectF]
_Span = tuple[int, int]


class Placed:
    """Where bars and labels of a strip stand, worked out anew where that changes, not for another ridge."""

    def __init__(self) -> None:
        self._bars: tuple[object, tuple[Bars, Bars]] | None = None
        self._labels: tuple[object, list[tuple[float, str]]] | None = None

    def paint_bars(
        self,
        painter: QPainter,
        area: QRectF,
        photos: Sequence[int],
        palette: QPalette,
        brush: _Span | None,
    ) -> None:
        """Paint a bar for each span; what the brush leaves out is fainter."""
        key = QRectF(area), photos, brush
        if self._bars is None or self._bars[0] != key:
            self._bars = key, place_bars(area, photos, brush)
        painter.setPen(Qt.PenStyle.NoPen)
        for bars, share in zip(self._bars[1], (0.38, 0.16), strict=True):
            painter.setBrush(_faint(palette.windowText().color(), share))
            painter.drawRects(bars)

    def paint_labels(
        self, painter: QPainter, area: QRectF, times: Times, palette: QPalette, whole: QRectF
    ) -> None:
        """Write years, or months, under the bars, as many as there is room for; as of `place_labels`."""
        key = QRectF(area), times, QRectF(whole), painter.font()
        high, font = height_of_labels(painter.font()), _of_labels(painter.font())
        if self._labels is None or self._labels[0] != key:
            self._labels = key, place_labels(area, times, QFontMetricsF(font), whole)
        painter.setFont(font)
        painter.setPen(_faint(palette.windowText().color(), 0.75))
        for left, text in self._labels[1]:
            painter.drawText(QPointF(left, area.bottom() + high - 4), text)


def place_bars(area: QRectF, photos: Sequence[int], brush: _Span | None) -> tuple[Bars, Bars]:
    """Return the bars that the brush looks at, all without one, and those that it leaves out.

    A bar's height goes as the root of how many photos there are: a month of few is to be seen beside a
    month of many.
    """
    wide, most = area.width() / len(photos), math.sqrt(max(*photos, 1))
    gap = 1.0 if wide >= _GAP_FROM else 0.0
    inside, outside = Bars(), Bars()
    for number, count in enumerate(photos):
        if count:
            high = max(area.height() * math.sqrt(count) / most, _SMALLEST)
            shown = brush is None or brush[0] <= number <= brush[1]
            (inside if shown else outside).append(
                QRectF(area.left() + number * wide, area.bottom() - high, max(wide - gap, 1.0), high)
            )
    return inside, outside


def paint_ridge(painter: QPainter, area: QRectF, weights: Sequence[float], palette: QPalette) -> None:
    """Paint a ridge in the accent colour, as high as the strip where most matches lie."""
    if not weights or not max(weights) > 0:
        return
    wide = area.width() / len(weights)
    heights = _smooth(weights) if wide < _GAP_FROM else list(weights)
    most = max(heights)
    tops = [area.bottom() - area.height() * height / most for height in heights]
    corners = [QPointF(area.left() + (number + 0.5) * wide, top) for number, top in enumerate(tops)]
    line = QPolygonF([area.bottomLeft(), *corners, area.bottomRight()])
    accent = palette.highlight().color()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)  # its edge lies under the line
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faint(accent, 0.45))
    painter.drawPolygon(line)
    painter.restore()
    _paint_line(painter, line, accent)


def _paint_line(painter: QPainter, line: QPolygonF, colour: QColor) -> None:
    """Paint a line _LINE pixels high as some of one dot: over a wider one Qt takes many times as long."""
    dot = 1 / painter.device().devicePixelRatio()
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    count = max(round(_LINE / dot), 2)
    for number in range(count):
        painter.drawPolyline(line.translated(0, (number / (count - 1) - 0.5) * (_LINE - dot)))


def paint_brush(painter: QPainter, band: QRectF, palette: QPalette) -> None:
    """Paint what is looked at as a band with an edge on either side."""
    accent = palette.highlight().color()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_faint(accent, 0.2))
    painter.drawRect(band)
    painter.setBrush(accent)
    for x in (band.left() - 1, band.right() - 1):
        painter.drawRoundedRect(QRectF(x, band.top(), 2, band.height()), 1, 1)


def paint_overview(
    painter: QPainter,
    line: QRectF,
    parts: tuple[tuple[float, float], tuple[float, float] | None],
    palette: QPalette,
) -> None:
    """Paint a thin line for all time: which part of it is shown, and which is looked at, in shares of it."""
    text, accent = palette.windowText().color(), palette.highlight().color()
    painter.setPen(Qt.PenStyle.NoPen)
    for share, colour in (
        ((0.0, 1.0), _faint(text, 0.12)),
        (parts[0], _faint(text, 0.55)),
        (parts[1], accent),
    ):
        if share is not None:
            wide = max((share[1] - share[0]) * line.width(), _LEAST_PART)
            left = min(line.left() + share[0] * line.width(), line.right() - wide)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, line.top(), wide, line.height()), 1.5, 1.5)


def height_of_labels(font: QFont) -> int:
    """Return how many pixels the labels take under the bars of a widget in this font, `LABELS` or more."""
    return max(LABELS, math.ceil(QFontMetricsF(_of_labels(font)).height()))


def _of_labels(font: QFont) -> QFont:
    smaller = QFont(font)
    if font.pointSizeF() > 0:
        smaller.setPointSizeF(font.pointSizeF() * _LABEL_SIZE)
    return smaller


def place_labels(
    area: QRectF, times: Times, metrics: QFontMetricsF, whole: QRectF | None = None
) -> list[tuple[float, str]]:
    """Return labels with their left ends; none overlaps another, or leaves the strip.

    Args:
        area: the strip.
        times: what is shown.
        metrics: of the labels' font.
        whole: where all spans would stand; None if that is the strip.
    """
    all_time = area if whole is None else whole
    wide = all_time.width() / len(times.photos)
    free, placed = area.left(), list[tuple[float, str]]()
    for number, text in _labels(times, wide, metrics.horizontalAdvance("2000") * 1.6):
        left, room = all_time.left() + number * wide, metrics.horizontalAdvance(text)
        if left >= free and left + room <= area.right() + 1:
            placed.append((left, text))
            free = left + room * 1.3
    if all_time.left() < area.left():  # what the first label would be said for is out of sight
        first = times.edges[max(math.ceil((area.left() - all_time.left()) / wide - 0.5), 0)]
        text = phrases.span(first, times.unit.name)
        room = metrics.horizontalAdvance(text) * 1.3
        if area.left() + room <= (placed[0][0] if placed else area.right()):
            placed.insert(0, (area.left(), text))
    return placed


def _labels(times: Times, wide: float, room: float) -> Iterator[tuple[int, str]]:
    """Yield the spans that could have a label, with it, the first always among them.

    Args:
        times: what is shown.
        wide: pixels of a span.
        room: pixels that a year needs.
    """
    starts = times.edges[:-1]
    if times.unit is Unit.DAY:
        yield from (
            (number, phrases.span(day, "MONTH"))
            for number, day in enumerate(starts)
            if day.day == 1 or not number
        )
        return
    years = wide * (12 if times.unit is Unit.MONTH else 1)
    step = next((step for step in _STEPS if step * years >= room), _STEPS[-1])
    turns = [number for number, day in enumerate(starts) if day.month == 1 and day.year % step == 0]
    if not turns:
        yield 0, phrases.span(starts[0], times.unit.name)
    yield from ((number, str(starts[number].year)) for number in turns)


def _smooth(weights: Sequence[float]) -> list[float]:
    """Return each weight with a share of its neighbours', where spans are too narrow to be told apart."""
    padded = [0.0, *weights, 0.0]
    return [
        (before + 2 * here + after) / 4
        for before, here, after in zip(padded, padded[1:], padded[2:], strict=False)
    ]


def _faint(colour: QColor, share: float) -> QColor:
    """Return a colour that lets the ground through."""
    faint = QColor(colour)
    faint.setAlphaF(share)
    return faint
