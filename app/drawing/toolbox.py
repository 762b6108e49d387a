"""The tools at hand: which one is chosen, how wide the pen is, and the one that is at work."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QCursor

from app.drawing.ink.smoothing import Point
from app.drawing.lasso import Lasso
from app.drawing.paper.document import Document
from app.drawing.paper.history import PAUSE
from app.drawing.paper.layers import Layers
from app.drawing.tools import ERASER_FACTOR, Handler, PenHandler, Show, StrokeEraser, Tool, Touch
from engine.sketches.drawing import PEN_WIDTH, THICKEST, THINNEST


class Toolbox(QObject):
    """Lets one tool at a time work on the paper, and tells what comes of it.

    Attributes:
        lasso: the tool that chooses strokes.
    """

    changed = Signal()
    """The drawing changed."""
    active = Signal(bool)
    """A movement began to change the drawing (True), or it has ended (False)."""
    lifted = Signal()
    """The pointer is up again."""
    width_changed = Signal(float)
    tool_changed = Signal(object)

    def __init__(self, parent: QObject, document: Document, layers: Layers, show: Show) -> None:
        super().__init__(parent)
        self.lasso = Lasso(document, layers, show)
        self._handlers: dict[Tool, Handler] = {
            Tool.PEN: PenHandler(document, layers, show, eraser=False),
            Tool.ERASER: PenHandler(document, layers, show, eraser=True),
            Tool.STROKE_ERASER: StrokeEraser(document, layers, show),
            Tool.LASSO: self.lasso,
        }
        self._width, self._tool = PEN_WIDTH, Tool.PEN
        self._at_work: Handler | None = None
        self._told = False  # that a movement changes the drawing
        self._pause = QTimer(self, interval=PAUSE, singleShot=True)
        self._pause.timeout.connect(document.end_slide)
        self._follow_width()

    @property
    def width(self) -> float:
        """The pen's width, as a share of the paper's side."""
        return self._width

    @property
    def tool(self) -> Tool:
        """What the pointer is for."""
        return self._tool

    @property
    def is_at_work(self) -> bool:
        """Whether the pointer is down."""
        return self._at_work is not None

    def set_width(self, width: float) -> None:
        """Choose the pen's width, kept within THINNEST and THICKEST."""
        width = min(max(width, THINNEST), THICKEST)
        if width != self._width:
            self._width = width
            self._follow_width()
            self.width_changed.emit(width)

    def set_tool(self, tool: Tool) -> None:
        """Choose what the pointer is for."""
        if tool is self._tool:
            return
        self.finish()
        self._tool = tool
        self.lasso.forget()
        self.tool_changed.emit(tool)

    def cursor(self, point: Point, ratio: float) -> QCursor:
        """Return what the pointer looks like here, on a screen with so many pixels to one of Qt's."""
        return self._handlers[self._tool].cursor(point, ratio)

    def begin(self, touch: Touch, *, turned: bool = False) -> None:
        """Put the pointer down, or the other end of a pen."""
        if self._at_work is None:
            tool = Tool.ERASER if turned else self._tool
            self._at_work = self._handlers[tool]
            self._note(self._at_work.begin(touch))

    def extend(self, touch: Touch) -> None:
        """Move the pointer."""
        if self._at_work is not None:
            self._note(self._at_work.extend(touch))

    def finish(self) -> None:
        """Lift the pointer, if it is down."""
        handler, self._at_work = self._at_work, None
        if handler is not None:
            self._conclude(handler.finish())
            self.lifted.emit()

    def abandon(self) -> None:
        """Drop what is in progress."""
        handler, self._at_work = self._at_work, None
        if handler is not None:
            handler.abandon()
            self._conclude(False)
            self.lifted.emit()

    def choose_all(self) -> None:
        """Choose the whole drawing."""
        self.set_tool(Tool.LASSO)
        self.finish()
        self.lasso.choose_all()

    def mirror(self) -> None:
        """Turn what is chosen over, left to right; where nothing is, the whole drawing."""
        self.finish()
        if self.lasso.selection is None:
            self.choose_all()
        self._do(self.lasso.mirror())

    def nudge(self, dx: float, dy: float) -> None:
        """Move what is chosen, in paper sides; keys that follow each other soon are one step of undo."""
        self.finish()
        self._do(self.lasso.nudge(dx, dy))
        self._pause.start()

    def delete(self) -> bool:
        """Take what is chosen off the paper; return whether anything was."""
        self.finish()
        done = self.lasso.delete()
        self._do(done)
        return done

    def _do(self, changed: bool) -> None:
        """Tell a change that is whole at once as a movement that is over."""
        if changed:
            self._tell_movement()
            self._conclude(True)

    def _note(self, changed: bool) -> None:
        """Tell that the drawing changed, and before the first change that a movement does it."""
        if changed:
            self._tell_movement()
            self.changed.emit()

    def _tell_movement(self) -> None:
        if not self._told:
            self._told = True
            self.active.emit(True)

    def _conclude(self, changed: bool) -> None:
        """Tell the last change, after the end of a movement that was told, which may have come to nothing."""
        told, self._told = self._told, False
        if told:
            self.active.emit(False)
        if told or changed:
            self.changed.emit()

    def _follow_width(self) -> None:
        for tool, handler in self._handlers.items():
            handler.width = self._width * (1 if tool is Tool.PEN else ERASER_FACTOR)
