"""Photos whose reading does not end: what the drive does not give, told from what is decoded for long."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from engine.errors import FolderError, ImageError, UnavailableError
from engine.folders.folder import Found
from engine.folders.patience import ask, does_not_answer
from engine.indexing.decoder import Decoder
from engine.progress import TICK_S

DECODES_S = 1200.0
"""A photo was decoded for so long: whatever is wrong with it, it is not the drive."""

_TOO_LONG = "decoding it took more than 20 minutes."
_HANGS = "reading it took too long; it is tried again with the next refresh."


class Overdue:
    """Says which photos of a decoder are not waited for any more."""

    def __init__(self, folder: Path, decoder: Decoder, hangs_s: float) -> None:
        """Take the folder, what reads its photos, and for how many seconds the drive may give nothing."""
        self._folder, self._decoder, self._hangs_s = folder, decoder, hangs_s
        self._silent_s, self._has_given_up = 0.0, False

    def leave(self, *, has_come: bool) -> dict[Found, ImageError]:
        """Leave the photos that take too long; return them, and why. To be called every TICK_S.

        Args:
            has_come: a photo was read since this was last called.

        Raises:
            FolderError: no photo has come since the drive was silent before, and it is so again.
        """
        self._has_given_up = self._has_given_up and not has_come
        is_silent = not self._decoder.has_read() and not has_come and self._decoder.is_reading()
        self._silent_s = self._silent_s + TICK_S if is_silent else 0.0
        left = {photo: self._why() for photo in self._decoder.leave_decoding(DECODES_S, step_s=TICK_S)}
        if self._silent_s > self._hangs_s:
            if self._has_given_up:
                raise FolderError(does_not_answer(self._folder))
            left |= dict.fromkeys(self._decoder.leave_reading(), UnavailableError(_HANGS))
            self._silent_s, self._has_given_up = 0.0, True
        return left

    def _why(self) -> ImageError:
        """Return why a photo was not decoded: decoding asks the drive too."""
        try:
            ask(partial(os.stat, self._folder), name="look for the folder")
        except (OSError, TimeoutError):
            return UnavailableError(_HANGS)
        return ImageError(_TOO_LONG)
