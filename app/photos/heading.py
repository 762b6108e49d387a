"""The line over the photos: how well they match, in words, and in which order they stand."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from app import phrases

_HEIGHT = 40  # pixels: two lines of text
_CONTROLS = 32  # pixels: what stands below it in a narrow place
_NARROW = 440  # pixels of width below which words and controls stand in two lines
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
    """Says what there is to know of all photos together; the button brings the best, or the newest, first.

    Attributes:
        button: the best or the newest first, or different guesses.
        slider: how large the photos are, in pixels; hidden while there are none.
    """

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
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumWidth(60)
        self.slider.setMaximumWidth(110)
        self.slider.setToolTip(self.tr("Size of the photos (Ctrl and the wheel)"))
        self.slider.setAccessibleName(self.tr("Size of the photos"))
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(8, 0, 6, 0)
        self._row.setSpacing(8)
        words, self._controls = QHBoxLayout(), QHBoxLayout()
        words.setSpacing(8)
        self._controls.setSpacing(8)  # else it is the row's, which folds
        words.addWidget(self._sign)
        words.addWidget(self._words, 1)
        self._controls.addStretch(1)
        self._controls.addWidget(self.slider, 2)
        self._controls.addWidget(self.button)
        self._row.addLayout(words, 1)
        self._row.addLayout(self._controls)
        self._fold(False)
        self.show_nothing()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the controls below the words where both would be too narrow."""
        super().resizeEvent(event)
        self._fold(event.size().width() < _NARROW)

    def _fold(self, folded: bool) -> None:
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.TopToBottom if folded else ways.LeftToRight)
        self._row.setSpacing(0 if folded else 8)
        self.setFixedHeight(_HEIGHT + _CONTROLS if folded else _HEIGHT)

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
        for widget in (self._sign, self.slider, self.button):
            widget.hide()

    def show_newest(self, total: int) -> None:
        """Say how many photos there are, with nothing searched for among them."""
        self.show_nothing()
        self._words.setText(phrases.newest(total))
        self.slider.show()

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
        self.slider.show()
        self.button.show()
