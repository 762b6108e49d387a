"""Brings the window into each of its states, one after the other, and takes its picture there.

`screenshots.py` starts this in a process of its own, with a task written as JSON.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desk import Desk
from painted_photos import FISH, HOUSE, UMBRELLA

import engine.encoding.encoder  # noqa: F401  before Qt, as in the program

# isort: split
from PySide6.QtCore import (
    QMessageLogContext,
    QRect,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QDialog

from app.folder.state import Phase
from app.kiosk.window import KioskWindow
from app.library.folder_list import FolderList
from app.state.log import keep_log
from app.state.settings import Settings
from app.window import MainWindow
from app.words.languages import speak
from engine.encoding.encoder import Encoder

_LOG = logging.getLogger("app")
_SOME = 12  # photos that there are in the picture of indexing


class WindowStates:
    """Takes the window through its states, in the order of its methods."""

    def __init__(
        self, desk: Desk, photos: Path, size: tuple[int, int], *, painted: bool, page: Path | None
    ) -> None:
        """Open the window.

        Args:
            desk: takes the pictures.
            photos: the folder that is opened.
            size: the window's, in pixels.
            painted: the folder is a passing one, and may be moved away.
            page: a photograph of a drawing on paper; None without one.
        """
        self._desk, self._photos, self._painted, self._page = desk, photos, painted, page
        self._window = MainWindow(Encoder.default, Settings())
        self._window.setGeometry(QRect(0, 0, *size))
        self._window.show()

    def run(self) -> None:
        """Take every picture of the window."""
        for part in (
            self._open,
            self._search,
            self._look,
            self._narrow,
            self._paper,
            self._photograph,
            self._pages,
        ):
            part()
        if self._painted:
            self._unplug()
        self._window.close()
        self._window.deleteLater()

    def _settle(self) -> None:
        self._desk.settle(self._window.seating, self._window.grid)

    def _take(self, name: str) -> None:
        self._settle()
        self._desk.take(self._window, name)

    def _ready(self) -> bool:
        session = self._window.session
        return session.library is not None and not session.state.is_indexing

    def _begins(self) -> bool:
        """Return whether some photos can be seen already."""
        grid = self._window.grid
        stands = not (grid.is_gliding or self._window.seating.is_moving)
        return stands and len(grid.hits_model.hits) >= _SOME and self._desk.has_pictures(grid)

    def _open(self) -> None:
        self._take("welcome")
        self._window.open_folder(self._photos)
        self._desk.wait_until(lambda: self._ready() or self._begins())
        self._desk.take(self._window, "indexing")
        self._desk.wait_until(self._ready)
        self._take("newest")

    def _search(self) -> None:
        window, desk = self._window, self._desk
        desk.draw(window.canvas, UMBRELLA[0])
        self._take("first-stroke")
        desk.draw(window.canvas, *UMBRELLA[1:])
        self._take("results")
        actions = window._actions
        actions.best_first.trigger()
        self._take("best-first")
        actions.newest_first.trigger()
        self._take("newest-first")
        actions.different_first.trigger()
        self._settle()
        window.grid.liked.emit([self._hit(1)])
        self._take("print")
        window.grid.unliked.emit([self._hit(1)])
        self._take("not-this")

    def _hit(self, place: int) -> Path:
        return self._window.grid.hits_model.hits[place].path

    def _look(self) -> None:
        panel = self._window.photos_panel
        panel.look_at(self._hit(2))
        self._settle()
        self._take("view")
        panel.leave_view()

    def _narrow(self) -> None:
        panel = self._window.photos_panel
        times = panel.timeline._times
        if times is not None:
            panel.timeline.choose(first=len(times.photos) // 3, last=2 * len(times.photos) // 3)
            self._take("time-brushed")
        if panel.folders.has_folders:
            panel.folders.open_tree()
            self._take("folders-open")
            if panel.folders._tree is not None:
                panel.folders._tree.close()
        self._window.folders.show_list()
        self._take("library")
        for page in self._window.findChildren(FolderList):
            page.close()
        if self._painted:  # in which nothing was painted in a winter's January
            panel.timeline.choose(first=0, last=0)
            panel.folders.choose([Path("Winter")])
            self._take("nothing-there")
        self._window.narrower._look_everywhere()

    def _paper(self) -> None:
        window, desk = self._window, self._desk
        for strokes in (HOUSE, FISH):
            window.canvas.clear()
            self._settle()  # the paper grows once no photo lies beside it
            desk.draw(window.canvas, *strokes)
            self._settle()
        window.canvas.clear()
        self._take("shelf")
        desk.draw(window.canvas, *HOUSE)
        window._actions.lasso.trigger()
        desk.draw(window.canvas, [(0.38, 0.5), (0.64, 0.52), (0.64, 0.86), (0.38, 0.86), (0.38, 0.5)])
        self._take("lasso")
        window._actions.pen.trigger()
        window.canvas.clear()
        window.sketch_files.trace(self._hit(0))
        self._settle()
        desk.draw(window.canvas, HOUSE[0])
        self._take("underlay")
        window.canvas.trace(None)
        window.canvas.clear()

    def _photograph(self) -> None:
        window = self._window
        if self._page is not None:
            window.drawing_panel.print_files.take([self._page])
            self._desk.wait_until(lambda: window.canvas.document.picture is not None)
            self._take("page-read")
            self._desk.keep(self._page, "page")
            window.canvas.clear()
        menu = window._actions.learn.associatedObjects()
        window.menuBar().setActiveAction(
            next(one for one in window.menuBar().actions() if one.menu() in menu)
        )
        self._take("draw-menu")
        if (opened := QApplication.activePopupWidget()) is not None:
            opened.close()

    def _pages(self) -> None:
        _LOG.warning("A line in the log, such as one that tells of a photo that could not be read.")
        actions = self._window._actions
        pages = {
            "skipped": actions.skipped, "keys": actions.shortcuts, "log": actions.log,
            "licences": actions.licences, "about": actions.about,
        }  # fmt: skip
        for name, action in pages.items():
            self._take_dialog(name, action.trigger)
        self._take_dialog("left-out", lambda: self._window.upkeep.edit_rules(self._photos))

    def _take_dialog(self, name: str, open_it: Callable[[], object]) -> None:
        open_it()
        self._desk.wait_until(lambda: self._window.findChildren(QDialog))  # a drive may be asked first
        self._take(name)
        for dialog in self._window.findChildren(QDialog):
            dialog.close()
            dialog.deleteLater()
        self._settle()

    def _unplug(self) -> None:
        away = self._photos.with_name("away")
        self._photos.rename(away)
        self._window.session.retry()
        self._desk.wait_until(lambda: self._window.session.state.phase is Phase.OFFLINE)
        self._take("notice")
        away.rename(self._photos)


def take_kiosk(desk: Desk, photos: Path, size: tuple[int, int]) -> None:
    """Take the pictures of the window for a public place."""
    window = KioskWindow(Encoder.default, photos, rest=3600)
    window.setGeometry(QRect(0, 0, *size))
    window.show()
    desk.wait_until(lambda: window.live.found is not None and window.live.found.hits)
    desk.settle(window.seating, window.wall)
    desk.take(window, "kiosk-pictures")
    desk.draw(window.canvas, *UMBRELLA)
    desk.settle(window.seating, window.wall)
    desk.take(window, "kiosk-results")
    window.wall.tapped.emit(window.wall.hits_model.hits[0].path)
    desk.settle(window.seating, window.wall)
    desk.take(window, "kiosk-picture")
    window.rest.begun.emit()
    desk.settle(window.seating, window.wall)
    desk.take(window, "kiosk-rest")
    window.leave()
    window.deleteLater()


def _pass_on(_: QtMsgType, __: QMessageLogContext, message: str) -> None:
    """Tell what Qt says, but for what a screen in memory cannot do."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)


def main() -> int:
    """Do the task."""
    qInstallMessageHandler(_pass_on)
    task: dict[str, Any] = json.loads(sys.argv[1])
    photos, size = Path(task["photos"]), (task["width"], task["height"])
    desk = Desk(Path(task["out"]), task["only"])
    settings = Settings()
    settings.appearance, settings.language = task["appearance"], task["language"]
    settings.save()
    application = QApplication(["ffmln"])
    with keep_log(), speak(task["language"]):
        page = Path(task["page"]) if task["page"] else None
        WindowStates(desk, photos, size, painted=task["painted"], page=page).run()
        take_kiosk(desk, photos, size)
    application.processEvents()
    return 0


if __name__ == "__main__":
    sys.exit(main())
