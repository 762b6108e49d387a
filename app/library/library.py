"""The folders of the window's library: chosen, added, removed, put in order, switched off, remembered."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.desktop import desktop
from app.dialogs.choosing import choose_folder
from app.folder.session import Session
from app.frame.bars import FolderBar
from app.library.chosen import ChosenFolders, keep_chosen, read_chosen
from app.library.folder_list import FolderList
from app.library.recent import RecentFolders
from app.library.upkeep import FolderUpkeep
from app.start.next_start import NextStart
from app.state.settings import Settings
from app.threads.background import Task
from app.words.names import name_of
from engine.errors import EngineError, FolderError
from engine.folders.letter_case import in_other_letters


class LibraryFolders(QObject):
    """Decides which folders are open; the session opens them.

    Attributes:
        off: folders of the library that are not searched.
    """

    opening = Signal()
    """Other folders are being opened: nothing of those before is shown any more."""
    rearranged = Signal()
    """Folders come or go: what was narrowed to is another place."""
    switched = Signal()
    """Others of the folders are to be searched."""
    listed = Signal(object)
    """The `FolderList` that is about to open."""
    said = Signal(str)
    """Why something was not done, as one sentence."""

    def __init__(
        self,
        session: Session,
        bar: FolderBar,
        actions: Actions,
        settings: Settings,
        upkeep: FolderUpkeep,
        next_start: NextStart,
        window: QWidget,
    ) -> None:
        """Join these.

        Args:
            session: what opens folders.
            bar: shows them, and opens their list.
            actions: the commands.
            settings: where recent folders are remembered.
            upkeep: what is remembered of a folder.
            next_start: the right to have the folders remembered; while another window has it, they are not.
            window: what dialogs belong to.
        """
        super().__init__(window)
        self.off: frozenset[Path] = frozenset()
        self._session, self._bar, self._window, self._upkeep = session, bar, window, upkeep
        self._list: FolderList | None = None
        self._coming = ChosenFolders()  # as the person arranged them, until they are open
        self._next_start = next_start
        self._recent = RecentFolders(actions.recent, settings, self.open)
        actions.choose.triggered.connect(self.choose)
        actions.add_folder.triggered.connect(self.choose_another)
        actions.folders.triggered.connect(self.show_list)
        bar.choose.connect(self.choose)
        bar.pressed.connect(self.show_list)
        session.indexing.is_gentle = settings.gentle
        actions.gentle.setChecked(settings.gentle)
        actions.gentle.toggled.connect(partial(setattr, session.indexing, "is_gentle"))
        actions.gentle.toggled.connect(partial(setattr, settings, "gentle"))
        session.opened.connect(self._remember)
        upkeep.forgotten.connect(self._drop)
        upkeep.left_open.connect(self._open_others)

    @property
    def searched(self) -> tuple[Path, ...]:
        """The folders that are searched, empty for all of them."""
        folders = self._session.state.folders
        on = tuple(one.folder for one in folders if one.folder not in self.off)
        return on if len(on) < len(folders) else ()

    # --- what the person asks for ----------------------------------------------------------------------

    def open(self, *folders: Path, off: frozenset[Path] = frozenset()) -> None:
        """Open these folders instead of the present ones; ignored if there are none."""
        if folders:
            self.off = _still_off(off, folders)
            self.opening.emit()
            self._session.open(*folders)

    def choose(self) -> None:
        """Ask for a folder and open it, alone."""
        if (chosen := self._ask(self.tr("Choose a photo folder"))) is not None:
            self.open(chosen)

    def choose_another(self) -> None:
        """Ask for a folder and add it."""
        if (chosen := self._ask(self.tr("Add a photo folder"))) is not None:
            self.add(chosen)

    def add(self, folder: Path) -> None:
        """Search this folder too."""
        waits = not self._session.state.paths and self._upkeep.is_forgetting
        paths = self._upkeep.coming if waits else self._session.state.paths
        above = next((one for one in paths if one == folder or one in folder.parents), None)
        if above is not None:
            text = self.tr("The photos in %1 are searched already: it lies in %2.")
            if above == folder:
                text = self.tr("The photos in %1 are searched already.")
            named = text.replace("%1", "{0}").replace("%2", "{1}")  # at once: a name may hold %2
            self.said.emit(named.format(name_of(folder), name_of(above)))
            return
        if waits:
            self._upkeep.open_too(folder)
        else:
            self._turn_to((*paths, folder))

    def remove(self, folder: Path) -> None:
        """Search this folder no more; what was indexed of it is remembered."""
        self._turn_to(tuple(one for one in self._session.state.paths if one != folder))

    def move(self, folder: Path, by: int) -> None:
        """Put a folder before or after others in the list."""
        paths = list(self._session.state.paths)
        place = paths.index(folder)
        paths.insert(max(place + by, 0), paths.pop(place))
        self._turn_to(tuple(paths))

    def switch(self, folder: Path, on: bool) -> None:
        """Let a folder be searched, or not; one stays on."""
        off = self.off - {folder} if on else self.off | {folder}
        if not off.issuperset(self._session.state.paths):
            self.off = off
            self._keep(self._session.state.paths)
            self.switched.emit()
        self._show()

    def _turn_to(self, folders: tuple[Path, ...]) -> None:
        self.off = _still_off(self.off, folders)
        if folders != self._session.state.paths:
            self._coming = ChosenFolders(folders, self.off)
            self._keep_known(folders)
        if not folders:
            self.opening.emit()
            self._session.leave()
            self._session.indexing.forget_halt()
            self._keep(())
        elif folders != self._session.state.paths:
            self.rearranged.emit()
            self._session.open(*folders)

    def _ask(self, title: str) -> Path | None:
        state = self._session.state
        waits = not state.is_open or state.folder in {one.folder for one in state.away}
        here = None if waits else state.folder  # it is known not to answer
        start = here or desktop.picture_library() or os.path.expanduser("~")
        chosen = choose_folder(self._window, title, str(start))
        return Path(chosen) if chosen else None

    # --- what is remembered ----------------------------------------------------------------------------

    def _remember(self) -> None:
        self._coming, paths = ChosenFolders(), self._session.state.paths
        unmet = self.off.difference(paths)  # an earlier version kept a path in the letters it was given in
        self.off |= {one for one in paths if any(in_other_letters(one, other) for other in unmet)}
        self._recent.note(paths)
        self._keep(paths)

    def end(self) -> None:
        """Remember the folders that the person arranged and that are not open yet."""
        coming, upkeep = self._coming, self._upkeep
        if upkeep.is_forgetting and not self._session.state.paths:  # that one is dropped once it is forgotten
            coming = ChosenFolders(tuple(dict.fromkeys((*upkeep.before, *upkeep.added))), self.off)
        if coming.folders:
            self._keep(coming.folders, coming.off)

    def _keep_known(self, folders: tuple[Path, ...]) -> None:
        """Remember at once which of the folders before stay, and their order; others may not open."""
        before = read_chosen() or ChosenFolders()
        if stay := tuple(one for one in folders if one in before.folders):
            self._keep(stay)

    def _keep(self, paths: tuple[Path, ...], off: frozenset[Path] | None = None) -> None:
        if not self._next_start.is_of_another:
            keep_chosen(ChosenFolders(paths, (self.off if off is None else off).intersection(paths)))

    def _drop(self, folder: Path) -> None:
        """Let no start open a folder that was forgotten."""
        self._recent.drop(folder)
        coming = self._coming
        if folder not in self._upkeep.added:
            others = tuple(one for one in coming.folders if one != folder)
            self._coming = ChosenFolders(others, coming.off - {folder})
        chosen = read_chosen()
        if chosen is not None and folder in chosen.folders and folder not in self._upkeep.added:
            others = tuple(one for one in chosen.folders if one != folder)
            keep_chosen(ChosenFolders(others, chosen.off - {folder}))

    def _open_others(self, others: tuple[Path, ...]) -> None:
        """Open what is left beside a folder that is not known any more."""
        self.off = _still_off(self.off, others)
        self._coming = ChosenFolders(others, self.off)
        self.opening.emit()
        if others:
            self._session.open(*others)
        else:
            self._session.indexing.forget_halt()
            self._keep(())

    # --- the list --------------------------------------------------------------------------------------

    def show_list(self) -> None:
        """Open the page with every folder."""
        if self._session.state.folder is None:
            self.choose()
            return
        page = FolderList(self._window)
        page.add.connect(page.close)
        page.add.connect(self.choose_another)
        page.switched.connect(self.switch)
        page.asked.connect(self._fill_menu)
        page.closed.connect(self._drop_list)
        self._session.state_changed.connect(self._show)
        self._list = page
        self._show()
        self.listed.emit(page)
        page.open_under(self._bar)

    def _drop_list(self) -> None:
        self._session.state_changed.disconnect(self._show)
        self._list = None

    def _show(self, _: object = None) -> None:
        if self._list is not None:
            self._list.show_state(self._session.state, self.off)

    def _fill_menu(self, menu: QMenu, folder: Path) -> None:
        menu.clear()
        paths = self._session.state.paths
        place = paths.index(folder)
        up = menu.addAction(self.tr("Move &up"), partial(self.move, folder, -1))
        up.setEnabled(place > 0)
        down = menu.addAction(self.tr("Move &down"), partial(self.move, folder, 1))
        down.setEnabled(place < len(paths) - 1)
        menu.addSeparator()
        menu.addAction(self.tr("&Open in the file manager"), partial(self._show_folder, folder))
        edit = partial(self._then, self._upkeep.edit_rules, folder)
        menu.addAction(self.tr("&What is left out and kept…"), edit)
        missing = menu.addAction(
            self.tr("Forget &missing photos now"), partial(self._then, self._upkeep.forget_missing, folder)
        )
        missing.setEnabled(not self._session.state.is_indexing)
        menu.addSeparator()
        menu.addAction(self.tr("&Remove from the library"), partial(self.remove, folder))
        menu.addAction(self.tr("&Forget…"), partial(self._then, self._upkeep.forget_folder, folder))

    def _then(self, work: Callable[[Path], object], folder: Path) -> None:
        """Close the page first: what follows asks something over the window."""
        if self._list is not None:
            self._list.close()
        work(folder)

    def _show_folder(self, folder: Path) -> None:
        away = {one.folder: one for one in self._session.state.away}
        if folder in away:  # its drive may not answer
            self.said.emit(away[folder].trouble or desktop.no_folder(folder))
            return
        Task(partial(os.path.isdir, folder), self).begin(partial(self._open_found, folder), self.said.emit)

    def _open_found(self, folder: Path, is_there: bool) -> None:
        try:
            if not is_there:
                raise FolderError(desktop.no_folder(folder))
            desktop.open_folder(folder)
        except EngineError as error:
            self.said.emit(str(error))


def _still_off(off: frozenset[Path], folders: tuple[Path, ...]) -> frozenset[Path]:
    """Return which of these folders stay switched off: none where that would be all of them."""
    off = off.intersection(folders)
    return frozenset() if off.issuperset(folders) else off
