"""The list of skipped files: read off the GUI thread, and put into words as far as it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.dialogs import close_button
from app.folder.session import Session
from app.style.text_room import be_roomy, room
from app.threads.background import Task
from app.words.engine_sentences import as_sentence, in_own_language
from app.words.names import tip
from engine.library import Library, Skipped
from engine.visible import visible

_Lists = tuple[list[Skipped], list[Skipped]]
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole


class SkippedFiles(QObject):
    """Shows which files of the open library were skipped, and why."""

    failed = Signal(str)
    """It cannot be told, as one sentence."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session, self._window = session, window
        self._task: Task[_Lists] | None = None

    def show(self) -> None:
        """Read the list, which may be long, and show it, unless another library was opened meanwhile."""
        library = self._session.library
        if library is not None and self._task is None:
            read = Task(lambda: (library.skipped_files(), library.odd_files()), self)
            self._task = read.begin(partial(self._open, library), partial(self._fail, library))

    def _open(self, library: Library, lists: _Lists) -> None:
        self._task = None
        if library is self._session.library:
            SkippedDialog(*lists, library.folder, self._window).open()

    def _fail(self, library: Library, reason: str) -> None:
        self._task = None
        if library is self._session.library:
            self.failed.emit(reason)


class SkippedDialog(QDialog):
    """Shows what was skipped and why, and what is found although it is odd; the files are untouched."""

    def __init__(
        self,
        skipped: Sequence[Skipped],
        odd: Sequence[Skipped],
        folder: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Skipped files"))
        be_roomy(self, 720, 420)
        words = QLabel(self._explanation(skipped, odd))
        words.setWordWrap(True)
        headings = (self.tr("File"), self.tr("Reason"), self.tr("Found"))
        self.list = QTableView()  # a tree would ask for every row
        self.list.setModel(_Rows(skipped, odd, folder, headings, (self.tr("no"), self.tr("yes")), self.list))
        self.list.setAccessibleName(self.tr("Skipped files"))
        self._set_up(has_odd=bool(odd))
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self.list, 1)
        layout.addWidget(close_button(self))

    def _set_up(self, *, has_odd: bool) -> None:
        table, head, side = self.list, self.list.horizontalHeader(), self.list.verticalHeader()
        table.setColumnHidden(2, not has_odd)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(table.fontMetrics().height() + 6)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setStretchLastSection(not has_odd)
        head.resizeSection(0, room(self, 260))
        head.resizeSection(1, room(self, 340))
        if has_odd:
            head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def _explanation(self, skipped: Sequence[Skipped], odd: Sequence[Skipped]) -> str:
        if not skipped and not odd:
            return self.tr("No file was skipped.")
        if not odd:
            return self.tr(
                "These files cannot be searched. They are untouched, and tried again once they change."
            )
        return self.tr(
            "Files that could be read in part are found; the others cannot be searched. "
            "All are untouched, and tried again once they change."
        )


class _Rows(QAbstractTableModel):
    """One row a file, put into words when the table asks for it: it asks for what is in sight."""

    def __init__(
        self,
        skipped: Sequence[Skipped],
        odd: Sequence[Skipped],
        folder: Path,
        headings: Sequence[str],
        found: tuple[str, str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._entries, self._skipped = [*skipped, *odd], len(skipped)
        self._folder, self._headings, self._found = folder, headings, found
        self._reason = cache(lambda reason: visible(in_own_language(reason)))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many files there are."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Return three: file, reason, whether it is found."""
        return 0 if parent.isValid() else len(self._headings)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> object:
        """Return what stands above a column."""
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return self._headings[section]
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> object:
        """Return the words of one cell, or its tooltip."""
        if role not in (_Role.DisplayRole, _Role.ToolTipRole):
            return None
        entry, says = self._entries[index.row()], role == _Role.DisplayRole
        if index.column() == 0:
            return self._name(entry.path) if says else tip(str(entry.path))
        if index.column() == 1:
            reason = self._reason(entry.reason)
            return as_sentence(reason) if says else tip(reason)
        return self._found[index.row() >= self._skipped] if says else None

    def _name(self, path: Path) -> str:
        return visible(str(path.relative_to(self._folder) if path.is_relative_to(self._folder) else path))
