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

from app import phrases
from app.names import tip
from app.photos.thumbnails import Thumbnails
from engine.library import Hit
from engine.visible import visible

Index = QModelIndex | QPersistentModelIndex

PATH_ROLE = Qt.ItemDataRole.UserRole
STRENGTH_ROLE = Qt.ItemDataRole.UserRole + 1
BROKEN_ROLE = Qt.ItemDataRole.UserRole + 2
COPIES_ROLE = Qt.ItemDataRole.UserRole + 3

_NAMED = 6  # copies named in a tooltip
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


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return first and last place of each run of true flags."""
    places = [place for place, flag in enumerate(flags) if flag]
    firsts = [place for place in places if place == 0 or not flags[place - 1]]
    lasts = [place for place in places if place == len(flags) - 1 or not flags[place + 1]]
    return list(zip(firsts, lasts, strict=True))


def _copies(hit: Hit) -> list[str]:
    """Return the lines of a tooltip that name a photo's copies."""
    if not hit.copies:
        return []
    lines = [phrases.copies(len(hit.copies)) + ":", *map(str, hit.copies[:_NAMED])]
    return [*lines, "…"] if len(hit.copies) > _NAMED else lines


class HitsModel(QAbstractListModel):
    """The hits being shown, best first."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._hits: tuple[Hit, ...] = ()
        self._strengths: dict[Path, float] = {}
        self._rows: dict[Path, int] = {}
        thumbnails.ready.connect(self._repaint)

    def set_hits(self, hits: Sequence[Hit]) -> None:
        """Show these hits; what points to a photo, as a selection does, goes with it to its new row."""
        wanted = {hit.path for hit in hits}
        for first, last in reversed(_runs([hit.path not in wanted for hit in self._hits])):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._take((*self._hits[:first], *self._hits[last + 1 :]))
            self.endRemoveRows()
        new = [hit for hit in hits if hit.path not in self._rows]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._hits), len(self._hits) + len(new) - 1)
            self._take((*self._hits, *new))
            self.endInsertRows()
        self._order(hits)

    def _order(self, hits: Sequence[Hit]) -> None:
        """Bring what is shown, the same photos, into this order, with these scores."""
        moved = [hit.path for hit in hits] != [hit.path for hit in self._hits]
        if moved:
            self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        paths = [self.path(index) for index in before]
        self._take(hits)
        self._strengths = dict(
            zip(self._rows, strengths([hit.score for hit in hits]), strict=True),
        )
        if moved:
            self.changePersistentIndexList(before, [self.index(self._rows[path]) for path in paths])
            self.layoutChanged.emit()
        if hits:
            self.dataChanged.emit(self.index(0), self.index(len(hits) - 1))

    def _take(self, hits: Sequence[Hit]) -> None:
        self._hits = tuple(hits)
        self._rows = {hit.path: row for row, hit in enumerate(hits)}

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
            return tip(hit.path.name, str(hit.path.parent), *_copies(hit))
        if role == Qt.ItemDataRole.DisplayRole:
            return visible(hit.path.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            text = self.tr("{name}, match {rank}").format(name=visible(hit.path.name), rank=index.row() + 1)
            return f"{text}, {phrases.copies(len(hit.copies))}" if hit.copies else text
        return self._extra(hit, role)

    def _extra(self, hit: Hit, role: int) -> object:
        if role == PATH_ROLE:
            return hit.path
        if role == STRENGTH_ROLE:
            return self._strengths.get(hit.path, _WEAKEST)
        if role == BROKEN_ROLE:
            return self._thumbnails.is_broken(hit.path)
        if role == COPIES_ROLE:
            return hit.copies
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
        """Return the photos as files for another program, best first."""
        rows = sorted(index.row() for index in indexes)
        data = QMimeData()
        data.setUrls([QUrl(self._hits[row].path.as_uri()) for row in rows])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Offer copies only: the photos stay where they are."""
        return Qt.DropAction.CopyAction

    def _repaint(self, path: Path) -> None:
        row = self._rows.get(path)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])
