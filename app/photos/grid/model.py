"""The found photos as a Qt model: rows in order of their seats, moved rows keep their pictures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import QPixmap

from app.photos.grid.tile_facts import Painted, Run, host_of, others_of
from app.photos.reading.thumbnails import Thumbnails
from app.words import phrases
from app.words.names import folder_of, tip
from engine.library import Hit
from engine.visible import visible

Index = QModelIndex | QPersistentModelIndex

PATH_ROLE = Qt.ItemDataRole.UserRole
BROKEN_ROLE = Qt.ItemDataRole.UserRole + 1


class HitsModel(QAbstractListModel):
    """The hits being shown, each in its seat."""

    renamed = Signal(object, object)
    """A photo, shown here or not, goes by another path: the one before, and the one now."""
    uniting = Signal(object, object)
    """A photo shown by two paths is about to be shown once: by which it leaves, and by which it stays."""
    headed = Signal(object, object)
    """A photo that was shown is now one of those that a hit stands for: the photo, and the hit."""
    away_changed = Signal()
    """Folders went away, or came back."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._hits: list[Hit] = []
        self._rows: dict[Path, int] = {}
        self._ranks: dict[Path, int] = {}
        self.is_by_date = False  # these are no matches, but all photos
        self.numbers_wait = False  # how many photos are behind each is not painted for its own sake
        self._painted = Painted()
        self._ranking: list[Path] | None = None  # made of the ranks when it is asked for
        self.away_changed.connect(thumbnails.retry)
        thumbnails.ready.connect(self._repaint)
        for changed in (thumbnails.retried, thumbnails.outdated):
            changed.connect(self._repaint_all)

    def set_hits(self, hits: Sequence[Hit], ranking: Sequence[Hit] | None = None) -> None:
        """Show these hits; what points to a photo, as a selection does, goes with it to its new row.

        Args:
            hits: in the order of their seats.
            ranking: the same, or some of them, best match first; None if that is their order.
        """
        self._ranks = {hit.path: rank for rank, hit in enumerate(hits if ranking is None else ranking)}
        self._ranking = None
        if len(hits) == len(self._hits) and not self.persistentIndexList():
            self._exchange(hits)
            return
        rows = (self._rows.get(hit.path) for hit in hits)
        self._keep_only(sorted(row for row in rows if row is not None))
        self._insert([hit for hit in hits if hit.path not in self._rows])
        self._order(hits)
        self._repaint_all()

    def _exchange(self, hits: Sequence[Hit]) -> None:
        """Show as many others, where nothing points to a row: only the tiles that look different are painted.

        While the pen moves, most photos keep their seats, and painting takes time that the search needs.
        """
        before = self._hits
        self._take(hits)
        self._paint(self._painted.exchange(before, hits, waits=self.numbers_wait))

    def show_numbers(self) -> None:
        """Paint what waited of how many photos are behind each."""
        self._paint(self._painted.catch_up())

    def _paint(self, runs: Sequence[Run]) -> None:
        for first, last in runs:
            self.dataChanged.emit(self.index(first), self.index(last))

    def _keep_only(self, rows: Sequence[int]) -> None:
        """Remove all other rows at one go; however many they are, their photos are not looked at."""
        count, kept = len(self._hits), len(rows)
        if kept == count:
            return
        if rows and rows[-1] != kept - 1:
            self.layoutAboutToBeChanged.emit()
            before, stays = self.persistentIndexList(), set(rows)
            gone = [hit for row, hit in enumerate(self._hits) if row not in stays]
            self._hits = [*(self._hits[row] for row in rows), *gone]
            places = []
            for row in (index.row() for index in before):
                earlier = bisect_left(rows, row)
                places.append(self.index(earlier if row in stays else kept + row - earlier))
            self.changePersistentIndexList(before, places)
            self.layoutChanged.emit()
        self.beginRemoveRows(QModelIndex(), kept, count - 1)
        self._take(self._hits[:kept])
        self._painted.catch_up()  # the view paints them all
        self.endRemoveRows()

    def append(self, hits: Sequence[Hit]) -> None:
        """Show these as well, after all others; what is shown already is passed over."""
        new = [hit for hit in hits if hit.path not in self._rows]
        for rank, hit in enumerate(new, len(self._hits)):
            self._ranks[hit.path] = rank
        self._ranking = None
        self._insert(new)

    def renew(self, hits: Sequence[Hit]) -> None:
        """Take what else is known of photos that are shown, where they are; others are passed over."""
        for hit in hits:
            row = self._rows.get(hit.path)
            if row is not None and self._hits[row] != hit:
                self._hits[row] = hit
                self.dataChanged.emit(self.index(row), self.index(row))

    def rename(self, pairs: Iterable[tuple[Path, Path]]) -> None:
        """Let photos go by other paths; one that is shown twice then stays in the first of its seats."""
        names = {before: now for before, now in pairs if before != now}
        self._move(names)
        for before, now in names.items():
            self.renamed.emit(before, now)

    def take_over(self, hits: Mapping[Path, Hit]) -> None:
        """Let hits stand where photos are shown, by these, that they stand for as well.

        A hit that is shown already, or takes over several, then stands in the first of these seats.
        """
        if hits:
            self._move({before: hit.path for before, hit in hits.items()})
            self.renew(list(hits.values()))
            for before, hit in hits.items():
                self.headed.emit(before, hit)

    def _move(self, names: Mapping[Path, Path]) -> None:
        """Let other paths stand in the seats of these."""
        rows = {self._rows[path] for path in (*names, *names.values()) if path in self._rows}
        first, leaving = dict[Path, Path](), list[Path]()
        for path in [self._hits[row].path for row in sorted(rows)]:
            now = names.get(path, path)
            if first.setdefault(now, path) != path:
                self.uniting.emit(path, first[now])
                leaving.append(path)
        self.drop(leaving)
        moved = [(one, now) for now, one in first.items() if one != now]
        for row, rank, now in [
            (self._rows.pop(one), self._ranks.pop(one, len(self._hits)), now) for one, now in moved
        ]:
            self._hits[row] = replace(self._hits[row], path=now)
            self._rows[now], self._ranks[now] = row, rank
            self.dataChanged.emit(self.index(row), self.index(row))
        self._ranking = None

    def drop(self, paths: Iterable[Path]) -> None:
        """Show these no more; the others move up."""
        gone = {self._rows[path] for path in paths if path in self._rows}
        if gone:
            self._keep_only([row for row in range(len(self._hits)) if row not in gone])
            self._ranking = sorted(self._rows, key=self.rank)
            self._ranks = {path: rank for rank, path in enumerate(self._ranking)}

    def _insert(self, new: Sequence[Hit]) -> None:
        if new:
            first = len(self._hits)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._hits.extend(new)
            self._rows.update({hit.path: row for row, hit in enumerate(new, first)})
            self.endInsertRows()

    def _order(self, hits: Sequence[Hit]) -> None:
        """Bring what is shown, the same photos, into this order, with these scores."""
        if [hit.path for hit in hits] == [hit.path for hit in self._hits]:
            self._hits = list(hits)
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        paths = [self.path(index) for index in before]
        self._take(hits)
        self.changePersistentIndexList(before, [self.index(self._rows[path]) for path in paths])
        self.layoutChanged.emit()

    def _take(self, hits: Sequence[Hit]) -> None:
        self._hits = list(hits)
        self._rows = {hit.path: row for row, hit in enumerate(hits)}

    @property
    def hits(self) -> tuple[Hit, ...]:
        """What is shown, in the order of the seats."""
        return tuple(self._hits)

    def hit(self, row: int) -> Hit:
        """Return what this row shows."""
        return self._hits[row]

    def picture(self, row: int) -> QPixmap | None:
        """Return what DecorationRole gives, without Qt in between."""
        return self._thumbnails.get(self._hits[row].path)

    def ask_for_pictures(self, rows: Sequence[int]) -> None:
        """Have the pictures of these rows that are missing made before all others, the best match first."""
        paths = sorted((self._hits[row].path for row in rows), key=self.rank, reverse=True)
        self._thumbnails.ask_for(paths)  # what is asked for last comes first

    def rank(self, path: Path) -> int:
        """Return how many photos match better than this one."""
        return self._ranks.get(path, len(self._hits))

    def at_rank(self, rank: int) -> Path | None:
        """Return the photo that so many photos match better than, None beyond both ends."""
        if self._ranking is None:
            self._ranking = sorted(self._rows, key=self.rank)
        return self._ranking[rank] if 0 <= rank < len(self._ranking) else None

    def set_away(self, folders: Sequence[Path]) -> None:
        """Take which folders are not there now: their photos are seen as they were."""
        if tuple(folders) != self._thumbnails.away.folders:
            self._thumbnails.away.folders = tuple(folders)
            self.away_changed.emit()
            self._repaint_all()

    def is_away(self, path: Path) -> bool:
        """Return whether a photo lies in a folder that is not there now."""
        return self._thumbnails.away.holds(path)

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
            away = [self.tr("Offline: its folder is not there now")] if self.is_away(hit.path) else []
            away += [self.tr("On another machine: %1").replace("%1", host)] if (host := host_of(hit)) else []
            return tip(hit.path.name, folder_of(hit.path), *away, *others_of(hit))
        if role == Qt.ItemDataRole.DisplayRole:
            return visible(hit.path.name)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._accessible_text(hit)
        return self._extra(hit, role)

    def _accessible_text(self, hit: Hit) -> str:
        """Return what a screen reader says; the rank is that of the match, wherever the photo sits."""
        text = visible(hit.path.name)
        if not self.is_by_date:
            text = self.tr("{name}, match {rank}").format(name=text, rank=self.rank(hit.path) + 1)
        extras = [self.tr("offline")] if self.is_away(hit.path) else []
        extras += [self.tr("not readable now")] if self._thumbnails.is_broken(hit.path) else []
        extras += [self.tr("on %1").replace("%1", host)] if (host := host_of(hit)) else []
        extras += [phrases.copies(len(hit.copies))] if hit.copies else []
        extras += [phrases.of_the_moment(len(hit.burst))] if hit.burst else []
        extras += [phrases.more_like_this(hit.behind)] if hit.behind else []
        return ", ".join([text, *extras])

    def _extra(self, hit: Hit, role: int) -> object:
        if role == PATH_ROLE:
            return hit.path
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
        """Return the photos as files for another program, best first."""
        paths = sorted((self.path(index) for index in indexes), key=self.rank)
        data = QMimeData()
        data.setUrls([QUrl(path.as_uri()) for path in paths if path.is_absolute()])
        return data

    def supportedDragActions(self) -> Qt.DropAction:
        """Offer copies only: the photos stay where they are."""
        return Qt.DropAction.CopyAction

    def _repaint_all(self) -> None:
        self._painted.catch_up()
        if self._hits:
            self.dataChanged.emit(self.index(0), self.index(len(self._hits) - 1))

    def _repaint(self, path: Path) -> None:
        row = self._rows.get(path)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])
