"""Tiles whose size a person chooses: they fill the width, and what is in sight stays there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.input.wheel import NOTCH
from app.photos.grid.tiles import TileView

USUAL_TILE, SMALLEST_TILE, LARGEST_TILE = 132, 88, 320
"""The side that tiles have at least, in pixels: unless somebody chooses another, and what can be chosen."""

_FILLING = 1.44  # times that: how large they may be, to fill the width
_SHARP = 190  # pixels: thumbnails are made for tiles of this side at least
_STEP = 64  # pixels by which the size of thumbnails changes, so that it seldom does
_REST = 250  # milliseconds without another size, after which it is taken for chosen


def tile_side(width: int, least: int = USUAL_TILE) -> int:
    """Return the side of the tiles that fill a view of this width without a ragged margin."""
    columns = max(width // least, 1)
    return max(min(width // columns, round(least * _FILLING)), 1)


class SizedTiles(TileView):
    """Tiles in as many columns as the size that was chosen allows.

    Attributes:
        tile_size: how large tiles are at least, in pixels, if there is room.
    """

    tile_size_changed = Signal(int)
    """How large tiles are to be at least."""
    rested = Signal()
    """The tiles had another size, and keep it now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tile_size = USUAL_TILE
        self._anchor = 0, 0  # where the view was scrolled to when tiles changed size; the first row there
        self._turned = 0  # eighths of a degree: of the wheel, on the way to the next notch
        self._resting = QTimer(self, interval=_REST, singleShot=True)
        self._resting.timeout.connect(self.rested)

    def set_tile_size(self, size: int) -> None:
        """Make tiles at least this large, as far as there is room; what is at the top of the view stays."""
        size = min(max(size, SMALLEST_TILE), LARGEST_TILE)
        if size != self.tile_size:
            self.tile_size = size
            self._fit(columns=self.columns)
            self.tile_size_changed.emit(size)

    def step_tiles(self, step: int) -> None:
        """Make tiles larger (1) or smaller (-1), so that one fewer or one more stands in a line."""
        columns = self.columns - step
        size = LARGEST_TILE if columns < 1 else self._room() // columns
        self.set_tile_size(size)

    @property
    def sharp_side(self) -> int:
        """How large pictures are to be for these tiles, in pixels of the screen; changes seldom."""
        side = round(max(self.side, _SHARP) * self.devicePixelRatioF())
        return -(-side // _STEP) * _STEP

    def _room(self) -> int:
        return self.viewport().width() - 2

    def _fit(self, *, columns: int) -> None:
        """Let tiles fill the width.

        Args:
            columns: how many stood side by side until now.
        """
        side = tile_side(self._room(), self.tile_size)
        if side != self.side or self.columns != columns:
            self._keep_place(side, columns)
            self._resting.start()

    def _keep_place(self, side: int, columns: int) -> None:
        """Change the size, and scroll to where the photo at the top is now.

        In a row of changes it is the same photo, so that what is taken back leads back.
        """
        offset, before = self.verticalOffset(), self.side
        if offset != self._anchor[0]:
            self._anchor = offset, offset // before * columns
        beyond = offset % before / before
        self.set_side(side)
        bar = self.verticalScrollBar()
        bar.setValue(self._anchor[1] // self.columns * side + round(beyond * side))
        self._anchor = bar.value(), self._anchor[1]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the tiles to the width."""
        self._fit(columns=max(event.oldSize().width() // self.side, 1))
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, make tiles larger or smaller."""
        if event.modifiers() != Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        self._turned += event.angleDelta().y()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        for _ in range(abs(notches)):
            self.step_tiles(1 if notches > 0 else -1)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Follow the window to a screen of another density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._resting.start()
        return super().event(event)
