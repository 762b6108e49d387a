"""What waits for the pen to be lifted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from app.drawing.canvas import Canvas


class PenUp(QObject):
    """Does things now, or once the stroke in progress has ended: nothing moves under the pen."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._waiting = deque[Callable[[], None]]()
        canvas.lifted.connect(self._go_on, Qt.ConnectionType.QueuedConnection)

    def do(self, deed: Callable[[], None]) -> None:
        """Do this, now or then; what was asked for before comes first."""
        if self._canvas.is_drawing or self._waiting:
            self._waiting.append(deed)
        else:
            deed()

    def forget(self) -> None:
        """Do nothing any more of what waits."""
        self._waiting.clear()

    def _go_on(self) -> None:
        while self._waiting and not self._canvas.is_drawing:
            try:
                self._waiting.popleft()()
            except Exception:
                QTimer.singleShot(0, self, self._go_on)  # what waits behind it is done all the same
                raise
