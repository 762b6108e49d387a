"""A measurement that cannot be made says why in one line, with exit status 2, as the program's verbs do."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NoReturn

from engine.errors import EngineError
from engine.visible import visible
from training.errors import TrainingError


def exit_with(main: Callable[[], int | None]) -> NoReturn:
    """Measure, and exit: by what `main` returns, or by 2 where data or a model cannot be had."""
    try:
        status = main() or 0
    except (TrainingError, EngineError, OSError) as error:
        print(visible(" ".join(str(error).split())), file=sys.stderr)
        status = 2
    sys.exit(status)
