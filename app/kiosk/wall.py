"""The pictures that were found, for fingers: they scroll and are looked at, and that is all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPalette, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QScroller, QStyle, QWidget

from app.own_presses import OwnPresses
from app.photos.grid import PhotoGrid

_TILE = 176  # pixels at least: two side by side beside the paper of an 800 pixels wide screen

_HINTS = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected


class PhotoWall(PhotoGrid):
    """The grid without menus, keys, signs, tooltips and drags: nothing leads out of the program."""

    tapped = Signal(object)
    """This picture, a path, was touched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for action in self.actions():
            self.removeAction(action)
            action.setEnabled(False)
        self._delegate.counts = False
        self.setDragEnabled(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.set_tile_size(_TILE)
        OwnPresses(self.viewport())
        self._scroller, self._tapping = QScroller.scroller(self.viewport()), False

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: QStyle.StateFlag, palette: QPalette
    ) -> None:
        """Paint one picture, without the signs of a pointer."""
        super().paint_tile(painter, row, area, state & ~_HINTS, palette)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say nothing of files and folders where a pointer rests."""
        return event.type() == QEvent.Type.ToolTip or super().viewportEvent(event)

    # A finger's touch comes as the mouse's; what moves scrolls, with a swing, and what does not is a touch.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a touch, or stop what is still swinging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._tapping = self._scroller.state() == QScroller.State.Inactive
            self._feed(QScroller.Input.InputPress, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._feed(QScroller.Input.InputMove, event)
            if self._scroller.state() == QScroller.State.Dragging:
                self._tapping = False

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it swing, or take the picture that was touched."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._feed(QScroller.Input.InputRelease, event)
        index = self.indexAt(event.position().toPoint())
        if self._tapping and index.isValid():
            self.tapped.emit(self.hits_model.path(index))
        self._tapping = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a second touch as another one; see `OwnPresses`."""
        self.mousePressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        """Open nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, whatever keys are held: how large pictures are is not for one to choose for the next."""
        QListView.wheelEvent(self, event)

    def _feed(self, kind: QScroller.Input, event: QMouseEvent) -> None:
        self._scroller.handleInput(kind, event.position(), event.timestamp())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer nothing."""
        event.accept()
