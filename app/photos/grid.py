"""The grid of found photos, and how they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDrag,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStyle, QWidget

from app import phrases
from app.photos.deeds import PhotoDeeds
from app.photos.delegate import Part, TileDelegate, part_at
from app.photos.model import COPIES_ROLE, HitsModel
from app.photos.thumbnails import Thumbnails
from app.photos.tiles import TileView
from engine.library import Hit
from engine.visible import visible

LARGEST_TILE = 190
"""The side of the largest tile, in pixels; thumbnails are made for it."""

_SMALLEST_TILE = 132
_CARRIED = 72  # pixels: the longer side of the picture that the pointer carries
_MOST_COPIES = 20  # in the menu


def tile_side(width: int) -> int:
    """Return the side of the tiles that fill a view of this width without a ragged margin."""
    columns = max(width // _SMALLEST_TILE, 1)
    return min(width // columns, LARGEST_TILE)


class PhotoGrid(TileView):
    """A virtual grid: what is out of sight is neither laid out nor decoded."""

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    liked = Signal(list)
    """These photos, paths, are to be laid beside the drawing: it is like them."""
    unliked = Signal(list)
    """The same: it is not like them."""
    used = Signal(list)
    """These photos, paths, are what somebody wanted: opened, copied, shown in their folders or dragged."""
    left = Signal()
    """The pointer is not over the grid any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        ratio = self.screen().devicePixelRatio()
        self.thumbnails = Thumbnails(round(LARGEST_TILE * ratio), self)
        self.hits_model = HitsModel(self.thumbnails, self)
        self._delegate = TileDelegate(self)
        self._pressed: tuple[Part, Path] | None = None  # a tile's sign
        self._set_up_view()
        self._deeds = PhotoDeeds(self)
        self._deeds.failed.connect(self.failed)
        self._deeds.used.connect(self.used)
        self._actions = self._make_actions()
        self.activated.connect(self._open)
        self._settled = QTimer(self, interval=60, singleShot=True)
        self._settled.timeout.connect(self._drop_unseen)
        self.verticalScrollBar().valueChanged.connect(self._settled.start)

    def _set_up_view(self) -> None:
        self.setModel(self.hits_model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Found photos"))

    def show_hits(
        self,
        hits: Sequence[Hit],
        *,
        from_top: bool,
        ranking: Sequence[Hit] | None = None,
        gliding: bool = False,
    ) -> None:
        """Show these hits; selected photos stay selected wherever they moved.

        Args:
            hits: in the order of their seats.
            from_top: scroll up, since the drawing is another one.
            ranking: the hits, best first; None if that is their order.
            gliding: let what is in sight and stays there move to its new place, rather than jump.
        """
        before = self._places() if gliding else {}
        current = self.currentIndex()
        path = self.hits_model.path(current) if current.isValid() else None
        self.hits_model.set_hits(hits, ranking)
        if path is not None and self.hits_model.row_of(path) is None:
            rows = self.selectionModel().selectedIndexes()  # Qt would go on with a neighbour nobody chose
            index = min(rows, key=QModelIndex.row) if rows else QModelIndex()
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        if from_top:
            self.scrollToTop()
        after = self._places() if before else {}
        self.glide(
            {
                self.hits_model.row_of(path) or 0: before[path] - place
                for path, place in after.items()
                if path in before and before[path] != place
            }
        )
        self._settled.start()

    def _places(self) -> dict[Path, QPoint]:
        """Return where in the viewport the photos in sight lie."""
        rows = self.rows_in(self.viewport().rect())
        return {self.hits_model.hit(row).path: self.place(row).topLeft() for row in rows}

    def clear(self) -> None:
        """Show nothing."""
        self.hits_model.set_hits([])
        self.thumbnails.keep_only(())

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: QStyle.StateFlag, palette: QPalette
    ) -> None:
        """Paint one photo."""
        self._delegate.paint_tile(painter, area, state, palette, self.hits_model, row)

    @property
    def is_under_pointer(self) -> bool:
        """Whether the pointer is over the grid, so that nothing in it may move."""
        return self.isVisible() and self.underMouse()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the tiles to the width."""
        side = tile_side(self.viewport().width() - 2)
        if side != self.side:
            self.set_side(side)
            self._delegate.side = side
        super().resizeEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the grid may move again."""
        super().leaveEvent(event)
        self.left.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a press on a tile's sign for that sign alone; any other chooses photos."""
        self._pressed = self._part(event)
        if self._pressed is None:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin no drag with a sign."""
        if self._pressed is None:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Do what the sign stands for."""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            super().mouseReleaseEvent(event)
        elif pressed == self._part(event):
            self.liked.emit([pressed[1]])

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Let the pointer carry the chosen photos.

        Done here, since Qt's own way holds Python's lock until the drop: searching and decoding would stop.
        """
        photos = self.chosen_photos()
        indexes = [index for index in self.selectedIndexes() if index.isValid()]
        if not indexes:
            return
        drag = QDrag(self)
        drag.setMimeData(self.hits_model.mimeData(indexes))
        picture = self.thumbnails.get(photos[0])
        if picture is not None:
            size = QSize(_CARRIED, _CARRIED)
            smooth = Qt.TransformationMode.SmoothTransformation
            drag.setPixmap(picture.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        if drag.exec(actions) != Qt.DropAction.IgnoreAction:
            self.used.emit(photos)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a photo; a sign clicked twice was clicked twice."""
        if self._part(event) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def _part(self, event: QMouseEvent) -> tuple[Part, Path] | None:
        """Return the sign under the pointer, and its photo."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return None
        hit = self.hits_model.hit(index.row())
        part = part_at(point, self.visualRect(index), self.fontMetrics(), hit.behind)
        return None if part is None else (part, hit.path)

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

    def _make_actions(self) -> list[QAction]:
        deeds = self._deeds
        entries: list[tuple[str, str, Callable[[list[Path]], None]]] = [
            (self.tr("Like this"), "L", self.liked.emit),
            (self.tr("Not this"), "U", self.unliked.emit),
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
            action.triggered.connect(lambda _=False, deed=deed: self._do(deed))
            self.addAction(action)
            actions.append(action)
        return actions

    def _do(self, deed: Callable[[list[Path]], object]) -> None:
        if chosen := self.chosen_photos():
            deed(chosen)

    def chosen_photos(self) -> list[Path]:
        """Return the selected photos, best first; the current one where none is selected."""
        indexes = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        paths = [self.hits_model.path(index) for index in indexes if index.isValid()]
        return sorted(paths, key=self.hits_model.rank)

    def _open(self, index: QModelIndex) -> None:
        """Open what was activated, and what is selected with it."""
        path, chosen = self.hits_model.path(index), self.chosen_photos()
        self._deeds.open(chosen if path in chosen else [path])

    def _drop_unseen(self) -> None:
        """Forget thumbnails asked for by rows that have scrolled away."""
        self.thumbnails.keep_only(self.visible_photos())

    def visible_photos(self) -> set[Path]:
        """Return the photos in sight."""
        return {self.hits_model.hit(row).path for row in self.rows_in(self.viewport().rect())}
