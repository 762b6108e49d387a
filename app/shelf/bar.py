"""The shelf under the paper: the last drawings, each with the photo it found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAction,
    QIcon,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QMenu, QWidget

from app.dialogs.questions import ask
from app.drawing.paper.document import Snapshot
from app.input.fingers import Fingers
from app.photos.reading.thumbnails import Thumbnails
from app.shelf.beside import open_kept
from app.shelf.keeper import Keeper
from app.shelf.store import is_same
from app.style.tips import ItemTips
from app.words.names import tip
from engine.sketches.kept import Kept
from engine.visible import visible

_SIDE = 56  # pixels of a drawing
_PHOTO = 28  # pixels of the photo in its corner
_RADIUS = 4.0


class ShelfBar(QListWidget):
    """A row of drawings, the newest on the left. A click lays one on the paper again.

    It is hidden while nothing is on the shelf.
    """

    _is_up = False  # Qt tells of colours before there is anything to paint

    def __init__(self, keeper: Keeper, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        """Show what the keeper keeps.

        Args:
            keeper: whose drawings are shown.
            thumbnails: gives small pictures of photos.
            parent: its owner.
        """
        super().__init__(parent)
        self._keeper, self._thumbnails = keeper, thumbnails
        self._papers: dict[Path, QImage] = {}  # pictures of drawings, by file
        self._icons: dict[Path, tuple[tuple[int, ...], QIcon]] = {}  # by file, and what they were made of
        self._shown: list[Kept] = []
        self._removed: Path | None = None  # by a press here
        self._set_up()
        self._remove = QAction(self.tr("Remove this drawing"), self)
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)  # the second one is the delete key of a Mac
        self._remove.setShortcuts([QKeySequence(key) for key in keys])
        self._remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._remove.setAutoRepeat(False)  # there is no undo
        self._remove.triggered.connect(self._remove_current)
        self.addAction(self._remove)
        self.itemClicked.connect(self._take)
        self.customContextMenuRequested.connect(self._offer)
        thumbnails.ready.connect(self._take_photo)
        for told in (thumbnails.retried, thumbnails.outdated):
            told.connect(self._take_photos)
        self._is_up = True

    def _set_up(self) -> None:
        self.setFlow(QListWidget.Flow.LeftToRight)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setWrapping(False)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setGridSize(QSize(_SIDE + 8, _SIDE + 8))
        self.setFixedHeight(_SIDE + 12)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Last drawings"))
        self.setAccessibleDescription(self.tr("Choose one to draw on."))
        ItemTips(self)
        Fingers(self, sideways=True)
        self.hide()

    def refresh(self) -> None:
        """Show what is on the shelf now."""
        drawings, row = self._keeper.drawings, self.currentRow()
        if 0 <= row < len(self._shown):  # the same drawing stays the current one, wherever it lies now
            file = self._shown[row].file
            gone = row if file == self._removed else -1  # nobody has chosen what lies in another's place
            places = (place for place, one in enumerate(drawings) if is_same(one.file, file))
            row = next(places, gone)
        self._shown, self._removed = drawings, None
        self._papers = {one.file: self._papers.get(one.file) or self._paper(one) for one in drawings}
        self._icons = {file: made for file, made in self._icons.items() if file in self._papers}
        scrolled = self.horizontalScrollBar().value()
        self.clear()
        for number, kept in enumerate(drawings):
            item = QListWidgetItem(self)
            item.setData(Qt.ItemDataRole.UserRole, number)
            item.setToolTip(self._words(kept, tip))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._words(kept, visible))
            item.setIcon(self._icon(kept))
        if row >= 0 and drawings:
            self.setCurrentRow(min(row, len(drawings) - 1))
        self.setVisible(bool(drawings))
        self.doItemsLayout()  # else there is nowhere to scroll to yet
        self.horizontalScrollBar().setValue(scrolled)

    def is_shown(self, drawings: list[Kept]) -> bool:
        """Return whether it is these that are shown."""
        return drawings is self._shown

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the current drawing by Enter, once a press."""
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and (item := self.currentItem()) is not None:
            self._take(item)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Do nothing more than the first click did: another drawing may lie under the pointer by now."""
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll along the row, whichever way the wheel turns."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turned // 2)
        event.accept()

    def _words(self, kept: Kept, named: Callable[[str], str]) -> str:
        if not kept.photos:
            return self.tr("A drawing; click to draw on")
        return self.tr("Found {name}; click to draw on").replace("{name}", named(kept.photos[0].name))

    def _drawing_of(self, item: QListWidgetItem) -> Kept | None:
        number = item.data(Qt.ItemDataRole.UserRole)
        return self._shown[number] if 0 <= number < len(self._shown) else None

    def _take(self, item: QListWidgetItem) -> None:
        kept = self._drawing_of(item)
        if kept is not None:
            self._keeper.take(kept)

    def _remove_current(self) -> None:
        item = self.currentItem()  # which the focus alone makes the first one, unasked
        kept = self._drawing_of(item) if item is not None and item.isSelected() else None
        if kept is not None:
            self._removed = kept.file
            self._keeper.remove(kept)

    def _offer(self, place: QPoint) -> None:
        """Offer to take one drawing off the shelf, or all."""
        item = self.itemAt(place)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if item is not None:
            self.setCurrentItem(item)
            menu.addAction(self._remove)
        menu.addAction(self.tr("Remove all kept drawings…")).triggered.connect(self.ask_to_clear)
        menu.popup(self.viewport().mapToGlobal(place))

    def ask_to_clear(self) -> None:
        """Take every drawing off the shelf, after a question."""
        question = self.tr("Remove all kept drawings?")
        ask(self.window(), question, self._keeper.clear, loses=True)

    # --- pictures ----------------------------------------------------------------------------------------

    def _take_photo(self, path: Path) -> None:
        for number, kept in enumerate(self._shown):
            if kept.photos and kept.photos[0] == path:
                self.item(number).setIcon(self._icon(kept))

    def _take_photos(self) -> None:
        for number, kept in enumerate(self._shown):
            self.item(number).setIcon(self._icon(kept))

    def event(self, event: QEvent) -> bool:
        """Paint the drawings anew for a screen with pixels of another size, and in other colours."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._papers, self._icons = {}, {}
            self.refresh()
        elif event.type() == QEvent.Type.PaletteChange and self._is_up:
            self.refresh()
        return super().event(event)

    def _paper(self, kept: Kept) -> QImage:
        """Return the drawing as a small picture."""
        side = round(_SIDE * self.devicePixelRatioF())
        sketch = open_kept(kept.sketch)
        return Snapshot(sketch.strokes, sketch.picture, is_blank=False).to_image(side)

    def _icon(self, kept: Kept) -> QIcon:
        """Return the drawing with the photo it found in its corner; the same icon while neither changes.

        Qt keeps what it painted of each icon, so that new ones would fill its cache without end.
        """
        enough = round(_PHOTO * self.devicePixelRatioF())
        photo = self._thumbnails.get(kept.photos[0], lasting=True, enough=enough) if kept.photos else None
        made_of = self.palette().cacheKey(), 0 if photo is None else photo.cacheKey()
        made = self._icons.get(kept.file)
        if made is None or made[0] != made_of:
            made = self._icons[kept.file] = made_of, self._paint(kept, photo)
        return made[1]

    def _paint(self, kept: Kept, photo: QPixmap | None) -> QIcon:
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(_SIDE * ratio), round(_SIDE * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        whole = QRectF(0, 0, _SIDE, _SIDE)
        _paint_rounded(painter, whole, self._papers[kept.file])
        if photo is not None:
            corner = QRectF(_SIDE - _PHOTO, _SIDE - _PHOTO, _PHOTO, _PHOTO)
            painter.fillRect(corner.adjusted(-1.5, -1.5, 0, 0), self.palette().base())
            _paint_rounded(painter, corner, photo.toImage())
        painter.setPen(self.palette().mid().color())
        painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.end()
        icon = QIcon(pixmap)
        icon.addPixmap(pixmap, QIcon.Mode.Selected)  # untinted
        return icon


def _paint_rounded(painter: QPainter, place: QRectF, image: QImage) -> None:
    """Paint the middle square of a picture, with round corners."""
    shape = QPainterPath()
    shape.addRoundedRect(place, _RADIUS, _RADIUS)
    side = min(image.width(), image.height())
    middle = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
    painter.save()
    painter.setClipPath(shape)
    painter.drawImage(place, image, middle)
    painter.restore()
