"""The bars around paper and photos: the folder, a notice when something needs saying, the status."""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from app import phrases
from app.icons import icon
from app.photos.placeholders import PRIVACY
from engine.library import Progress

_AMBER = (255, 176, 32)


class Elided(QLabel):
    """A one-line label that shortens its text rather than widen the window."""

    def __init__(self, mode: Qt.TextElideMode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = mode
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """Need no width at all."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits; the whole text is the tooltip if that is not all."""
        area: QRect = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._mode, area.width())
        painter = QPainter(self)
        self.style().drawItemText(
            painter,
            area,
            int(self.alignment()),
            self.palette(),
            self.isEnabled(),
            text,
            self.foregroundRole(),
        )
        tip = self.text() if text != self.text() else ""
        if tip != self.toolTip():
            self.setToolTip(tip)


class FolderBar(QWidget):
    """Which folder is open, how many of its photos can be searched, and the button to choose another."""

    choose = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol, self._name, self._count = QLabel(), Elided(Qt.TextElideMode.ElideMiddle), QLabel()
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._count.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._button = QPushButton(self.tr("Choose folder\N{HORIZONTAL ELLIPSIS}"))
        self._button.clicked.connect(self.choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._symbol)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._count)
        layout.addWidget(self._button)
        self.set_folder(None)

    def set_folder(self, folder: Path | None) -> None:
        """Show this folder's name, its path on hovering."""
        self._name.setText(self.tr("No folder chosen") if folder is None else folder.name or str(folder))
        self._symbol.setToolTip("" if folder is None else str(folder))
        self._count.setText("")
        self._button.setVisible(folder is not None)

    def set_count(self, count: int) -> None:
        """Show how many photos can be searched."""
        self._count.setText(phrases.photos(count) if count else "")

    def refresh_icons(self, palette: QPalette) -> None:
        """Draw the icon in this palette."""
        self._symbol.setPixmap(icon("folder", palette).pixmap(20, 20))


class Notice(QFrame):
    """One sentence on what went wrong; hidden while nothing has."""

    acted = Signal()
    """What failed is to be tried again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self._passing = False
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = QPushButton(self.tr("Try again"))
        self._button.clicked.connect(self.acted)
        close = QToolButton()
        close.setText("\N{MULTIPLICATION SIGN}")
        close.setAutoRaise(True)
        close.setAccessibleName(self.tr("Dismiss"))
        close.setToolTip(self.tr("Dismiss"))
        close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(close)
        self.hide()

    def say(self, sentence: str, *, retry: bool = False) -> None:
        """Show this sentence, with a button to try again where that makes sense."""
        self._text.setText(sentence)
        self._button.setVisible(retry)
        self._passing = not retry
        self.setAccessibleName(sentence)
        self.show()

    def settle(self) -> None:
        """Go, if this was about one deed that the person has left behind; what can be tried again stays."""
        if self._passing:
            self.hide()

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


class StatusBar(QWidget):
    """How indexing goes, with its buttons; the promise about the photos while nothing goes on."""

    pause = Signal(bool)
    cancel = Signal()
    resume = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace, self._unfinished = phrases.Pace(), False
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedSize(140, 8)
        self._bar.setAccessibleName(self.tr("Indexing progress"))
        self._text = Elided(Qt.TextElideMode.ElideRight)
        self._skipped = QPushButton()
        self._skipped.setToolTip(self.tr("Show which files were skipped, and why"))
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.setCheckable(True)
        self._cancel = QPushButton(self.tr("Cancel"))
        self._resume = QPushButton(self.tr("Continue indexing"))
        self._skipped.clicked.connect(self.skipped)
        self._pause.toggled.connect(self._toggle_pause)
        self._cancel.clicked.connect(self.cancel)
        self._resume.clicked.connect(self.resume)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 12, 5)
        layout.setSpacing(8)
        layout.addWidget(self._bar)
        layout.addWidget(self._text, 1)
        for button in (self._skipped, self._pause, self._cancel, self._resume):
            layout.addWidget(button)
        self.setMinimumHeight(self._cancel.sizeHint().height() + 10)
        self.reset()

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def reset(self) -> None:
        """Say nothing but the promise."""
        self._show_buttons(indexing=False, unfinished=False)
        self._skipped.hide()
        self._promise()

    def begin(self) -> None:
        """Indexing begins."""
        self._pace.reset()
        self._pause.setChecked(False)
        self._bar.setRange(0, 0)
        self._say(self.tr("Looking for photos"))
        self._show_buttons(indexing=True, unfinished=False)
        self._unfinished = True

    def show_progress(self, step: Progress) -> None:
        """Show where indexing is."""
        left = None
        if step.phase == "encode":
            self._pace.note(step.done, time.monotonic())
            left = self._pace.left(step.total - step.done)
        self._bar.setRange(0, step.total if step.phase == "encode" else 0)
        self._bar.setValue(step.done)
        if not self._pause.isChecked():
            self._say(phrases.progress(step, left))
        self.set_skipped(step.skipped)

    def complete(self) -> None:
        """Indexing came to its end."""
        self._unfinished = False

    def end(self) -> None:
        """Indexing is over, complete or not."""
        self._show_buttons(indexing=False, unfinished=self._unfinished)
        if self._unfinished:
            self._say(self.tr("Indexing stopped; the photos so far can be searched."))
        else:
            self._promise()

    def set_skipped(self, count: int) -> None:
        """Show how many files were skipped."""
        self._skipped.setText(phrases.files_skipped(count) + "\N{HORIZONTAL ELLIPSIS}")
        self._skipped.setVisible(count > 0)

    def _say(self, text: str) -> None:
        self._text.setForegroundRole(QPalette.ColorRole.WindowText)
        self._text.setText(text)

    def _promise(self) -> None:
        self._text.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._text.setText(self.tr(PRIVACY))

    def _toggle_pause(self, paused: bool) -> None:
        self._pace.reset()
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        if paused:
            self._say(self.tr("Indexing paused"))
        self.pause.emit(paused)

    def _show_buttons(self, *, indexing: bool, unfinished: bool) -> None:
        for widget in (self._bar, self._pause, self._cancel):
            widget.setVisible(indexing)
        self._resume.setVisible(unfinished)
