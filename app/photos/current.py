"""The photo that the keyboard is at, while what is shown changes."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex
from PySide6.QtWidgets import QAbstractItemView

from app.photos.model import HitsModel

_KEEP = QItemSelectionModel.SelectionFlag.NoUpdate


class CurrentPhoto:
    """Keeps Qt from going on with a neighbour that nobody chose, and from scrolling to it.

    Attributes:
        judged: of these the person said what they are, and they may leave for that with the next answer.
    """

    def __init__(self, view: QAbstractItemView, model: HitsModel) -> None:
        """Take the view whose current photo it is, and its model."""
        self.judged: set[Path] = set()
        self._view, self._model = view, model

    @contextmanager
    def kept(self, stays: Container[Path]) -> Iterator[None]:
        """Let the model change meanwhile.

        The current photo stays current. Where it leaves, the first one that is still selected is; where it
        was judged, the one in its place; else none.

        Args:
            stays: the photos that will be shown.
        """
        index, selection = self._view.currentIndex(), self._view.selectionModel()
        row, path = index.row(), self._model.path(index) if index.isValid() else None
        if path is None or path in stays:
            yield
            return
        selection.setCurrentIndex(QModelIndex(), _KEEP)
        yield
        rows = selection.selectedIndexes()
        scrolls = self._view.hasAutoScroll()
        self._view.setAutoScroll(False)
        selection.setCurrentIndex(min(rows, key=QModelIndex.row) if rows else self._heir(path, row), _KEEP)
        self._view.setAutoScroll(scrolls)

    def _heir(self, path: Path, row: int) -> QModelIndex:
        judged, last = path in self.judged, self._model.rowCount() - 1
        return self._model.index(min(row, last)) if judged and last >= 0 else QModelIndex()
