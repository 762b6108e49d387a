"""The pictures that were found, for fingers: they scroll and are looked at, and that is all."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from app.input.own_presses import OwnPresses
from app.input.swing import Swing
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.sized_tiles import USUAL_TILE
from app.photos.grid.tile_parts import TileState

_COLUMNS = 3  # where there is room, even beside the paper of an 800 pixels wide screen
_LEAST, _TILE = 120, 176  # pixels of a tile at least: so that these have room, and where there is more


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
        OwnPresses(self.viewport())
        self._swing, self._is_down = Swing(self), False

    @property
    def comfortable_width(self) -> int:
        """How wide it is with enough pictures side by side that are as large as usual."""
        return _COLUMNS * USUAL_TILE + 2 + self.verticalScrollBar().sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let enough pictures stand side by side, and be large where there is room."""
        self.tile_size = min(max(self._room() // _COLUMNS, _LEAST), _TILE)
        super().resizeEvent(event)

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: TileState, palette: QPalette
    ) -> None:
        """Paint one picture, without the signs of a pointer."""
        super().paint_tile(painter, row, area, TileState(), palette)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say nothing of files and folders where a pointer rests."""
        if hasattr(self, "_swing"):
            self._swing.note(event)
        return event.type() == QEvent.Type.ToolTip or super().viewportEvent(event)

    # A finger's touch comes as the mouse's; what moves scrolls, with a swing, and what does not is a touch.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a touch, or stop what is still swinging."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_down = True
            self._swing.begin(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll."""
        if self._is_down and event.buttons() & Qt.MouseButton.LeftButton:
            self._swing.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let it swing, or take the picture that was touched."""
        if event.button() != Qt.MouseButton.LeftButton or not self._is_down:
            return
        self._is_down = False
        self._swing.end(event)
        index = self.indexAt(event.position().toPoint())
        if self._swing.is_tap and index.isValid():
            self.tapped.emit(self.hits_model.path(index))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take a second touch as another one; see `OwnPresses`."""
        self.mousePressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        """Open nothing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll, whatever keys are held: how large pictures are is not for one to choose for the next."""
        QListView.wheelEvent(self, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer nothing."""
        event.accept()
