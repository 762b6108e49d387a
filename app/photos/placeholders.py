"""What stands where the photos will be, while there are none to show: a welcome, or one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

PRIVACY = "Your photos never leave this computer and are never changed."


@dataclass(frozen=True)
class State:
    """What the window knows when it decides what to show.

    Attributes:
        folder: the open folder, None before the first.
        opening: the folder's library is not there yet.
        indexing: photos are being indexed.
        indexed: the folder was looked through to the end.
        photos: searchable photos.
        drawn: there is something to search for.
        failed: the folder could not be opened, or there is no model.
        hits: photos found for the drawing, None before the first answer.
    """

    folder: Path | None
    opening: bool = False
    indexing: bool = False
    indexed: bool = False
    photos: int = 0
    drawn: bool = False
    failed: bool = False
    hits: int | None = None


def message(state: State) -> tuple[str, str] | None:
    """Return title and sentence for this state; None where photos are shown instead."""
    name = state.folder.name or str(state.folder) if state.folder is not None else ""
    if state.failed:
        return _tr("These photos cannot be searched now"), _tr("The line at the top says why.")
    if state.opening:
        return _tr("Opening %1").replace("%1", name), _tr("You can begin to draw.")
    if state.photos == 0 and state.indexing:
        title = _tr("The photos in %1 come up as they are indexed").replace("%1", name)
        return title, _tr("You can begin to draw.")
    if state.photos == 0 and not state.indexed:
        title = _tr("The photos in %1 are not indexed yet").replace("%1", name)
        return title, _tr("Continue indexing, and they come up here.")
    if state.photos == 0:
        return (
            _tr("No photos found in %1").replace("%1", name),
            _tr("Choose a folder that holds photos, in itself or in folders within it."),
        )
    if not state.drawn:
        return (
            _tr("Draw, and your photos appear here"),
            _tr("A few lines are enough: outlines matter, shading and colour do not."),
        )
    if not state.hits:
        return _tr("Searching"), ""
    return None


class Message(QWidget):
    """A title and one sentence in the middle of nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._text = _title_label(), _text_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addStretch(1)

    def show_message(self, title: str, text: str) -> None:
        """Say this."""
        self._title.setText(title)
        self._text.setText(text)

    @property
    def title(self) -> str:
        """What it says in large letters."""
        return self._title.text()


class Welcome(QWidget):
    """The first thing a new person sees: what to do, and the two buttons to do it with."""

    choose = Signal()
    """A folder is to be chosen."""
    pictures = Signal()
    """The picture library is to be opened."""

    def __init__(self, pictures: Path | None, parent: QWidget | None = None) -> None:
        """Build the page.

        Args:
            pictures: the person's picture library, None where there is none.
            parent: its owner.
        """
        super().__init__(parent)
        title, text, trust = _title_label(), _text_label(), _text_label()
        title.setText(self.tr("Find your photos by drawing them"))
        text.setText(self.tr("Choose a folder of photos, then draw what you are looking for."))
        trust.setText(_tr(PRIVACY))
        trust.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addSpacing(16)
        layout.addLayout(self._buttons(pictures))
        layout.addSpacing(16)
        layout.addWidget(trust)
        layout.addStretch(1)

    def _buttons(self, pictures: Path | None) -> QHBoxLayout:
        choose = QPushButton(self.tr("Choose a photo folder\N{HORIZONTAL ELLIPSIS}"))
        choose.setDefault(True)
        choose.clicked.connect(self.choose)
        row = QHBoxLayout()
        row.addStretch(1)
        buttons = [choose]
        if pictures is not None:
            library = QPushButton(self.tr("Use my picture library"))
            library.setToolTip(str(pictures))
            library.clicked.connect(self.pictures)
            buttons.append(library)
        for button in buttons:
            button.setMinimumHeight(40)
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            row.addWidget(button)
        row.addStretch(1)
        return row


def _title_label() -> QLabel:
    label = _text_label()
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    label.setFont(font)
    return label


def _text_label() -> QLabel:
    label = QLabel()
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
    return label


def _tr(text: str) -> str:
    return QCoreApplication.translate("pages", text)
