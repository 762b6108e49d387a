"""Folders that are known not to be there now: their photos are read by nobody."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine.errors import EngineError
from engine.visible import visible


class Away:
    """Tells which photos lie in such folders; asks no drive. From any thread.

    Attributes:
        folders: which those are; set in the GUI thread.
    """

    def __init__(self) -> None:
        self.folders: tuple[Path, ...] = ()

    def holds(self, path: Path) -> bool:
        """Return whether a photo lies in one of them."""
        return any(path.is_relative_to(folder) for folder in self.folders)

    def check(self, path: Path) -> None:
        """Let a photo be read.

        Raises:
            EngineError: it lies in one of them.
        """
        if self.holds(path):
            text = QCoreApplication.translate("PhotoDeeds", "%1 is offline: its folder is not there now.")
            raise EngineError(text.replace("%1", visible(path.name)))
