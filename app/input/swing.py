"""The scrolling of a view by a finger, with a swing after it, which ends where something else scrolls."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF
from PySide6.QtGui import QGuiApplication, QMouseEvent, QScrollEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScroller, QScrollerProperties

_Input, _State = QScroller.Input, QScroller.State


class Swing(QObject):
    """Takes what a finger does on a view, and scrolls it.

    Attributes:
        is_tap: the finger that is down, or was last, has done nothing else than touch: it stopped no swing,
            scrolled nothing, and went nowhere.
    """

    def __init__(self, view: QAbstractScrollArea, *, sideways: bool = False) -> None:
        """Scroll this view, up and down or sideways; it is to `note` what its viewport is sent."""
        super().__init__(view)
        self._sideways = sideways
        self._bar = view.horizontalScrollBar() if sideways else view.verticalScrollBar()
        self._scroller = QScroller.scroller(view.viewport())
        how, metric = self._scroller.scrollerProperties(), QScrollerProperties.ScrollMetric
        never = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff  # it would move the viewport
        for policy in (metric.HorizontalOvershootPolicy, metric.VerticalOvershootPolicy):
            how.setScrollMetric(policy, never)
        self._scroller.setScrollerProperties(how)
        self.is_tap = False
        self._start = QPointF()
        self._value = 0.0  # that the scroller gives the bar
        self._bar.valueChanged.connect(self._give_way)
        self._bar.rangeChanged.connect(self._look_anew)

    def note(self, event: QEvent) -> None:
        """Note what the scroller does, and end it where the view goes: the finger is lifted elsewhere."""
        if isinstance(event, QScrollEvent):
            self._value = event.contentPos().x() if self._sideways else event.contentPos().y()
        elif event.type() == QEvent.Type.Hide:
            self.stop()

    def begin(self, event: QMouseEvent) -> None:
        """Take a finger that comes down; one that stops a swing does nothing else by that."""
        self.is_tap, self._start, self._value = self._is_still, event.position(), self._bar.value()
        self._feed(_Input.InputPress, event)
        if self._is_still:  # that ended a slow swing, and began nothing
            self._feed(_Input.InputPress, event)

    def move(self, event: QMouseEvent) -> None:
        """Take where the finger is now."""
        self._feed(_Input.InputMove, event)
        if self._scroller.state() == _State.Dragging or self._is_far(event):
            self.is_tap = False

    def end(self, event: QMouseEvent) -> None:
        """Take that the finger is lifted, and let the view swing."""
        self._feed(_Input.InputRelease, event)

    def stop(self) -> None:
        """Scroll no further, whatever the finger does."""
        self.is_tap = False
        self._scroller.stop()

    @property
    def _is_still(self) -> bool:
        return self._scroller.state() == _State.Inactive

    def _is_far(self, event: QMouseEvent) -> bool:
        """Return whether the finger went farther than a tap does, as where there is nothing to scroll."""
        way = event.position() - self._start
        return way.manhattanLength() > 2 * QGuiApplication.styleHints().startDragDistance()

    def _feed(self, kind: QScroller.Input, event: QMouseEvent) -> None:
        self._scroller.handleInput(kind, event.position(), event.timestamp())

    def _give_way(self, value: int) -> None:
        """Swing no more once something else scrolls, as another answer does."""
        if abs(value - self._value) > 1 and not self._is_still:
            self.stop()
            self._bar.setValue(value)  # at its end it went back to where it was

    def _look_anew(self) -> None:
        """Let a finger go on into what came at the end."""
        if not self._is_still:
            self._scroller.resendPrepareEvent()
