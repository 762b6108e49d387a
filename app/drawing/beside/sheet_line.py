"""One line that says how many drawings the page on the paper holds, and takes them one by one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.drawing.beside.offer_line import OfferLine
from app.drawing.paper.snapshot import Picture, Sheet, Snapshot


class SheetLine(OfferLine):
    """How many drawings lie on a page, while it lies on the paper as it came; hidden where it is one.

    Attributes:
        picture: what lies on the paper: a page of several drawings, or one of them; None while hidden.
    """

    turned = Signal(object)
    """This `Picture` of the same page is to lie on the paper instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: Picture | None = None
        self._put_away: Sheet | None = None
        self.button.setText(self.tr("Only the first"))
        self.button.clicked.connect(self._turn)
        self.dismissed.connect(self._dismiss)

    def follow(self, snapshot: Snapshot) -> None:
        """Say what there is to say of this paper."""
        picture, sheet = snapshot.picture, snapshot.sheet
        if picture is None or sheet is None or sheet is self._put_away:
            self.picture = None
        elif picture is not self.picture:
            self.picture = picture
            self._say(sheet.pictures.index(picture), len(sheet.pictures) - 1)
        self.setVisible(self.picture is not None)

    def _say(self, number: int, count: int) -> None:
        """Say which one lies there, from 1 on, of how many; 0 for all of them."""
        if number == 0:
            sentence = self.tr("{count} drawings on this page.")
            offer, tip = self.tr("Only the first"), self.tr("Search for the first of these drawings alone")
        else:
            sentence = self.tr("Drawing {number} of {count} on this page.")
            offer, tip = self.tr("Only the next"), self.tr("Search for the next of these drawings alone")
        if number == count:
            offer, tip = self.tr("All of them"), self.tr("Search for all of these drawings as one")
        sentence = sentence.replace("{count}", str(count)).replace("{number}", str(number))
        self.say(sentence, offer=offer, tip=tip)

    def _turn(self) -> None:
        if self.picture is not None and self.picture.sheet is not None:
            self.turned.emit(self.picture.sheet.after(self.picture))

    def _dismiss(self) -> None:
        self._put_away = None if self.picture is None else self.picture.sheet
