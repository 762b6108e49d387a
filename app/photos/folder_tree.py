"""The tree of folders to look into, which the button under the photos opens."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.input.own_presses import keep_from
from app.style.text_room import room
from app.words import phrases
from app.words.names import name_of, tip
from engine.search.spread import Spread

# pixels at the usual size of text
_WIDE, _HIGHEST = 320, 380
_FRAMES = 6  # pixels above and below the rows
_COUNTS = 96  # pixels of the counts, and the bars under them, at the usual size of text
_BAR, _LINE = 4, 10  # pixels of a bar; what a row is higher than its text
_PATH, _SHARE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class FolderTree(QFrame):
    """The folders of the library with how many photos lie in them; a bar tells where matches lie."""

    chosen = Signal(list)
    """Paths of the folders that are to be looked into."""
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setUniformRowHeights(True)
        self.tree.setItemDelegate(_BarDelegate(self.tree))
        self.tree.setAccessibleName(self.tr("Folders to look into"))
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Fixed)
        self.tree.header().resizeSection(1, room(self.tree, _COUNTS))
        palette = self.tree.palette()  # tick boxes are framed in it: on a dark ground that needs light
        palette.setColor(QPalette.ColorRole.Window, palette.placeholderText().color())
        self.tree.setPalette(palette)
        self.tree.itemChanged.connect(self._take_change)
        self.tree.itemExpanded.connect(lambda: self._fit())
        self.tree.itemCollapsed.connect(lambda: self._fit())
        self._button: QWidget | None = None  # that it was opened over
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 2, 2, 2)
        column.addWidget(self.tree)
        self._items: dict[Path, QTreeWidgetItem] = {}

    def show_spread(self, spread: Spread, chosen: Collection[Path], tops: Sequence[Path] = ()) -> None:
        """Show these folders; what is open stays so.

        Args:
            spread: how many photos they hold, and where matches lie.
            chosen: those that are looked into.
            tops: the folders of the library where it has several: what lies above them is not shown.
        """
        self.tree.blockSignals(True)
        above = {path for top in tops for path in top.parents}
        shown = [path for path in spread.folders if path not in above]
        if self._items.keys() - {Path()} != set(shown):
            self._fill(shown)
        most = max(spread.weights.values(), default=0.0)
        for path, item in self._items.items():
            share = spread.weights.get(path, 0.0) / most if most > 0 else 0.0
            item.setData(1, _SHARE, share)
            count = spread.folders.get(path, 0) if path != Path() else spread.in_all_folders
            item.setText(1, QLocale().toString(count))
            item.setData(1, Qt.ItemDataRole.AccessibleTextRole, phrases.photos(count))
        self._check(chosen)
        self.tree.blockSignals(False)
        self.tree.viewport().update()

    def _fill(self, folders: Sequence[Path]) -> None:
        opened = {path for path, item in self._items.items() if item.isExpanded()}
        ticked = {path for path, item in self._items.items() if item.checkState(0) == Qt.CheckState.Checked}
        current, scrolled = self.tree.currentItem(), self.tree.verticalScrollBar().value()
        stood = current.data(0, _PATH) if current is not None else Path()
        begins = not self._items
        self.tree.clear()
        everything = self._add(None, Path(), self.tr("All folders"))
        self._items = {Path(): everything}
        for path in sorted(folders, key=lambda one: [part.casefold() for part in one.parts]):
            self._items[path] = self._add(self._items.get(path.parent), path, name_of(path))
        tops = [path for path in folders if path.parent not in self._items or path.parent in (path, Path())]
        if begins and len(tops) == 1:
            self._items[tops[0]].setExpanded(True)
        for path, item in self._items.items():
            item.setExpanded(path in opened or item.isExpanded())
            item.setCheckState(0, Qt.CheckState.Checked if path in ticked else Qt.CheckState.Unchecked)
        self.tree.setCurrentItem(self._items.get(stood, everything))
        self._fit()
        self.tree.doItemsLayout()  # else there is nowhere to scroll to yet
        self.tree.verticalScrollBar().setValue(scrolled)

    def _add(self, parent: QTreeWidgetItem | None, path: Path, name: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([name])
        item.setFlags(
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
        )
        item.setData(0, _PATH, path)
        item.setToolTip(0, tip(str(path)) if path != Path() else "")
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if parent is None or parent.data(0, _PATH) == Path():
            self.tree.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def _check(self, chosen: Collection[Path]) -> None:
        """Tick what is looked into, and open what leads to new ticks; what was closed since stays closed."""
        for path, item in self._items.items():
            ticked = path in chosen if path != Path() else not chosen
            state = Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            if ticked and item.checkState(0) != state:
                self._open_to(item)
            item.setCheckState(0, state)

    def _open_to(self, item: QTreeWidgetItem) -> None:
        above: QTreeWidgetItem | None = item.parent()
        while above is not None:
            above.setExpanded(True)
            above = above.parent()

    def _take_change(self, item: QTreeWidgetItem, column: int) -> None:
        """Follow a tick: a folder stands for all below it, so neither those nor the ones above are ticked."""
        path, ticked = item.data(0, _PATH), item.checkState(0) == Qt.CheckState.Checked
        on = {
            other
            for other, its in self._items.items()
            if other not in (Path(), path) and its.checkState(0) == Qt.CheckState.Checked
        }
        if path == Path():
            on = set()
        elif ticked:
            on = {other for other in on if path not in other.parents and other not in path.parents} | {path}
        self.tree.blockSignals(True)
        self._check(on)
        self.tree.blockSignals(False)
        self.chosen.emit(sorted(on))

    def open_over(self, button: QWidget) -> None:
        """Show the tree above a button, or below where there is no room, inside its screen."""
        self._button = button
        self._fit()
        self.show()
        self.tree.setFocus()

    def _fit(self) -> None:
        """Be as high as the rows that can be seen, and stay at the button."""
        button = self._button
        if button is None:
            return
        rows, index = 0, self.tree.model().index(0, 0)
        while index.isValid():
            rows, index = rows + 1, self.tree.indexBelow(index)
        frame = self.height() - self.tree.viewport().height() if self.isVisible() else _FRAMES
        high = min(rows * self.tree.sizeHintForRow(0) + frame, room(self, _HIGHEST))
        self.resize(room(self, _WIDE), high)
        screen, corner = button.screen().availableGeometry(), button.mapToGlobal(QPoint(0, 0))
        top = corner.y() - self.height()
        if top < screen.top():
            top = min(corner.y() + button.height(), screen.bottom() - self.height())
        left = min(max(corner.x(), screen.left()), screen.right() - self.width())
        self.move(left, top)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close by Enter, as by Escape; not by one that is held since it opened the tree."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.close()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Close by a press beside it; one on the button that it hangs on does no more."""
        if self._button is not None:
            keep_from(self._button, event, self)
        super().mousePressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Tell that it is over."""
        super().hideEvent(event)
        self.closed.emit()


class _BarDelegate(QStyledItemDelegate):
    """Paints, under a folder's number of photos, how much of what matches lies there."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index) + QSize(0, _LINE)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(_SHARE)
        if not share:
            return
        area = QRectF(option.rect)
        wide = max(area.width() - 8, 1.0) * float(share)
        accent = QColor(option.palette.highlight().color())
        painter.fillRect(QRectF(area.right() - 4 - wide, area.bottom() - _BAR, wide, _BAR - 1), accent)
