"""The found photos as a Qt model: rows in order of rank, moved rows keep their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
)

from app.photos.thumbnails import Thumbnails
from engine.library import Hit

Index = QModelIndex | QPersistentModelIndex

PATH_ROLE = Qt.ItemDataRole.UserRole
STRENGTH_ROLE = Qt.ItemDataRole.UserRole + 1
BROKEN_ROLE = Qt.ItemDataRole.UserRole + 2

_WEAKEST = 0.08  # the last photo's bar, so that it is still a bar


def strengths(scores: Sequence[float]) -> list[float]:
    """Return each score's share between the weakest and the best: 1 for the best, never quite 0.

    A score says little by itself, and what is "good" differs from drawing to drawing; the order and the
    steps between neighbours are what a person can use.
    """
    if not scores:
        return []
    best, weakest = max(scores), min(scores)
    span = best - weakest
    if span <= 0:
        return [1.0] * len(scores)
    return [min(_WEAKEST + (1 - _WEAKEST) * (score - weakest) / span, 1.0) for score in scores]


class HitsModel(QAbstractListModel):
    """The hits being shown, best first."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._hits: tuple[Hit, ...] = ()
        self._strengths: list[float] = []
        self._rows: dict[Path, int] = {}
        thumbnails.ready.connect(self._repaint)

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show these hits; rows are reused, so that the view neither scrolls nor flickers."""
        before, common = len(self._hits), min(len(hits), len(self._hits))
        if before > common:
            self.beginRemoveRows(QModelIndex(), common, before - 1)
            self._hits = self._hits[:common]
            self.endRemoveRows()
        self._take(hits[:common], hits)
        if common:
            self.dataChanged.emit(self.index(0), self.index(common - 1))
        if len(hits) > common:
            self.beginInsertRows(QModelIndex(), common, len(hits) - 1)
            self._take(hits, hits)
            self.endInsertRows()

    def _take(self, shown: Sequence[Hit], ranked: Sequence[Hit]) -> None:
        """Show some of the ranked hits; how strong each is depends on all."""
        self._hits = tuple(shown)
        self._strengths = strengths([hit.score for hit in ranked])
        self._rows = {hit.path: row for row, hit in enumerate(shown)}

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What is shown, best first."""
        return self._hits

    def path(self, index: Index) -> Path:
        """Return the photo of this row."""
        return self._hits[index.row()].path

    def row_of(self, path: Path) -> int | None:
        """Return the row that shows this photo."""
        return self._rows.get(path)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many photos are shown."""
        return 0 if parent is not None and parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return one fact about a row; asking for its picture orders it if it is missing."""
        if not index.isValid() or index.row() >= len(self._hits):
            return None
        hit = self._hits[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._thumbnails.get(hit.path)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{hit.path.name}\n{hit.path.parent}"
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.path.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("{name}, match {rank}").format(name=hit.path.name, rank=index.row() + 1)
        return self._extra(hit, index.row(), role)

    def _extra(self, hit: Hit, row: int, role: int) -> object:
        if role == PATH_ROLE:
            return hit.path
        if role == STRENGTH_ROLE:
            return self._strengths[row]
        if role == BROKEN_ROLE:
            return self._thumbnails.is_broken(hit.path)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Let photos be selected and dragged out."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:
        """Offer files."""
        return ["text/uri-list"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """Return the photos as files for another program."""
        data = QMimeData()
        data.setUrls([QUrl(self.path(index).as_uri()) for index in indexes])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Offer copies only: the photos stay where they are."""
        return Qt.DropAction.CopyAction

    def _repaint(self, path: Path) -> None:
        row = self._rows.get(path)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])
