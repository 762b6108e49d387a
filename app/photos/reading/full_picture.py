"""Photos at their full size, read off the GUI thread: the one that is looked at, and its neighbours."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage

from app.photos.reading.away import Away
from app.photos.reading.crew import Crew
from app.pictures.images import to_qimage
from app.threads.background import sentence
from app.words.engine_sentences import in_own_language
from engine.elsewhere import here
from engine.errors import EngineError, UnavailableError
from engine.pictures.cloud import refuse_in_the_cloud
from engine.pictures.facts import Facts, facts_of
from engine.pictures.photos import open_photo, remark_on
from engine.pictures.reduction import side_for

MOST = 40_000_000
"""Pixels that are kept of the photo looked at; what has more is reduced."""

NEIGHBOURS = 16_000_000
"""The same, of the photo before it and the one after it."""

Recall = Callable[[Path], Facts | None]
"""Gives what is remembered of a photo."""

_THREADS = 2  # so that a photo need not wait for the one before, which nobody looks at any more
_SMALLEST = 512  # pixels: the side below which no smaller level is made


@dataclass(frozen=True, eq=False)
class FullPicture:
    """What is known of one photo so far.

    Attributes:
        path: its file.
        facts: what the file says of it; of one that cannot be read what is remembered, or None.
        levels: the picture, upright, and after it the same at a half, a quarter ... of its size; empty while
            it is being read, and if it cannot be.
        size: of the photo, of which the first level may be a reduction.
        reason: why it cannot be shown, as one sentence.
        is_gone: that is since there is no such file any more.
        remark: what a person should know of it, as one sentence.
        is_left: nobody asked for it, and it would have to be downloaded.
    """

    path: Path
    facts: Facts | None = None
    levels: tuple[QImage, ...] = ()
    size: QSize = field(default_factory=QSize)
    reason: str = ""
    is_gone: bool = False
    remark: str = ""
    is_left: bool = False

    @property
    def is_read(self) -> bool:
        """Whether nothing more is to come."""
        return bool(self.levels or self.reason)

    @property
    def is_reduced(self) -> bool:
        """Whether the photo has more pixels than the picture."""
        return bool(self.levels) and self.levels[0].width() < self.size.width()


def nothing(path: Path) -> Facts | None:
    """Remember nothing of a photo."""
    return None


def read(
    path: Path,
    most: int,
    recall: Recall = nothing,
    away: Away | None = None,
    *,
    asked: bool = True,
) -> Iterator[FullPicture]:
    """Yield what the file says of its photo, and then that with the picture, or why there is none.

    Args:
        path: the file.
        most: pixels.
        recall: what is remembered of one that cannot be read.
        away: which photos are not read.
        asked: somebody wants it; else one that is in the cloud alone is left there.
    """
    picture, away = FullPicture(path), away or Away()
    try:
        away.check(path)
        path = here(path)
        if not asked:
            try:
                refuse_in_the_cloud(path)
            except UnavailableError:
                picture = replace(picture, is_left=True)
                raise
        facts = facts_of(path)
        picture = replace(picture, facts=facts)
        yield picture
        image = open_photo(path, side=side_for(facts.size, most))
        size = whole_size(facts.size, image.size)
        yield replace(picture, levels=_levels(image), size=size, remark=in_own_language(remark_on(image)))
    except EngineError as error:
        reason = in_own_language(str(error))
        gone = not away.holds(path) and not os.path.lexists(path)
        yield replace(picture, reason=reason, is_gone=gone, facts=picture.facts or recall(path))
    except Exception as error:  # one odd file must not end the thread
        yield replace(picture, reason=sentence(error))


def whole_size(size: tuple[int, int] | None, shown: tuple[int, int]) -> QSize:
    """Return the size of the photo that something is a picture of: the way up is the picture's.

    Args:
        size: as the file has it, None if that is not known.
        shown: of the picture.
    """
    if size is None or math.prod(size) < math.prod(shown):
        return QSize(*shown)
    lies = (size[0] > size[1]) == (shown[0] > shown[1])
    return QSize(*size) if lies or shown[0] == shown[1] else QSize(size[1], size[0])


def _levels(image: Image.Image) -> tuple[QImage, ...]:
    levels = [to_qimage(image)]
    while min(image.size) > 2 * _SMALLEST:
        image = image.reduce(2)
        levels.append(to_qimage(image))
    return tuple(levels)


class FullPictures(QObject):
    """Reads the photo that is looked at, then its neighbours; keeps these three, and nothing else."""

    told = Signal(object)
    """The path of which more is known."""
    _made = Signal(object, object)

    def __init__(
        self,
        parent: QObject | None = None,
        recall: Recall = nothing,
        away: Away | None = None,
    ) -> None:
        """Start the threads; `stop` must be called before the parent goes.

        Args:
            parent: what this belongs to.
            recall: gives what is remembered of photos that cannot be read; called in the threads.
            away: which photos are not read.
        """
        super().__init__(parent)
        self._recall, self._away = recall, away
        self._desk = _Desk()
        self._kept: dict[Path, FullPicture] = {}
        self._asked = True
        self._made.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self._readers = Crew(_THREADS, self._desk.take, self._read, name="full picture", parent=self)

    def want(self, shown: Path | None, neighbours: Sequence[Path] = (), *, asked: bool | None = None) -> None:
        """Have this photo read, and then its neighbours; give up all others.

        Args:
            shown: the photo.
            neighbours: those before and after it; of the cloud, none is downloaded.
            asked: whether somebody chose to see the photo, so that it may be; None for as it was.
        """
        self._asked = self._asked if asked is None else asked
        wanted = {shown, *neighbours}
        for path, picture in [*self._kept.items()]:
            large = bool(picture.levels) and _pixels(picture.levels[0]) > NEIGHBOURS
            left = picture.is_left and path == shown and self._asked
            if path not in wanted or (large and path != shown) or left:
                del self._kept[path]
        self._readers.watch()
        wishes = {} if shown is None else {shown: _Wish(MOST, asked=self._asked)}
        others = (path for path in neighbours if path != shown)
        self._desk.want(wishes | dict.fromkeys(others, _Wish(NEIGHBOURS, asked=False)), self._kept)

    def get(self, path: Path) -> FullPicture | None:
        """Return what is known of a photo that is wanted, None while that is nothing."""
        return self._kept.get(path)

    def renew(self) -> None:
        """Read what is wanted again, since the files may have changed; what is there stays meanwhile."""
        self._desk.renew(self._kept)

    def retry(self) -> None:
        """Read again what could not be read."""
        self._desk.retry([path for path, picture in self._kept.items() if picture.reason])

    def stop(self) -> None:
        """End the threads; one that hangs, as on a drive that is away, is left behind."""
        self._desk.close()
        self._readers.stop()

    def _read(self, task: _Task) -> None:
        """Read a photo, in a thread."""
        wish = task.wish
        for picture in read(task.path, wish.most, self._recall, self._away, asked=wish.asked):
            with suppress(RuntimeError):  # the window is gone
                self._made.emit(task, picture)

    def _keep(self, task: _Task, picture: FullPicture) -> None:
        if picture.is_read:
            self._desk.finish(task, whole=not picture.is_reduced, left=picture.is_left)
        known = self._kept.get(picture.path)
        wanted = self._desk.is_wanted(task, left=picture.is_left)
        if not wanted or (known is not None and known.is_read and not picture.is_read):
            return  # nobody looks at it any more; or it is there, and read again
        self._kept[picture.path] = picture
        self.told.emit(picture.path)


def _pixels(image: QImage) -> int:
    return image.width() * image.height()


@dataclass(frozen=True)
class _Wish:
    most: int  # pixels
    asked: bool  # it may be downloaded


@dataclass(frozen=True)
class _Task:
    path: Path
    wish: _Wish
    time: int  # of the desk, which begins another one when files may have changed


class _Desk:
    """What is wanted, between the GUI thread and those that read; the photo looked at comes first."""

    def __init__(self) -> None:
        self._wanted: dict[Path, _Wish] = {}  # in the order of reading
        self._done: dict[Path, int] = {}  # pixels
        self._in_work: set[Path] = set()
        self._changed = threading.Condition()  # on a lock that one thread may take twice
        self._time = 0
        self._closed = False

    def want(self, wishes: dict[Path, _Wish], kept: dict[Path, FullPicture]) -> None:
        with self._changed:
            self._wanted = wishes
            self._done = {path: most for path, most in self._done.items() if path in kept}
            self._changed.notify_all()

    def renew(self, paths: Iterable[Path]) -> None:
        with self._changed:
            self._time += 1
            self.retry(paths)

    def retry(self, paths: Iterable[Path]) -> None:
        """Have these read again; what is being read is not begun anew."""
        with self._changed:
            for path in paths:
                self._done.pop(path, None)
            self._changed.notify_all()

    def is_wanted(self, task: _Task, *, left: bool) -> bool:
        """Return whether what was read is wanted: not what was left in the cloud until somebody asked."""
        with self._changed:
            wish = self._wanted.get(task.path)
            return task.time == self._time and wish is not None and not (left and wish.asked)

    def take(self) -> _Task | None:
        """Wait for something to read; None once closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._next() is not None)
            task = self._next()
            if self._closed or task is None:
                return None
            self._in_work.add(task.path)
            return task

    def _next(self) -> _Task | None:
        """Return what to read now: neighbours one at a time, once the photo looked at is there."""
        for path, wish in self._wanted.items():
            if self._done.get(path, 0) < wish.most:
                return None if path in self._in_work else _Task(path, wish, self._time)
        return None

    def finish(self, task: _Task, *, whole: bool, left: bool) -> None:
        """Note that a photo was read: in so many pixels at most, or whole, which is as good as any."""
        with self._changed:
            self._in_work.discard(task.path)
            if self.is_wanted(task, left=left):
                self._done[task.path] = MOST if whole else task.wish.most
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
