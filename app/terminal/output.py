"""What the program says to a terminal: names made safe, on streams that may be closed or full."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from typing import TextIO, TypeVar

from engine.errors import EngineError
from engine.visible import visible


def open_streams() -> None:
    """Let no file the program opens take the place of a closed stdin, stdout or stderr."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest number there is, which is this one


def remark(sentence: str) -> None:
    """Say something in one line on stderr, if anyone listens there."""
    if sys.stderr is None:
        return
    try:
        print(f"ffmln: {visible(sentence)}", file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


def tell(line: str) -> None:
    """Print a line of what was done. A reader who has gone, as `head`, does not end the work.

    Raises:
        OSError: the line cannot be written for another reason.
    """
    try:
        print(visible(line), flush=True)
    except BrokenPipeError:
        silence(sys.stdout)


def complain(error: EngineError | OSError) -> int:
    """Say what went wrong in one line on stderr; return the exit status for it."""
    remark(f"{error.strerror or error}." if isinstance(error, OSError) else str(error))
    return 2


def silence(stream: TextIO | None) -> None:
    """Let what still waits to be printed vanish, as the stream does not take it."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or none at all
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())  # type: ignore[union-attr]
        os.close(null)


def need_no_stdout() -> None:
    """Let whatever is printed vanish where stdout is closed, as for a window."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115  for the rest of the program


def print_to_the_end(work: Callable[[], int]) -> int:
    """Do something that prints to stdout; return its exit status, or 2 where stdout did not take all.

    A reader, `head` for one, who has seen enough is no error. Ctrl-C makes the status 130.
    """
    try:
        try:
            status = work()
        except SystemExit as leaving:  # argparse has printed the help, or a signal ends the program
            status = int(leaving.code or 0)
        if sys.stdout is not None:
            sys.stdout.flush()
        elif status == 0:
            raise OSError(errno.EBADF, "The standard output is closed")
        return status
    except KeyboardInterrupt:
        _print_what_waits()
        return 130
    except BrokenPipeError:
        silence(sys.stdout)
        return 0
    except EngineError as error:
        _print_what_waits()
        return complain(error)
    except OSError as error:
        silence(sys.stdout)
        return complain(error)


def _print_what_waits() -> None:
    """Print what was said before something went wrong, if anyone takes it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        silence(sys.stdout)


class BarStream:
    """Where a progress bar is painted: stderr, until it takes no more."""

    def __init__(self) -> None:
        self._stream = sys.stderr

    def write(self, text: str) -> int:
        """Paint, if that is possible."""
        if self._stream is not None:
            try:
                self._stream.write(text)
            except OSError:
                silence(self._stream)
        return len(text)

    def flush(self) -> None:
        """Bring what is painted to the screen."""
        if self._stream is not None:
            try:
                self._stream.flush()
            except OSError:
                silence(self._stream)

    def isatty(self) -> bool:
        """Return whether someone looks on."""
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        """Return the stream's number; tqdm asks it for the terminal's width.

        Raises:
            OSError: there is none.
        """
        if self._stream is None:
            raise OSError(errno.EBADF, "closed")
        return self._stream.fileno()

    @property
    def encoding(self) -> str:
        """The stream's encoding."""
        return getattr(self._stream, "encoding", None) or "ascii"


Step = TypeVar("Step")
Result = TypeVar("Result")


def follow(
    work: Generator[Step, None, Result], tell: Callable[[Step], tuple[str, int, int] | None], *, leave: bool
) -> Result:
    """Do a work, with a bar on stderr for each of its parts; return its result.

    Args:
        work: yields how far it has come.
        tell: returns of a step what is being done, how many photos are done, and of how many, 0 where that is
            not known; None for one that is not shown.
        leave: whether bars stay to be seen at the end.
    """
    from tqdm import tqdm  # late, so that errors come at once

    bar, shown = None, ""
    try:
        while True:
            told = tell(next(work))
            if told is None:
                continue
            label, done, total = told
            if bar is None or label != shown:
                if bar is not None:
                    bar.close()
                bar, shown = tqdm(desc=label, unit=" photos", leave=leave, file=BarStream()), label
            bar.total = total or None
            bar.update(done - bar.n)
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        if bar is not None:
            bar.close()
