"""A list as a grid of equal tiles: where each lies is reckoned, so that any number of them costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from PySide6.QtCore import (
    QAbstractItemModel,
    QEasingCurve,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QAccessible,
    QHoverEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyleOptionViewItem, QWidget

from app.photos.grid.steps import Action, step
from app.photos.grid.tile_parts import TileState
from app.style import motion

GLIDE = 220
"""Milliseconds that tiles take to their new places."""

_Index = QModelIndex | QPersistentModelIndex


class TileView(QListView):
    """Lays out, paints and finds tiles by arithmetic; they can glide to new places.

    It is a QListView for those who read the screen to a person; nothing of QListView's own layout is used,
    whose cost grows with each tile, whenever one comes or goes.
    """

    near_end = Signal()
    """The last tiles are in sight, or will be soon."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = 150
        self._moves: dict[int, QPoint] = {}  # of tiles that glide: from where, as seen from their places
        self._glide = QVariantAnimation(self, startValue=1.0, endValue=0.0)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self.viewport().update)
        self._glide.finished.connect(self._moves.clear)
        self._pointer: QPoint | None = None
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        bar = self.verticalScrollBar()
        bar.valueChanged.connect(self.look_ahead)
        bar.rangeChanged.connect(self.look_ahead)

    # --- where tiles lie -------------------------------------------------------------------------------

    @property
    def side(self) -> int:
        """The side of a tile, in pixels."""
        return self._side

    def set_side(self, side: int) -> None:
        """Make all tiles this large."""
        self._side = side
        self.stop_gliding()
        self.updateGeometries()
        self.viewport().update()

    @property
    def columns(self) -> int:
        """How many tiles stand side by side."""
        return max(self.viewport().width() // self._side, 1)

    def seats_in_view(self) -> int:
        """Return how many tiles, whole or in part, are in sight at the top of the list."""
        return self.columns * max(-(-self.viewport().height() // self._side), 1)

    def rows_in(self, area: QRect) -> range:
        """Return the rows whose tiles lie in lines that cross this part of the viewport."""
        side, columns, down = self._side, self.columns, self.verticalOffset()
        first = max(area.top() + down, 0) // side * columns
        last = (max(area.bottom() + down, -1) // side + 1) * columns
        count = self._count()
        return range(min(first, count), min(last, count))

    def place(self, row: int) -> QRect:
        """Return where this row's tile lies in the viewport."""
        return next(self.places((row,)))

    def places(self, rows: Iterable[int]) -> Iterator[QRect]:
        """Yield where the tiles of these rows lie in the viewport."""
        side, columns, down = self._side, self.columns, self.verticalOffset()
        for row in rows:
            yield QRect(row % columns * side, row // columns * side - down, side, side)

    def _count(self) -> int:
        model = self.model()
        return model.rowCount() if isinstance(model, QAbstractItemModel) else 0

    def visualRect(self, index: _Index) -> QRect:
        """Return where a tile lies in the viewport."""
        return self.place(index.row()) if index.isValid() else QRect()

    def indexAt(self, point: QPoint) -> QModelIndex:
        """Return the photo at a point of the viewport."""
        column, down = point.x() // self._side, point.y() + self.verticalOffset()
        row = down // self._side * self.columns + column
        if not 0 <= column < self.columns or not 0 <= row < self._count():
            return QModelIndex()
        return self.model().index(row, 0)

    def horizontalOffset(self) -> int:
        """Return 0: there is nothing beside the view."""
        return 0

    def verticalOffset(self) -> int:
        """Return how far down the view is scrolled, in pixels."""
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: _Index) -> bool:
        """Return False: every photo has its tile."""
        return False

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Bring a tile into sight, by the shortest way unless the hint says where to."""
        if not index.isValid():
            return
        bar, area, height = self.verticalScrollBar(), self.visualRect(index), self.viewport().height()
        hints = QAbstractItemView.ScrollHint
        if hint == hints.PositionAtCenter:
            bar.setValue(bar.value() + area.center().y() - height // 2)
        elif hint == hints.PositionAtTop or area.top() < 0:
            bar.setValue(bar.value() + area.top())
        elif hint == hints.PositionAtBottom or area.bottom() >= height:
            bar.setValue(bar.value() + area.bottom() - height + 1)

    def doItemsLayout(self) -> None:
        """Reckon how far one can scroll; that is all there is to lay out."""
        QAbstractItemView.doItemsLayout(self)

    def dataChanged(
        self, topLeft: _Index, bottomRight: _Index, roles: Collection[int] = ()
    ) -> None:  # as Qt names them
        """Paint these tiles alone: QListView would lay out, and paint, all that are in sight."""
        if QAccessible.isActive():  # whoever reads the screen to a person is told
            QAbstractItemView.dataChanged(self, topLeft, bottomRight, list(roles))
            return
        seen, viewport = self.rows_in(self.viewport().rect()), self.viewport()
        rows = range(max(topLeft.row(), seen.start), min(bottomRight.row() + 1, seen.stop))
        for place in self.places(rows):
            viewport.update(place)

    def updateGeometries(self) -> None:
        """Let the scroll bar span all tiles."""
        lines, height = -(-self._count() // self.columns), self.viewport().height()
        bar = self.verticalScrollBar()
        bar.setSingleStep(max(self._side // 3, 1))
        bar.setPageStep(max(height // self._side, 1) * self._side)
        bar.setRange(0, max(lines * self._side - height, 0))
        self.horizontalScrollBar().setRange(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is at the top there; nothing glides to where it was not sent."""
        self.stop_gliding()
        QAbstractItemView.resizeEvent(self, event)
        self.updateGeometries()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the picture, and paint what comes into sight."""
        self.stop_gliding()
        self.scrollDirtyRegion(dx, dy)
        self.viewport().scroll(dx, dy)

    def look_ahead(self, *_: int) -> None:
        """Tell when less than two screens are left below."""
        bar = self.verticalScrollBar()
        if self._count() and bar.value() + 2 * self.viewport().height() >= bar.maximum():
            self.near_end.emit()

    # --- choosing --------------------------------------------------------------------------------------

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Return the photo that a key leads to."""
        count, current = self._count(), self.currentIndex()
        if not count:
            return QModelIndex()
        if not current.isValid():
            return self.model().index(0, 0)
        lines = max(self.viewport().height() // self._side, 1)
        return self.model().index(
            step(action, row=current.row(), count=count, wide=self.columns, lines=lines), 0
        )

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        """Select from the photo at one corner to that at the other; in a drag, what the frame touches."""
        selection = QItemSelection()
        if self.state() == QAbstractItemView.State.DragSelectingState:
            frame = rect.normalized()
            for row in self.rows_in(frame):
                if self.place(row).intersects(frame):
                    index = self.model().index(row, 0)
                    selection.merge(QItemSelection(index, index), QItemSelectionModel.SelectionFlag.Select)
        else:
            corners = self.indexAt(rect.topLeft()), self.indexAt(rect.bottomRight())
            rows = [index.row() for index in corners]
            if min(rows) >= 0:
                model = self.model()
                selection.select(model.index(min(rows), 0), model.index(max(rows), 0))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """Return where the selected tiles in sight lie."""
        region, rows = QRegion(), self.rows_in(self.viewport().rect())
        for part in selection.toList():
            for place in self.places(range(max(part.top(), rows.start), min(part.bottom() + 1, rows.stop))):
                region += place
        return region

    # --- painting --------------------------------------------------------------------------------------

    def glide(self, moves: Mapping[int, QPoint]) -> None:
        """Let tiles come to their places from elsewhere, unless the system asks for rest.

        Args:
            moves: by row, where a tile comes from, as seen from its place.
        """
        self.stop_gliding()
        time = motion.duration(self, GLIDE)
        if moves and time:
            self._moves.update(moves)
            self._glide.setDuration(time)
            self._glide.start()

    def stop_gliding(self) -> None:
        """Put every tile in its place."""
        if self._moves:
            self.viewport().update()  # some are painted on their way
        self._moves.clear()
        self._glide.stop()

    @property
    def is_gliding(self) -> bool:
        """Whether tiles are on their way."""
        return bool(self._moves)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tiles in sight, those that glide on top."""
        painter, option = QPainter(self.viewport()), QStyleOptionViewItem()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.initViewItemOption(option)
        region, share = event.region(), float(self._glide.currentValue() or 0.0)
        rows: Sequence[int] = self.rows_in(event.rect())[::-1]  # a picture asked for last is made first
        if self._moves:
            rows = sorted(rows, key=lambda row: row in self._moves)
        chosen = {index.row() for index in self._find_selected(rows)}
        current = self.currentIndex().row() if self.hasFocus() else -1
        hovered = self.hovered_index().row()
        for row, area in zip(rows, self.places(rows), strict=True):
            if row in self._moves:
                area = area.translated(self._moves[row] * share)
            if region.intersects(area):
                state = TileState(selected=row in chosen, hovered=row == hovered, focused=row == current)
                self.paint_tile(painter, row, area, state, option.palette)
        if self.hasFocus() and not self.currentIndex().isValid():  # no tile could show the focus
            painter.setPen(QPen(option.palette.text().color(), 2, Qt.PenStyle.DashLine))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))

    def paint_tile(
        self, painter: QPainter, row: int, area: QRect, state: TileState, palette: QPalette
    ) -> None:
        """Paint one tile; the painter smooths edges and pictures."""
        raise NotImplementedError

    def _find_selected(self, rows: Sequence[int]) -> list[QModelIndex]:
        selected = self.selectionModel()
        if not selected.hasSelection():
            return []
        indexes = (self.model().index(row, 0) for row in rows)
        return [index for index in indexes if selected.isSelected(index)]

    def hovered_index(self) -> QModelIndex:
        """Return the photo under the pointer."""
        return QModelIndex() if self._pointer is None else self.indexAt(self._pointer)

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer."""
        kind = event.type()
        if kind in (QEvent.Type.Leave, QEvent.Type.HoverLeave):
            self._hover(None)
        elif isinstance(event, QHoverEvent | QMouseEvent):
            self._hover(event.position().toPoint())
        return super().viewportEvent(event)

    def _hover(self, point: QPoint | None) -> None:
        before, self._pointer = self.hovered_index(), point
        after = self.hovered_index()
        if before != after:
            for index in (before, after):
                if index.isValid():
                    self.viewport().update(self.visualRect(index))
