"""Whether somebody is at the photos just now, so that nothing may move there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMenu

from app.photos.grid.grid import PhotoGrid


class AtHand(QObject):
    """Knows whether the pointer is over the grid since it was moved there, or the grid's menu is open.

    Attributes:
        is_attended: returns whether anybody is there: where nobody is, a pointer that was left holds nothing.
    """

    def __init__(self, grid: PhotoGrid) -> None:
        """Begin to watch the pointer."""
        super().__init__(grid)
        self._grid = grid
        self.is_attended: Callable[[], bool] = lambda: True
        self._pointed = False  # the pointer moved over the grid after the pen was last on the paper
        grid.installEventFilter(self)
        grid.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Note where the pointer is moved: a tablet's pen may leave it here, or the window open under it."""
        if event.type() == QEvent.Type.MouseMove:
            self._pointed = True
        return False

    def note_pen(self) -> None:
        """Note that the pen went down or up, elsewhere."""
        self._pointed = False

    @property
    def is_there(self) -> bool:
        """Whether pointer or menu are there, and somebody with them."""
        return (self._has_menu or (self._pointed and self._grid.is_under_pointer)) and self.is_attended()

    @property
    def _has_menu(self) -> bool:
        """Whether the grid's menu is open: what it offers is for the photos chosen when it opened."""
        popup = QApplication.activePopupWidget()
        while isinstance(popup, QMenu):  # a submenu's parent is its menu
            popup = popup.parentWidget()
        return popup is self._grid
