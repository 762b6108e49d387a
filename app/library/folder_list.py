"""The folders of the library, one under another: how each is, and what can be done with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.collection.row import CollectionRow
from app.folder.state import FolderState, Phase, ShownFolder
from app.style.elided import Elided
from app.style.inks import FaintLabel
from app.style.text_room import room
from app.words import phrases
from app.words.names import name_of, short_place, tip
from engine.visible import visible

_WIDE, _HIGHEST = 460, 420  # pixels at the usual size of text


class _Named(QCheckBox):
    """A tick box whose name is shortened rather than push what stands beside it out of sight."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shorten()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the name as there is room for."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        metrics = (QStyle.PixelMetric.PM_IndicatorWidth, QStyle.PixelMetric.PM_CheckBoxLabelSpacing)
        room = self.width() - sum(self.style().pixelMetric(one, None, self) for one in metrics)
        shown = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self.setText(shown.replace("&", "&&"))


class FolderRow(QWidget):
    """One folder: whether it is searched, its name and place, how it is, and a menu.

    Attributes:
        folder: which one.
        searched: the tick box.
        more: opens the menu.
        menu: what can be done with it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.menu = folder, QMenu(self)
        name = name_of(folder)
        self.searched = _Named(name)
        self.searched.setToolTip(tip(str(folder), self.tr("Search this folder")))
        self._place, self._says = Elided(Qt.TextElideMode.ElideMiddle), Elided(Qt.TextElideMode.ElideRight)
        self._place.setText(short_place(folder.parent))
        self._place.add_note(str(folder))
        self._place.is_faint = True
        more = self.more = QToolButton()
        more.setText("\N{HORIZONTAL ELLIPSIS}")
        more.setAutoRaise(True)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setMenu(self.menu)
        more.setAccessibleName(self.tr("What to do with %1").replace("%1", name))
        more.setToolTip(self.tr("Move, leave out, forget, remove"))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.searched)
        for line in (self._place, self._says):
            indented = QHBoxLayout()
            indented.setContentsMargins(24, 0, 0, 0)
            indented.addWidget(line)
            words.addLayout(indented)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 4, 6)
        row.addLayout(words, 1)
        row.addWidget(more, 0, Qt.AlignmentFlag.AlignTop)

    def show_folder(self, folder: ShownFolder, phase: Phase, *, searched: bool) -> None:
        """Show how it is."""
        words = self._words(folder, phase)
        self._says.setText(visible(words))
        self.searched.setAccessibleDescription(words)
        self.searched.blockSignals(True)
        self.searched.setChecked(searched)
        self.searched.blockSignals(False)

    def _words(self, folder: ShownFolder, phase: Phase) -> str:
        if folder.trouble:
            return folder.trouble
        count = phrases.photos(folder.photos)
        if folder.offline:
            return self.tr("%1, not there now").replace("%1", count)
        if folder.progress is not None and phase in (Phase.INDEXING, Phase.PAUSED):
            return f"{count} \N{MIDDLE DOT} {phrases.progress(folder.progress, None)}"
        return count


class FolderList(QFrame):
    """A page over the window with every folder of the library."""

    add = Signal()
    """Another folder is to be added."""
    switched = Signal(object, bool)
    """A folder is to be searched, or not."""
    asked = Signal(object, object)
    """A row's menu is to be filled: the `QMenu`, and the folder."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(self.tr("Folders of the library"))
        self.rows: list[FolderRow] = []
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        self.button = QPushButton(self.tr("Add a folder…"))
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(scroll)
        self.collection = CollectionRow()
        column.addWidget(self.collection)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 4, 8, 6)
        note = FaintLabel(self.tr("Photos in these folders are found together."))
        note.setWordWrap(True)
        foot.addWidget(note, 1)
        foot.addWidget(self.button)
        column.addLayout(foot)

    def show_state(self, state: FolderState, off: frozenset[Path]) -> None:
        """Show these folders, and which of them are not searched."""
        if [row.folder for row in self.rows] != list(state.paths):
            self._fill(state)
        for row, folder in zip(self.rows, state.folders, strict=True):
            row.show_folder(folder, state.phase, searched=folder.folder not in off)

    def _fill(self, state: FolderState) -> None:
        focus = self.focusWidget() or self
        held = [(row.folder, row.more is focus) for row in self.rows if row.isAncestorOf(focus)]
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [FolderRow(path) for path in state.paths]
        for place, row in enumerate(self.rows):
            self._column.insertWidget(place, row)
            row.menu.aboutToShow.connect(lambda row=row: self.asked.emit(row.menu, row.folder))
            row.searched.toggled.connect(lambda on, row=row: self.switched.emit(row.folder, on))
            if (row.folder, True) in held:
                row.more.setFocus()
            elif (row.folder, False) in held:
                row.searched.setFocus()

    def open_under(self, bar: QWidget) -> None:
        """Show it under a bar, inside its screen."""
        wide = min(room(self, _WIDE), bar.width())
        high = sum(row.sizeHint().height() for row in self.rows) + self.button.sizeHint().height() + 30
        high += self.collection.sizeHint().height()
        screen, corner = bar.screen().availableGeometry(), bar.mapToGlobal(QPoint(0, bar.height()))
        self.resize(wide, min(high, room(self, _HIGHEST), screen.height()))
        left = min(max(corner.x(), screen.left()), screen.right() - self.width())
        self.move(left, min(corner.y(), screen.bottom() - self.height()))
        self.show()
        (self.rows[0].searched if self.rows else self.button).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from folder to folder by the arrows."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.focusNextPrevChild(step > 0)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that it is over."""
        super().hideEvent(event)
        self.closed.emit()
