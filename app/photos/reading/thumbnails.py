"""Small pictures of photos, made off the GUI thread and kept while they are of use."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPixmap

from app.photos.reading.away import Away
from app.photos.reading.crew import Crew
from app.photos.reading.requests import WAITING, Requests
from app.pictures.images import read_jpeg, to_qimage
from engine.elsewhere import place_of
from engine.errors import EngineError
from engine.paths import data_dir
from engine.pictures.cloud import refuse_in_the_cloud
from engine.pictures.facts import Facts
from engine.pictures.photos import open_photo
from engine.state.thumbnails import SIDE, KeptThumbnails, reduce

_log = logging.getLogger(__name__)
_THREADS = 2
_KEPT_BYTES = 64 << 20  # of pictures; several screens of them, whatever their size
_SHARP_AT = SIDE * 5 // 4  # pixels: up to where a kept one need not be made again, larger
_ANY = 1 << 30  # pixels: larger than any side
_FRAME_S = 0.008

_Made = tuple[Path, int, QImage]
"""A path, the side that was wanted, and the picture; a null one where it cannot be made."""


class Thumbnails(QObject):
    """A cache of small pictures by path; what is missing is made, the newest request first.

    One that waits is no newer for being asked for again, as painting does, unless it is to come first. A
    picture that is kept on the disk comes from there at once, and is made again of its photo only where it is
    shown much larger. What is made here is kept there.

    Attributes:
        away: which photos are not read: only the disk is asked for their pictures.
    """

    ready = Signal(object)
    """The path whose picture was made, or turned out to be impossible."""
    outdated = Signal()
    """The photos may have changed."""
    retried = Signal()
    """What could not be read is to be tried again."""
    _made = Signal(list)

    def __init__(self, side: int, parent: QObject | None = None) -> None:
        """Start the threads that decode.

        Args:
            side: the pictures' longer side, in device pixels; see `set_side`.
            parent: its owner; `stop` must be called before it goes.
        """
        super().__init__(parent)
        self._side = side
        self._in_sight = 0
        self._kept: OrderedDict[Path, QPixmap | None] = OrderedDict()
        self._sides: dict[Path, int] = {}  # for which they were made
        self._outdated: set[Path] = set()
        self._early: set[Path] = set()  # whose pictures may be of what their photos were before
        self._unsharp: set[Path] = set()  # whose photos could not be read, to be shown larger
        self._requests = Requests()
        self._disk = KeptThumbnails(data_dir())
        self._made.connect(self._keep_all, Qt.ConnectionType.QueuedConnection)
        self.away = Away()
        made = self._requests, self._disk, self.away, lambda: self._side, self._made.emit
        take = partial(self._requests.take, kept=False)
        self._decoders = Crew(_THREADS, take, _Decoder(*made).make, name="thumbnails", parent=self)
        reader = _Reader(*made)
        self._readers = Crew(1, reader.take, reader.make, name="kept thumbnails", parent=self)

    def get(
        self, path: Path, *, lasting: bool = False, first: bool = False, enough: int = _ANY
    ) -> QPixmap | None:
        """Return the picture, the old one while it is made again; None while there is none, or cannot be.

        This asks for what is missing or outdated.

        Args:
            path: the photo.
            lasting: the request is not one of the grid's: scrolling there does not drop it.
            first: it comes before all others; else one that waits already keeps its place.
            enough: pixels of the longer side; one that has these is not made larger.
        """
        self._decoders.watch()
        if path not in self._kept:
            self._requests.push(path, lasting=lasting, first=first)
            return None
        self._kept.move_to_end(path)
        if path in self._outdated:
            self._requests.push(path, lasting=lasting, first=first)
        elif self._sides[path] < min(self._side, enough):
            better = self._sides[path] < _SHARP_AT  # than this the disk may have
            self._requests.push(path, kept=better, lasting=lasting, first=first)
        return self._kept[path]

    def ask_for(self, paths: Iterable[Path]) -> None:
        """Have the pictures of these that are missing made before all others, the last one first."""
        with self._requests.together():
            for path in paths:
                self.get(path, first=True)

    def recall(self, path: Path) -> Facts | None:
        """Return what was known of a photo whose file may be gone; from any thread."""
        return self._disk.facts(path)

    def set_shared(self, folder: Path | None) -> None:
        """Take the folder where other machines leave thumbnails of their photos; None for none."""
        if folder != self._disk.shared:
            self._disk.shared = folder
            self.retry()

    def set_side(self, side: int) -> None:
        """Make pictures this large from now on; smaller ones are made again when they are next asked for."""
        self._side = side

    def make_room(self, in_sight: int) -> None:
        """Keep, and take requests for, at least twice as many pictures as are in sight at once."""
        self._in_sight = in_sight
        self._requests.most = max(WAITING, 2 * in_sight)

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
        for path in self._unsharp & self._kept.keys():
            self._sides[path] = _SHARP_AT
        self._unsharp.clear()
        self.retried.emit()

    def renew(self) -> None:
        """Make each picture again when it is next asked for, since its photo may have changed."""
        self._outdated = {path for path, picture in self._kept.items() if picture is not None}
        self._early = self._requests.at_work()
        self.outdated.emit()

    def stop(self) -> None:
        """End the threads; one that hangs, as on a drive that is away, is left behind."""
        self._requests.close()
        for crew in (self._decoders, self._readers):
            crew.stop()
        self._disk.close()

    def _keep_all(self, made: Sequence[_Made]) -> None:
        for path, side, image in made:
            self._keep(path, side, image)

    def _keep(self, path: Path, side: int, image: QImage) -> None:
        self._requests.finish(path)
        if image.isNull() and self._kept.get(path) is not None and path not in self._outdated:
            self._sides[path] = _ANY  # it cannot be shown larger, as while its drive is away
            self._unsharp.add(path)
            return
        if path in self._early:
            self._early.remove(path)
            self._outdated.add(path)
        else:
            self._outdated.discard(path)
        least = SIDE if side == _SHARP_AT else side
        whole = image.isNull() or max(image.width(), image.height()) < least  # there is no more to be had
        self._sides[path] = _ANY if whole else side
        self._kept[path] = None if image.isNull() else QPixmap.fromImage(image)
        self._kept.move_to_end(path)
        while len(self._kept) > max(_KEPT_BYTES // (4 * self._side**2), 2 * self._in_sight, 1):
            oldest, _ = self._kept.popitem(last=False)
            self._outdated.discard(oldest)
            del self._sides[oldest]
        self.ready.emit(path)


@dataclass(eq=False)
class _Maker:
    """Does what is requested, and hands it back."""

    _requests: Requests
    _disk: KeptThumbnails
    _away: Away
    _side: Callable[[], int]
    _gives: Callable[[list[_Made]], None]

    def _deliver(self, made: list[_Made]) -> None:
        with suppress(RuntimeError):  # the window is gone
            self._gives(made)


@dataclass(eq=False)
class _Reader(_Maker):
    """Hands back pictures that are kept on the disk, and asks the decoders for the others.

    What comes within a frame is handed back together, so that the grid is painted once for it.
    """

    _read: list[_Made] = field(default_factory=list, init=False)
    _since: float = field(default=0.0, init=False)  # when the first of these was read
    _reading: threading.Lock = field(default_factory=threading.Lock, init=False)  # one that hung may return

    def take(self) -> Path | None:
        """Wait for a request, with nothing in hand."""
        if self._read and time.monotonic() - self._since < _FRAME_S:
            path = self._requests.take(kept=True, waits=False)
            if path is not None:
                return path
        with self._reading:
            read, self._read = self._read, []
        if read:
            self._deliver(read)
        return self._requests.take(kept=True)

    def make(self, path: Path) -> None:
        file, side = self._disk.find_file(path), self._side()
        picture = QImage() if file is None else read_jpeg(file, min(side, SIDE))
        if picture.isNull() and file is not None and (kept := self._disk.find(path)) is not None:
            picture = to_qimage(reduce(kept, side))
        if picture.isNull():
            self._requests.pass_on(path)
        else:
            self._hold(path, _SHARP_AT if side > SIDE else side, picture)

    def _hold(self, path: Path, side: int, image: QImage) -> None:
        with self._reading:
            self._since = self._since if self._read else time.monotonic()
            self._read.append((path, side, image))


class _Decoder(_Maker):
    """Hands back pictures, a null one where the photo cannot be read."""

    def make(self, path: Path) -> None:
        side = self._side()
        try:
            image = to_qimage(self._open(path, side))
        except EngineError:
            image = QImage()  # the tile says so
        except Exception:  # one odd file must not end the thread
            _log.exception("no thumbnail of %s", path)
            image = QImage()
        self._deliver([(path, side, image)])

    def _open(self, path: Path, side: int) -> Image.Image:
        """Return the photo, reduced; it is kept on the disk as well if the catalog knows it as it is."""
        self._away.check(path)
        if place_of(path) is not None:
            shared = self._disk.find_shared(path)
            if shared is None:
                raise EngineError(path.name)
            return reduce(shared, side)
        refuse_in_the_cloud(path)  # to open a photo downloads it, to scroll past it does not
        digest = self._disk.knows(path)
        if digest is None:
            return reduce(open_photo(path, side=side), side)
        photo = open_photo(path, side=max(side, SIDE))
        self._disk.add(path, photo, digest)
        return reduce(photo, side)
