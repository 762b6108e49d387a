"""Fingers on a view: a swipe scrolls it, with a swing; a tap is a click; a long press opens the menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHoverEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication

from app.input.swing import Swing
from app.input.touch import is_by_finger

_Kind = QEvent.Type
_PRESSES = (_Kind.MouseButtonPress, _Kind.MouseButtonDblClick)
_HOVERS = (_Kind.HoverEnter, _Kind.HoverMove)
_NOWHERE = QPointF(-1, -1)


class Fingers(QObject):
    """Takes the presses that Qt makes of touches, before the view does; mouse and pen are left alone.

    With `QScroller.TouchGesture` Qt would go on making presses of the same touches, and the view would carry
    a photo away before the swipe is long enough to scroll.
    """

    def __init__(self, view: QAbstractScrollArea, *, sideways: bool = False) -> None:
        """Look after this view. What is to see a finger first has to filter its viewport's events later.

        Args:
            view: what they scroll.
            sideways: it is a row.
        """
        super().__init__(view)
        self._viewport, self._swing = view.viewport(), Swing(view, sideways=sideways)
        self._press: QMouseEvent | None = None  # which becomes a click if the finger does nothing else
        self._is_down = False
        self._tapped = False  # the last press became a click
        self._is_second = False  # and this one may be the second of a double click
        self._clicking = False
        self._long = QTimer(self, singleShot=True)
        self._long.timeout.connect(self._open_menu)
        self._viewport.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Take what comes of a finger."""
        if isinstance(event, QMouseEvent):
            return self._is_of_finger(event) and self._take(event)
        self._swing.note(event)
        if event.type() == _Kind.Hide:
            self._press, self._is_down = None, False
        return self._is_down and event.type() in _HOVERS  # no sign comes up under a finger

    def _is_of_finger(self, event: QMouseEvent) -> bool:
        if self._clicking or not is_by_finger(event):
            return False
        return Qt.MouseButton.LeftButton in (event.button(), event.buttons())

    def _take(self, event: QMouseEvent) -> bool:
        if event.type() in _PRESSES:
            self._begin(event)
        elif event.type() == _Kind.MouseMove and self._is_down:
            self._swing.move(event)
        elif event.type() == _Kind.MouseButtonRelease and self._is_down:
            self._end(event)
        return True

    def _begin(self, event: QMouseEvent) -> None:
        """Wait for what the finger does; one that stops a swing does nothing else."""
        self._leave()
        self._press, self._is_down = event.clone(), True
        self._is_second, self._tapped = event.type() == _Kind.MouseButtonDblClick and self._tapped, False
        self._swing.begin(event)
        self._long.start(QGuiApplication.styleHints().mousePressAndHoldInterval())

    def _end(self, event: QMouseEvent) -> None:
        """Let the view swing, or click where the finger came down."""
        press, self._press, self._is_down = self._press, None, False
        self._swing.end(event)
        if press is not None and self._swing.is_tap:
            self._clicking = self._tapped = True
            kind = _Kind.MouseButtonDblClick if self._is_second else _Kind.MouseButtonPress
            self._send(kind, press, Qt.MouseButton.LeftButton)
            self._send(_Kind.MouseButtonRelease, press, Qt.MouseButton.NoButton)
            self._clicking = False
            self._leave()

    def _open_menu(self) -> None:
        press, self._press = self._press, None
        if press is not None and self._swing.is_tap:
            place, far = press.position().toPoint(), press.globalPosition().toPoint()
            menu = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, far, press.modifiers())
            QApplication.sendEvent(self._viewport, menu)
            if QApplication.activePopupWidget() is not None:
                self._is_down = False
                self._swing.stop()

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
