"""What is dragged over the window, as the system sends it."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

COPY, LEFT, PLAIN = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Carried:
    """What is dragged over the window: by another program, or from `source`.

    Attributes:
        actions: what the other program offers; `modifiers`, the keys held, choose what it proposes of them.
        taken: what the newest event that was accepted was accepted as.
    """

    def __init__(
        self, window, *paths: Path, source: QWidget | None = None, actions=COPY, modifiers=PLAIN
    ) -> None:
        self.window, self.data = window, QMimeData()
        self.actions, self.modifiers, self.taken = actions, modifiers, None
        self.data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        kinds = (QDragEnterEvent, QDragMoveEvent, QDropEvent)
        self._enter, self._move, self._drop = (
            type(kind.__name__, (kind,), {"source": lambda _: source}) for kind in kinds
        )

    def enter(self) -> bool:
        return self._send(self._enter(QPoint(5, 5), self.actions, self.data, LEFT, self.modifiers))

    def move(self, place: QPoint) -> bool:
        return self._send(self._move(place, self.actions, self.data, LEFT, self.modifiers))

    def leave(self) -> None:
        QApplication.sendEvent(self.window, QDragLeaveEvent())

    def drop(self, place: QPoint) -> bool:
        self.enter()
        self.move(place)
        return self._send(self._drop(QPointF(place), self.actions, self.data, LEFT, self.modifiers))

    def _send(self, event) -> bool:
        event.ignore()
        QApplication.sendEvent(self.window, event)
        self.taken = event.dropAction() if event.isAccepted() else None
        return event.isAccepted()
