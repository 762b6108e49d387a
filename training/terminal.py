"""What `ffmln-train` and its relatives say to a terminal: names made safe, on streams that take any."""

from __future__ import annotations

import logging
import sys

from engine.visible import OneLine, accept_any_name


def open_terminal() -> None:
    """Let warnings come on stderr, and names that are no text be printed."""
    accept_any_name(sys.stdout, sys.stderr)
    said = logging.StreamHandler(sys.stderr)
    said.setFormatter(OneLine("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[said])
