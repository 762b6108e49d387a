"""The photo that the keyboard is at, while what is shown changes."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, SignalInstance
from PySide6.QtWidgets import QAbstractItemView

from app.photos.model import HitsModel

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

    def follow(self, liked: SignalInstance, unliked: SignalInstance) -> None:
        """Note what the person says of photos."""
        for judged in (liked, unliked):
            judged.connect(self.judged.update)
        unliked.connect(self.refused.update)
        liked.connect(self.refused.difference_update)

    @contextmanager
    def kept(self, stays: Container[Path]) -> Iterator[None]:
        """Let the model change meanwhile.

        The current photo stays current. Where it leaves, the first one that is still selected is; where it
        was judged, the one in its place; else none. A refused one leaves, wherever it is shown, and is chosen
        no longer.

        Args:
            stays: the photos that will be shown.
        """
        index, selection = self._view.currentIndex(), self._view.selectionModel()
        row, path = index.row(), self._model.path(index) if index.isValid() else None
        if path is None or (path in stays and path not in self.refused):
            yield
            return
        selection.setCurrentIndex(QModelIndex(), _KEEP)
        yield
        for refused in [one for one in selection.selectedIndexes() if self._model.path(one) in self.refused]:
            selection.select(refused, QItemSelectionModel.SelectionFlag.Deselect)
        rows = selection.selectedIndexes()
        scrolls = self._view.hasAutoScroll()
        self._view.setAutoScroll(False)
        selection.setCurrentIndex(min(rows, key=QModelIndex.row) if rows else self._heir(path, row), _KEEP)
        self._view.setAutoScroll(scrolls)

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
