"""What the next start finds: the paper and the library of one window among all that are open."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from pathlib import Path

from engine.errors import BusyCatalogError, CatalogError
from engine.lock import sole_writer

LOCK = "paper.lock"

_log = logging.getLogger(__name__)


class NextStart:
    """The right to say what the next start finds, whatever encoders the windows run and whether they answer.

    The system takes it back from a process that is killed.

    Attributes:
        is_ours: whether this window has it.
    """

    def __init__(self, folder: Path, *, wanted: bool) -> None:
        """Take it if it is free.

        Args:
            folder: of the state.
            wanted: whether to take it at all; a window beside the first one leaves it to that.
        """
        self._file = folder / LOCK
        self._held = ExitStack()
        self.is_ours = wanted and self._take(self._held)

    @property
    def is_of_another(self) -> bool:
        """Whether another window has it."""
        if self.is_ours:
            return False
        with ExitStack() as brief:
            return not self._take(brief)

    def release(self) -> None:
        """Leave it to another window."""
        self.is_ours = False
        self._held.close()

    def _take(self, stack: ExitStack) -> bool:
        try:
            stack.enter_context(sole_writer(self._file))
        except BusyCatalogError:
            return False
        except CatalogError as error:  # a disk without locks
            _log.info("the next start is said without a lock: %s", error)
        return True
