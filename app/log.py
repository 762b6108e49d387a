"""What went wrong, for whoever looks into it: one small file beside the program's state."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from types import TracebackType

from engine.paths import data_dir

LOG = "ffmln.log"
_MOST_BYTES = 500_000

_log = logging.getLogger(__name__)


def keep_log() -> None:
    """Write what the program notes, and errors nobody caught, to a file that stays small.

    Raises:
        EngineError: there is no place for the program's state.
    """
    handler = RotatingFileHandler(
        data_dir() / LOG, maxBytes=_MOST_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for room in ("app", "engine"):
        logging.getLogger(room).setLevel(logging.INFO)
        logging.getLogger(room).addHandler(handler)
    sys.excepthook = _unforeseen


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _log.error("unforeseen", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)
