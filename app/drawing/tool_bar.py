"""The buttons over the paper: tools and the pen's width, and what can be taken back; two rows if need be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QSlider, QToolButton, QWidget

from engine.sketches.drawing import THICKEST, THINNEST

_STEPS = 100
_GAP = 2  # pixels between buttons


def to_slider(width: float) -> int:
    """Return a pen width's place on the slider: equal steps look equally thicker."""
    return round(_STEPS * math.log(width / THINNEST) / math.log(THICKEST / THINNEST))


def from_slider(value: int) -> float:
    """Return the pen width of a place on the slider."""
    return float(THINNEST * (THICKEST / THINNEST) ** (value / _STEPS))


class ToolBar(QWidget):
    """Tools and pen width on the left, what takes back on the right, or below where there is no room.

    Attributes:
        slider: the pen's width; see `to_slider`.
    """

    def __init__(self, tools: Sequence[QAction], others: Sequence[QAction]) -> None:
        """Make a button of each of these commands."""
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setMaximumWidth(140)
        self.slider.setMinimumWidth(48)
        self.slider.setToolTip(self.tr("Pen width ([ and ])"))
        self.slider.setAccessibleName(self.tr("Pen width"))
        self._parts = (_row([*map(_button, tools), self.slider]), _row([*map(_button, others)]))
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(_GAP)
        for part in self._parts:
            self._layout.addWidget(part)
        self._layout.insertStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Return the size of the longer row; the other one fits below it."""
        hints = [part.minimumSizeHint() for part in self._parts]
        return QSize(max(hint.width() for hint in hints), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break into two rows where one is too narrow."""
        super().resizeEvent(event)
        needed = sum(part.minimumSizeHint().width() for part in self._parts) + 2 * _GAP
        directions = QBoxLayout.Direction
        direction = directions.TopToBottom if self.width() < needed else directions.LeftToRight
        if direction != self._layout.direction():
            self._layout.setDirection(direction)
            self.updateGeometry()


def _row(widgets: Sequence[QWidget]) -> QWidget:
    part = QWidget()
    row = QHBoxLayout(part)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(_GAP)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QSlider) else 0)
    if not any(isinstance(widget, QSlider) for widget in widgets):
        row.addStretch(1)
    return part


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(20, 20))
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    button.setMinimumSize(34, 34)
    button.setAccessibleName(action.toolTip())
    return button
