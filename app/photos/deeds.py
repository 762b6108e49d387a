"""What can be done with chosen photos: open them, show them in their folders, copy them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from app.desktop import desktop
from app.desktop.file_manager import select_files
from app.dialogs.questions import ask
from app.photos.reading.away import Away
from app.threads.background import Task
from app.words.engine_sentences import in_own_language
from engine.elsewhere import display_path
from engine.errors import EngineError

MANY = 10
"""How many windows a deed may open without asking."""

_Deed = Callable[[list[Path]], list[str]]  # returns why it failed, a sentence each
_Content = tuple[tuple[str, ...], tuple[str, ...], str | bytes] | None


class PhotoDeeds(QObject):
    """Does things with photos, all of those it is given, once their drives have said that they are there.

    Attributes:
        away: which photos' drives are not asked.
    """

    failed = Signal(str)
    """What was asked for could not be done, or not with every photo, as one sentence."""
    used = Signal(list)
    """These photos, paths, are what somebody wanted: they are opened, shown in their folders or copied."""
    _copies = 0  # how often something was copied, by whichever of them

    def __init__(self, window: QWidget) -> None:
        """Take the widget that questions belong to."""
        super().__init__(window)
        self._window = window
        self.away = Away()
        self._changes = 0  # of the clipboard, by whichever program
        QGuiApplication.clipboard().dataChanged.connect(self._note_change)

    def open(self, paths: Sequence[Path]) -> None:
        """Open photos with the desktop's program; many only after a question."""
        question = self.tr("Open %Ln photos at once?", "", len(paths))
        self._with_care(partial(_try, desktop.open_file), paths, question, len(paths))

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """Open the folders of photos, each once; many only after a question.

        The photos are selected there; of several in one folder only the first, where the system does not
        select more.
        """
        folders = len({path.parent for path in paths})
        question = self.tr("Show %Ln folders at once?", "", folders)
        self._with_care(self._show, paths, question, folders)

    def _show(self, there: list[Path]) -> list[str]:
        """Show photos that are there in their folders."""
        firsts: dict[Path, Path] = {}
        for path in there:
            firsts.setdefault(path.parent, path)
        one_by_one = partial(_try, desktop.show_in_folder, list(firsts.values()))
        if not there or not desktop.selects_files(sys.platform):
            return one_by_one()
        select_files(there, self, lambda: self._tell(one_by_one()))
        return []

    def copy(self, paths: Sequence[Path]) -> None:
        """Put photos on the clipboard as files, and the first one's pixels as soon as they are read."""
        self.used.emit(list(paths))
        PhotoDeeds._copies += 1
        self._look_for(paths, partial(self._put, self._copies, self._changes, _resent()))

    def _note_change(self) -> None:
        self._changes += 1

    def _put(self, number: int, changes: int, resent: _Content, there: list[Path]) -> list[str]:
        """Put files on the clipboard, unless something else was copied meanwhile, here or elsewhere."""
        is_other = changes != self._changes and (resent is None or resent != _resent())
        if there and number == self._copies and not is_other:
            QGuiApplication.clipboard().setMimeData(desktop.files_to_paste(there, None))
            decode = partial(desktop.picture_to_paste, there[0])  # without: the file is copied all the same
            Task(decode, self).begin(partial(self._add_picture, number, there))
        return []

    def copy_paths(self, paths: Sequence[Path]) -> None:
        """Put the paths of photos on the clipboard, one a line."""
        self.used.emit(list(paths))
        PhotoDeeds._copies += 1
        QGuiApplication.clipboard().setText("\n".join(map(display_path, paths)))

    def _add_picture(self, number: int, paths: list[Path], picture: QImage) -> None:
        """Add the pixels, unless something else was copied meanwhile, or is about to be."""
        if number != self._copies:
            return
        data = desktop.files_to_paste(paths, picture)
        present = QGuiApplication.clipboard().mimeData()
        if present is not None and present.urls() == data.urls():
            QGuiApplication.clipboard().setMimeData(data)

    def _with_care(self, deed: _Deed, paths: Sequence[Path], question: str, windows: int) -> None:
        if windows <= MANY:
            self._do(deed, paths)
            return
        ask(self._window, question, lambda: self._do(deed, paths))

    def _do(self, deed: _Deed, paths: Sequence[Path]) -> None:
        self.used.emit(list(paths))
        self._look_for(paths, deed)

    # --- whether they are there ------------------------------------------------------------------------

    def _look_for(self, paths: Sequence[Path], then: _Deed) -> None:
        """Do something with those files that are there, once their drives have answered.

        What is done returns why it failed, a sentence each; of all failures, the first is told.
        """
        there: list[Path] = []

        def look(path: Path) -> None:
            self.away.check(path)
            there.append(desktop.must_exist(path))

        def go_on(failures: list[str]) -> None:
            self._tell([*failures, *then(there)])

        Task(partial(_try, look, paths), self).begin(go_on, self.failed.emit)

    def _tell(self, failures: Sequence[str]) -> None:
        if failures:
            self.failed.emit(in_own_language(failures[0]))


def _resent() -> _Content:
    """Return what the clipboard holds where it is announced anew at every turn to this program; else None.

    Elsewhere a change is a change, and the program that was copied from need not be asked: it may hang.
    """
    if not QGuiApplication.platformName().startswith("wayland"):
        return None
    data = QGuiApplication.clipboard().mimeData() or QMimeData()  # none on some systems
    said = data.text() or data.html() or bytes(data.data("image/png").data())
    return tuple(data.formats()), tuple(url.toString() for url in data.urls()), said


def _try(deed: Callable[[Path], None], paths: Sequence[Path]) -> list[str]:
    """Do it with each; return why it failed, a sentence each."""
    failures = []
    for path in paths:
        try:
            deed(path)
        except EngineError as error:
            failures.append(str(error))
    return failures
