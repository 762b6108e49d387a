"""Camera RAW files: the preview that the camera put into them, or the sensor's picture at half its size."""

from __future__ import annotations

import calendar
import importlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from engine.pictures.costs import Cost
from engine.pictures.dates import EARLIEST, NO_DATE, file_date
from engine.pictures.memory import BUDGET

_FLIPPED = {3: Image.Transpose.ROTATE_180, 5: Image.Transpose.ROTATE_90, 6: Image.Transpose.ROTATE_270}
"""How LibRaw's number for a turn is undone."""

_ENOUGH = 300  # pixels: a preview with a shorter side is used only where no larger one is asked for
_EACH = 12  # bytes a pixel of the sensor takes: what it saw, four colours of half the size, and the picture


@contextmanager
def open_raw(path: Path, *, side: int | None) -> Iterator[Image.Image]:
    """Give the preview, opened and not loaded, if it is large enough; else the sensor's picture.

    Args:
        path: the file.
        side: about the short side that is wanted, in pixels; None for all there is.
    """
    rawpy = importlib.import_module("rawpy")
    with reading(path) as raw:
        preview = _preview(rawpy, raw, min(side or _ENOUGH, _ENOUGH))
        if preview is not None:
            yield preview
            return
        sizes = raw.sizes
        cost = Cost(
            (sizes.width, sizes.height),
            path.stat().st_size + _EACH * sizes.raw_width * sizes.raw_height,
            sizes.width * sizes.height,
        )
        with BUDGET.room(cost):
            picture = Image.fromarray(raw.postprocess(half_size=True, use_camera_wb=True, output_bps=8))
    yield picture


def date_of(path: Path) -> int:
    """Return when the camera says that the photo was taken, else `NO_DATE`; see `engine.pictures.dates`."""
    with reading(path) as raw:
        date = calendar.timegm(raw.other.timestamp.timetuple())  # the wall clock's, without a zone
    return date if date != file_date(0) and date >= EARLIEST else NO_DATE  # of no date LibRaw makes 0


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """Give what LibRaw makes of the file; one whose name is no text it takes by what is in it alone."""
    rawpy = importlib.import_module("rawpy")
    try:
        name = str(path)
        name.encode()
    except UnicodeEncodeError:
        with path.open("rb") as file, rawpy.imread(file) as raw:
            yield raw
    else:
        with rawpy.imread(name) as raw:
            yield raw


def _preview(rawpy: Any, raw: Any, least: int) -> Image.Image | None:
    """Return the largest picture the camera put beside what the sensor saw; None if there is none of use."""
    try:
        found = raw.extract_thumb()
        if found.format == rawpy.ThumbFormat.JPEG:
            preview = Image.open(io.BytesIO(found.data), formats=["JPEG", "MPO"])
            return preview if min(preview.size) >= least else None
        bitmap = Image.fromarray(found.data)
    except Exception:  # no preview, or one of a kind that LibRaw or Pillow does not know
        return None
    turn = _FLIPPED.get(raw.sizes.flip)
    if min(bitmap.size) < least:
        return None
    return bitmap.transpose(turn) if turn is not None else bitmap
