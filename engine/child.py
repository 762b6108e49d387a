"""Work that may hurt, in a process of its own, which can be ended at any time and has only so much memory."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

WORD = "--child"
"""What a frozen program's command line begins with when it is to do such work; see `serve`."""

_ROOT = Path(__file__).resolve().parent.parent
_CODE = "import sys; from engine.child import serve; sys.exit(serve(sys.argv[1:]))"
_MODULES = ("app.start.qt_trial", "app.pictures.svg_painter", "engine.encoding.trial")
_LOOK_EVERY_S = 0.1
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)


@dataclass(frozen=True)
class ChildEnd:
    """How such work ended.

    Attributes:
        status: the process's exit status, negative after a signal; None if it was not waited for any longer.
        said: what it wrote to its stdout.
    """

    status: int | None
    said: bytes


def run_apart(
    module: str,
    *arguments: str,
    given: bytes = b"",
    seconds: float,
    given_up: Callable[[], bool] = lambda: False,
) -> ChildEnd:
    """Call `main(arguments)` of a module in another process, which never outlasts this call.

    Args:
        module: one of those that `serve` knows.
        arguments: for its `main`.
        given: what it finds on its stdin.
        seconds: how long to wait for it.
        given_up: asked now and then, from this thread; once true, nobody waits any longer.
    """
    pipe, silence = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(
        [*_command(), module, *arguments],
        stdin=pipe, stdout=pipe, stderr=silence, cwd=_ROOT, env=_environment(), creationflags=_NO_WINDOW,
    )  # fmt: skip
    with process:
        try:
            return _follow(process, given, seconds, given_up)
        finally:
            process.kill()


def _follow(
    process: subprocess.Popen[bytes], given: bytes, seconds: float, given_up: Callable[[], bool]
) -> ChildEnd:
    """Wait for a process; time in which the machine sleeps, or this program does not run, is not counted."""
    words: bytes | None = given
    while True:
        try:
            said, _ = process.communicate(words, timeout=_LOOK_EVERY_S)
            return ChildEnd(process.returncode, said)
        except subprocess.TimeoutExpired:
            words = None  # the rest of it is on its way
            seconds -= _LOOK_EVERY_S
            if given_up() or seconds <= 0:
                return ChildEnd(None, b"")


def serve(words: Sequence[str]) -> int:
    """Do the work in the process that was started for it; return its exit status.

    Args:
        words: the module, and the arguments of its `main`.
    """
    if not words or words[0] not in _MODULES:
        return 2
    return int(importlib.import_module(words[0]).main(words[1:]))


def limit_this_process(*, seconds: int, memory: int) -> None:
    """End this process once it has computed for so long; let it have no more than so many bytes.

    Where the system knows no such limits, only `run_apart` limits the time.
    """
    if sys.platform == "win32":
        return
    import resource

    for kind, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            _, hard = resource.getrlimit(kind)
            soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (soft, hard))
        except (OSError, ValueError):  # macOS refuses some
            continue


def _command() -> list[str]:
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-P", "-c", _CODE]
    console = Path(sys.executable).with_name("ffmln.exe")  # beside the program without a console, on Windows
    return [str(console if sys.platform == "win32" and console.is_file() else sys.executable), WORD]


def _environment() -> dict[str, str]:
    """Return this process's variables, with the packages beside this one within reach and no GPU."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "CUDA_VISIBLE_DEVICES": ""}
