"""The grid of found photos, and how they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from app.input.touch import is_by_finger
from app.photos.carrying import carry
from app.photos.commands import PhotoCommands
from app.photos.grid.current import CurrentPhoto
from app.photos.grid.delegate import TileDelegate
from app.photos.grid.model import HitsModel
from app.photos.grid.sized_tiles import SizedTiles
from app.photos.grid.tile_parts import Part, TileState, part_at
from app.photos.reading.thumbnails import Thumbnails
from app.style.tips import ItemTips
from engine.library import Hit

_SELDOM = Part.HEART, Part.LOUPE  # signs that are seen under a pointer, or once the photo is chosen


class PhotoGrid(SizedTiles):
    """A virtual grid: what is out of sight is neither laid out nor decoded.

    Attributes:
        carried: the photos that are being dragged.
    """

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    liked = Signal(list)
    """These photos, paths, are to be laid beside the drawing: it is like them."""
    unliked = Signal(list)
    """The same: it is not like them."""
    traced = Signal(object)
    """This photo, a path, is to lie faint under the drawing."""
    used = Signal(list)
    """These photos, paths, are what somebody wanted: opened, copied, shown in their folders or dragged."""
    left = Signal()
    """The pointer is not over the grid any more, or its menu has closed."""
    looked = Signal(object)
    """This photo, a path, is to be looked at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.thumbnails = Thumbnails(self.sharp_side, self)
        self.hits_model = HitsModel(self.thumbnails, self)
        self._delegate = TileDelegate(self)
        self._pressed: tuple[Part, Path] | None = None  # a tile's sign
        self._signed = False  # the last press was on one
        self.carried: Sequence[Path] = ()
        self._current = CurrentPhoto(self, self.hits_model)
        self._set_up_view()
        self.commands = PhotoCommands(self, self.chosen_photos, self._meant_photos)
        self.commands.deeds.away = self.thumbnails.away
        self.commands.hand_on(self.failed, self.used, self.liked, self.unliked, self.traced)
        self._current.follow(self.liked, self.unliked)
        self._look = self._make_actions()
        self.doubleClicked.connect(self._open)
        self._settled = QTimer(self, interval=60, singleShot=True)
        self._settled.timeout.connect(self._drop_unseen)
        self.verticalScrollBar().valueChanged.connect(self._settled.start)
        self.rested.connect(self._sharpen)

    def _set_up_view(self) -> None:
        self.setModel(self.hits_model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setAccessibleName(self.tr("Found photos"))
        ItemTips(self)

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
        with self._current.keep({hit.path for hit in hits}):
            self.hits_model.set_hits(hits, ranking)
        self._current.forget()
        if from_top:
            self.scrollToTop()
        after = self._places() if before else {}
        ways = {path: before.get(path, place) - place for path, place in after.items()}
        self.glide({self.hits_model.row_of(path) or 0: way for path, way in ways.items() if not way.isNull()})
        self.thumbnails.make_room(self.seats_in_view())
        self.hits_model.ask_for_pictures(self.rows_in(self.viewport().rect()))
        self._settled.start()

    def drop(self, gone: Collection[Path]) -> None:
        """Show these no more; the others move up, and nothing scrolls."""
        with self._current.keep({hit.path for hit in self.hits_model.hits} - set(gone)):
            self.hits_model.drop(gone)

    def _places(self) -> dict[Path, QPoint]:
        """Return where in the viewport the photos in sight lie."""
        rows = self.rows_in(self.viewport().rect())
        return {self.hits_model.hit(row).path: self.place(row).topLeft() for row in rows}

    def clear(self) -> None:
        """Show nothing."""
        self.hits_model.set_hits([])
        self.thumbnails.keep_only(())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Have room for the pictures of all tiles in sight before any is asked for."""
        self.thumbnails.make_room(in_sight := self.seats_in_view())
        self._delegate.make_room(in_sight, side=self.side * self.devicePixelRatioF())
        super().paintEvent(event)

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: TileState, palette: QPalette
    ) -> None:
        """Paint one photo."""
        self._delegate.paint_tile(painter, area, state, palette, self.hits_model, row)

    @property
    def is_under_pointer(self) -> bool:
        """Whether the pointer is over the grid, so that nothing in it may move."""
        return self.isVisible() and self.underMouse()

    # --- what is done with the pointer -----------------------------------------------------------------

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the grid may move again."""
        super().leaveEvent(event)
        self.left.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a press on a tile's sign for that sign alone; any other chooses photos."""
        self._pressed = self._part(event)
        self._signed = self._pressed is not None
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
            if pressed[0] in (Part.HEART, Part.BEHIND):
                self.liked.emit([pressed[1]])
            else:
                (self.looked if pressed[0] is Part.LOUPE else self.commands.copies_wanted).emit(pressed[1])

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Let the pointer carry the chosen photos."""
        self.carry(self.chosen_photos())

    def carry(self, photos: Sequence[Path]) -> None:
        """Let the pointer carry photos until they are dropped.

        Done here, since Qt's own way holds Python's lock until the drop: searching and decoding would stop.
        """
        self.carried = photos
        taken = carry(self, photos, self.thumbnails.get(photos[0])) if photos else []
        self.carried = ()
        if taken:
            self.used.emit(taken)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a photo; on a sign, do no more than the first click did: another one may lie there by now."""
        part = None if is_by_finger(event) else self._part(event)  # the first tap chose, and shows signs now
        if event.button() != Qt.MouseButton.LeftButton:
            self.mousePressEvent(event)
        elif part is None and not self._signed:
            super().mouseDoubleClickEvent(event)
        else:
            self._pressed = Part.HEART, Path()  # no photo's: letting go does nothing either

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open photos by Enter, once a press: on some systems no view does so by itself."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif self.currentIndex().isValid() and not event.isAutoRepeat():
            self._open(self.currentIndex())

    def _part(self, event: QMouseEvent) -> tuple[Part, Path] | None:
        """Return the sign under the pointer, and its photo."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return None
        hit = self.hits_model.hit(index.row())
        part = part_at(point, self.visualRect(index), self.fontMetrics(), hit)
        if is_by_finger(event) and part in _SELDOM and not (self.hasFocus() and index == self.currentIndex()):
            return None
        return None if part is None else (part, hit.path)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with the photo under the pointer, or the current one from the keyboard."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        if not index.isValid():
            return
        self._current.go_to(index)
        place = (
            self.viewport().mapToGlobal(self.visualRect(index).center()) if keyboard else event.globalPos()
        )
        self.menu().popup(place)

    def menu(self) -> QMenu:
        """Return the menu for the chosen photos."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.aboutToHide.connect(self.left, Qt.ConnectionType.QueuedConnection)  # once its command is done
        self.commands.hold(menu)
        menu.addAction(self._look.text(), self._look.shortcut(), lambda: self._look_at(self.currentIndex()))
        menu.addActions(self.commands.all)
        if (index := self.currentIndex()).isValid():
            self.commands.name_others(menu, self.hits_model.hit(index.row()))
        return menu

    def _make_actions(self) -> QAction:
        """Make the commands of the grid alone; return that of looking at a photo."""
        entries: list[tuple[str, list[str], Callable[[], None]]] = [
            (self.tr("Larger photos"), ["Ctrl++", "Ctrl+="], partial(self.step_tiles, 1)),
            (self.tr("Smaller photos"), ["Ctrl+-"], partial(self.step_tiles, -1)),
            (self.tr("Look at it"), ["Space"], self._look_by_key),
        ]
        for text, keys, deed in entries:
            action = QAction(text, self)
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, deed=deed: deed())
            self.addAction(action)
        action.setAutoRepeat(False)
        return action

    def _look_by_key(self) -> None:
        """Look at the current photo, else at the first."""
        self._look_at(self.currentIndex() if self.currentIndex().isValid() else self.hits_model.index(0))

    def _look_at(self, index: QModelIndex) -> None:
        if index.isValid():
            self.looked.emit(self.hits_model.path(index))

    def return_to(self, path: Path, rank: int | None) -> None:
        """Make a photo the current one, whole in sight by the shortest way; a selection it belongs to stays.

        Args:
            path: the photo.
            rank: where it was among the hits, for the one in its place if it is gone; None where another one
                in its place has nothing to do with it.
        """
        index = self._current.return_to(path, rank)
        if index.isValid():
            self.updateGeometries()
            self.scrollTo(index)

    def chosen_photos(self) -> list[Path]:
        """Return the selected photos, best first; the current one where none is selected."""
        indexes = self.selectionModel().selectedIndexes() or [self.currentIndex()]
        paths = [self.hits_model.path(index) for index in indexes if index.isValid()]
        return sorted(paths, key=self.hits_model.rank)

    def _meant_photos(self) -> list[Path]:
        """Return what a person speaks of: the photo under the pointer, unless some were chosen here."""
        chosen, hovered = self.chosen_photos(), self.hovered_index()
        if hovered.isValid() and not (chosen and self.hasFocus()):
            return [self.hits_model.path(hovered)]
        return chosen

    def _open(self, index: QModelIndex) -> None:
        """Open a photo, and what is selected with it."""
        path, chosen = self.hits_model.path(index), self.chosen_photos()
        self.commands.deeds.open(chosen if path in chosen else [path])

    def _sharpen(self) -> None:
        """Have thumbnails as large as the tiles are now."""
        self._delegate.side = self.side
        self.thumbnails.set_side(self.sharp_side)
        self.viewport().update()

    def _drop_unseen(self) -> None:
        """Forget thumbnails asked for by rows that have scrolled away."""
        self.thumbnails.keep_only(self.visible_photos())

    def visible_photos(self) -> set[Path]:
        """Return the photos in sight."""
        return set(self._places())
