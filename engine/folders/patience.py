"""Work that may hang on a drive which does not answer, in a thread that is left behind then."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import suppress
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TypeVar, cast

from engine.folders.letter_case import as_on_disk
from engine.progress import TICK_S

T = TypeVar("T")

ANSWERS_S = 5.0
"""A file or folder of which nothing is heard for so long counts as not there."""

_AHEAD = 64  # handfuls that wait to be taken: a walk takes no more memory than that
_MOST_LINKS = 40  # as the system follows; more lead in a circle
_AS_WINDOWS = "\\\\?\\"
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


def begin(work: Callable[[], T], *, name: str) -> Future[T]:
    """Begin something in a thread of its own, which keeps the program from nothing.

    Raises:
        RuntimeError: the system gives no thread.
    """
    answer: Future[T] = Future()
    threading.Thread(target=fulfil, args=(answer, work), name=name, daemon=True).start()
    return answer


def fulfil(answer: Future[T], work: Callable[[], T]) -> None:
    """Do something here, and let others know what comes of it."""
    try:
        answer.set_result(work())
    except BaseException as error:  # told in the thread that wants to know
        answer.set_exception(error)


def awaiting(
    answers: Sequence[Future[T]], *, within_s: float | None = None, renewed: bool = False
) -> Generator[None, None, None]:
    """Wait until all of these are there, or the time is up; then `result(0)` of the others is a TimeoutError.

    Yields a few times a second, so that whoever waits may be stopped. Time in which the machine sleeps, or
    the program does not run, is not counted: it is no silence of a drive.

    Args:
        answers: what is waited for.
        within_s: for how long; `ANSWERS_S` if left out.
        renewed: begin the time anew with each answer.
    """
    within_s = ANSWERS_S if within_s is None else within_s
    left_s, heard, before = within_s, 0, time.monotonic()
    while (heard_of := wait(answers, TICK_S)).not_done:
        now = time.monotonic()
        left_s -= min(now - before, 3 * TICK_S)  # more has passed where the machine slept
        before = now
        if renewed and len(heard_of.done) > heard:
            left_s, heard = within_s, len(heard_of.done)
        elif left_s <= 0:
            return
        yield


def asking(work: Callable[[], T], *, name: str) -> Generator[None, None, T]:
    """Return what this returns, asked in a thread of its own, which is left behind after `ANSWERS_S`.

    Yields as `awaiting`.

    Raises:
        TimeoutError: it took too long.
        Whatever the work raises.
    """
    answer = begin(work, name=name)
    yield from awaiting([answer])
    return answer.result(0)


def ask(work: Callable[[], T], *, name: str) -> T:
    """Return what `asking` returns; raises as it."""
    return to_the_end(asking(work, name=name))


def to_the_end(steps: Generator[object, None, T]) -> T:
    """Return what a generator returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(T, end.value)


def resolve_path(path: Path | str) -> Path:
    """Return where a path leads to, links resolved, as the disk writes it; see `real_path`.

    Where its drive does not answer, links on others are resolved, and the rest is returned as it is written.
    """
    return resolve_paths([path])[0]


def resolve_paths(paths: Iterable[Path | str]) -> list[Path]:
    """Return these, each as by `resolve_path`; all drives are asked at once."""
    places = [[Path(path).absolute()] for path in paths]
    asked = [begin(partial(_resolve, one), name="resolve a path") for one in places]
    to_the_end(awaiting(asked))
    return [
        answer.result() if answer.done() else Path(os.path.abspath(one[-1]))
        for one, answer in zip(places, asked, strict=True)
    ]


def _resolve(places: list[Path]) -> Path:
    """Return where the first of these leads to; on the way there, add where it leads link by link."""
    for place in link_by_link(places[0]):
        places.append(place)
    return real_path(places[0])


def link_by_link(path: Path) -> Iterator[Path]:
    """Yield where a path leads with its first link resolved, with the next one, and so on.

    So far one comes before the drive is asked that the last of them leads to. Windows writes links in a way
    of its own, in which no photo is named: none is followed there.
    """
    with suppress(OSError):  # a link that has just gone
        for _ in range(_MOST_LINKS):
            link = next((one for one in reversed((path, *path.parents)) if os.path.islink(one)), None)
            if link is None or (target := os.readlink(link)).startswith(_AS_WINDOWS):
                return
            path = link.parent / target / path.relative_to(link)
            yield path


def real_path(path: Path | str) -> Path:
    """Return where a path leads to, links resolved, in the letters that the disk has it by."""
    return as_on_disk(Path(os.path.realpath(path)))


class Kind(Enum):
    """What is found at a path; of a drive that does not answer, nobody knows."""

    FOLDER = "folder"
    OTHER = "other"
    NOTHING = "nothing"
    SILENT = "silent"


def kind_of(path: Path) -> Kind:
    """Return what is at a path."""
    return kinds_of([path])[0]


def kinds_of(paths: Iterable[Path]) -> list[Kind]:
    """Return what is at each of these paths; all drives are asked at once."""
    asked = [begin(partial(_kind, path), name="look at a path") for path in paths]
    to_the_end(awaiting(asked))
    return [answer.result() if answer.done() else Kind.SILENT for answer in asked]


def _kind(path: Path) -> Kind:
    return Kind.FOLDER if os.path.isdir(path) else Kind.OTHER if os.path.exists(path) else Kind.NOTHING


def no_folder(path: Path, kind: Kind) -> str:
    """Return the sentence for a path that is of this kind, and so no folder that can be used."""
    if kind is Kind.SILENT:
        return does_not_answer(path)
    if kind is Kind.OTHER:
        return f"{path} is not a folder."
    return f"There is no folder {path}."


def does_not_answer(folder: Path) -> str:
    """Return the sentence for a folder that nothing is heard of."""
    return f"The folder {folder} does not answer: check its drive or network."
