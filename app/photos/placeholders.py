"""What stands where the photos will be, while there are none to show: a welcome, or one sentence."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.folder.state import FolderState, Phase
from app.input.keyboard import hand_on
from app.style.inks import FaintLabel
from app.words import phrases
from app.words.engine_sentences import as_sentence
from app.words.names import tip
from engine.visible import visible


def message(
    state: FolderState, *, drawn: bool, hits: int | None, narrowed: bool = False
) -> tuple[str, str] | None:
    """Return title and sentence for what there is to see; None where photos are shown instead.

    Args:
        state: the open folder.
        drawn: there is something to search for.
        hits: photos found, None before the first answer.
        narrowed: only some time or some folders are looked at.
    """
    translate = QCoreApplication.translate
    if state.phase is Phase.FAILED:
        return (
            translate("placeholders", "These photos cannot be searched now"),
            translate("placeholders", "The line below says why."),
        )
    begin = translate("placeholders", "You can begin to draw.")
    if state.phase is Phase.OPENING:
        return translate("placeholders", "Opening %1").replace("%1", visible(state.name)), begin
    if state.photos == 0 and not hits:
        return _no_photos(state, begin)
    if hits == 0 and narrowed:
        return (
            translate("placeholders", "No photos here"),
            translate("placeholders", "The time or the folders chosen below leave out every photo."),
        )
    if hits:
        return None
    if hits == 0 and state.is_indexing:
        return _as_they_are_indexed(state), begin
    if hits == 0:
        return (
            translate("placeholders", "No photos here"),
            translate("placeholders", "No photo lies in the folders that are switched on."),
        )
    if drawn:
        return translate("placeholders", "Searching"), ""
    return (
        translate("placeholders", "The photos in %1 come up in a moment").replace("%1", visible(state.name)),
        translate("placeholders", "A few lines are enough: outlines matter, shading and colour do not."),
    )


def _no_photos(state: FolderState, begin: str) -> tuple[str, str]:
    """Return why there is no photo to search for."""
    translate = QCoreApplication.translate
    if state.is_indexing:
        return _as_they_are_indexed(state), begin
    if state.phase is Phase.CURRENT and state.obstacle:
        title = translate("placeholders", "No photo in %1 can be read")
        return title.replace("%1", visible(state.name)), visible(as_sentence(state.obstacle))
    if state.phase is Phase.CURRENT:
        title = translate("placeholders", "No photos found in %1")
        hint = translate(
            "placeholders", "Choose a folder that holds photos, in itself or in folders within it."
        )
        return title.replace("%1", visible(state.name)), hint
    if state.phase is Phase.WAITING:
        title = translate("placeholders", "The photos in %1 wait for another window or terminal")
        hint = translate("placeholders", "They come up here once it has finished indexing.")
        return title.replace("%1", visible(state.name)), hint
    title = translate("placeholders", "The photos in %1 are not indexed yet")
    hint = translate("placeholders", "Continue indexing, and they come up here.")
    return title.replace("%1", visible(state.name)), hint


def _as_they_are_indexed(state: FolderState) -> str:
    title = QCoreApplication.translate("placeholders", "The photos in %1 come up as they are indexed")
    return title.replace("%1", visible(state.name))


class Message(QWidget):
    """A title and one sentence in the middle of nothing; perhaps a button that leads on.

    The keyboard can be here, so that it is somewhere while there is nothing else, and reads what is said.
    """

    everywhere = Signal()
    """All times and folders are to be looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the paper
        self._everywhere = QPushButton(self.tr("Look everywhere"))
        self._everywhere.setMinimumHeight(40)
        self._everywhere.clicked.connect(self.everywhere)
        self._title, self._text = _title_label(), _text_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        layout.addSpacing(8)
        layout.addWidget(self._everywhere, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def show_message(self, title: str, text: str, *, everywhere: bool = False) -> None:
        """Say this; with a button, where there is nothing on account of what is left out."""
        self._title.setText(title)
        self._text.setText(text)
        self.setAccessibleName(self.words)
        with hand_on(self, lambda: self):
            self._everywhere.setVisible(everywhere)

    @property
    def title(self) -> str:
        """What it says in large letters."""
        return self._title.text()

    @property
    def text(self) -> str:
        """What it says below."""
        return self._text.text()

    @property
    def words(self) -> str:
        """All that it says, as it is said aloud."""
        return ". ".join(filter(None, (self.title, self.text)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show it no more."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a frame where the keyboard is here."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 3, 3)


class Welcome(QWidget):
    """The first thing a new person sees: what to do, and the two buttons to do it with.

    Attributes:
        landing: where the keyboard begins.
    """

    choose = Signal()
    """A folder is to be chosen."""
    picture_library = Signal()
    """The picture library is to be opened."""

    def __init__(self, library: Path | None, parent: QWidget | None = None) -> None:
        """Build the page.

        Args:
            library: the person's picture library, None where there is none.
            parent: its owner.
        """
        super().__init__(parent)
        title, text, trust = _title_label(), _text_label(), FaintLabel()
        title.setText(self.tr("Find your photos by drawing them"))
        text.setText(self.tr("Choose a folder of photos, then draw what you are looking for."))
        trust.setText(phrases.privacy())
        _lay_out(trust)
        self.landing = QPushButton(self.tr("Choose a photo folder…"))
        self.landing.setDefault(True)
        self.landing.clicked.connect(self.choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 24)
        layout.setSpacing(8)
        layout.addStretch(1)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addSpacing(16)
        layout.addLayout(self._buttons(library))
        layout.addSpacing(16)
        layout.addWidget(trust)
        layout.addStretch(1)

    def _buttons(self, library: Path | None) -> QVBoxLayout:
        column = QVBoxLayout()  # side by side, large text would make the window wider than a screen
        buttons = [self.landing]
        if library is not None:
            use = QPushButton(self.tr("Use my picture library"))
            use.setToolTip(tip(str(library)))
            use.clicked.connect(self.picture_library)
            buttons.append(use)
        for button in buttons:
            button.setMinimumHeight(40)
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        return column


def _title_label() -> QLabel:
    label = _text_label()
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.5)
    label.setFont(font)
    return label


def _text_label() -> QLabel:
    label = QLabel()
    _lay_out(label)
    return label


def _lay_out(label: QLabel) -> None:
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    label.setWordWrap(True)
