"""One line that says what a dropped picture was taken for, and turns the guess over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.drawing.print_files import Guess
from app.style.tips import set_tip
from app.words.spoken import announce


class GuessLine(QWidget):
    """What the last dropped picture was taken for; hidden once that is settled.

    Attributes:
        close_button: puts the line away.
    """

    turned = Signal(object)
    """This `Guess` was wrong."""
    dismissed = Signal()
    """The line is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guess: Guess | None = None
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self.tr("As a sketch?"))
        self._button.clicked.connect(lambda: self.turned.emit(self.guess))
        close = self.close_button = QToolButton()
        close.setText("\N{MULTIPLICATION SIGN}")
        close.setAutoRaise(True)
        close.setAccessibleName(self.tr("Dismiss"))
        close.setToolTip(self.tr("Dismiss"))
        close.clicked.connect(self.dismissed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 0, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(close)
        self.hide()

    def show_guess(self, guess: Guess | None) -> None:
        """Say what this was taken for; nothing for None."""
        self.guess = guess
        self.setVisible(guess is not None)
        if guess is None:
            return
        if guess.is_photo:
            self._text.setText(self.tr("This was taken for a photo."))
            self._button.setText(self.tr("As a sketch?"))
            set_tip(self._button, self.tr("Lay this picture on the paper as a sketch"))
        else:
            self._text.setText(self.tr("This was taken for a drawing."))
            self._button.setText(self.tr("As a photo?"))
            set_tip(self._button, self.tr("Lay this picture beside the drawing as a photo"))
        announce(self, self.sentence)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._text.text()

    @property
    def button(self) -> QPushButton:
        """What turns the guess over."""
        return self._button
