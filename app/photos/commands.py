"""The commands for photos: their words, keys and what they do, for the grid and the view alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.dialogs.questions import ask_to_lay
from app.photos.deeds import PhotoDeeds
from app.words import phrases
from engine.elsewhere import display_path
from engine.library import Hit
from engine.visible import visible

_Context = Qt.ShortcutContext
_MOST_NAMED = 20  # in a menu


class PhotoCommands(QObject):
    """Commands of one widget, with keys that work while it, or something in it, has the focus.

    Attributes:
        all: in the order of a menu.
        deeds: does what some of them stand for.
    """

    failed = Signal(str)
    """What was asked for could not be done, as one sentence."""
    liked = Signal(list)
    """These photos, paths, are to be laid beside the drawing: it is like them."""
    unliked = Signal(list)
    """The same: it is not like them."""
    traced = Signal(object)
    """This photo, a path, is to lie faint under the drawing."""
    copies_wanted = Signal(object)
    """The copies of this photo, a path, and the others of its moment are to be looked at."""

    def __init__(
        self,
        owner: QWidget,
        chosen: Callable[[], list[Path]],
        meant: Callable[[], list[Path]] | None = None,
    ) -> None:
        """Make them, and add them to a widget.

        Args:
            owner: whose keys they are.
            chosen: which photos they are for.
            meant: which those are for that say what a photo is; as `chosen` if left out.
        """
        super().__init__(owner)
        self._owner, self._chosen, self._meant = owner, chosen, meant or chosen
        self._held: tuple[list[Path], list[Path]] | None = None  # the two, while a menu is open
        self.deeds = PhotoDeeds(owner)
        self.deeds.failed.connect(self.failed)
        like, unlike = (partial(self._judge, judged.emit) for judged in (self.liked, self.unliked))
        self.like = self._add(self.tr("Like this"), "L", like, is_meant=True)
        self.unlike = self._add(self.tr("Not this"), "U", unlike, is_meant=True)
        self.open = self._add(self.tr("Open"), "", self.deeds.open)
        self.show_in_folder = self._add(self.tr("Show in folder"), "Ctrl+Return", self.deeds.show_in_folder)
        self.copy = self._add(self.tr("Copy"), "Ctrl+C", self.deeds.copy)
        self.copy_path = self._add(self.tr("Copy path"), "Ctrl+Shift+C", self.deeds.copy_paths)
        trace = self.traced.emit
        self.trace = self._add(self.tr("Trace"), "T", lambda photos: trace(photos[0]), is_meant=True)
        look = self.copies_wanted.emit
        text = self.tr("Look at its copies")
        self.copies = self._add(text, "C", lambda photos: look(photos[0]), is_meant=True)
        self.all = [
            self.like,
            self.unlike,
            self.trace,
            self.open,
            self.show_in_folder,
            self.copy,
            self.copy_path,
        ]
        owner.installEventFilter(self)

    def hand_on(
        self,
        failed: SignalInstance,
        used: SignalInstance,
        liked: SignalInstance,
        unliked: SignalInstance,
        traced: SignalInstance,
    ) -> None:
        """Tell by these signals of others too what is told here."""
        self.failed.connect(failed)
        self.deeds.used.connect(used)
        self.liked.connect(liked)
        self.unliked.connect(unliked)
        self.traced.connect(traced)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the keys for the photo under the pointer work in all of the window while that is here."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            here, anywhere = _Context.WidgetWithChildrenShortcut, _Context.WindowShortcut
            for action in (self.like, self.unlike, self.trace, self.copies):
                action.setShortcutContext(anywhere if event.type() == QEvent.Type.Enter else here)
        return super().eventFilter(watched, event)

    def _add(
        self,
        text: str,
        keys: str,
        deed: Callable[[list[Path]], object],
        *,
        is_meant: bool = False,
    ) -> QAction:
        action = QAction(text, self._owner)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(_Context.WidgetWithChildrenShortcut)
        action.setAutoRepeat(False)
        action.triggered.connect(lambda: self._do(deed, is_meant=is_meant))
        self._owner.addAction(action)
        return action

    def name_others(self, menu: QMenu, hit: Hit) -> None:
        """Name the copies of a photo in a menu, and the others of its moment.

        All can be looked at, and each shown in its folder.
        """
        look_at_moment = self.tr("Look at this moment")
        look_at_copies = look_at_moment if hit.burst else self.copies.text()
        if hit.copies:
            self._name(menu, phrases.copies(len(hit.copies)), look_at_copies, hit.path, hit.copies)
        if hit.burst:
            self._name(menu, phrases.of_the_moment(len(hit.burst)), look_at_moment, hit.path, hit.burst)

    def _name(self, menu: QMenu, title: str, look: str, photo: Path, files: Sequence[Path]) -> None:
        submenu = menu.addMenu(title)
        submenu.addAction(look, self.copies.shortcut(), partial(self.copies_wanted.emit, photo))
        submenu.addSeparator()
        for path in files[:_MOST_NAMED]:
            entry = submenu.addAction(visible(display_path(path)).replace("&", "&&"))
            entry.triggered.connect(lambda _=False, path=path: self.deeds.show_in_folder([path]))
        if len(files) > _MOST_NAMED:
            submenu.addAction("…").setEnabled(False)

    def hold(self, menu: QMenu) -> None:
        """Let the commands be for the photos that are chosen when this menu opens, until it has closed."""
        menu.aboutToShow.connect(self._take_chosen)
        menu.aboutToHide.connect(self._let_go, Qt.ConnectionType.QueuedConnection)  # once its command is done

    def _take_chosen(self) -> None:
        self._held = self._chosen(), self._meant()

    def _let_go(self) -> None:
        self._held = None

    def _do(self, deed: Callable[[list[Path]], object], *, is_meant: bool) -> None:
        held = self._held
        photos = held[is_meant] if held else (self._meant if is_meant else self._chosen)()
        if photos:
            deed(photos)

    def _judge(self, tell: Callable[[list[Path]], object], photos: list[Path]) -> None:
        """Say what photos are, after a question where they are very many: all may be selected by one key."""
        ask_to_lay(self._owner, len(photos), lambda: tell(photos))
