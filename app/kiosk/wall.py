"""The pictures that were found, for fingers: they scroll and are looked at, and that is all."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QScroller, QStyle, QWidget

from app.photos.grid import PhotoGrid

_TILE = 190  # pixels at least

_HINTS = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_Selected


class PhotoWall(PhotoGrid):
    """The grid without menus, keys, signs and drags: nothing leads out of the program."""

    tapped = Signal(object)
    """This picture, a path, was touched."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for action in self.actions():
            self.removeAction(action)
            action.setEnabled(False)
        self.activated.disconnect()
        self.clicked.connect(self._tap)
        self.setDragEnabled(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.set_tile_size(_TILE)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.LeftMouseButtonGesture)

    def _tap(self, index: QModelIndex) -> None:
        if index.isValid():
            self.tapped.emit(self.hits_model.path(index))

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: QStyle.StateFlag, palette: QPalette
    ) -> None:
        """Paint one picture, without the signs of a pointer."""
        super().paint_tile(painter, row, area, state & ~_HINTS, palette)

    def _part(self, event: QMouseEvent) -> None:
        """Know no signs: a touch anywhere on a picture is one of the picture."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open nothing."""
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer nothing."""
        event.accept()
