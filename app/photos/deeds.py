"""What can be done with chosen photos: open them, show them in their folders, copy them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from app import desktop
from app.engine_sentences import in_own_language
from app.questions import ask
from engine.elsewhere import told
from engine.errors import EngineError

MANY = 10
"""How many windows a deed may open without asking."""


class PhotoDeeds(QObject):
    """Does things with photos, all of those it is given."""

    failed = Signal(str)
    """What was asked for could not be done, or not with every photo, as one sentence."""
    used = Signal(list)
    """These photos, paths, are what somebody wanted: they are opened, shown in their folders or copied."""
    _decoded = Signal(list, QImage)

    def __init__(self, window: QWidget) -> None:
        """Take the widget that questions belong to."""
        super().__init__(window)
        self._window = window
        self._decoded.connect(self._add_picture, Qt.ConnectionType.QueuedConnection)

    def open(self, paths: Sequence[Path]) -> None:
        """Open photos with the desktop's program; many only after a question."""
        question = self.tr("Open %Ln photos at once?", "", len(paths))
        self._with_care(desktop.open_file, paths, question)

    def show_in_folder(self, paths: Sequence[Path]) -> None:
        """Open the folders of photos, each once; many only after a question."""
        firsts: dict[Path, Path] = {}
        for path in paths:
            firsts.setdefault(path.parent, path)
        one_of_each = list(firsts.values())
        question = self.tr("Show %Ln folders at once?", "", len(one_of_each))
        self._with_care(desktop.show_in_folder, one_of_each, question)

    def copy(self, paths: Sequence[Path]) -> None:
        """Put photos on the clipboard as files, and the first one's pixels as soon as they are read."""
        self.used.emit(list(paths))
        there: list[Path] = []
        self._try(lambda path: there.append(desktop.must_exist(path)), paths)
        if there:
            QGuiApplication.clipboard().setMimeData(desktop.files_to_paste(there, None))
            threading.Thread(target=self._decode, args=(there,), daemon=True).start()

    def copy_paths(self, paths: Sequence[Path]) -> None:
        """Put the paths of photos on the clipboard, one a line."""
        self.used.emit(list(paths))
        QGuiApplication.clipboard().setText("\n".join(map(told, paths)))

    def _decode(self, paths: list[Path]) -> None:
        """Read the first photo; runs in a thread of its own."""
        with suppress(EngineError, RuntimeError):  # no picture: the file is copied all the same; no window
            self._decoded.emit(paths, desktop.picture_to_paste(paths[0]))

    def _add_picture(self, paths: list[Path], picture: QImage) -> None:
        """Add the pixels, unless something else was copied meanwhile."""
        data = desktop.files_to_paste(paths, picture)
        present = QGuiApplication.clipboard().mimeData()
        if present is not None and present.urls() == data.urls():
            QGuiApplication.clipboard().setMimeData(data)

    def _with_care(self, deed: Callable[[Path], None], paths: Sequence[Path], question: str) -> None:
        if len(paths) <= MANY:
            self._do(deed, paths)
            return
        ask(self._window, question, lambda: self._do(deed, paths))

    def _do(self, deed: Callable[[Path], None], paths: Sequence[Path]) -> None:
        self.used.emit(list(paths))
        self._try(deed, paths)

    def _try(self, deed: Callable[[Path], None], paths: Sequence[Path]) -> None:
        """Do it with each; tell of the first that failed, once all are done."""
        failures = []
        for path in paths:
            try:
                deed(path)
            except EngineError as error:
                failures.append(str(error))
        if failures:
            self.failed.emit(in_own_language(failures[0]))
