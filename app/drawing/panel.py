"""The left side of the window: the paper, and the tools over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.actions import Actions
from app.drawing.beside.print_files import PrintFiles
from app.drawing.beside.strip import PrintStrip, Thumbnails
from app.drawing.canvas import Canvas
from app.drawing.tool_bar import ToolBar, from_slider, to_slider
from app.drawing.tools import Tool
from app.drawing.turns import Turns
from app.drawing.waiting import ReadingSign
from app.input.keyboard import in_order


class DrawingPanel(QWidget):
    """The paper with its tools over it and the photos under it; keeps them in step.

    Attributes:
        canvas: the paper.
        print_files: brings photos beside it.
        strip: where they lie.
    """

    renamed = Signal()
    """Photos beside the drawing go by other paths, or are fewer for that."""

    def __init__(
        self,
        actions: Actions,
        is_known: Callable[[Path], bool],
        thumbnails: Thumbnails,
        parent: QWidget | None = None,
    ) -> None:
        """Build the panel.

        Args:
            actions: the program's commands.
            is_known: whether a file belongs to the open library.
            thumbnails: gives small pictures of its photos.
            parent: its owner.
        """
        super().__init__(parent)
        self.canvas = Canvas()
        self.print_files = PrintFiles(self.canvas, is_known)
        self.strip = PrintStrip(self.canvas, self.print_files, thumbnails)
        self._actions = actions
        tools = (actions.pen, actions.eraser, actions.stroke_eraser, actions.lasso)
        self._bar = ToolBar(tools, (actions.undo, actions.redo, actions.clear))
        self._slider = self._bar.slider
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 6, 0)
        layout.setSpacing(6)
        layout.addWidget(self._bar)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.strip)
        self._connect()
        self._follow()

    def paths(self) -> set[Path]:
        """Return the files of the photos beside the drawing, in every step of undo."""
        return {one.path for one in self.canvas.document.all_prints() if one.path is not None}

    def follow(self, names: Mapping[Path, Path]) -> None:
        """Let the prints of photos that go by other paths follow them, in every step of undo.

        Of two that follow to one file, or where one lies already, one is left, once the pen is up.
        """
        prints = self.canvas.document.all_prints() if names else ()
        moved = [(one, names[one.path]) for one in prints if one.path is not None and one.path in names]
        for one, now in moved:
            one.path = now
        if moved:
            self.strip.refresh()
            self.renamed.emit()
            Turns.on(self.canvas).do(self._unite_prints)

    def _unite_prints(self) -> None:
        """Unite them without a change of the drawing: what was drawn is what it was."""
        document = self.canvas.document
        before = document.snapshot, document.step
        document.unite_prints()
        self._follow()  # steps of undo may have gone alone
        if (document.snapshot, document.step) != before:
            self.strip.refresh()
            self.renamed.emit()

    def add_below(self, widget: QWidget) -> None:
        """Put something under everything else."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)
        in_order(self.strip.slider, widget)

    def _connect(self) -> None:
        actions, canvas = self._actions, self.canvas
        actions.undo.triggered.connect(canvas.undo)
        actions.redo.triggered.connect(canvas.redo)
        actions.clear.triggered.connect(canvas.clear)
        actions.thicker.triggered.connect(canvas.thicker)
        actions.thinner.triggered.connect(canvas.thinner)
        for tool, action in self._tools().items():
            action.toggled.connect(partial(self._choose, tool))
        canvas.tool_changed.connect(lambda tool: self._tools()[tool].setChecked(True))
        for action, deed in ((actions.choose_all, canvas.choose_all), (actions.mirror, canvas.mirror)):
            action.triggered.connect(deed)
        for action in (actions.choose_all, actions.mirror, actions.copy_sketch):
            canvas.addAction(action)  # their keys mean other things elsewhere
        actions.pen_pressure.toggled.connect(partial(setattr, canvas.pressure, "enabled"))
        in_order(canvas, ReadingSign.over(canvas).button)
        self._slider.valueChanged.connect(self._slide)
        canvas.width_changed.connect(self._show_width)
        canvas.drawing_changed.connect(self._follow)
        self._show_width(canvas.pen_width)

    def _tools(self) -> dict[Tool, QAction]:
        actions = self._actions
        return dict(
            zip(Tool, (actions.pen, actions.eraser, actions.stroke_eraser, actions.lasso), strict=True)
        )

    def _choose(self, tool: Tool, chosen: bool) -> None:
        if chosen:
            self.canvas.set_tool(tool)

    def _slide(self, value: int) -> None:
        if value != to_slider(self.canvas.pen_width):
            self.canvas.set_pen_width(from_slider(value))

    def _show_width(self, width: float) -> None:
        self._slider.setValue(to_slider(width))

    def _follow(self) -> None:
        document = self.canvas.document
        self._actions.undo.setEnabled(document.can_undo)
        self._actions.redo.setEnabled(document.can_redo)
        drawn, traced = not self.canvas.is_blank, document.snapshot.underlay is not None
        self._actions.clear.setEnabled(drawn or traced or len(document.prints) > 0)
        for action in (self._actions.save_sketch, self._actions.copy_sketch):
            action.setEnabled(drawn)
        for action in (self._actions.choose_all, self._actions.mirror):
            action.setEnabled(drawn)
        self._actions.untrace.setEnabled(traced)
