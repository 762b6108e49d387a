"""The line over the photos: how well they match, in words, and in which order they stand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from app.input.own_presses import ClosingPress, OwnPresses
from app.photos.chip import Chip
from app.style.elided import Elided
from app.style.icons import ARROW
from app.style.text_room import room
from app.style.tips import set_tip
from app.words import phrases

_HEIGHT = 40  # pixels: two lines of text
_WORDS = 96  # pixels of width that words of the usual size have before the slider has any
_WIDEST = 132  # pixels of the button at the usual size of text
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
        painter.setPen(self.palette().windowText().color())
        for place in range(3):
            dot = QRectF(place * _STEP + 1, (self.height() - _DOT) / 2, _DOT, _DOT)
            painter.setBrush(self.palette().windowText() if place < self._filled else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(dot)


class Heading(QWidget):
    """Says what there is to know of all photos together; the button names their order, and offers others.

    It is one row in which nothing covers anything: where it is narrow, the slider goes, and words are
    shortened.

    Attributes:
        match: how well the photos match, in words; empty where that is not said.
        chip: how many better ones wait.
        button: in which order they stand: different guesses, the best or the newest first.
        orders: its menu; Qt would paint another arrow for one that it knows of.
        slider: how large the photos are, in pixels; hidden while there are none, or no room.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign, self.chip, self.button = StrengthSign(), Chip(), QToolButton()
        self._words = Elided(Qt.TextElideMode.ElideRight, lines=2)
        self._is_sized = False  # there are photos, which can be made larger
        self.match = ""
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.orders = QMenu(self.button)
        ClosingPress(self.orders, self.button)
        self.button.clicked.connect(self._open_orders)
        self.show_order(best_first=False, newest_first=False)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumWidth(60)
        self.slider.setMaximumWidth(110)
        self.slider.setToolTip(self.tr("Size of the photos (Ctrl and the wheel)"))
        self.slider.setAccessibleName(self.tr("Size of the photos"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 6, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._words, 3)
        self._row.addWidget(self.chip)
        self._row.addWidget(self.slider, 1)
        self._row.addWidget(self.button)
        for widget in (self.slider, self.button):
            OwnPresses(widget)  # the chip goes when it is pressed
        self._be_high()
        self.show_nothing()

    def event(self, event: QEvent) -> bool:
        """Give the slider's room to the words where both would be too narrow."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit()
        elif event.type() == QEvent.Type.FontChange:
            self._be_high()
            self._name_order()
        return super().event(event)

    def _be_high(self) -> None:
        self.setFixedHeight(max(_HEIGHT, 2 * self.fontMetrics().height() + 4))

    def _fit(self) -> None:
        others = [one for one in (self._sign, self.chip, self.button) if not one.isHidden()]
        margins, least = self._row.contentsMargins(), self.slider.minimumWidth()
        taken = sum(one.sizeHint().width() for one in others) + (len(others) + 1) * self._row.spacing()
        free = self.width() - margins.left() - margins.right() - taken - least
        self.slider.setVisible(self._is_sized and free >= room(self, _WORDS))

    def offer(self, *orders: QAction) -> None:
        """Offer these orders in the button's menu."""
        self.orders.addActions(orders)

    def _open_orders(self) -> None:
        self.orders.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def show_order(self, *, best_first: bool, newest_first: bool, by_photos: bool = False) -> None:
        """Let the button name the order that the photos stand in.

        Args:
            best_first: the best come first, not different guesses.
            newest_first: the best come by date.
            by_photos: the best come first on account of photos beside the drawing, whatever was chosen.
        """
        if newest_first:
            name, text = self.tr("Newest first"), self.tr("The best matches come by date, newest first (N)")
        elif by_photos:
            name = self.tr("Best first")
            text = self.tr("With a photo under “Like this” the best matches come first")
        elif best_first:
            name = self.tr("Best first")
            text = self.tr("The best matches come first, rather than different guesses (B)")
        else:
            name = self.tr("Different guesses")
            text = self.tr("Different guesses come first; B brings the best matches first")
        self._order = name
        self.button.setAccessibleName(name)
        set_tip(self.button, text)
        self._name_order()

    def _name_order(self) -> None:
        """Name the order on the button, which leaves the others their room whatever the language."""
        widest, metrics = room(self, _WIDEST), self.button.fontMetrics()
        self.button.setMaximumWidth(widest)
        frame = self.button.sizeHint().width() - metrics.horizontalAdvance(self.button.text())
        free = widest - frame - metrics.horizontalAdvance(ARROW)
        self.button.setText(metrics.elidedText(self._order, Qt.TextElideMode.ElideRight, free) + ARROW)

    @property
    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def show_nothing(self) -> None:
        """Say nothing while there are no photos."""
        self._words.clear()
        self._is_sized = False
        self.slider.hide()
        self._hide_order()

    def show_newest(self, total: int, *, joined: bool = False) -> None:
        """Say how many photos there are, with nothing searched for among them; see `phrases.newest`."""
        self._words.setText(phrases.newest(total, joined=joined))
        self._is_sized = True
        self._hide_order()
        self._fit()

    def _hide_order(self) -> None:
        """Show nothing of matches and their order; the slider stays, and with it the focus."""
        self.match = ""
        self._words.add_note("")
        self._sign.hide()
        self.button.hide()

    def show_photos(self, total: int, strength: str, *, best_first: bool, newest_first: bool = False) -> None:
        """Say how well the photos match, or how many there are and in which order.

        Args:
            total: how many photos there are in the folder.
            strength: the name of one of `engine.search.strength`; empty when that cannot be said.
            best_first: whether the best come first, not different guesses.
            newest_first: whether the best come by date.
        """
        order = phrases.order_of(total, best_first=best_first, newest_first=newest_first)
        words = self.match = phrases.strength(strength)
        self._words.setText(words or order)
        self._words.add_note(order if words else "")
        self._sign.setVisible(bool(words))
        self._sign.fill(_DOTS.get(strength, 0))
        self._is_sized = True
        self.button.show()
        self._fit()
