"""Has a model nobody vouches for tried in a process of its own, see `engine.encoding.trial`."""

from __future__ import annotations

import os
from pathlib import Path

from engine.child import run_apart
from engine.errors import ModelError

SECONDS = 20.0
"""How long loading a model and showing it two pictures may take."""

REFUSED = 3
"""The exit status of a trial that says why the model cannot be used."""

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
    outcome = run_apart("engine.encoding.trial", key[0], seconds=SECONDS)
    if outcome.status == REFUSED:
        raise ModelError(outcome.said.decode("utf-8", "surrogatepass").replace(key[0], str(path)))
    if outcome.status is None:
        raise ModelError(f"The model {path} takes too long over one picture.")
    if outcome.status != 0:
        raise ModelError(f"{path} is not a model this program can run.")
    _tried.add(key)
