"""The line over the photos: how well they match, in words, and in which order they stand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from app import phrases

_HEIGHT = 40  # pixels: two lines of text
_DOTS = {"STRONG": 3, "FAIR": 2, "WEAK": 1, "NONE": 0}
_DOT, _STEP = 6.0, 9.0  # pixels


class StrengthSign(QWidget):
    """Three dots, of which as many are filled as the match is strong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._filled = 0
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Return the room for three dots."""
        return QSize(int(3 * _STEP), 12)

    def fill(self, dots: int) -> None:
        """Fill this many dots."""
        self._filled = dots
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dots in the colour of text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().text().color())
        for place in range(3):
            dot = QRectF(place * _STEP + 1, (self.height() - _DOT) / 2, _DOT, _DOT)
            painter.setBrush(self.palette().text() if place < self._filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot)


class Heading(QWidget):
    """Says what there is to know of all photos together; the button brings the best, or the newest, first."""

    best_first = Signal(bool)
    """The button was pressed: the best matches first, or different guesses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self._words, self.button = StrengthSign(), QLabel(), QToolButton()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.show_order(best_first=False, newest_first=False)
        self.button.clicked.connect(self.best_first)
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 6, 0)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addWidget(self.button)
        self.show_nothing()

    def offer(self, *orders: QAction) -> None:
        """Offer these orders in the button's menu."""
        menu = QMenu(self.button)
        menu.addActions(orders)
        self.button.setMenu(menu)

    def show_order(self, *, best_first: bool, newest_first: bool) -> None:
        """Let the button name the order that was chosen; pressed, it goes by that order."""
        if newest_first:
            self.button.setText(self.tr("Newest first"))
            self.button.setToolTip(self.tr("The best matches come by date, newest first (N)"))
        else:
            self.button.setText(self.tr("Best first"))
            self.button.setToolTip(self.tr("Show the best matches first, rather than different guesses (B)"))
        self.button.setChecked(best_first or newest_first)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_nothing(self) -> None:
        """Say nothing while there are no photos."""
        self._words.clear()
        self._words.setToolTip("")
        self._sign.hide()
        self.button.hide()

    def show_newest(self, total: int) -> None:
        """Say how many photos there are, with nothing searched for among them."""
        self.show_nothing()
        self._words.setText(phrases.newest(total))

    def show_photos(self, total: int, strength: str, *, best_first: bool, newest_first: bool = False) -> None:
        """Say how well the photos match, or how many there are and in which order.

        Args:
            total: how many photos there are in the folder.
            strength: the name of one of `engine.strength`; empty when that cannot be said.
            best_first: whether the best come first, not different guesses.
            newest_first: whether the best come by date.
        """
        order = phrases.order_of(total, best_first=best_first, newest_first=newest_first)
        words = phrases.strength(strength)
        self._words.setText(words or order)
        self._words.setToolTip(order if words else "")
        self._sign.setVisible(bool(words))
        self._sign.fill(_DOTS.get(strength, 0))
        self.button.show()
