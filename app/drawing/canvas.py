"""The paper a person draws on: mouse and tablet events become strokes, strokes become pixels."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.document import Document, Picture
from app.drawing.layers import Layers, on_paper, paper_in
from app.drawing.strokes import width_cursor
from engine.drawing import PEN_WIDTH, THICKEST, THINNEST

_ERASER_FACTOR = 3.0
_STEP = 1.25


class Canvas(QWidget):
    """A square sheet of paper, white in dark mode too, centred and as large as the widget allows.

    The mouse draws with the chosen tool, a tablet pen with its tip, and erases with its other end.
    """

    drawing_changed = Signal()
    """Anything on the paper changed, a pen movement included."""
    stroke_active = Signal(bool)
    """The pen went down (True) or up (False)."""
    width_changed = Signal(float)
    """The pen's width, as a share of the paper's side."""
    eraser_changed = Signal(bool)
    """The tool is now the eraser (True) or the pen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self._width, self._eraser = PEN_WIDTH, False
        self._drawing = False
        self._stroke_width, self._stroke_eraser = PEN_WIDTH, False
        self._layers = Layers()
        self._start: tuple[float, float] = (0.0, 0.0)
        self._last = self._start
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)  # so that a stroke whose release got lost is noticed
        self.setAccessibleName(self.tr("Paper"))
        self.setAccessibleDescription(self.tr("Draw here with the mouse or a pen to find photos."))
        self._update_cursor()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable paper."""
        return QSize(520, 520)

    def minimumSizeHint(self) -> QSize:
        """Stay large enough to draw on."""
        return QSize(220, 220)

    @property
    def pen_width(self) -> float:
        """The pen's width, as a share of the paper's side."""
        return self._width

    @property
    def eraser(self) -> bool:
        """Whether the eraser is chosen."""
        return self._eraser

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn on the paper."""
        return self.document.is_blank

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is in progress."""
        return self._drawing

    def set_pen_width(self, width: float) -> None:
        """Choose the pen's width, kept within THINNEST and THICKEST."""
        width = min(max(width, THINNEST), THICKEST)
        if width != self._width:
            self._width = width
            self._update_cursor()
            self.width_changed.emit(width)

    def thicker(self) -> None:
        """Make the pen a step thicker."""
        self.set_pen_width(self._width * _STEP)

    def thinner(self) -> None:
        """Make the pen a step thinner."""
        self.set_pen_width(self._width / _STEP)

    def set_eraser(self, eraser: bool) -> None:
        """Choose the eraser or the pen."""
        if eraser != self._eraser:
            self._eraser = eraser
            self._update_cursor()
            self.eraser_changed.emit(eraser)

    def undo(self) -> None:
        """Take the last step back."""
        self._step(self.document.undo)

    def redo(self) -> None:
        """Take back the last undo."""
        self._step(self.document.redo)

    def clear(self) -> None:
        """Empty the paper and take the photos off; undo brings all back."""
        self._step(self.document.clear)

    def place(self, picture: Picture) -> None:
        """Lay a sketch that came as a picture on the paper."""
        self._step(lambda: self.document.place(picture))

    def change(self, deed: Callable[[Document], None]) -> None:
        """Do something to the document, and show it."""
        self._step(lambda: deed(self.document))

    def _step(self, change: Callable[[], None]) -> None:
        self._finish()
        before = self.document.snapshot
        change()
        after = self.document.snapshot
        if after is not before:
            if after.strokes is not before.strokes or after.picture is not before.picture:
                self._repaint_document()
            self.drawing_changed.emit()

    # --- strokes -------------------------------------------------------------------------------------

    def _begin(self, position: QPointF, *, eraser: bool) -> bool:
        paper = self.area()
        if self._drawing or not paper.contains(position):
            return False
        self._start = self._last = on_paper(position, paper)
        self._drawing, self._stroke_eraser = True, eraser
        self._stroke_width = self._width_of(eraser)
        was_blank = self.is_blank
        self.document.begin(self._start, width=self._stroke_width, eraser=eraser)
        if was_blank and not self.is_blank:
            self.update()  # takes the hint away
        self._paint_piece(self._start, self._start)
        self.stroke_active.emit(True)
        self.drawing_changed.emit()
        return True

    def _extend(self, position: QPointF, *, straight: bool) -> None:
        point = on_paper(position, self.area())
        if straight:
            self.document.straighten(point)
            self._layers.revert()
            self._last = self._start
            self.update()
        elif point == self._last:
            return
        else:
            self.document.extend(point)
        self._paint_piece(self._last, point)
        self._last = point
        self.drawing_changed.emit()

    def _finish(self) -> None:
        """Lift the pen, if it is down."""
        if self._drawing:
            self._drawing = False
            self.document.end()
            self._layers.finish(self.document.strokes[-1])
            self.update()
            self.stroke_active.emit(False)
            self.drawing_changed.emit()

    def _abandon(self) -> None:
        """Drop the stroke in progress."""
        self._drawing = False
        self.document.cancel()
        self._repaint_document()
        self.stroke_active.emit(False)
        self.drawing_changed.emit()

    # --- events --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin(event.position(), eraser=self._eraser)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Continue the stroke; one whose release got lost ends here."""
        if not event.buttons() & Qt.MouseButton.LeftButton:
            self._finish()
        elif self._drawing:
            self._extend(event.position(), straight=_shift(event.modifiers()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._finish()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with the pen's tip, erase with its other end; accepted, so that no mouse event follows."""
        kind = event.type()
        if kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            turned = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._begin(event.position(), eraser=turned or self._eraser)
        elif kind == QEvent.Type.TabletMove and self._drawing:
            self._extend(event.position(), straight=_shift(event.modifiers()))
        elif kind == QEvent.Type.TabletRelease:
            self._finish()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape drops the stroke in progress; Delete empties the paper."""
        if event.key() == Qt.Key.Key_Escape and self._drawing:
            self._abandon()
        elif event.key() == Qt.Key.Key_Delete:
            self.clear()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep a stroke that something else interrupts."""
        self._finish()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the strokes again at the new size; a stroke in progress ends."""
        self._finish()
        self._repaint_document()
        self._update_cursor()

    # --- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the paper, its frame, and a hint while nothing is on it."""
        if self._layers.pixmap.devicePixelRatio() != self.devicePixelRatioF():
            self._repaint_document()
        paper = self.area()
        painter = QPainter(self)
        painter.drawPixmap(paper.topLeft(), self._layers.pixmap)
        painter.setPen(QPen(self.palette().mid().color(), 1))
        painter.drawRect(paper.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self.is_blank:
            self._paint_hint(painter, paper)

    def _paint_hint(self, painter: QPainter, paper: QRectF) -> None:
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 1.35)
        painter.setFont(font)
        painter.setPen(QColor(120, 124, 132))
        text = self.tr("Draw something here:\na cup, a cat, a bicycle…")
        inner = paper.adjusted(16, 16, -16, -16)
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)

    def area(self) -> QRectF:
        """Return where the paper lies in the widget, in pixels."""
        return paper_in(self.width(), self.height())

    def _repaint_document(self) -> None:
        """Paint everything anew: after undo, or at another size."""
        self._layers.repaint(self.document, side=self.area().width(), ratio=self.devicePixelRatioF())
        self.update()

    def _paint_piece(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Add one piece of the stroke in progress."""
        changed = self._layers.add(start, end, width=self._stroke_width, eraser=self._stroke_eraser)
        self.update(changed.translated(self.area().topLeft()).toAlignedRect())

    def _width_of(self, eraser: bool) -> float:
        return self._width * _ERASER_FACTOR if eraser else self._width

    def _update_cursor(self) -> None:
        side = self.area().width()
        self.setCursor(width_cursor(self._width_of(self._eraser) * side, self.devicePixelRatioF()))


def _shift(modifiers: Qt.KeyboardModifier) -> bool:
    return bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
