"""Another window's changes of the shelf, noticed as they come."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

_TOGETHER = 200  # milliseconds without another change until it is told


class ShelfWatch(QObject):
    """Tells that files came to a folder or went, whoever it was; the folder may come later."""

    changed = Signal()
    """Other files are there than before, perhaps."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        """Name the folder; nothing is watched yet."""
        super().__init__(parent)
        self._folder = folder
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self, interval=_TOGETHER, singleShot=True)
        self._soon.timeout.connect(self._tell)
        self._watcher.directoryChanged.connect(lambda _: self._soon.start())

    def begin(self) -> None:
        """Watch the folder, or the one above until it is there; nothing is told where the system cannot."""
        here = str(self._folder if self._folder.is_dir() else self._folder.parent)
        watched = self._watcher.directories()
        if watched != [here]:
            if watched:
                self._watcher.removePaths(watched)
            self._watcher.addPath(here)

    def end(self) -> None:
        """Tell nothing any more."""
        self._soon.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)

    def _tell(self) -> None:
        self.begin()
        self.changed.emit()
