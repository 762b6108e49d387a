"""The paper a person draws on: mouse and tablet events become strokes, strokes become pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.drawing.ink.pressure import Pressure
from app.drawing.ink.taps import Taps
from app.drawing.lasso import Selection
from app.drawing.paper.document import Document
from app.drawing.paper.layers import Layers, to_unit
from app.drawing.paper.place import PaperPlace
from app.drawing.paper.snapshot import Opened, Picture, Underlay
from app.drawing.paper.surround import KeyboardFrame, paint_frame, paint_hint
from app.drawing.toolbox import Toolbox
from app.drawing.tools import Tool, Touch

_STEP = 1.25
_PAINTED = ("strokes", "picture", "underlay")
_NUDGE, _NUDGE_FAR = 0.01, 0.05  # paper sides
_Key = Qt.Key
_ARROWS = {_Key.Key_Left: (-1, 0), _Key.Key_Right: (1, 0), _Key.Key_Up: (0, -1), _Key.Key_Down: (0, 1)}


class Canvas(QWidget):
    """A square sheet of paper, white in dark mode too, centred and as large as the widget allows.

    The mouse draws with the chosen tool, a tablet pen with its tip, and erases with its other end.
    """

    drawing_changed = Signal()
    """Anything on the paper changed, a pen movement included."""
    stroke_active = Signal(bool)
    """A movement began to change the drawing (True), or has ended (False)."""
    lifted = Signal()
    """The pointer is up again, whether or not it changed anything."""
    width_changed = Signal(float)
    """The pen's width, as a share of the paper's side."""
    tool_changed = Signal(object)
    """The `Tool` that is chosen now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.pressure = Pressure()
        self._layers = Layers()
        self._toolbox = Toolbox(self, self.document, self._layers, self._show)
        self._toolbox.changed.connect(self._take_change)
        self._toolbox.active.connect(self.stroke_active)
        self._toolbox.lifted.connect(self.lifted)
        self._toolbox.width_changed.connect(self.width_changed)
        self._toolbox.width_changed.connect(self._update_cursor)
        self._toolbox.tool_changed.connect(self._take_tool)
        self._place = PaperPlace(self)
        self._toolbox.lifted.connect(partial(self._place.let_go, self._lay_out))
        self._hints = self._by_pen = False
        self._frame, self._taps = KeyboardFrame(), Taps()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(220, 220)  # to draw on
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)  # so that a stroke whose release got lost is noticed
        self.setTabletTracking(True)
        self.setAccessibleName(self.tr("Paper"))
        self.setAccessibleDescription(self.tr("Draw here with the mouse or a pen to find photos."))
        self._update_cursor()

    def sizeHint(self) -> QSize:
        """Ask for a comfortable paper."""
        return QSize(520, 520)

    @property
    def pen_width(self) -> float:
        """The pen's width, as a share of the paper's side."""
        return self._toolbox.width

    @property
    def tool(self) -> Tool:
        """What the pointer is for."""
        return self._toolbox.tool

    @property
    def selection(self) -> Selection | None:
        """What the lasso has chosen."""
        return self._toolbox.lasso.selection

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn on the paper."""
        return self.document.is_blank

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke or another movement is in progress."""
        return self._toolbox.is_at_work

    def set_pen_width(self, width: float) -> None:
        """Choose the pen's width, kept within THINNEST and THICKEST."""
        self._toolbox.set_width(width)

    def thicker(self) -> None:
        """Make the pen a step thicker."""
        self.set_pen_width(self.pen_width * _STEP)

    def thinner(self) -> None:
        """Make the pen a step thinner."""
        self.set_pen_width(self.pen_width / _STEP)

    def set_tool(self, tool: Tool) -> None:
        """Choose what the pointer is for."""
        self._toolbox.set_tool(tool)

    def choose_all(self) -> None:
        """Choose the whole drawing, to be moved."""
        self._toolbox.choose_all()

    def mirror(self) -> None:
        """Turn what is chosen over, left to right; where nothing is, the whole drawing."""
        self._toolbox.mirror()

    def delete(self) -> None:
        """Take what is chosen off the paper; where nothing is, empty the paper."""
        if not self._toolbox.delete():
            self.clear()

    def finish(self) -> None:
        """End what is in progress; a stroke stays as far as it was drawn."""
        self._toolbox.finish()

    def trace(self, underlay: Underlay | None) -> None:
        """Lay a photo to trace faint under the drawing, or take it away."""
        self._step(lambda: self.document.trace(underlay))

    def undo(self) -> None:
        """Take the last step back."""
        self._step(self.document.undo)

    def redo(self) -> None:
        """Take back the last undo."""
        self._step(self.document.redo)

    def clear(self) -> None:
        """Empty the paper and take the photos off; undo brings all back."""
        self._step(self.document.clear)

    def place(self, sketch: Picture | Opened) -> None:
        """Lay a sketch from elsewhere on the paper."""
        self._step(lambda: self.document.place(sketch))

    def change(self, deed: Callable[[Document], None]) -> None:
        """Do something to the document, and show it."""
        self._step(lambda: deed(self.document))

    def _step(self, change: Callable[[], None]) -> None:
        self._toolbox.finish()
        before = self.document.snapshot
        change()
        after = self.document.snapshot
        if after is not before:
            if any(getattr(after, part) is not getattr(before, part) for part in _PAINTED):
                self._repaint_document()
            self.drawing_changed.emit()

    # --- events --------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke, on the paper or beside it."""
        if event.button() == Qt.MouseButton.LeftButton and not (self._by_pen and self.is_drawing):
            self._by_pen = False
            self._place.hold()
            self._toolbox.begin(self._touch(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Choose the whole drawing, with the lasso; with other tools it is two presses."""
        if self.tool is Tool.LASSO and event.button() == Qt.MouseButton.LeftButton:
            self.choose_all()
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Continue the stroke; one whose release got lost ends here."""
        if self._by_pen and self.is_drawing:
            return  # the mouse was nudged, or a palm lies on its pad
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._toolbox.extend(self._touch(event))
            return
        self._toolbox.finish()
        if self.tool is Tool.LASSO:
            self.setCursor(self._toolbox.cursor(self._touch(event).point, self.devicePixelRatioF()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        if event.button() == Qt.MouseButton.LeftButton and not self._by_pen:
            self._toolbox.finish()

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with the pen's tip, erase with its other end; mouse events follow only where it hovers."""
        kind = event.type()
        if kind == QEvent.Type.TabletPress and event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # Qt gives it to none but the mouse and fingers
            self._toolbox.finish()  # a palm, or a finger, may have come first
            turned = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._by_pen = True
            if self._taps.is_second(event) and self.tool is Tool.LASSO and not turned:
                self.choose_all()  # as by a double click, which Qt makes of the mouse's presses alone
            else:
                self._place.hold()
                self._toolbox.begin(self._touch(event), turned=turned)
        elif kind == QEvent.Type.TabletMove and event.buttons() & Qt.MouseButton.LeftButton:
            self._toolbox.extend(self._touch(event))
        elif kind == QEvent.Type.TabletMove:  # it hovers
            if self._by_pen:
                self._toolbox.finish()  # its release got lost
            event.ignore()  # the mouse's cursor follows
            return
        elif kind == QEvent.Type.TabletRelease and event.button() == Qt.MouseButton.LeftButton:
            self._toolbox.finish()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape drops what is in progress, or lets go of what is chosen; arrows move that."""
        key, chosen = Qt.Key(event.key()), self.selection is not None
        if key == Qt.Key.Key_Escape and self.is_drawing:
            self._toolbox.abandon()
        elif key == Qt.Key.Key_Escape and chosen:
            self._toolbox.lasso.forget()
        elif key == _Key.Key_Delete or (key == _Key.Key_Backspace and chosen):  # the delete key of a Mac
            if not event.isAutoRepeat():  # one that is held on the last print comes here too
                self.delete()
        elif key in _ARROWS and chosen:
            far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            dx, dy = (step * (_NUDGE_FAR if far else _NUDGE) for step in _ARROWS[key])
            self._toolbox.nudge(dx, dy)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here, if keys brought it."""
        self._frame.come(event.reason())
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep a stroke that something else interrupts."""
        self._toolbox.finish()
        self._frame.go(event.reason())
        self.update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Paint the strokes again at the new size; while one is drawn, the paper stays where it is."""
        if not self._place.is_held:
            self._lay_out()

    def _lay_out(self) -> None:
        self._repaint_document()
        self._update_cursor()

    # --- painting ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Show the paper, its frame, and a hint while nothing is on it."""
        if self._layers.ratio != self.devicePixelRatioF():
            self._repaint_document()
        paper = self.area()
        painter = QPainter(self)
        painter.translate(paper.topLeft())
        self._layers.paint(painter)
        if self.tool is Tool.LASSO:
            self._toolbox.lasso.paint(painter)
        painter.translate(-paper.topLeft())
        paint_frame(painter, paper, self.palette(), focused=self._frame.is_shown)
        self._hints = self.is_blank and self.document.snapshot.underlay is None
        if self._hints:
            paint_hint(painter, paper)

    def area(self) -> QRectF:
        """Return where the paper lies in the widget, in pixels."""
        return self._place.area()

    def _repaint_document(self) -> None:
        """Paint everything anew: after undo, or at another size."""
        ratio = self.devicePixelRatioF()
        self._layers.repaint(self.document.snapshot, side=self.area().width(), ratio=ratio)
        self.update()

    def _show(self, area: QRectF | None) -> None:
        """Have this area of the paper painted, in its pixels; None for all."""
        self.update(self.rect() if area is None else area.translated(self.area().topLeft()).toAlignedRect())

    def _take_change(self) -> None:
        if self._hints and not self.is_blank:
            self.update()  # takes the hint away
        self.drawing_changed.emit()

    def _take_tool(self, tool: Tool) -> None:
        self._update_cursor()
        self.tool_changed.emit(tool)

    def _update_cursor(self) -> None:
        self.setCursor(self._toolbox.cursor((-1, -1), self.devicePixelRatioF()))

    def _touch(self, event: QMouseEvent | QTabletEvent) -> Touch:
        thickness = self.pressure.thickness(event.pressure()) if isinstance(event, QTabletEvent) else 1.0
        straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return Touch(to_unit(event.position(), self.area()), thickness, straight)
