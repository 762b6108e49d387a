"""The grid of found photos, and how they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from app import phrases
from app.photos.deeds import PhotoDeeds
from app.photos.delegate import BAR, TileDelegate
from app.photos.model import COPIES_ROLE, HitsModel
from app.photos.thumbnails import Thumbnails
from engine.library import Hit
from engine.visible import visible

LARGEST_TILE = 190
"""The side of the largest tile, in pixels; thumbnails are made for it."""

_SMALLEST_TILE = 132
_MOST_COPIES = 20  # in the menu


def tile_side(width: int) -> int:
    """Return the side of the tiles that fill a view of this width without a ragged margin."""
    columns = max(width // _SMALLEST_TILE, 1)
    return min(width // columns, LARGEST_TILE)


class PhotoGrid(QListView):
    """A virtual grid: what is out of sight is neither laid out nor decoded."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    liked = Signal(list)
    """These photos, paths, are to be laid beside the drawing: it is like them."""
    unliked = Signal(list)
    """The same: it is not like them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ratio = self.screen().devicePixelRatio()
        self.thumbnails = Thumbnails(round(LARGEST_TILE * ratio), self)
        self.hits_model = HitsModel(self.thumbnails, self)
        self._delegate = TileDelegate(self)
        self._set_up_view()
        self._deeds = PhotoDeeds(self)
        self._deeds.failed.connect(self.failed)
        self._actions = self._make_actions()
        self.activated.connect(self._open)
        self._settled = QTimer(self, interval=60, singleShot=True)
        self._settled.timeout.connect(self._drop_unseen)
        self.verticalScrollBar().valueChanged.connect(self._settled.start)

    def _set_up_view(self) -> None:
        self.setModel(self.hits_model)
        self.setItemDelegate(self._delegate)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Found photos"))

    def show_hits(self, hits: Sequence[Hit], *, from_top: bool) -> None:
        """Show these hits; selected photos stay selected wherever they moved.

        Args:
            hits: best first.
            from_top: scroll up, since the drawing is another one.
        """
        current = self.currentIndex()
        path = self.hits_model.path(current) if current.isValid() else None
        self.hits_model.set_hits(hits)
        if path is not None and self.hits_model.row_of(path) is None:
            rows = self.selectionModel().selectedIndexes()  # Qt would go on with a neighbour nobody chose
            index = min(rows, key=QModelIndex.row) if rows else QModelIndex()
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if from_top:
            self.scrollToTop()
        self._settled.start()

    def clear(self) -> None:
        """Show nothing."""
        self.hits_model.set_hits([])
        self.thumbnails.keep_only(())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the tiles to the width."""
        side = tile_side(self.viewport().width() - 2)
        if side != self._delegate.side or not self.gridSize().isValid():
            self._delegate.side = side
            self.setGridSize(QSize(side, side + BAR))
        super().resizeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the photo under the pointer, or the current one from the keyboard."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        if not index.isValid():
            return
        chosen = self.selectionModel().isSelected(index)
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flags.NoUpdate if chosen else flags.ClearAndSelect)
        place = (
            self.viewport().mapToGlobal(self.visualRect(index).center()) if keyboard else event.globalPos()
        )
        self.menu().popup(place)

    def menu(self) -> QMenu:
        """Return the menu for the chosen photos."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(self._actions)
        index = self.currentIndex()
        copies = self.hits_model.data(index, COPIES_ROLE)
        if isinstance(copies, tuple) and copies:
            self._add_copies(menu, copies)
        return menu

    def _add_copies(self, menu: QMenu, copies: Sequence[Path]) -> None:
        """Name the other files of the photo; each can be shown in its folder."""
        submenu = menu.addMenu(phrases.copies(len(copies)))
        for path in copies[:_MOST_COPIES]:
            entry = submenu.addAction(visible(str(path)).replace("&", "&&"))
            entry.triggered.connect(lambda _=False, path=path: self._deeds.show_in_folder([path]))
        if len(copies) > _MOST_COPIES:
            submenu.addAction("…").setEnabled(False)

    def viewportEvent(self, event: QEvent) -> bool:
        """Drop the hover ring when the pointer leaves."""
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)

    def _make_actions(self) -> list[QAction]:
        deeds = self._deeds
        entries: list[tuple[str, str, Callable[[Sequence[Path]], None]]] = [
            (self.tr("Open"), "", deeds.open),
            (self.tr("Show in folder"), "Ctrl+Return", deeds.show_in_folder),
            (self.tr("Copy"), "Ctrl+C", deeds.copy),
            (self.tr("Copy path"), "Ctrl+Shift+C", deeds.copy_paths),
        ]
        actions = []
        for text, keys, deed in entries:
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, deed=deed: deed(self.chosen_photos()))
            self.addAction(action)
            actions.append(action)
        return actions

    def chosen_photos(self) -> list[Path]:
        """Return the selected photos, best first; the current one where none is selected."""
        indexes = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        return [
            self.hits_model.path(index) for index in sorted(indexes, key=QModelIndex.row) if index.isValid()
        ]

    def _open(self, index: QModelIndex) -> None:
        """Open what was activated, and what is selected with it."""
        path, chosen = self.hits_model.path(index), self.chosen_photos()
        self._deeds.open(chosen if path in chosen else [path])

    def _drop_unseen(self) -> None:
        """Forget thumbnails asked for by rows that have scrolled away."""
        self.thumbnails.keep_only(self.visible_photos())

    def visible_photos(self) -> set[Path]:
        """Return the photos in sight."""
        rows = self.hits_model.rowCount()
        first = self.indexAt(QPoint(self._delegate.side // 2, self._delegate.side // 2))
        if not first.isValid():
            return {hit.path for hit in self.hits_model.hits}
        view = self.viewport().rect()
        seen = set()
        for row in range(first.row(), rows):
            index = self.hits_model.index(row)
            if not self.visualRect(index).intersects(view):
                break
            seen.add(self.hits_model.path(index))
        return seen
