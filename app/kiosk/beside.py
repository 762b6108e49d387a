"""The picture that is searched for beside the drawing, where visitors see it, and the way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.kiosk.buttons import LARGE, WORDS, LargeButton
from app.photos.grid.tile_parts import fit_into
from app.photos.reading.thumbnails import Thumbnails


class Beside(QWidget):
    """A line over the pictures that says what they are like: the picture, small, and a cross to take it off.

    Attributes:
        path: the picture, None while there is none; then the line is not there.
    """

    taken_off = Signal()
    """Nothing like it is wanted any more."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        """Take the small pictures."""
        super().__init__(parent)
        self.path: Path | None = None
        self._small, self._words = _Small(thumbnails), QLabel()
        self._words.setWordWrap(True)
        font = self._words.font()
        font.setPointSizeF(font.pointSizeF() * WORDS)
        self._words.setFont(font)
        off = LargeButton("", "cross")
        off.setAccessibleName(self.tr("Without this picture"))
        off.clicked.connect(self.taken_off)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._small)
        line.addWidget(self._words, 1)
        line.addWidget(off)
        self.hide()

    def show_picture(self, path: Path | None, *, drawn: bool) -> None:
        """Say that pictures like this one are shown, and like the drawing, if there is one."""
        self.path = path
        self._small.show_picture(path)
        alone, both = self.tr("Like this picture"), self.tr("Like the drawing and this picture")
        self._words.setText(both if drawn else alone)
        self.setVisible(path is not None)


class _Small(QWidget):
    """The picture, as high as the cross."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._thumbnails = thumbnails
        self._path: Path | None = None
        self.setFixedSize(QSize(round(LARGE * 1.5), LARGE))
        thumbnails.ready.connect(self._take)

    def show_picture(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.update()

    def _take(self, path: Path) -> None:
        if path == self._path:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        picture = None if self._path is None else self._thumbnails.get(self._path, lasting=True)
        if picture is not None:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = fit_into(QSizeF(picture.size()), QRectF(self.rect()))
            painter.drawPixmap(place, picture, QRectF(picture.rect()))
