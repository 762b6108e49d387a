"""How many processor cores there are to compute on."""

from __future__ import annotations

import os
from pathlib import Path

_SIBLINGS = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def usable_cores() -> int:
    """Return how many cores this process may use: all, or those that it was given where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def whole_cores() -> int:
    """Return how many there are where two that share one count once; 0 where the system does not tell."""
    if not hasattr(os, "sched_getaffinity"):
        return 0
    try:
        return len({Path(_SIBLINGS.format(number)).read_text() for number in os.sched_getaffinity(0)})
    except OSError:
        return 0
