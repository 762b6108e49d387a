"""The bars above and below: the folders and the status. They show the folders' state and keep none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QToolButton,
    QWidget,
)

from app.collection.state import CollectionState, Reach
from app.folder.state import FolderState, Phase
from app.input.own_presses import OwnPresses
from app.style import motion
from app.style.elided import Elided
from app.style.icons import icon
from app.style.inks import FaintLabel
from app.style.tips import set_tip
from app.words import phrases
from app.words.names import tip
from engine.library import Learned
from engine.visible import visible


class FolderBar(QWidget):
    """Which folders are open, how many of their photos can be searched, and the button to choose others."""

    choose = Signal()
    """A folder is to be chosen."""
    pressed = Signal()
    """The list of all folders is wanted."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._symbol, self._name, self._count = (
            QToolButton(),
            Elided(Qt.TextElideMode.ElideRight),
            FaintLabel(),
        )
        self._symbol.setAutoRaise(True)
        self._symbol.setAccessibleName(self.tr("Folders of the library"))
        self._symbol.clicked.connect(self.pressed)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._button = QPushButton(self.tr("Choose folder…"))
        self._button.clicked.connect(self.choose)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self._symbol)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._count)
        layout.addWidget(self._button)
        self.show_state(FolderState())

    def show_state(self, state: FolderState, off: frozenset[Path] = frozenset()) -> None:
        """Show the folders' names, their paths on hovering, and how many of their photos can be searched.

        Args:
            state: the open folders.
            off: those of them that are not searched.
        """
        on = [one for one in state.folders if one.folder not in off]
        name, photos = state.name, state.photos
        if len(on) < len(state.folders):
            name, photos = ", ".join(one.name for one in on), sum(one.photos for one in on)
        self._name.setText(self.tr("No folder chosen") if state.folder is None else visible(name))
        set_tip(self._symbol, "" if state.folder is None else tip(*(str(path) for path in state.paths)))
        self._symbol.setEnabled(state.folder is not None)
        self._count.setText(phrases.photos(photos) if photos else "")
        self._button.setVisible(state.folder is not None)

    def refresh_icons(self, palette: QPalette) -> None:
        """Draw the icon in this palette."""
        self._symbol.setIcon(icon("folder", palette))


class StatusBar(QWidget):
    """How indexing goes, with its buttons; the promise about the photos while nothing goes on."""

    pause = Signal(bool)
    cancel = Signal()
    resume = Signal()
    skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bar = QProgressBar(textVisible=False)
        self._bar.setFixedSize(140, 8)
        self._bar.setAccessibleName(self.tr("Indexing progress"))
        self._text = Elided(Qt.TextElideMode.ElideRight)
        self._learned = Elided(Qt.TextElideMode.ElideRight)
        self._learned.is_faint = True
        self._learned.setVisible(False)
        self._skipped = QPushButton()
        self._skipped.setToolTip(self.tr("Show which files were skipped, and why"))
        self._pause = QPushButton(self.tr("Pause"))
        self._pause.setCheckable(True)
        self._pause.setAccessibleName(self.tr("Pause"))
        self._cancel = QPushButton(self.tr("Cancel"))
        self._resume = QPushButton(self.tr("Continue indexing"))
        self._skipped.clicked.connect(self.skipped)
        self._pause.clicked.connect(self.pause)
        self._cancel.clicked.connect(self.cancel)
        self._resume.clicked.connect(self.resume)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 12, 5)
        layout.setSpacing(8)
        layout.addWidget(self._bar)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._learned, 1)
        for button in (self._skipped, self._pause, self._cancel, self._resume):
            layout.addWidget(button)
            OwnPresses(button)  # one takes the place of another
        self._promise: str | None = None
        self._state = FolderState()
        self.setMinimumHeight(self._cancel.sizeHint().height() + 10)
        self.show_state(FolderState())
        motion.wish.changed.connect(self._render_again)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text.text()

    def show_collection(self, state: CollectionState) -> None:
        """Say how the shared collection is while nothing else goes on; nothing where it is not searched."""
        self._promise = None if state.reach is Reach.OFF else state.promise
        self.show_state(self._state)

    def show_state(self, state: FolderState) -> None:
        """Show how indexing goes."""
        self._state = state
        buttons = self._pause, self._cancel, self._resume
        had_focus = any(one.hasFocus() for one in buttons)
        for widget in (self._bar, self._pause, self._cancel):
            widget.setVisible(state.is_indexing)
        self._resume.setVisible(state.phase is Phase.STOPPED)
        heir = self._resume if state.phase is Phase.STOPPED else self._pause
        kept = any(one.hasFocus() and not one.isHidden() for one in buttons)
        if had_focus and not kept and not heir.isHidden():
            heir.setFocus()  # the keyboard stays where indexing is seen to
        self._render_progress(state)
        paused = state.phase is Phase.PAUSED
        self._pause.setChecked(paused)
        self._pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self._skipped.setText(phrases.files_skipped(state.skipped) + "\N{HORIZONTAL ELLIPSIS}")
        self._skipped.setVisible(state.skipped > 0)
        self._text.is_faint = not state.is_indexing and state.phase not in (Phase.STOPPED, Phase.WAITING)
        self._text.update()
        self._text.setText(self._says(state))

    def show_learned(self, learned: Learned) -> None:
        """Say from how many drawings something was learned; nothing where nothing helps."""
        helps = learned.map is not None
        self._learned.setText(phrases.lessons_learned(learned.drawings) if helps else "")
        self._learned.setVisible(helps)

    def _render_progress(self, state: FolderState) -> None:
        step = state.progress
        if step is not None and step.phase in ("encode", "dates"):
            self._bar.setRange(0, step.total)
            self._bar.setValue(step.done)
        else:  # busy, which is a motion without an end
            moves = state.phase is not Phase.PAUSED and motion.duration(self._bar, 1) > 0
            self._bar.setRange(0, 0 if moves else 1)
            self._bar.setValue(0)

    def _render_again(self) -> None:
        self._render_progress(self._state)

    def _says(self, state: FolderState) -> str:
        if state.phase is Phase.PAUSED:
            return self.tr("Indexing paused")
        if state.phase is Phase.STOPPED:
            return self.tr("Indexing stopped; the photos so far can be searched.")
        if state.phase is Phase.WAITING:
            return self.tr(
                "Photos are being indexed in another window or terminal; this one goes on after that."
            )
        if state.phase is not Phase.INDEXING:
            return phrases.privacy() if self._promise is None else self._promise
        if state.progress is None:
            return self.tr("Looking for photos")
        return phrases.progress(state.progress, state.seconds_left)
