"""What a person does with what is remembered of a folder: read again, leave out, forget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from app import phrases
from app.dialogs import RulesDialog
from app.engine_sentences import in_own_language
from app.folder.session import Session
from engine.errors import EngineError
from engine.upkeep import Upkeep
from engine.visible import visible


class FolderUpkeep(QObject):
    """Carries out what is chosen in the menu for the open folder; asks where something is lost."""

    said = Signal(str)
    """What came of it, or why it failed, as one sentence."""
    ruled = Signal()
    """What is left out was changed; the folder is looked at again."""
    forgotten = Signal(object)
    """This folder, which was open, is not known any more."""
    left_open = Signal(object)
    """The folders that are to be opened again: without the one that was forgotten, if it could be."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self._leaving: tuple[Path, tuple[Path, ...]] | None = None
        session.closed.connect(self._forget_closed)
        session.left.connect(self._open_others)

    def for_one(self, deed: Callable[[Path], None]) -> None:
        """Do something with the open folder; of several, the person is asked which."""
        folders = self._session.state.paths
        if len(folders) == 1:
            deed(folders[0])
        elif folders:
            menu = QMenu(self._window)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            for folder in folders:
                menu.addAction(visible(str(folder)).replace("&", "&&"), partial(deed, folder))
            menu.popup(self._window.mapToGlobal(self._window.rect().center() - menu.rect().center()))

    def read_again(self) -> None:
        """Read every photo, whether it seems changed or not."""
        self._session.index(recheck=True)

    def edit_rules(self, folder: Path) -> None:
        """Let the person change what is left out of a folder, and how long what disappeared is remembered."""

        def show(upkeep: Upkeep) -> None:
            patterns = upkeep.excludes(), upkeep.excludes(everywhere=True)
            dialog = RulesDialog(
                *patterns,
                keep_days=upkeep.keep_days,
                thumbnail_mb=upkeep.thumbnail_mb,
                parent=self._window,
            )
            dialog.accepted.connect(lambda: self._take_rules(folder, dialog))
            dialog.open()

        self._work_on(folder, show)

    def forget_missing(self, folder: Path) -> None:
        """Forget the photos of a folder that are not there any more."""
        self._work_on(folder, self._forget_missing)

    def forget_folder(self, folder: Path) -> None:
        """Ask, and forget all that is known of a folder."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Forget this folder"))
        box.setText(self.tr("Forget what was indexed of this folder?"))
        box.setInformativeText(
            self.tr("The photos themselves are not touched. To search them again, they are indexed anew.")
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        cancel.setIcon(QIcon())
        box.setDefaultButton(cancel)
        forget = box.addButton(self.tr("Forget"), QMessageBox.ButtonRole.AcceptRole)
        box.buttonClicked.connect(lambda button: self._leave(folder) if button is forget else None)
        box.open()

    def _leave(self, folder: Path) -> None:
        """Close the folder first: it may be in the middle of indexing."""
        self._leaving = folder, self._session.state.paths
        self._session.leave()

    def _forget_closed(self, opened: tuple[Path, ...]) -> None:
        """Forget the folder, now that nobody indexes or searches it; unless it is to be opened again."""
        if self._leaving is None:
            return
        folder, left = self._leaving
        if folder not in opened and self._work_on(folder, self._forget_folder):
            self.forgotten.emit(folder)
            left = tuple(one for one in left if one != folder)
        self._leaving = None if opened else (folder, left)  # where others are, the person did not wait

    def _open_others(self) -> None:
        leaving, self._leaving = self._leaving, None
        if leaving is not None:
            self.left_open.emit(leaving[1])

    def _forget_missing(self, upkeep: Upkeep) -> None:
        self.said.emit(phrases.forgot_missing(upkeep.forget_missing()))

    def _forget_folder(self, upkeep: Upkeep) -> None:
        self.said.emit(phrases.forgot_folder(upkeep.forget()))

    def _take_rules(self, folder: Path, dialog: RulesDialog) -> None:
        def keep(upkeep: Upkeep) -> None:
            upkeep.exclude(dialog.here)
            upkeep.exclude(dialog.everywhere, everywhere=True)
            upkeep.keep_days = dialog.keep_days
            upkeep.thumbnail_mb = dialog.thumbnail_mb

        if self._work_on(folder, keep):
            self.ruled.emit()
            self._session.look_anew()

    def _work_on(self, folder: Path, work: Callable[[Upkeep], None]) -> bool:
        try:
            with Upkeep(folder) as upkeep:
                work(upkeep)
        except EngineError as error:
            self.said.emit(in_own_language(str(error)))
            return False
        return True
