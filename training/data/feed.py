"""The stream of batches into the training loop, and how long it let the loop wait."""

from __future__ import annotations

import time
from collections.abc import Iterator

from training.data.batch import Batch
from training.errors import TrainingError


class Feed(Iterator[Batch]):
    """Batches, and the share of the time that went by waiting for them."""

    def __init__(self, batches: Iterator[Batch]) -> None:
        self._batches, self._waited, self._begun = batches, 0.0, 0.0

    def __next__(self) -> Batch:
        asked = time.monotonic()
        try:
            batch = next(self._batches)
        except TrainingError as error:  # from a worker: its traceback, the sentence last
            raise TrainingError(str(error).strip().rpartition("TrainingError: ")[2]) from error
        if self._begun:  # the first wait is the workers' start
            self._waited += time.monotonic() - asked
        else:
            self._begun = time.monotonic()
        return batch

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self._waited / max(time.monotonic() - self._begun, 1e-9) if self._begun else 0.0
