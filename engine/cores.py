"""How many processor cores there are to compute on."""

from __future__ import annotations

import os


def usable_cores() -> int:
    """Return how many cores this process may use: all, or those that it was given where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
