"""Tool tips that go when what they say is not so any more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget


def set_tip(widget: QWidget, text: str) -> None:
    """Let a widget's tool tip say this; one that is up and says something else goes."""
    if text != widget.toolTip():
        widget.setToolTip(text)
        withdraw(widget)


def withdraw(widget: QWidget) -> None:
    """Take the tool tip away that is up for this widget."""
    if QToolTip.isVisible() and widget.underMouse():
        QToolTip.hideText()


class ItemTips(QObject):
    """Takes the tool tip of an item away once another item lies there, or another tip belongs to it."""

    def __init__(self, view: QAbstractItemView) -> None:
        """Look after the tips of this view."""
        super().__init__(view)
        self._view = view
        self._place: QPoint | None = None  # in the viewport, that the tip was asked for
        self._told: object = None  # what the model said then
        view.viewport().installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """Note what a tip is about, and look again whenever the view is painted anew."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._place, self._told = event.pos(), self._text_at(event.pos())
        elif event.type() == QEvent.Type.Paint and QToolTip.isVisible():
            self._look_again()
        return False

    def _look_again(self) -> None:
        if self._place is not None and self._text_at(self._place) != self._told:
            self._place = None
            withdraw(self._view)

    def _text_at(self, place: QPoint) -> object:
        return self._view.indexAt(place).data(Qt.ItemDataRole.ToolTipRole)
