"""The left side of the window: the paper, and the tools over it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from app.actions import Actions
from app.drawing.canvas import Canvas
from app.drawing.print_files import PrintFiles
from app.drawing.strip import PrintStrip
from engine.drawing import THICKEST, THINNEST

_STEPS = 100


def to_slider(width: float) -> int:
    """Return a pen width's place on the slider: equal steps look equally thicker."""
    return round(_STEPS * math.log(width / THINNEST) / math.log(THICKEST / THINNEST))


def from_slider(value: int) -> float:
    """Return the pen width of a place on the slider."""
    return float(THINNEST * (THICKEST / THINNEST) ** (value / _STEPS))


class DrawingPanel(QWidget):
    """The paper with its tools over it and the photos under it; keeps them in step.

    Attributes:
        canvas: the paper.
        print_files: brings photos beside it.
        strip: where they lie.
    """

    def __init__(
        self, actions: Actions, is_known: Callable[[Path], bool], parent: QWidget | None = None
    ) -> None:
        """Build the panel.

        Args:
            actions: the program's commands.
            is_known: whether a file belongs to the open library.
            parent: its owner.
        """
        super().__init__(parent)
        self.canvas = Canvas()
        self.print_files = PrintFiles(self.canvas, is_known)
        self.strip = PrintStrip(self.canvas, self.print_files)
        self._actions = actions
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _STEPS)
        self._slider.setMaximumWidth(140)
        self._slider.setMinimumWidth(48)
        self._slider.setToolTip(self.tr("Pen width ([ and ])"))
        self._slider.setAccessibleName(self.tr("Pen width"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 0, 6, 0)
        layout.setSpacing(6)
        layout.addLayout(self._tools())
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self.strip)
        self._connect()
        self._follow()

    def add_below(self, widget: QWidget) -> None:
        """Put something under everything else."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(widget)

    def _tools(self) -> QHBoxLayout:
        actions, row = self._actions, QHBoxLayout()
        row.setSpacing(2)
        for action in (actions.pen, actions.eraser):
            row.addWidget(_button(action.toolTip(), action))
        row.addWidget(self._slider, 1)
        row.addStretch(1)
        for action in (actions.undo, actions.redo, actions.clear):
            row.addWidget(_button(action.toolTip(), action))
        return row

    def _connect(self) -> None:
        actions, canvas = self._actions, self.canvas
        actions.undo.triggered.connect(canvas.undo)
        actions.redo.triggered.connect(canvas.redo)
        actions.clear.triggered.connect(canvas.clear)
        actions.thicker.triggered.connect(canvas.thicker)
        actions.thinner.triggered.connect(canvas.thinner)
        actions.eraser.toggled.connect(canvas.set_eraser)
        self._slider.valueChanged.connect(self._slide)
        canvas.width_changed.connect(self._show_width)
        canvas.drawing_changed.connect(self._follow)
        self._show_width(canvas.pen_width)

    def _slide(self, value: int) -> None:
        if value != to_slider(self.canvas.pen_width):
            self.canvas.set_pen_width(from_slider(value))

    def _show_width(self, width: float) -> None:
        self._slider.setValue(to_slider(width))

    def _follow(self) -> None:
        document = self.canvas.document
        self._actions.undo.setEnabled(document.can_undo)
        self._actions.redo.setEnabled(document.can_redo)
        self._actions.clear.setEnabled(not self.canvas.is_blank or len(document.prints) > 0)
        self._actions.save_sketch.setEnabled(not self.canvas.is_blank)


def _button(name: str, action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(20, 20))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    button.setMinimumSize(34, 34)
    button.setAccessibleName(name)
    return button
