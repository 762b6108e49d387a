"""Work that may hang on a drive which does not answer, in a thread that is left behind then."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from engine.progress import TICK_S

T = TypeVar("T")

_AHEAD = 64  # pieces that wait to be taken: a walk takes no more memory than that


class _End:
    """Says that nothing follows, and why."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def from_a_thread(work: Callable[[], Iterator[T]], *, name: str) -> Iterator[T | None]:
    """Yield what an iterator gives, and None each time that nothing has come for a moment.

    The iterator runs in a thread of its own, a little ahead. Where this one is closed the thread ends at the
    next piece; one whose drive never answers is left behind, and keeps the program from nothing.

    Args:
        work: begins the iterator, in the thread.
        name: of the thread.

    Raises:
        Whatever the iterator raises.
    """
    pieces: queue.Queue[T | _End] = queue.Queue(_AHEAD)
    closed = threading.Event()

    def put(piece: T | _End) -> bool:
        while not closed.is_set():
            try:
                pieces.put(piece, timeout=TICK_S)
            except queue.Full:
                continue
            return True
        return False

    def run() -> None:
        try:
            for piece in work():
                if not put(piece):
                    return
        except BaseException as error:  # told in the thread that asked
            put(_End(error))
        else:
            put(_End())

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        while True:
            try:
                piece = pieces.get(timeout=TICK_S)
            except queue.Empty:
                yield None
                continue
            if isinstance(piece, _End):
                if piece.error is not None:
                    raise piece.error
                return
            yield piece
    finally:
        closed.set()


def ask(work: Callable[[], T], *, within_s: float, name: str) -> T:
    """Return what this returns, asked in a thread of its own, which is left behind where it takes too long.

    Raises:
        TimeoutError: it took too long.
        Whatever the work raises.
    """
    until = time.monotonic() + within_s
    for answer in from_a_thread(lambda: iter((work(),)), name=name):
        if answer is not None:
            return answer
        if time.monotonic() > until:
            break
    raise TimeoutError
