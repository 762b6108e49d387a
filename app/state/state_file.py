"""What is chosen in the window and read by the terminal too: JSON files in the data folder. Without Qt."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from engine.paths import data_dir
from engine.whole_files import replacing

UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What is raised by reading a file that is damaged, and by taking other words for one's own."""

_log = logging.getLogger(__name__)


def read_json(name: str) -> dict[str, Any] | None:
    """Return what a file holds, None where there is none.

    Raises:
        EngineError: there is no data folder.
        OSError: or another one of `UNREADABLE`: the file cannot be read, or is damaged.
    """
    try:
        words = json.loads((data_dir() / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(words, dict):
        raise TypeError("no object of JSON")
    return words


def keep_json(name: str, words: Mapping[str, object], *, trouble: str) -> None:
    """Write a file, whole or not at all; where the disk does not take it, the log says so.

    Args:
        name: the file's.
        words: what it is to hold.
        trouble: what the log says is not remembered, as the beginning of a sentence.

    Raises:
        EngineError: there is no data folder.
    """
    file = data_dir() / name
    try:
        with replacing(file) as new:
            new.write_text(json.dumps(words, indent=1), encoding="utf-8")
    except OSError as error:
        _log.warning("%s: %s", trouble, error)
