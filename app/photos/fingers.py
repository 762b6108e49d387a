"""Fingers on a view: a swipe scrolls it, with a swing; a tap is a click; a long press opens the menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QHoverEvent,
    QInputDevice,
    QMouseEvent,
    QScrollEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScroller, QScrollerProperties

_Kind = QEvent.Type
_PRESSES = (_Kind.MouseButtonPress, _Kind.MouseButtonDblClick)
_HOVERS = (_Kind.HoverEnter, _Kind.HoverMove)
_NOWHERE = QPointF(-1, -1)


def is_by_finger(event: QMouseEvent) -> bool:
    """Return whether an event of the mouse was made of a touch."""
    return event.pointingDevice().type() == QInputDevice.DeviceType.TouchScreen


class Fingers(QObject):
    """Takes the presses that Qt makes of touches, before the view does; mouse and pen are left alone.

    With `QScroller.TouchGesture` Qt would go on making presses of the same touches, and the view would carry
    a photo away before the swipe is long enough to scroll.
    """

    def __init__(self, view: QAbstractScrollArea) -> None:
        """Look after this view. What is to see a finger first has to filter its viewport's events later."""
        super().__init__(view)
        self._bar, self._viewport = view.verticalScrollBar(), view.viewport()
        self._scroller = QScroller.scroller(self._viewport)
        how, metric = self._scroller.scrollerProperties(), QScrollerProperties.ScrollMetric
        never = QScrollerProperties.OvershootPolicy.OvershootAlwaysOff  # it would move the viewport
        how.setScrollMetric(metric.VerticalOvershootPolicy, never)
        self._scroller.setScrollerProperties(how)
        self._press: QMouseEvent | None = None  # which becomes a click if the finger does nothing else
        self._is_down = False
        self._tapped = False  # the last press became a click
        self._is_second = False  # and this one may be the second of a double click
        self._clicking = False
        self._value = 0.0  # that the scroller gives the bar
        self._long = QTimer(self, singleShot=True)
        self._long.timeout.connect(self._open_menu)
        self._viewport.installEventFilter(self)
        self._bar.valueChanged.connect(self._give_way)
        self._bar.rangeChanged.connect(self._look_anew)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take what comes of a finger."""
        if isinstance(event, QScrollEvent):
            self._value = event.contentPos().y()
        elif isinstance(event, QMouseEvent):
            return self._is_of_finger(event) and self._take(event)
        elif event.type() == _Kind.Hide:  # where the finger is lifted, something else will be
            self._press, self._is_down = None, False
            self._scroller.stop()
        return self._is_down and event.type() in _HOVERS  # no sign comes up under a finger

    def _is_of_finger(self, event: QMouseEvent) -> bool:
        if self._clicking or not is_by_finger(event):
            return False
        return Qt.MouseButton.LeftButton in (event.button(), event.buttons())

    def _take(self, event: QMouseEvent) -> bool:
        if event.type() in _PRESSES:
            self._begin(event)
        elif event.type() == _Kind.MouseMove and self._is_down:
            self._feed(QScroller.Input.InputMove, event)
            if self._scroller.state() == QScroller.State.Dragging or self._is_far(event):
                self._press = None
        elif event.type() == _Kind.MouseButtonRelease and self._is_down:
            self._end(event)
        return True

    def _is_far(self, event: QMouseEvent) -> bool:
        """Return whether the finger went farther than a tap does, as where there is nothing to scroll."""
        if self._press is None:
            return False
        way = event.position() - self._press.position()
        return way.manhattanLength() > 2 * QGuiApplication.styleHints().startDragDistance()

    def _begin(self, event: QMouseEvent) -> None:
        """Wait for what the finger does; one that stops a swing does nothing else."""
        self._leave()
        is_still = self._scroller.state() == QScroller.State.Inactive
        self._press = event.clone() if is_still else None
        self._is_second, self._tapped = event.type() == _Kind.MouseButtonDblClick and self._tapped, False
        self._is_down, self._value = True, self._bar.value()
        self._feed(QScroller.Input.InputPress, event)
        if self._scroller.state() == QScroller.State.Inactive:  # that ended a slow swing, and began nothing
            self._feed(QScroller.Input.InputPress, event)
        self._long.start(QGuiApplication.styleHints().mousePressAndHoldInterval())

    def _end(self, event: QMouseEvent) -> None:
        """Let the view swing, or click where the finger came down."""
        press, self._press, self._is_down = self._press, None, False
        self._feed(QScroller.Input.InputRelease, event)
        if press is not None:
            self._clicking = self._tapped = True
            kind = _Kind.MouseButtonDblClick if self._is_second else _Kind.MouseButtonPress
            self._send(kind, press, Qt.MouseButton.LeftButton)
            self._send(_Kind.MouseButtonRelease, press, Qt.MouseButton.NoButton)
            self._clicking = False
            self._leave()

    def _open_menu(self) -> None:
        press, self._press = self._press, None
        if press is not None:
            place, far = press.position().toPoint(), press.globalPosition().toPoint()
            menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, far, press.modifiers())
            QApplication.sendEvent(self._viewport, menu)
            if QApplication.activePopupWidget() is not None:
                self._is_down = False
                self._scroller.stop()

    def _leave(self) -> None:
        """Let no tile be the one under the pointer."""
        QApplication.sendEvent(self._viewport, QHoverEvent(_Kind.HoverLeave, _NOWHERE, _NOWHERE, _NOWHERE))

    def _send(self, kind: QEvent.Type, press: QMouseEvent, buttons: Qt.MouseButton) -> None:
        """Hand on a part of a click where a finger came down."""
        click = QMouseEvent(
            kind,
            press.position(),
            press.globalPosition(),
            Qt.MouseButton.LeftButton,
            buttons,
            press.modifiers(),
            press.pointingDevice(),
        )
        QApplication.sendEvent(self._viewport, click)

    def _feed(self, kind: QScroller.Input, event: QMouseEvent) -> None:
        self._scroller.handleInput(kind, event.position(), event.timestamp())

    # --- what else scrolls the view --------------------------------------------------------------------

    def _give_way(self, value: int) -> None:
        """Swing no more once something else scrolls, as another answer does."""
        if abs(value - self._value) > 1 and self._scroller.state() != QScroller.State.Inactive:
            self._press = None
            self._scroller.stop()
            self._bar.setValue(value)  # at its end it went back to where it was

    def _look_anew(self) -> None:
        """Let a finger go on into what came at the end."""
        if self._scroller.state() != QScroller.State.Inactive:
            self._scroller.resendPrepareEvent()
