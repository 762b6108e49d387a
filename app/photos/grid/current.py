"""The photo that the keyboard is at, while what is shown changes."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, SignalInstance
from PySide6.QtWidgets import QAbstractItemView

from app.photos.grid.model import HitsModel
from engine.library import Hit

_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate


class CurrentPhoto:
    """Keeps Qt from going on with a neighbour that nobody chose, and from scrolling to it.

    Attributes:
        judged: of these the person said what they are, and they may leave for that with the next answer.
        refused: those of them that it is not like: the next answer puts them last, if it has them at all.
    """

    def __init__(self, view: QAbstractItemView, model: HitsModel) -> None:
        """Take the view whose current photo it is, and its model."""
        self.judged: set[Path] = set()
        self.refused: set[Path] = set()
        self._view, self._model = view, model
        model.uniting.connect(self._unite)
        model.headed.connect(self._take_head)

    def follow(self, liked: SignalInstance, unliked: SignalInstance) -> None:
        """Note what the person says of photos."""
        for judged in (liked, unliked):
            judged.connect(self.judged.update)
        unliked.connect(self.refused.update)
        liked.connect(self.refused.difference_update)

    @contextmanager
    def keep(self, stays: Container[Path]) -> Iterator[None]:
        """Let the model change meanwhile.

        The current photo stays current. Where it leaves, the first one that is still selected is; where it
        was judged, the one in its place; else none. A refused one leaves, wherever it is shown, and is chosen
        no longer.

        Args:
            stays: the photos that will be shown.
        """
        index, selection = self._view.currentIndex(), self._view.selectionModel()
        row, path = index.row(), self._model.path(index) if index.isValid() else None
        leaves = path is not None and (path not in stays or path in self.refused)
        if leaves:
            selection.setCurrentIndex(QModelIndex(), _KEEP)
        yield
        self._deselect_refused()
        if path is not None and leaves:
            rows = selection.selectedIndexes()
            self._go_quietly(min(rows, key=QModelIndex.row) if rows else self._heir(path, row))

    def _go_quietly(self, index: QModelIndex) -> None:
        """Make a photo the current one without scrolling to it."""
        scrolls = self._view.hasAutoScroll()
        self._view.setAutoScroll(False)
        self._view.selectionModel().setCurrentIndex(index, _KEEP)
        self._view.setAutoScroll(scrolls)

    def _deselect_refused(self) -> None:
        selection = self._view.selectionModel()
        for index in selection.selectedIndexes() if self.refused else ():
            if self._model.path(index) in self.refused:
                selection.select(index, QItemSelectionModel.SelectionFlag.Deselect)

    def _unite(self, leaves: Path, stays: Path) -> None:
        """Choose one of two rows that show a photo where the other one, which is to leave, was chosen."""
        leaving, staying = (self._model.index(self._model.row_of(path) or 0) for path in (leaves, stays))
        selection = self._view.selectionModel()
        if selection.isSelected(leaving):
            selection.select(staying, QItemSelectionModel.SelectionFlag.Select)
        if selection.currentIndex() == leaving:
            self._go_quietly(staying)

    def _take_head(self, before: Path, hit: Hit) -> None:
        """Let what was said of a photo be said of the hit that stands for it now."""
        for judged in (self.judged, self.refused):
            if before in judged:
                judged.add(hit.path)

    def forget(self) -> None:
        """Let go of what was judged: the answer to it is here."""
        self.judged.clear()
        self.refused.clear()

    def go_to(self, index: QModelIndex) -> None:
        """Make a photo the current one; a selection it belongs to stays."""
        selection, flags = self._view.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(
            index, flags.NoUpdate if selection.isSelected(index) else flags.ClearAndSelect
        )

    def return_to(self, path: Path, rank: int | None) -> QModelIndex:
        """Go to a photo, or to that of its rank if it is gone and there is a rank; return which it is."""
        row = self._model.row_of(path)
        if row is None and rank is not None:
            heir = self._model.at_rank(min(rank, self._model.rowCount() - 1))
            row = self._model.row_of(heir) if heir is not None else None
        if row is None:
            return QModelIndex()
        self.go_to(self._model.index(row))
        return self._model.index(row)

    def _heir(self, path: Path, row: int) -> QModelIndex:
        judged, last = path in self.judged, self._model.rowCount() - 1
        return self._model.index(min(row, last)) if judged and last >= 0 else QModelIndex()
