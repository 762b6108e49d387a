"""What a person does with what is remembered of a folder: read again, leave out, forget."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from app.dialogs.dialogs import RulesDialog
from app.dialogs.questions import take_fresh_keys
from app.folder.session import Session
from app.threads.background import Task
from app.words import phrases
from app.words.engine_sentences import in_own_language
from engine.errors import BusyCatalogError
from engine.upkeep import Rules, Upkeep
from engine.visible import visible

_LETS_GO_S = 30.0
_Work = Task[object]


class FolderUpkeep(QObject):
    """Carries out what is chosen in the menu for the open folder; asks where something is lost."""

    said = Signal(str)
    """What came of it, or why it failed, as one sentence."""
    ruled = Signal()
    """What is left out was changed; the folder is looked at again."""
    forgotten = Signal(object)
    """This folder, which was open, is not known any more."""
    left_open = Signal(object)
    """The folders that are to be opened again: without the one that was forgotten, if it could be, and
    with those that were to be added meanwhile."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._window = session, parent
        self._leaving: tuple[Path, tuple[Path, ...]] | None = None
        self._going: Path | None = None  # what is being forgotten, or is left for that
        self._others: tuple[Path, ...] | None = None  # that are to be opened again
        self._added: tuple[Path, ...] = ()  # that are to be opened with these
        self._at_work: dict[_Work, Callable[[_Work], object]] = {}  # with what follows once they are done
        self._reading: _Work | None = None  # what is left out
        self._ended = False
        self._in_turn = threading.Lock()  # held by the task that works
        session.closed.connect(self._forget_closed)
        session.left.connect(self._open_others)
        session.stopped.connect(self.stop)

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

    def stop(self) -> None:
        """Finish what is being forgotten: half of it would be kept."""
        self._ended = True
        for task in [one for one in self._at_work if one is not self._reading]:
            task.wait()
            self._finish(task)

    @property
    def is_forgetting(self) -> bool:
        """Whether a folder is being forgotten, and the others are opened after that."""
        return self._going is not None

    @property
    def added(self) -> tuple[Path, ...]:
        """The folders that were to be opened too since that began."""
        return self._added

    @property
    def before(self) -> tuple[Path, ...]:
        """The folders that were open, that one among them unless it is forgotten by now."""
        return (self._leaving[1] if self._leaving else self._others) or ()

    @property
    def coming(self) -> tuple[Path, ...]:
        """The folders that are opened then."""
        return tuple(dict.fromkeys((*(one for one in self.before if one != self._going), *self._added)))

    def open_too(self, folder: Path) -> None:
        """Open this folder with them."""
        self._added = (*self._added, folder)

    def read_again(self) -> None:
        """Read every photo, whether it seems changed or not."""
        self._session.index(recheck=True)

    def edit_rules(self, folder: Path) -> None:
        """Let the person change what is left out of a folder, and what is kept of all of them."""
        if self._reading is None:  # its drive may let the person wait
            self._reading = self._work_on(
                folder, lambda upkeep: upkeep.rules, partial(self._open_rules, folder)
            )

    def _open_rules(self, folder: Path, task: _Work) -> None:
        self._reading, rules = None, task.result
        if isinstance(rules, Rules) and not self._ended:
            dialog = RulesDialog(rules, folder, self._window)
            dialog.accepted.connect(lambda: self._take_rules(folder, dialog))
            dialog.open()

    def forget_missing(self, folder: Path) -> None:
        """Forget the photos of a folder that are not there any more."""
        self._work_on(folder, Upkeep.forget_missing, self._note_missing)

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
        take_fresh_keys(box)
        box.buttonClicked.connect(lambda button: self._leave(folder) if button is forget else None)
        box.open()

    def _leave(self, folder: Path) -> None:
        """Close the folder first: it may be in the middle of indexing."""
        self._going, self._leaving = folder, (folder, self._session.state.paths)
        self._session.leave()

    def _forget_closed(self, opened: tuple[Path, ...]) -> None:
        """Forget the folder, now that nobody indexes or searches it; unless it is to be opened again.

        Nothing is opened before that is done.
        """
        leaving, self._leaving = self._leaving, None
        if opened:
            self._others, self._added = None, ()  # the person did not wait
        if leaving is None:
            return
        folder, left = leaving
        if not opened:
            self._others = left
        if folder in opened:
            self._going = None
        else:
            self._session.hold()
            self._work_on(folder, self._forget, partial(self._note_forgotten, folder))

    def _note_missing(self, task: _Work) -> None:
        if isinstance(task.result, int):
            self.said.emit(phrases.forgot_missing(task.result))

    def _note_forgotten(self, folder: Path, task: _Work) -> None:
        self._going = None
        result = task.result
        if isinstance(result, int | str):
            self.said.emit(
                phrases.forgot_folder(result) if isinstance(result, int) else in_own_language(result)
            )
            self.forgotten.emit(folder)
            if self._others is not None:
                self._others = tuple(one for one in self._others if one != folder)
        self._session.release()

    def _open_others(self) -> None:
        others, added = self._others, self._added
        self._others, self._added = None, ()
        if others is not None:
            self.left_open.emit(tuple(dict.fromkeys((*others, *added))))

    def _take_rules(self, folder: Path, dialog: RulesDialog) -> None:
        self._work_on(folder, partial(_keep, dialog.before, dialog.rules), self._follow_rules)

    def _follow_rules(self, task: _Work) -> None:
        if task.error is None and not self._ended:
            self.ruled.emit()
            self._session.look_anew()

    # --- in a thread -----------------------------------------------------------------------------------

    def _forget(self, upkeep: Upkeep) -> int | str:
        """Forget a folder; return how many photos, or that one around it keeps them.

        At the end of the window its indexing may not have let go of it yet.
        """
        until = time.monotonic() + _LETS_GO_S
        while True:
            try:
                count = upkeep.forget()
                return upkeep.explain_keeper() or count
            except BusyCatalogError:
                if not self._ended or time.monotonic() > until:
                    raise

    def _work_on(
        self, folder: Path, work: Callable[[Upkeep], object], then: Callable[[_Work], object]
    ) -> _Work:
        """Work on what is remembered of a folder, in a thread; then go on, done or not."""

        def run() -> object:
            with self._in_turn, Upkeep(folder) as upkeep:
                return work(upkeep)

        task = Task(run, self)
        self._at_work[task] = then
        finish = partial(self._finish, task)
        return task.begin(finish, finish)

    def _finish(self, task: _Work, _: object = None) -> None:
        """Go on after a task, unless that was done when the window ended."""
        if (then := self._at_work.pop(task, None)) is None:
            return
        if task.error is not None:
            self.said.emit(task.error)
        then(task)


def _keep(before: Rules, after: Rules, upkeep: Upkeep) -> None:
    upkeep.change_rules(before, after)
