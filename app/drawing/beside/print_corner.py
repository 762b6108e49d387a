"""One of the two corners that photos are laid in: what it is like, what it is not like."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.beside.print_tile import LIKE, SIDE, UNLIKE, PrintTile
from app.drawing.paper.prints import Print
from app.input.wheel import NOTCH
from app.style.icons import icon
from app.style.inks import faint

_HEADING, _EDGE, _SPACE, _SIGN = 22, 6, 4, 15  # pixels
_LEAST_STEP = 30  # pixels of each print that stay in sight; beyond that the corner scrolls


class PrintCorner(QWidget):
    """A framed place with its word over it.

    Prints that do not fit side by side overlap like cards, each still to be seen and hit; where they would
    be slivers, they scroll: by the wheel, by a finger, and with the focus.

    Attributes:
        tiles: of the prints, in their order.
    """

    taken_off = Signal(object)
    """This print is to go."""
    turned = Signal(object)
    """This print is to lie in the other corner."""
    sketched = Signal(object)
    """This print is a drawing and is to lie on the paper."""
    dragged = Signal(object)
    """The pointer carries this print away."""

    def __init__(self, *, like: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_like = like
        self.tiles: list[PrintTile] = []
        self._open = self._aimed = False
        self._scrolled = 0.0  # pixels
        self._row = QWidget(self)  # cuts off what scrolls, inside the frame
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.word)

    @property
    def word(self) -> str:
        """What the corner is called."""
        return self.tr("Like this") if self.is_like else self.tr("Not this")

    @property
    def _heading(self) -> int:
        return max(_HEADING, self.fontMetrics().height() + 4)

    def sizeHint(self) -> QSize:
        """Ask for one row of prints."""
        return QSize(SIDE + 2 * _EDGE, self._heading + SIDE + _EDGE)

    def minimumSizeHint(self) -> QSize:
        """Stay wide enough for one print."""
        return self.sizeHint()

    def show_prints(self, prints: Sequence[Print]) -> None:
        """Show these; the tiles of those that stay are kept, and the focus with them."""
        old = {tile.print: tile for tile in self.tiles}
        self.tiles = [old.pop(one) if one in old else self._tile(one) for one in prints]
        for tile in old.values():
            tile.hide()
            tile.deleteLater()
        self._arrange()
        self.update()

    def refresh(self) -> None:
        """Show the prints anew: pictures have been made, or photos go by other names."""
        for tile in self.tiles:
            tile.refresh()

    def open(self, *, wide: bool, aimed: bool) -> None:
        """Show itself as a place to drop something, and whether it would be dropped here."""
        if (wide, aimed) != (self._open, self._aimed):
            self._open, self._aimed = wide, aimed
            self.update()

    def _tile(self, one: Print) -> PrintTile:
        tile = PrintTile(one, like=self.is_like, parent=self._row)
        tile.taken_off.connect(self.taken_off)
        tile.turned.connect(self.turned)
        tile.sketched.connect(self.sketched)
        tile.dragged.connect(self.dragged)
        tile.focused.connect(lambda: self._show(tile))
        tile.stepped.connect(lambda step, tile=tile: self._step(tile, step))
        tile.swiped.connect(self._scroll)
        tile.show()
        return tile

    def _step(self, tile: PrintTile, step: int) -> None:
        place = self.tiles.index(tile) + step
        if 0 <= place < len(self.tiles):
            self.tiles[place].setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def _step_px(self) -> float:
        """How far apart two neighbours lie, in pixels."""
        room = self.width() - 2 * _EDGE - SIDE
        return max(min(SIDE + _SPACE, room / max(len(self.tiles) - 1, 1)), _LEAST_STEP)

    @property
    def _beyond(self) -> float:
        """How many pixels of the row have no room."""
        row = self._step_px * (len(self.tiles) - 1) + SIDE
        return max(row - (self.width() - 2 * _EDGE), 0.0)

    def _show(self, tile: PrintTile) -> None:
        """Scroll so far that this print is in sight; one that is just leaving may get the keyboard, too."""
        if tile not in self.tiles:
            return
        left, room = self.tiles.index(tile) * self._step_px, self.width() - 2 * _EDGE - SIDE
        self._scrolled = min(max(self._scrolled, left - room), left)
        self._arrange()

    def _arrange(self) -> None:
        """Put the prints in their places."""
        step = self._step_px
        self._scrolled = min(max(self._scrolled, 0.0), self._beyond)
        for place, tile in enumerate(self.tiles):
            tile.slides = self._beyond > 0
            tile.move(round(place * step - self._scrolled), 0)
            if not tile.hasFocus():
                tile.raise_()
        self.update()

    def _scroll(self, by: float) -> None:
        """Move the row by so many pixels to the right, as far as it goes."""
        self._scrolled -= by
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the prints where they have no room."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if self._beyond and turned:
            self._scroll(turned / NOTCH * SIDE)
            event.accept()
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the prints out for the new width."""
        super().resizeEvent(event)
        self._row.setGeometry(_EDGE, self._heading, self.width() - 2 * _EDGE, SIDE)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, sign and word; while something is dragged, the place for it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = LIKE if self.is_like else UNLIKE
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = QColor(colour)
        ground.setAlpha(90 if self._aimed else 40 if self._open else 0)
        painter.setBrush(ground)
        edge = colour if self._open else self.palette().mid().color()
        painter.setPen(
            QPen(edge, 2 if self._open else 1, Qt.PenStyle.DashLine if self._open else Qt.PenStyle.SolidLine)
        )
        painter.drawRoundedRect(frame, 6, 6)
        self._paint_heading(painter)
        if not self.tiles:
            self._paint_hint(painter)

    def _paint_heading(self, painter: QPainter) -> None:
        name = "print_like" if self.is_like else "print_unlike"
        sign = icon(name, self.palette())
        sign.paint(painter, _EDGE, (self._heading - _SIGN) // 2 + 1, _SIGN, _SIGN)
        painter.setPen(self.palette().windowText().color())
        left = _EDGE + _SIGN + 5
        place = QRectF(left, 1, self.width() - left - _EDGE, self._heading)
        many = f"{self.word} ({len(self.tiles)})" if self._beyond else self.word
        word = painter.fontMetrics().elidedText(many, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setPen(self.palette().windowText().color() if self._open else faint(self.palette()))
        place = QRectF(_EDGE, self._heading, self.width() - 2 * _EDGE, SIDE)
        text = self.tr("Drop it here") if self._open else self.tr("Drag a photo here")
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
