"""One picture as large as there is room, with its caption."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.kiosk.buttons import WORDS, LargeButton
from app.kiosk.captions import Captions
from app.photos.reading.full_picture import FullPictures
from app.photos.reading.thumbnails import Thumbnails
from app.photos.view.picture_view import PictureView


class Look(QWidget):
    """Shows a picture, first its thumbnail and then the whole.

    Attributes:
        path: what is shown, None while nothing is.
        caption: what is said of it.
    """

    left = Signal()
    """Somebody goes back to all pictures."""
    liked = Signal(object)
    """More like this picture, a path, are wanted."""

    def __init__(self, thumbnails: Thumbnails, captions: Captions, parent: QWidget | None = None) -> None:
        """Take the small pictures, and what is said of them."""
        super().__init__(parent)
        self.path: Path | None = None
        self._thumbnails, self._captions = thumbnails, captions
        self._full = FullPictures(self)
        self._picture, self.caption = PictureView(), QLabel()
        self._picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.caption.setWordWrap(True)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        font = self.caption.font()
        font.setPointSizeF(font.pointSizeF() * WORDS)
        self.caption.setFont(font)
        back = LargeButton(self.tr("All pictures"), "grid")
        more = LargeButton(self.tr("More like this"), "print_like")
        back.clicked.connect(self.left)
        more.clicked.connect(self._like)
        row = QHBoxLayout()
        row.addWidget(back)
        row.addStretch(1)
        row.addWidget(more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)  # as far out as the pictures it lies over
        column.addWidget(self._picture, 1)
        column.addWidget(self.caption)
        column.addLayout(row)
        self._full.told.connect(self._take)
        thumbnails.ready.connect(self._take)
        captions.told.connect(self._say)

    def look_at(self, path: Path) -> None:
        """Show this picture."""
        self.path = path
        self._picture.show_picture((), anew=True)
        self._full.want(path)
        self._say(path, "")
        self._captions.ask(path)
        self._show()

    def rest(self) -> None:
        """Show nothing any more."""
        self.path = None
        self._picture.show_picture((), anew=True)
        self._full.want(None)

    def stop(self) -> None:
        """End the threads."""
        self._full.stop()

    def _like(self) -> None:
        if self.path is not None:
            self.liked.emit(self.path)

    def _say(self, path: Path, text: str) -> None:
        if path == self.path:
            self.caption.setText(text)
            self.caption.setVisible(bool(text))
            self._picture.setAccessibleName(text or path.stem)

    def _take(self, path: Path) -> None:
        if path == self.path:
            self._show()

    def _show(self) -> None:
        """Show the best there is of the picture."""
        assert self.path is not None
        thumbnail = partial(self._thumbnails.get, self.path, first=True)
        self._picture.show_photo(self._full.get(self.path), thumbnail)
