"""The folders that were open last, in a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from app.settings import Settings
from engine.visible import visible

MOST = 10
"""How many are remembered."""


class RecentFolders:
    """Fills a menu with the folders that were open last, the last one first."""

    def __init__(self, menu: QMenu, settings: Settings, open_folder: Callable[[Path], object]) -> None:
        """Fill the menu whenever it opens.

        Args:
            menu: to be filled.
            settings: where the folders are remembered.
            open_folder: opens one.
        """
        self._menu, self._settings, self._open = menu, settings, open_folder
        menu.aboutToShow.connect(self._fill)
        self._fill()

    def note(self, folder: Path) -> None:
        """Remember that this folder was opened."""
        others = [one for one in self._settings.recent if one != folder]
        self._settings.recent = [folder, *others][:MOST]
        self._fill()

    def drop(self, folder: Path) -> None:
        """Remember this folder no more."""
        self._settings.recent = [one for one in self._settings.recent if one != folder]
        self._fill()

    def _fill(self) -> None:
        self._menu.clear()
        recent = self._settings.recent
        for number, folder in enumerate(recent, 1):
            name = visible(str(folder)).replace("&", "&&")
            entry = self._menu.addAction(f"&{number % MOST} {name}")
            entry.triggered.connect(partial(self._take, folder))
        if recent:
            self._menu.addSeparator()
            forget = self._menu.addAction(QCoreApplication.translate("RecentFolders", "&Empty this list"))
            forget.triggered.connect(self._forget)
        self._menu.setEnabled(bool(recent))

    def _take(self, folder: Path, _: bool = False) -> None:
        self._open(folder)

    def _forget(self) -> None:
        self._settings.recent = []
        self._fill()
