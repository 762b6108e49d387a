"""Where the paper lies in its widget: in the middle, and still under the pen while that is down."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtWidgets import QWidget

from app.drawing.paper.layers import paper_in


class PaperPlace:
    """The paper's square. While it is held, it stays where it is on the screen, in its size."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget
        self._held: QRectF | None = None  # on the screen

    @property
    def is_held(self) -> bool:
        """Whether the pen is down."""
        return self._held is not None

    def area(self) -> QRectF:
        """Return where the paper lies, in the widget's pixels."""
        if self._held is not None:
            return self._held.translated(-self._corner())
        return paper_in(self._widget.width(), self._widget.height())

    def hold(self) -> None:
        """Keep the paper in its place on the screen, whatever becomes of the widget."""
        if self._held is None:
            self._held = self.area().translated(self._corner())

    def let_go(self, moved: Callable[[], None]) -> None:
        """Lay the paper where it belongs now; call `moved` if that is another place."""
        before, self._held = self.area(), None
        if before != self.area():
            moved()

    def _corner(self) -> QPointF:
        return QPointF(self._widget.mapToGlobal(QPoint(0, 0)))
