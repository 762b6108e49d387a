"""The shared collection as an entry of the list of folders."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QPushButton, QWidget

from app.collection.state import CollectionState, Reach
from app.style.elided import Elided
from engine.visible import visible


class CollectionRow(QWidget):
    """Whether it is searched, where it is, how it is, and a button for the rest.

    Attributes:
        searched: the tick box.
        button: opens what is chosen about it.
    """

    switched = Signal(bool)
    """It is to be searched, or not."""
    asked = Signal()
    """Another one is to be chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.searched = QCheckBox(self.tr("Shared collection"))
        self.searched.setToolTip(self.tr("Search the photos of several machines too"))
        self.button = QPushButton(self.tr("Choose…"))
        self.button.setAccessibleName(self.tr("Choose a shared collection"))
        self._place, self._says = Elided(Qt.TextElideMode.ElideMiddle), Elided(Qt.TextElideMode.ElideRight)
        self._place.is_faint = True
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 4)
        grid.setVerticalSpacing(1)
        grid.setColumnMinimumWidth(0, 16)
        grid.setColumnStretch(1, 1)
        grid.addWidget(line, 0, 0, 1, 3)
        grid.addWidget(self.searched, 1, 0, 1, 2)
        grid.addWidget(self.button, 1, 2, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._place, 2, 1)
        grid.addWidget(self._says, 3, 1, 1, 2)
        self.searched.toggled.connect(self.switched)
        self.button.clicked.connect(self.asked)

    def show_state(self, state: CollectionState) -> None:
        """Show how it is."""
        words = state.words
        self._place.setText(visible(state.address))
        self._place.setVisible(bool(state.address))
        self._says.setText(visible(words))
        self.searched.setAccessibleDescription(words)
        self.searched.blockSignals(True)
        self.searched.setChecked(state.reach is not Reach.OFF)
        self.searched.blockSignals(False)

    @property
    def text(self) -> str:
        """What it says."""
        return self._says.text()
