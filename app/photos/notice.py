"""One sentence on what went wrong, below the photos; hidden while nothing has."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from app.folder.state import FolderState, Phase
from app.input.own_presses import OwnPresses
from app.style.crosses import cross
from app.words.spoken import announce
from engine.visible import visible

_AMBER = (255, 176, 32)


class Notice(QFrame):
    """One sentence on what went wrong; hidden while nothing has.

    Its button, or Escape where it has the focus, puts it away.

    Attributes:
        buttons: what tries again, and what puts it away.
    """

    acted = Signal()
    """What failed is to be tried again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._told = ""  # the folder's trouble when it was last rendered
        self._lasting = self._passing = self._failure = ""
        self._put_away = ""  # the failure that the person has dismissed
        self._can_retry = False
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self.tr("Try again"))
        self._button.clicked.connect(self.acted)
        close = cross(self.tr("Dismiss"))
        close.setAutoRaise(True)
        close.clicked.connect(self._dismiss)
        OwnPresses(close, once=True)  # what stood behind is to be read before it goes
        OwnPresses(self._button)
        self.buttons = self._button, close
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(close)
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go away at Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._dismiss()
        else:
            super().keyPressEvent(event)

    def show_state(self, state: FolderState) -> None:
        """Show the folder's trouble until it is over or dismissed, with a button to try again."""
        trouble = state.trouble or self._away(state)
        self._can_retry = state.folder is not None
        if trouble != self._told:
            self._told = self._lasting = trouble
            self._passing = ""
            if trouble:
                self._failure = ""  # until the next search fails too
            self._show()

    def say(self, sentence: str) -> None:
        """Show what one deed of the person came to, until `settle`."""
        self._passing = sentence
        self._show()

    def settle(self) -> None:
        """Let go of a deed that the person has left behind; trouble stays, and why searches fail."""
        if self._passing:
            self._passing = ""
            self._show()

    def take_back(self, sentence: str) -> None:
        """Let go of what was said, if it is still there: it is over."""
        if self._passing == sentence:
            self.settle()

    def say_failure(self, sentence: str) -> None:
        """Show why a search failed, until one succeeds; what fails again alike is no news."""
        if sentence not in (self._failure, self._put_away):
            self._failure, self._passing = sentence, ""
            self._show()

    def take_back_failure(self) -> None:
        """Let go of why a search failed: another one succeeded."""
        self._failure = self._put_away = ""
        self._show()

    def _dismiss(self) -> None:
        if self._passing:
            self._passing = ""
        elif self._failure:
            self._failure, self._put_away = "", self._failure
        else:
            self._lasting = ""
        self._show()

    def _show(self) -> None:
        before, sentence = self.sentence, visible(self._passing or self._failure or self._lasting)
        self._text.setText(sentence)
        self.setAccessibleName(sentence)
        self._button.setVisible(self._can_retry and not (self._passing or self._failure))
        self.setVisible(bool(sentence))
        if sentence and sentence != before:
            announce(self, sentence)

    def _away(self, state: FolderState) -> str:
        """Return which folders are not there, in one sentence; empty where all are."""
        away = state.away
        if len(away) == 1 and away[0].trouble:
            return away[0].trouble
        if len(state.folders) <= 1 and (away or state.phase is Phase.OFFLINE):
            return self.tr("This folder is not there now (an unplugged drive?). Its photos stay searchable.")
        names = ", ".join(one.name for one in away)
        if len(away) == 1:
            text = self.tr("%1 is not there now (an unplugged drive?). Its photos stay searchable.")
        elif away:
            text = self.tr("%1 are not there now (unplugged drives?). Their photos stay searchable.")
        else:
            return ""
        return text.replace("%1", names)

    def tint(self, palette: QPalette) -> None:
        """Stand out, in light and dark: take a ground between this palette's and amber."""
        own, ground, share = QPalette(palette), palette.window().color(), 0.22
        red, green, blue = (
            round((1 - share) * mine + share * amber)
            for mine, amber in zip((ground.red(), ground.green(), ground.blue()), _AMBER, strict=True)
        )
        own.setColor(QPalette.ColorRole.Window, QColor(red, green, blue))
        self.setPalette(own)

    @property
    def sentence(self) -> str:
        """What it says."""
        return self._text.text()
