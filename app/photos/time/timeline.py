"""The strip of time under the photos: how many were taken when, and where the matches among them lie."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.input.keyboard import hand_on
from app.input.wheel import NOTCH
from app.photos.time.timescale import (
    LABELS,
    Placed,
    height_of_labels,
    paint_brush,
    paint_overview,
    paint_ridge,
)
from app.photos.time.timewords import counted_spans, spans_in_words, what_is_looked_at
from app.photos.time.timezoom import Brush, Scale, Shown, step_brush, step_by_key
from app.style.crosses import cross
from app.style.tips import withdraw
from app.words import phrases
from engine.search.spread import Spread, Times

_HEIGHT = 44
_MARGIN, _TOP, _CLOSE, _OVERVIEW = 8, 4, 16, 3  # pixels
_STEP = 1.4  # how much a notch of the wheel, or a key, enlarges
_PAN = 0.15  # of what is shown, that a notch moves


class Timeline(QWidget):
    """Bars for how many photos there are, a ridge over them for what matches, a brush that narrows.

    The wheel shows less time, larger, around the pointer.

    Attributes:
        since: the first day to look at, None for no limit.
        until: the last.
    """

    brushed = Signal()
    """The person chose another span of time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.since: date | None = None
        self.until: date | None = None
        self._times: Times | None = None
        self._shown = Shown.all_of(1)
        self._ridge: tuple[float, ...] = ()
        self._placed = Placed()
        # what is dragged; brush and pointer at its start, as days: spans change as photos come
        self._held: tuple[str, date, date, date] | None = None
        self._looked_at = 0  # photos
        keys = self.tr("Look at all times (Escape)")
        self._close = cross(self.tr("Look at all times"), self, keys=keys)
        self._close.setAutoRaise(True)
        self._close.setFixedSize(_CLOSE, _CLOSE)
        self._close.clicked.connect(self.choose)
        self._close.hide()
        self.setFixedHeight(self.sizeHint().height())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Time"))

    def sizeHint(self) -> QSize:
        """Return room for a few years."""
        return QSize(240, _HEIGHT - LABELS + height_of_labels(self.font()))

    @property
    def is_brushed(self) -> bool:
        """Whether some time is left out."""
        return self.since is not None or self.until is not None

    @property
    def has_times(self) -> bool:
        """Whether there is anything to show: photos of more than one day."""
        return self._times is not None

    def show_spread(self, spread: Spread) -> None:
        """Show where photos lie, and matches among them."""
        before, now, ridge = self._times, spread.times, self._ridge
        is_other = (now, spread.looked_at) != (before, self._looked_at)
        self._times, self._ridge, self._looked_at = now, spread.ridge, spread.looked_at
        if is_other and now is not None:
            self._shown = self._shown.carry_over(before, now)
        if is_other:
            withdraw(self)
            self._describe()
        if is_other or spread.ridge != ridge:
            self.update()

    def clear(self) -> None:
        """Show nothing, and look at all times; nobody is told."""
        self.since = self.until = self._held = None
        self.show_spread(Spread())
        self._describe()

    def choose(self, *_: bool, first: int | None = None, last: int | None = None) -> None:
        """Look at these spans, by number, both included; at all times without a number, or with all."""
        times = self._times
        before = self.since, self.until
        self.since = self.until = None
        if times is not None and first is not None and last is not None:
            first, last = max(first, 0), min(last, len(times.photos) - 1)
            if last - first + 1 < len(times.photos):
                self.since, self.until = times.edges[first], times.edges[last + 1] - timedelta(days=1)
        if (self.since, self.until) != before:
            self._describe()
            self.update()
            self.brushed.emit()

    @property
    def brush(self) -> Brush | None:
        """The first and the last span to look at, by number; None for all times."""
        if self._times is None or self.since is None or self.until is None:
            return None
        return self._span_of(self.since), self._span_of(self.until)

    def _span_of(self, day: date) -> int:
        """Return the span that a day lies in, or the one next to it."""
        times = self._times
        assert times is not None
        return min(max(bisect_right(times.edges, day) - 1, 0), len(times.photos) - 1)

    # --- in words --------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """What is looked at: "June 2014 to August 2014, 312 photos"."""
        times, brush, since, until = self._times, self.brush, self.since, self.until
        if times is None:
            return ""
        if brush is None or since is None or until is None:
            words = counted_spans(times, 0, len(times.photos) - 1)
        else:
            words = what_is_looked_at(times, brush, since, until, self._looked_at)
        return f"{words}; {phrases.without_date(times.undated)}" if times.undated else words

    @property
    def _hint(self) -> str:
        """What can be done here; empty once somebody did."""
        if self._times is None or self.is_brushed:
            return ""
        return self.tr("Drag to look at some time only; the wheel zooms")

    def _describe(self) -> None:
        words, times = self.words, self._times
        if times is not None and not self._shown.is_all:
            area, at = self._area(), self._scale.span_at
            days = spans_in_words(times, at(area.left()), at(area.right() - 1))
            words += "; " + self.tr("shown: %1").replace("%1", days)
        self.setAccessibleDescription(". ".join(filter(None, (words, self._hint))))
        with hand_on(self, lambda: self):
            self._close.setVisible(self.is_brushed)

    # --- where things lie ------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        """Return where bars and ridge stand."""
        return QRectF(_MARGIN, _TOP, max(self.width() - 2 * _MARGIN - _CLOSE, 1), _HEIGHT - _TOP - LABELS)

    @property
    def _scale(self) -> Scale:
        return Scale(self._area(), self._shown)

    def show_all(self) -> None:
        """Show all time."""
        self._show(Shown.all_of(self._shown.total))

    def zoom_by(self, factor: float, at: float | None = None) -> None:
        """Show so many times less of the time around a place in spans; without one, around the brush."""
        if at is None:
            first, last = self.brush or (self._shown.first, self._shown.first + self._shown.count - 1)
            at = (first + last + 1) / 2
        self._show(self._shown.zoom(factor, at))

    def _show(self, shown: Shown) -> None:
        if shown != self._shown:
            self._shown = shown
            self._describe()
            self.update()

    # --- by hand ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the brush, of one of its edges, or begin another."""
        if event.button() != Qt.MouseButton.LeftButton or self._times is None:
            return
        scale, x = self._scale, event.position().x()
        span = scale.span_at(x)
        first, last = self.brush or (span, span)
        edges = self._times.edges
        self._held = scale.part_at(x, self.brush), edges[first], edges[last], edges[span]
        if self._held[0] == "new":
            self.choose(first=span, last=span)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand, beyond what is shown too; or show what could be taken hold of."""
        x = event.position().x()
        if self._held is None or self._times is None:
            shapes = {"new": Qt.CursorShape.ArrowCursor, "brush": Qt.CursorShape.OpenHandCursor}
            self.setCursor(shapes.get(self._scale.part_at(x, self.brush), Qt.CursorShape.SizeHorCursor))
            return
        part, (first, last, start) = self._held[0], map(self._span_of, self._held[1:])
        span, most = self._scale.span_at(x), len(self._times.photos) - 1
        self._show(self._shown.with_span(span))
        if part == "new":
            first, last = min(start, span), max(start, span)
        elif part == "brush":
            first, last = step_brush((first, last), span - start, most)
        elif part == "first":
            first, last = min(span, last), max(span, last)
        else:
            first, last = min(first, span), max(first, span)
        self.choose(first=first, last=last)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at all times, and show them."""
        self._held = None
        self.show_all()
        self.choose()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Show less time around the pointer, or more; sideways or with Shift, earlier or later time."""
        if self._times is None:
            return
        turned, sideways = event.angleDelta().y() / NOTCH, event.angleDelta().x() / NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(sideways) > abs(turned):
            self._show(self._shown.pan(-(turned + sideways) * _PAN * self._shown.count))
        else:
            self.zoom_by(_STEP**turned, self._scale.at(event.position().x()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush by arrows, widen it with Shift, bring it to an end, clear it; zoom with + and -."""
        keys, key = Qt.Key, Qt.Key(event.key())
        if key in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            self.zoom_by(1 / _STEP if key == keys.Key_Minus else _STEP)
        elif key == keys.Key_0 or (key == keys.Key_Home and not self._shown.is_all):
            self.show_all()
        elif key in (keys.Key_Escape, keys.Key_Delete, keys.Key_Backspace) and self.is_brushed:
            self.choose()
        elif not self._move_by_key(key, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)):
            super().keyPressEvent(event)

    def _move_by_key(self, key: Qt.Key, widen: bool) -> bool:
        """Do what a key stands for; return whether it stands for anything."""
        keys, times = Qt.Key, self._times
        if times is None:
            return False
        most = len(times.photos) - 1
        step = step_by_key(key, times.unit, most)
        if step is None:
            return False
        if self.brush is None:
            end = 0 if key in (keys.Key_Right, keys.Key_Home, keys.Key_PageDown) else most
            self.choose(first=end, last=end)
            self._show(self._shown.with_span(end))
            return True
        first, last = step_brush(self.brush, step, most, widen=widen)
        self.choose(first=first, last=last)
        self._show(self._shown.with_span(first if step < 0 else last))
        return True

    def event(self, event: QEvent) -> bool:
        """Say in words what lies under the pointer, and what is looked at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._times is not None:
            span = self._scale.span_at(event.pos().x())
            words = counted_spans(self._times, span, span), self.words, self._hint
            QToolTip.showText(event.globalPos(), "\n".join(filter(None, words)), self)
            return True
        if event.type() == QEvent.Type.FontChange:
            self.setFixedHeight(self.sizeHint().height())
        return super().event(event)

    # --- painting --------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the small x at the right."""
        self._close.move(self.width() - _CLOSE, _TOP)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint bars, ridge, brush, and the years under them."""
        times = self._times
        if times is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area, palette, scale = self._area(), self.palette(), self._scale
        band, whole = scale.band(self.brush), scale.whole
        painter.save()
        painter.setClipRect(area.adjusted(-2, 0, 2, 0))
        if band is not None:
            paint_brush(painter, band, palette)
        self._placed.paint_bars(painter, whole, times.photos, palette, self.brush)
        paint_ridge(painter, whole, self._ridge, palette)
        painter.restore()
        if not self._shown.is_all:
            line = QRectF(area.left(), 0, area.width(), _OVERVIEW)
            paint_overview(painter, line, (self._shown.share, self._shown.share_of(self.brush)), palette)
        painter.setFont(self.font())
        self._placed.paint_labels(painter, area, times, palette, whole)
        if self.hasFocus():
            painter.setPen(palette.highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
