"""What is dragged over the window, and what a drop does: hits and prints to the corners, files, folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from app.desktop import desktop
from app.dialogs.questions import ask_to_lay
from app.drawing.beside.print_corner import PrintCorner
from app.drawing.beside.strip import PRINT_TYPE
from app.drawing.panel import DrawingPanel
from app.drawing.pasting import clipboard_content
from app.drawing.saving import SVG_TYPE
from app.photos.grid.grid import PhotoGrid
from app.threads.background import Task
from engine.pictures.photos import is_photo


@dataclass(eq=False)
class _Dragged:
    """Files and folders from another program over the window, whose drive is asked what they are.

    Attributes:
        paths: as they are told by the other program.
        answer: whether the first one is a folder, once the drive has told.
    """

    paths: Sequence[Path]
    answer: bool | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the first one is a folder, or by its name may be one while the drive has not answered."""
        return not is_photo(self.paths[0].name) if self.answer is None else self.answer


class Drops(QObject):
    """Decides where what is dragged may be dropped; the window hands it every event of a drag.

    Drives are asked in threads. What is dropped comes in its turn, as all that is read for the paper.
    """

    def __init__(
        self, window: QWidget, panel: DrawingPanel, grid: PhotoGrid, open_folders: Callable[..., object]
    ) -> None:
        """Take what drops go to, the grid that hits come from, and what opens folders as one library."""
        super().__init__(window)
        self._window, self._panel, self._strip, self._grid = window, panel, panel.strip, grid
        self._open_folders = open_folders
        self._over: _Dragged | None = None  # what another program has brought over the window

    def enter(self, event: QDragEnterEvent) -> None:
        """Take hits, prints, and folders and pictures from other programs; show where they may go."""
        paths = self._paths(event)
        data = event.mimeData()
        known = paths or self._strip.carried is not None or data.hasImage() or data.hasFormat(SVG_TYPE)
        if not (known or data.urls()) or not _accept(event):
            return
        self._over = None if self._is_hit(event) or not paths else self._ask(paths)
        self._strip.await_drop(bool(known) and (self._over is None or not self._over.is_folder))

    def move(self, event: QDragMoveEvent) -> None:
        """Show what a drop here would do."""
        corner = self._corner(event)
        self._strip.aim(corner)
        if (corner is None and not self._takes(event)) or not _accept(event):
            event.ignore()

    def leave(self) -> None:
        """Show no places to drop anything any more."""
        self._over = None
        self._strip.await_drop(False)

    def drop(self, event: QDropEvent) -> None:
        """Lay photos in a corner, or beside the drawing; open folders; see what other pictures are."""
        corner, taken = self._corner(event), self._takes(event)
        paths = self._paths(event)
        carried = self._strip.carried
        self.leave()
        if (corner is None and not taken) or not _accept(event):
            event.ignore()
            return
        like = corner.is_like if corner is not None else _likeness(event.mimeData())
        if carried is not None:
            if (
                carried in self._panel.canvas.document.prints
                and like != self._panel.canvas.document.prints.is_like(carried)
            ):
                self._strip.turn(carried)
        elif self._is_hit(event):
            judged = self._grid.unliked if like is False else self._grid.liked
            ask_to_lay(self._window, len(paths), lambda: judged.emit(paths))
        elif paths:
            self._panel.print_files.take_drop(paths, self._open_folders, like=like)
        elif (content := clipboard_content(event.mimeData())) is not None:  # as of a browser's page
            self._panel.print_files.take_content(content, like=like)
        else:
            self._panel.print_files.failed.emit(desktop.not_here())

    def _ask(self, paths: list[Path]) -> _Dragged:
        """Ask in a thread whether this is a folder; one whose drive never answers is left behind."""
        dragged = _Dragged(paths)
        Task(partial(os.path.isdir, paths[0]), self).begin(partial(self._take_answer, dragged))
        return dragged

    def _take_answer(self, dragged: _Dragged, is_folder: bool) -> None:
        """Show where what is over the window may go, now that its drive has answered."""
        dragged.answer = is_folder
        if dragged is self._over:
            self._strip.await_drop(not dragged.is_folder)

    def _paths(self, event: QDropEvent) -> list[Path]:
        """Return what is dragged; hits also where their drive is away."""
        if self._is_hit(event) and self._grid.carried:
            return list(self._grid.carried)
        return desktop.paths_in(event.mimeData())

    def _corner(self, event: QDropEvent) -> PrintCorner | None:
        return self._strip.corner_at(self._window.mapToGlobal(event.position().toPoint()))

    def _takes(self, event: QDropEvent) -> bool:
        """Return whether a drop outside the corners does something: prints stay, hits go to the paper."""
        if self._strip.carried is not None:
            return False
        if not self._is_hit(event):
            return True
        place = self._panel.mapFrom(self._window, event.position().toPoint())
        return self._panel.rect().contains(place)

    def _is_hit(self, event: QDropEvent) -> bool:
        return event.source() is self._grid


def _accept(event: QDropEvent) -> bool:
    """Take what is dragged as a copy; return False if it can only be moved: its program would delete it."""
    for action in (Qt.DropAction.CopyAction, Qt.DropAction.LinkAction):
        if event.possibleActions() & action:
            event.setDropAction(action)
            event.accept()
            return True
    return False


def _likeness(data: QMimeData) -> bool | None:
    """Return True for photos of another window, which are no drawings; None where that is to be guessed."""
    return True if data.hasFormat(desktop.PHOTOS_TYPE) or data.hasFormat(PRINT_TYPE) else None
