"""How much of the machine work in the background takes."""

from __future__ import annotations

from enum import Enum, auto


class Effort(Enum):
    """What whoever began the work says of it, now and again.

    Attributes:
        FULL: all that there is.
        GENTLE: about half of the time.
        NONE: nothing new is read or encoded, and the work yields as soon as it can, to be gone on with later.
    """

    FULL = auto()
    GENTLE = auto()
    NONE = auto()
