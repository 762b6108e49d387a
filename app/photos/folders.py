"""Which folders are looked at: the button under the photos."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from app.photos.folder_tree import FolderTree
from app.style.icons import ARROW
from app.style.text_room import room
from app.style.tips import set_tip
from app.words.names import name_of, tip
from engine.search.spread import Spread

_WIDEST = 132  # pixels of the button at the usual size of text


class FolderButton(QToolButton):
    """Names the folders that are looked at, and opens the tree to choose them from.

    Attributes:
        chosen: folders, by their paths in the library's; empty for all.
    """

    changed = Signal()
    """The person chose other folders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: tuple[Path, ...] = ()
        self._spread, self._tops = Spread(), tuple[Path, ...]()
        self._tree: FolderTree | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clicked.connect(self.open_tree)
        self._name()

    @property
    def has_folders(self) -> bool:
        """Whether there is anything to choose from, or something is chosen."""
        folders, tops = self._spread.folders, self._tops
        there = not tops or Path() in tops or any(top in folders for top in tops)
        return bool(self.chosen or (folders and there))

    def show_spread(self, spread: Spread, tops: Sequence[Path] = ()) -> None:
        """Know where photos lie, and matches among them.

        Args:
            spread: of all photos.
            tops: the folders of the library that are looked into, where it has several; the tree shows no
                others.
        """
        self._spread, self._tops = spread, tuple(tops)
        if self._tree is not None:
            self._fill(self._tree)

    def _fill(self, tree: FolderTree) -> None:
        """Show what can be chosen: counted only for a tree that is up, since folders can be very many."""
        spread = self._spread.within(self._tops) if self._tops else self._spread
        tree.show_spread(spread, self.chosen, self._tops)

    def clear(self) -> None:
        """Look into all folders, and know of none; nobody is told."""
        self._spread, self.chosen = Spread(), ()
        self._name()

    def choose(self, folders: Collection[Path]) -> None:
        """Look into these folders, and all below them; into all if there are none."""
        outermost = [one for one in folders if not any(other in one.parents for other in folders)]
        chosen = tuple(sorted(outermost))
        if chosen != self.chosen:
            self.chosen = chosen
            self._name()
            self.changed.emit()

    def open_tree(self) -> None:
        """Open the tree over the button."""
        tree = FolderTree(self)
        self._tree = tree
        tree.chosen.connect(self.choose)
        tree.closed.connect(self._forget_tree)
        self._fill(tree)
        tree.open_over(self)

    def _forget_tree(self) -> None:
        self._tree = None
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the tree by the keys that open such things; not by one that is held since it closed it."""
        keys, key = Qt.Key, event.key()
        if key in (keys.Key_Return, keys.Key_Enter, keys.Key_Up, keys.Key_Down) and not event.isAutoRepeat():
            self.open_tree()
        elif key == keys.Key_Escape and self.chosen:
            self.choose(())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the name."""
        super().resizeEvent(event)
        self._name()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._name()

    def _name(self) -> None:
        """Say what is looked into."""
        words = ", ".join(map(name_of, self.chosen)) or self.tr("All folders")
        widest = room(self, _WIDEST)
        self.setMaximumWidth(widest)
        free = widest - self.fontMetrics().horizontalAdvance(ARROW) - 16
        shown = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, free)
        self.setText(shown.replace("&", "&&") + ARROW)
        paths = [str(one) for one in self.chosen] or [self.tr("Look into some folders only")]
        set_tip(self, tip(*paths))
        self.setAccessibleName(self.tr("Folders looked into: %1").replace("%1", words))
