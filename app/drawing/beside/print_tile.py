"""One photo beside the drawing: a small framed picture that can be taken off, turned over and dragged."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget

from app.drawing.paper.prints import Print
from app.input.touch import is_by_finger
from app.style.crosses import cross
from app.style.tips import set_tip
from app.words.names import folder_of, tip
from engine.visible import visible

SIDE = 62
"""A tile's side, in pixels."""

LIKE, UNLIKE = QColor(46, 139, 87), QColor(200, 48, 48)
"""Frames of what it is like and what it is not like."""

_BORDER, _FRAME, _RADIUS, _CROSS = 4.0, 2.0, 4.0, 20
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PrintTile(QAbstractButton):
    """A print in its corner. A click, Return or Space opens its menu, Delete takes it off.

    Attributes:
        slides: there are more than have room: a finger scrolls them sideways, and carries one up or down.
    """

    taken_off = Signal(object)
    """This print is to go."""
    turned = Signal(object)
    """This print is to lie in the other corner."""
    sketched = Signal(object)
    """This print is a drawing and is to lie on the paper."""
    dragged = Signal(object)
    """The pointer carries this print away."""
    focused = Signal()
    """It has the keyboard."""
    stepped = Signal(int)
    """The focus is to go to a neighbour: 1 to the next, -1 to the one before."""
    swiped = Signal(float)
    """A finger moves the row by so many pixels, to the right."""

    def __init__(self, one: Print, *, like: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.print, self.is_like = one, like
        self.slides = False
        self._pressed: QPoint | None = None  # on the screen: the tile may move under it
        self._swiping = False
        self.setFixedSize(SIDE, SIDE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._cross = cross(self.tr("Take off"), self, keys=self.tr("Take off (Delete)"))
        self._cross.setFixedSize(_CROSS, _CROSS)
        self._cross.move(SIDE - _CROSS, 0)
        self._cross.setCursor(Qt.CursorShape.PointingHandCursor)
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete does the same
        self._cross.clicked.connect(lambda: self.taken_off.emit(self.print))
        self._cross.hide()
        self.clicked.connect(self._open_menu)
        self._name_it()

    def refresh(self) -> None:
        """Show picture and name as they are now."""
        self._name_it()
        self.update()

    def _name_it(self) -> None:
        path = self.print.path
        name = visible(path.name) if path is not None else self.tr("Picture")
        text = self.tr("{name}, like this") if self.is_like else self.tr("{name}, not this")
        self.setAccessibleName(text.format(name=name))
        self.setAccessibleDescription(self.tr("Return opens its menu, Delete takes it off."))
        set_tip(self, tip(path.name, folder_of(path)) if path is not None else name)

    def sizeHint(self) -> QSize:
        """Ask for the side both ways."""
        return QSize(SIDE, SIDE)

    def menu(self) -> QMenu:
        """Return what can be done with the print."""
        menu = _Menu(self.parentWidget())  # which outlives the tile
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        one = self.print
        other = self.tr("Move to “Not this”") if self.is_like else self.tr("Move to “Like this”")
        turn = menu.addAction(other)
        turn.triggered.connect(lambda: self.turned.emit(one))
        sketch = menu.addAction(self.tr("Lay it on the paper as a sketch"))
        sketch.triggered.connect(lambda: self.sketched.emit(one))
        menu.addSeparator()
        off = menu.addAction(self.tr("Take off"))
        off.triggered.connect(lambda: self.taken_off.emit(one))
        return menu

    def _open_menu(self) -> None:
        self.menu().popup(self.mapToGlobal(QPoint(6, SIDE)))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the print."""
        self.menu().popup(event.globalPos())

    # --- events --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes it off, arrows go to its neighbours."""
        key = event.key()
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.taken_off.emit(self.print)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in _ENTER:
            if not event.isAutoRepeat():
                self._open_menu()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a drag, or a swipe, may begin."""
        super().mousePressEvent(event)
        is_left, self._swiping = event.button() == Qt.MouseButton.LeftButton, False
        self._pressed = event.globalPosition().toPoint() if is_left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin a drag once the pointer has gone far enough; by a finger along the row, scroll that."""
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        place = event.globalPosition().toPoint()
        way = place - self._pressed
        if not self._swiping:
            if way.manhattanLength() < QApplication.startDragDistance():
                return
            self.setDown(False)
            self._swiping = self.slides and is_by_finger(event) and abs(way.x()) > abs(way.y())
        if self._swiping:
            self._pressed = place
            self.swiped.emit(way.x())
        else:
            self._pressed = None
            self.dragged.emit(self.print)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Come to the front, with the cross."""
        super().enterEvent(event)
        self.raise_()
        self._show_cross()

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the cross."""
        super().leaveEvent(event)
        self._show_cross()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Come to the front, with the cross."""
        super().focusInEvent(event)
        self.focused.emit()
        self.raise_()
        self._show_cross()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the cross."""
        super().focusOutEvent(event)
        self._show_cross()

    def _show_cross(self) -> None:
        self._cross.setVisible(self.underMouse() or self.hasFocus())
        self.update()

    # --- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture on white, framed; what it is not like is paler, with a stroke through it."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        card = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        shape = QPainterPath()
        shape.addRoundedRect(card, _RADIUS, _RADIUS)
        painter.fillPath(shape, QColor(255, 255, 255))
        inner = card.adjusted(_BORDER, _BORDER, -_BORDER, -_BORDER)
        self._paint_picture(painter, inner)
        colour = LIKE if self.is_like else UNLIKE
        if not self.is_like:
            self._paint_stroke(painter, card)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, _FRAME))
        painter.drawPath(shape)
        if self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 3))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5)

    def _paint_picture(self, painter: QPainter, inner: QRectF) -> None:
        shown = self.print.shown
        if shown.isNull():
            painter.setPen(QColor(110, 110, 110))
            path = self.print.path
            name = visible(path.name) if path is not None else ""
            text = name if self.print.is_broken else "…"
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWrapAnywhere
            painter.drawText(inner, flags, text)
            return
        size = QSizeF(shown.size()).scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        corner = inner.center() - QPointF(size.width() / 2, size.height() / 2)
        painter.setOpacity(1.0 if self.is_like else 0.55)
        painter.drawImage(QRectF(corner, size), shown)
        painter.setOpacity(1.0)

    @staticmethod
    def _paint_stroke(painter: QPainter, card: QRectF) -> None:
        line = card.adjusted(5, 5, -5, -5)
        for colour, width in ((QColor(255, 255, 255), 6.0), (UNLIKE, 3.0)):
            painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(line.bottomLeft(), line.topRight())


class _Menu(QMenu):
    """A menu in which a key counts that is pressed there, not one that is held since it opened the menu."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (event.isAutoRepeat() and event.key() in _ENTER):
            super().keyPressEvent(event)
