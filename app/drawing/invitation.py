"""An invitation to draw: a faint pen draws a loop in the corner of the paper, until somebody touches it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QWidget

from app.drawing.canvas import Canvas
from app.style import motion

_LOOP_MS, _PAUSE_MS = 2600, 1400  # a loop, and the time until the next one
_FRAME_MS = 33
_POINTS = 90
_FAINT = QColor(90, 96, 108, 120)
_SHARE = 0.3  # of the paper's side


def loop() -> NDArray[np.float32]:
    """Return the points of the loop, (n, 2), within 0 to 1 both ways: a curl, as a pen is tried."""
    turn = np.linspace(0, 4 * math.pi, _POINTS, dtype=np.float32)
    drift = np.linspace(0.18, 0.82, _POINTS, dtype=np.float32)
    return np.stack([drift - 0.16 * np.sin(turn), 0.5 + 0.28 * np.cos(turn)], axis=1)


class Invitation(QWidget):
    """Lies over the paper while it is blank and nobody draws; takes no event from it.

    Where the system asks for no motion, the loop stands still.
    """

    def __init__(self, canvas: Canvas, *, loops: int | None = None) -> None:
        """Lie over this paper.

        Args:
            canvas: the paper.
            loops: how many to draw before it goes; None for no end.
        """
        super().__init__(canvas)
        self._loops = loops
        self._canvas, self._points = canvas, loop()
        self._clock = QElapsedTimer()
        self._frame = QTimer(self, interval=_FRAME_MS)
        self._frame.timeout.connect(self._go_on)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        canvas.drawing_changed.connect(self._stop_if_drawn)
        canvas.installEventFilter(self)
        motion.wish.changed.connect(self._move_or_stand)
        self.hide()

    def begin(self) -> None:
        """Invite, if the paper is blank."""
        if self._canvas.is_blank:
            self.setGeometry(self._place())
            self.show()
            self.raise_()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Stay in the paper's corner, whatever size that has."""
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._place())
        return False

    def _go_on(self) -> None:
        if self._loops is not None and self._clock.elapsed() >= self._loops * (_LOOP_MS + _PAUSE_MS):
            self.hide()
        self.update()

    def _move_or_stand(self) -> None:
        """Begin anew where things may move, else stand there whole: the desktop may say so later."""
        self._frame.stop()
        if self.isVisible() and motion.duration(self, 1):
            self._clock.start()
            self._frame.start()
        self.update()

    def _place(self) -> QRect:
        paper = self._canvas.area()
        side = paper.width() * _SHARE
        return QRectF(paper.right() - side - 8, paper.bottom() - side - 8, side, side).toRect()

    def _stop_if_drawn(self) -> None:
        if not self._canvas.is_blank:
            self.hide()

    @property
    def share(self) -> float:
        """How much of the loop is drawn now, 0 to 1."""
        if not self._frame.isActive():
            return 1.0
        return min(self._clock.elapsed() % (_LOOP_MS + _PAUSE_MS) / _LOOP_MS, 1.0)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to move, where things may."""
        super().showEvent(event)
        self._move_or_stand()

    def hideEvent(self, event: QHideEvent) -> None:
        """Cost nothing while out of sight."""
        super().hideEvent(event)
        self._frame.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the loop as far as it is drawn, and the pen's tip at its end."""
        count = max(2, round(self.share * len(self._points)))
        side = min(self.width(), self.height())
        corners = [QPointF(float(x) * side, float(y) * side) for x, y in self._points[:count]]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(_FAINT, max(side * 0.02, 2.0))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(corners))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_FAINT)
        painter.drawEllipse(corners[-1], side * 0.03, side * 0.03)
