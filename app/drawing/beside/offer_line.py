"""One line under the paper: a sentence, a button that does something about it, and a cross."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.style.crosses import cross
from app.style.tips import set_tip
from app.words.spoken import announce


class OfferLine(QWidget):
    """A sentence, and what may be done about it; hidden at first.

    Attributes:
        button: does it.
        close_button: puts the line away.
    """

    dismissed = Signal()
    """The line is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        close = self.close_button = cross(self.tr("Dismiss"))
        close.setAutoRaise(True)
        close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        row.addWidget(close)
        self.hide()

    def say(self, sentence: str, *, offer: str, tip: str) -> None:
        """Say this, and offer to do something about it.

        Args:
            sentence: what there is to know.
            offer: what stands on the button.
            tip: what pressing it does.
        """
        self._text.setText(sentence)
        self.button.setText(offer)
        set_tip(self.button, tip)
        announce(self, sentence)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._text.text()
