"""Small pictures of photos, made off the GUI thread and kept while they are of use."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage, QPixmap

from app.images import to_qimage
from engine.errors import EngineError
from engine.photos import open_photo

_log = logging.getLogger(__name__)
_THREADS = 2
_WAITING = 200  # requests; older ones are for tiles long gone
_KEPT_BYTES = 96 << 20  # of pictures; several screens of them, whatever their size
_ANY = 1 << 30  # pixels: larger than any side


def reduce(image: Image.Image, side: int) -> Image.Image:
    """Return the whole photo, no longer than `side` pixels either way; a small one stays as it is."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.HAMMING, reducing_gap=2.0)  # a third of LANCZOS' time
    return small


class Thumbnails(QObject):
    """A cache of small pictures by path; what is missing is made, the newest request first."""

    ready = Signal(object)
    """The path whose picture was made, or turned out to be impossible."""
    outdated = Signal()
    """The photos may have changed."""
    retried = Signal()
    """What could not be read is to be tried again."""
    _made = Signal(object, int, QImage)

    def __init__(self, side: int, parent: QObject | None = None) -> None:
        """Start the threads that decode.

        Args:
            side: the pictures' longer side, in device pixels; see `set_side`.
            parent: its owner; `stop` must be called before it goes.
        """
        super().__init__(parent)
        self._side = side
        self._kept: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._sides: dict[Path, int] = {}  # for which they were made
        self._outdated: set[Path] = set()
        self._requests = _Stack()
        self._made.connect(self._keep)
        self._threads = [
            _Decoder(self._requests, lambda: self._side, self._made.emit) for _ in range(_THREADS)
        ]
        for thread in self._threads:
            thread.start(QThread.Priority.LowPriority)

    def get(self, path: Path) -> QPixmap | None:
        """Return the picture, the old one while it is made again; None while there is none, or cannot be.

        This asks for what is missing or outdated.
        """
        if path in self._kept:
            self._kept.move_to_end(path)
            if path in self._outdated or self._sides[path] < self._side:
                self._requests.push(path)
            return self._kept[path]
        self._requests.push(path)
        return None

    def set_side(self, side: int) -> None:
        """Make pictures this large from now on; smaller ones are made again when they are next asked for."""
        self._side = side

    def is_broken(self, path: Path) -> bool:
        """Whether making this picture was tried in vain."""
        return path in self._kept and self._kept[path] is None

    def keep_only(self, paths: Collection[Path]) -> None:
        """Drop the waiting requests of all other paths, since they are no longer to be seen."""
        self._requests.keep_only(paths)

    def retry(self) -> None:
        """Try what failed again when it is next asked for."""
        for path in [path for path, picture in self._kept.items() if picture is None]:
            del self._kept[path], self._sides[path]
        self.retried.emit()

    def renew(self) -> None:
        """Make each picture again when it is next asked for, since its photo may have changed."""
        self._outdated = {path for path, picture in self._kept.items() if picture is not None}
        self.outdated.emit()

    def stop(self) -> None:
        """End the threads and wait for them."""
        self._requests.close()
        for thread in self._threads:
            thread.wait()

    def _keep(self, path: Path, side: int, image: QImage) -> None:
        self._requests.finish(path)
        self._outdated.discard(path)
        whole = image.isNull() or max(image.width(), image.height()) < side  # there is no more to be had
        self._sides[path] = _ANY if whole else side
        self._kept[path] = None if image.isNull() else QPixmap.fromImage(image)
        self._kept.move_to_end(path)
        while len(self._kept) > max(_KEPT_BYTES // (4 * self._side**2), 1):
            oldest, _ = self._kept.popitem(last=False)
            self._outdated.discard(oldest)
            del self._sides[oldest]
        self.ready.emit(path)


class _Stack:
    """Requests from the GUI thread to the decoders, last in first out, each path once."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Path, None] = OrderedDict()
        self._in_work: set[Path] = set()
        self._changed = threading.Condition()
        self._closed = False

    def push(self, path: Path) -> None:
        with self._changed:
            if path in self._in_work:
                return
            self._waiting[path] = None
            self._waiting.move_to_end(path)
            while len(self._waiting) > _WAITING:
                self._waiting.popitem(last=False)
            self._changed.notify()

    def take(self) -> Path | None:
        """Wait for a request; None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or bool(self._waiting))
            if self._closed:
                return None
            path, _ = self._waiting.popitem()
            self._in_work.add(path)
            return path

    def finish(self, path: Path) -> None:
        with self._changed:
            self._in_work.discard(path)

    def keep_only(self, paths: Collection[Path]) -> None:
        with self._changed:
            for path in [path for path in self._waiting if path not in paths]:
                del self._waiting[path]

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


class _Decoder(QThread):
    """Takes requests and hands back pictures, a null one where the photo cannot be read."""

    def __init__(
        self, requests: _Stack, side: Callable[[], int], deliver: Callable[[Path, int, QImage], None]
    ) -> None:
        super().__init__()
        self._requests, self._side, self._deliver = requests, side, deliver

    def run(self) -> None:
        while (path := self._requests.take()) is not None:
            side = self._side()
            try:
                image = to_qimage(reduce(open_photo(path, side=side), side))
            except EngineError:
                image = QImage()  # the tile says so
            except Exception:  # one odd file must not end the thread
                _log.exception("no thumbnail of %s", path)
                image = QImage()
            self._deliver(path, side, image)
