"""Tries a model nobody vouches for in a process of its own: it may run without end, or take all memory."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from engine.child import limit_this_process, run_apart
from engine.errors import ModelError

SECONDS = 20.0
"""How long loading a model and showing it two pictures may take."""

_MEMORY = 8 << 30  # bytes of address space; the shipped models, with all libraries, take a quarter of it
_REFUSED = 3
_tried: set[tuple[str, int, int, int]] = set()


def try_model(path: Path) -> None:
    """Load the model and run it on a blank page, elsewhere; once for each file in the life of a process.

    Raises:
        ModelError: it cannot be run, or not within SECONDS.
    """
    try:
        details = path.stat()
    except (OSError, ValueError):
        raise ModelError(f"There is no model file {path}.") from None
    key = (os.path.realpath(path), details.st_size, details.st_mtime_ns, details.st_ino)
    if key in _tried:
        return
    outcome = run_apart("engine.trial", key[0], seconds=SECONDS)
    if outcome.status == _REFUSED:
        raise ModelError(outcome.said.decode("utf-8", "surrogatepass").replace(key[0], str(path)))
    if outcome.status is None:
        raise ModelError(f"The model {path} takes too long over one picture.")
    if outcome.status != 0:
        raise ModelError(f"{path} is not a model this program can run.")
    _tried.add(key)


def main(arguments: Sequence[str]) -> int:
    """Try the model of this name; say on stdout why it cannot be used. Runs in the process of its own."""
    limit_this_process(seconds=2 * int(SECONDS), memory=_MEMORY)
    from PIL import Image

    from engine.encoder import Encoder

    try:
        Encoder(arguments[0]).embed_sketches([Image.new("L", (64, 64), 255)] * 2)
    except ModelError as error:
        os.write(1, str(error).encode("utf-8", "surrogatepass"))  # a pipe: what `try_model` reads
        return _REFUSED
    return 0
