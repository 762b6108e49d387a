"""Reads photos ahead of the encoder, in threads of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

from PIL import Image

from engine.content_hash import content_hash
from engine.cores import usable_cores
from engine.errors import ImageError, UnavailableError
from engine.folders.folder import Found
from engine.folders.names import local_path
from engine.folders.unchanged import is_unchanged
from engine.pictures.cloud import refuse_in_the_cloud
from engine.pictures.formats import DAMAGED
from engine.pictures.memory import BUDGET
from engine.pictures.photos import date_of, open_photo, refusal, refuse_at_sight, remark_on
from engine.state.thumbnails import encode

_FEWEST, _MOST = 2, 8  # of a thread's wait for a disk another makes use; more only wait for the encoder


THREADS = max(_FEWEST, min(usable_cores(), _MOST))
"""How many photos are read at a time: one for each core that this process may use, within these bounds."""

_MOST_WAITING = 64 << 20  # bytes of pictures that wait to be encoded: beyond that, reading waits too
_LOOK_S = 0.2
_SIZE = 2  # its place in `_state`
_CHANGED = "it changed while it was read; it is tried again with the next refresh."
_FAREWELL_S = 0.3  # how long to wait for a thread in the middle of a photo; it ends by itself after it


@dataclass(frozen=True, eq=False)
class Decoded:
    """What reading one photo gave: an error, or its hash, and the picture unless the hash was known.

    Attributes:
        found: the file.
        digest: BLAKE2b of the file's bytes, 16 bytes; empty with an error.
        image: RGB, upright, reduced.
        error: why the photo cannot be used.
        remark: what a person should know of a photo that is used: that its file is incomplete.
        taken: what `photos.date_of` tells, None also where it was not asked.
        thumbnail: the picture as it is kept, see `engine.state.thumbnails`; empty where none is.
    """

    found: Found
    digest: bytes = b""
    image: Image.Image | None = None
    error: ImageError | None = None
    remark: str = ""
    taken: int | None = None
    thumbnail: bytes = b""


class Decoder:
    """Threads that hash and decode the photos of a folder. Used by one thread, which bounds the queue."""

    def __init__(
        self,
        root: Path,
        *,
        side: int | None,
        known: Callable[[bytes], bool],
        with_thumbnails: bool = False,
        redates: bool = False,
        is_held: Callable[[], bool] = lambda: False,
    ) -> None:
        """Start the threads.

        Args:
            root: the folder that names are relative to.
            side: about how long the short side of the pictures is to be, in pixels; None: the photos' dates
                are all that is wanted, of files that are as they were found.
            known: says whether a hash needs no decoding; called from the threads.
            with_thumbnails: whether to make thumbnails of the pictures.
            redates: whether to look up the dates of those, too, that need no decoding.
            is_held: whether to begin with no photo for now; asked again and again, from the threads.
        """
        self._root, self._side, self._known = root, side, known
        self._with_thumbnails, self._redates, self._is_held = with_thumbnails, redates, is_held
        self._closed = threading.Event()
        self._jobs: SimpleQueue[Found | None] = SimpleQueue()
        self._done: SimpleQueue[Decoded] = SimpleQueue()
        self._in_hand: dict[int, Found] = {}  # by thread
        self._decoding: dict[int, float] = {}  # for how many seconds, of those that are hashed
        self._left, self._handing = set[int](), threading.Lock()  # those not waited for; guards these three
        self._has_read = False
        self._waiting, self._taken = 0, threading.Condition()  # bytes in `_done`
        # Daemons: a file that hangs on a dead network drive must not keep the program from ending.
        self._threads: list[threading.Thread] = []
        self._start(THREADS)

    def _start(self, count: int) -> None:
        for _ in range(count):
            self._threads.append(threading.Thread(target=self._work, daemon=True))
            self._threads[-1].start()

    def request(self, photos: Iterable[Found]) -> None:
        """Ask for these photos."""
        for found in photos:
            self._jobs.put(found)

    def take(self, most: int, *, within_s: float) -> list[Decoded]:
        """Return up to `most` photos that are read, in any order: what there is when the time is over."""
        taken: list[Decoded] = []
        deadline = time.monotonic() + within_s
        while len(taken) < most:
            try:
                taken.append(self._done.get(timeout=max(0.0, deadline - time.monotonic())))
            except Empty:
                break
            self._count(-_size(taken[-1].image))
        return taken

    def is_reading(self) -> bool:
        """Return whether a photo is being read that is not hashed yet, which the drive has to give."""
        with self._handing:
            return bool(self._in_hand.keys() - self._decoding.keys())

    def leave_reading(self) -> list[Found]:
        """Wait no more for the photos that are being read and not hashed yet; return them."""
        with self._handing:
            return self._leave(self._in_hand.keys() - self._decoding.keys())

    def leave_decoding(self, longest_s: float, *, step_s: float) -> list[Found]:
        """Wait no more for the photos that have been hashed for longer than this; return them.

        To be called every `step_s`: time in which the machine sleeps is not counted.
        """
        with self._handing:
            for thread in self._decoding:
                self._decoding[thread] += step_s
            return self._leave({one for one, lasted in self._decoding.items() if lasted > longest_s})

    def _leave(self, threads: set[int]) -> list[Found]:
        """Let others take the places of these threads, which end by themselves once they come back."""
        self._left |= threads
        self._start(len(threads))
        for thread in threads:
            self._decoding.pop(thread, None)
        return [self._in_hand.pop(thread) for thread in threads]

    def has_read(self) -> bool:
        """Return whether the drive has given anything since this was last asked, whole photos or not."""
        has_read, self._has_read = self._has_read, False
        return has_read

    def close(self) -> None:
        """Drop what is still to be read, and end the threads."""
        self._closed.set()
        with self._taken:
            self._taken.notify_all()
        for _ in self._threads:
            self._jobs.put(None)
        deadline = time.monotonic() + _FAREWELL_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.take(self._done.qsize(), within_s=0.0)  # what nobody wants any more is not in memory either

    def _work(self) -> None:
        thread = threading.get_ident()
        while (found := self._jobs.get()) is not None and self._may_begin():
            with self._handing:
                self._in_hand[thread] = found
            decoded = self._read(found)
            with self._handing:
                if thread in self._left:  # its number may become another's
                    self._left.remove(thread)
                    break
                del self._in_hand[thread]
                self._decoding.pop(thread, None)
            if self._closed.is_set():
                break
            self._count(_size(decoded.image))
            self._done.put(decoded)

    def _may_begin(self) -> bool:
        """Wait while much waits to be encoded, or all is held; return whether there is anything to do."""
        return self._wait_while(lambda: self._waiting > _MOST_WAITING or self._is_held())

    def _wait_while(self, must_wait: Callable[[], bool]) -> bool:
        """Return whether this is still open, once nobody must wait or it is closed."""
        with self._taken:
            while must_wait() and not self._closed.is_set():
                self._taken.wait(_LOOK_S)
        return not self._closed.is_set()

    def _count(self, size: int) -> None:
        """Note that a picture has come to wait, or with a negative size that it was taken."""
        BUDGET.keep(size)
        with self._taken:
            self._waiting += size
            self._taken.notify_all()

    def _read(self, found: Found) -> Decoded:
        path = local_path(self._root, found.name)
        try:
            refuse_in_the_cloud(path)  # nobody asked for gigabytes to be downloaded
            refuse_at_sight(path)  # which reads the start of some
            if self._side is None:
                return Decoded(found, taken=date_of(path) if is_unchanged(path, found) else None)
            before = _state(path)
            digest = self._hash(path, before[_SIZE])
            if self._known(digest):
                return Decoded(found, digest, taken=date_of(path) if self._redates else None)
            self._note_hashed()
            if self._is_held():
                if not self._wait_while(self._is_held):
                    raise UnavailableError(_CHANGED)  # nobody asks any more
                self._note_hashed()  # only now it takes time
            image = open_photo(path, side=self._side)
            remark, taken = remark_on(image), date_of(path)
            if _state(path) != before:  # or one picture's hash would stand for another picture
                raise UnavailableError(_CHANGED)
            thumbnail = encode(image) if self._with_thumbnails else b""
            return Decoded(found, digest, image, remark=remark, taken=taken, thumbnail=thumbnail)
        except BaseException as error:  # one bad file must not end the thread, whatever decoders raise
            known = error if isinstance(error, Exception) else ImageError(DAMAGED)
            return Decoded(found, error=refusal(known))

    def _note_hashed(self) -> None:
        """Note that the drive has given this thread's photo, and that it is decoded from now on."""
        with self._handing:
            if threading.get_ident() in self._in_hand:
                self._decoding[threading.get_ident()] = 0.0

    def _hash(self, path: Path, size: int) -> bytes:
        """Return the hash of a file that had so many bytes."""
        left = size

        def note(count: int) -> None:
            nonlocal left
            self._has_read, left = True, left - count
            if left < 0 or self._closed.is_set():  # it may never end
                raise UnavailableError(_CHANGED)

        return content_hash(path, on_piece=note)


def _size(image: Image.Image | None) -> int:
    """Return the bytes that a picture takes in memory."""
    return 0 if image is None else 4 * image.width * image.height


def _state(path: Path) -> tuple[int, ...]:
    """Return what is another one once a file was written to, or replaced."""
    details = path.stat()
    times = details.st_mtime_ns, details.st_ctime_ns
    return details.st_dev, details.st_ino, details.st_size, *times
