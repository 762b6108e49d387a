"""One line that says what a dropped picture was taken for, and turns the guess over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.drawing.beside.offer_line import OfferLine
from app.drawing.beside.print_files import Guess


class GuessLine(OfferLine):
    """What the last dropped picture was taken for; hidden once that is settled."""

    turned = Signal(object)
    """This `Guess` was wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.guess: Guess | None = None
        self.button.setText(self.tr("As a sketch?"))
        self.button.clicked.connect(lambda: self.turned.emit(self.guess))

    def show_guess(self, guess: Guess | None) -> None:
        """Say what this was taken for; nothing for None."""
        self.guess = guess
        self.setVisible(guess is not None)
        if guess is None:
            return
        if guess.is_photo:
            tip = self.tr("Lay this picture on the paper as a sketch")
            self.say(self.tr("This was taken for a photo."), offer=self.tr("As a sketch?"), tip=tip)
        else:
            tip = self.tr("Lay this picture beside the drawing as a photo")
            self.say(self.tr("This was taken for a sketch."), offer=self.tr("As a photo?"), tip=tip)
