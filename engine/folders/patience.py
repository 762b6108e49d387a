"""Work that may hang on a drive which does not answer, in a thread that is left behind then."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from engine.errors import FolderError
from engine.folders.letter_case import as_on_disk
from engine.progress import TICK_S

T = TypeVar("T")

ANSWERS_S = 5.0
"""A file or folder of which nothing is heard for so long counts as not there."""

_AHEAD = 64  # handfuls that wait to be taken: a walk takes no more memory than that
_HANDFUL_S = 0.01  # what comes within it is handed over together, which takes longer than listing a folder


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
    handfuls: queue.Queue[list[T | _End]] = queue.Queue(_AHEAD)
    closed = threading.Event()

    def put(handful: list[T | _End]) -> None:
        while not closed.is_set():
            try:
                handfuls.put(handful, timeout=TICK_S)
            except queue.Full:
                continue
            return

    def run() -> None:
        handful, since = list[T | _End](), time.monotonic()
        try:
            for piece in work():
                handful.append(piece)
                if closed.is_set():
                    return
                if time.monotonic() - since > _HANDFUL_S:
                    put(handful)
                    handful, since = [], time.monotonic()
        except BaseException as error:  # told in the thread that asked
            put([*handful, _End(error)])
        else:
            put([*handful, _End()])

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        while True:
            try:
                handful = handfuls.get(timeout=TICK_S)
            except queue.Empty:
                yield None
                continue
            for piece in handful:
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


def resolved(path: Path | str) -> Path:
    """Return where a path leads to, links resolved, as the disk writes it; see `real_path`.

    Where its drive does not answer, it is returned as it is written.
    """
    try:
        return ask(lambda: real_path(path), within_s=ANSWERS_S, name="resolve a path")
    except TimeoutError:
        return Path(os.path.abspath(path))


def real_path(path: Path | str) -> Path:
    """Return where a path leads to, links resolved, in the letters that the disk has it by."""
    return as_on_disk(Path(os.path.realpath(path)))


def found_folder(path: Path) -> bool | None:
    """Return whether a path is a folder; None where nothing is there.

    Raises:
        FolderError: its drive does not answer.
    """
    try:
        kind = ask(lambda: _kind(path), within_s=ANSWERS_S, name="look at a path")
    except TimeoutError as error:
        raise FolderError(does_not_answer(path)) from error
    return None if kind == _NOTHING else kind == _FOLDER


_NOTHING, _FOLDER, _OTHER = "nothing", "folder", "other"


def _kind(path: Path) -> str:
    return _FOLDER if os.path.isdir(path) else _OTHER if os.path.exists(path) else _NOTHING


def does_not_answer(folder: Path) -> str:
    """Return the sentence for a folder that nothing is heard of."""
    return f"The folder {folder} does not answer: check its drive or network."
