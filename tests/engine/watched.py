"""What tests of watching share: a watch that keeps what it noted, and what it told."""

import queue
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.folders.scope import Change
from engine.folders.settling import Settling
from engine.folders.watching import FolderWatch

LONG_S = 20.0  # as long as anything is waited for


class Recorded(FolderWatch):
    """Keeps what was noted, and counts its looks."""

    def __init__(self, *arguments, **more) -> None:
        super().__init__(*arguments, **more)
        self.noted: list[Path] = []
        self.looked = threading.Semaphore(0)

    def photo_changed(self, path, *, is_whole):
        self.noted.append(path)
        super().photo_changed(path, is_whole=is_whole)

    def folders_changed(self, name):
        self.noted.append(self.folder)
        super().folders_changed(name)

    def missed(self):
        self.noted.append(self.folder)
        super().missed()

    def _look(self):
        before = self._next_look
        super()._look()
        if self._next_look != before:
            self.looked.release()


class Told:
    """What a watch told, in order."""

    def __init__(self) -> None:
        self.changes: queue.Queue[Change] = queue.Queue()
        self.sentences: list[str] = []
        self.settling = Settling()
        self.watch: Recorded

    def next(self) -> Change:
        return self.changes.get(timeout=LONG_S)

    @contextmanager
    def nothing(self, folder: Path):
        """Check that nothing is told of what happens here."""
        with suppress(queue.Empty):
            while True:  # what is still to be told of before
                self.changes.get(timeout=0.5)
        self.watch.noted.clear()
        yield
        if self.watch.is_polling:
            while self.watch.looked.acquire(blocking=False):
                pass
            assert all(self.watch.looked.acquire(timeout=LONG_S) for _ in range(2))
            assert self.changes.empty()
            return
        (folder / "asked.png").write_bytes(b"a photo")
        self.next()
        assert set(self.watch.noted) == {folder / "asked.png"}
