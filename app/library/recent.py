"""The folders that were open last, in a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from app.state.settings import Settings
from engine.visible import visible

MOST = 10
"""How many are remembered."""


class RecentFolders:
    """Fills a menu with the folders that were open last, those of the last time first."""

    def __init__(self, menu: QMenu, settings: Settings, open_folders: Callable[..., object]) -> None:
        """Fill the menu whenever it opens.

        Args:
            menu: to be filled.
            settings: where the folders are remembered.
            open_folders: opens those that stand in one line.
        """
        self._menu, self._settings, self._open = menu, settings, open_folders
        menu.aboutToShow.connect(self._fill)
        self._fill()

    def note(self, folders: tuple[Path, ...]) -> None:
        """Remember that these folders were opened together."""
        others = [one for one in self._settings.recent if one != folders]
        self._settings.recent = [folders, *others][:MOST]
        self._fill()

    def drop(self, folder: Path) -> None:
        """Remember this folder no more, whatever it was opened with."""
        left = (tuple(one for one in folders if one != folder) for folders in self._settings.recent)
        self._settings.recent = [folders for folders in dict.fromkeys(left) if folders]
        self._fill()

    def _fill(self) -> None:
        self._menu.clear()
        recent = self._settings.recent
        for number, folders in enumerate(recent, 1):
            name = ", ".join(visible(str(folder)) for folder in folders).replace("&", "&&")
            entry = self._menu.addAction(f"&{number % MOST} {name}")
            entry.triggered.connect(partial(self._take, folders))
        if recent:
            self._menu.addSeparator()
            forget = self._menu.addAction(QCoreApplication.translate("RecentFolders", "&Empty this list"))
            forget.triggered.connect(self._forget)
        self._menu.setEnabled(bool(recent))

    def _take(self, folders: tuple[Path, ...], _: bool = False) -> None:
        self._open(*folders)

    def _forget(self) -> None:
        self._settings.recent = []
        self._fill()
