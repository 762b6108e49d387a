"""Sketches from files, for window and terminal: pictures, SVG drawings, and what comes through a pipe."""

from __future__ import annotations

import errno
import logging
import os
import select
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from app.pictures.svg import is_svg, paint_svg
from engine.errors import ImageError
from engine.pictures.formats import FORMATS
from engine.pictures.photos import open_sketch, refusal, remark_on, unusable_sketch
from engine.pictures.saved import drawing_of
from engine.preprocess import clean_sketch
from engine.search.query import Drawing
from engine.sketches.svg_reader import MOST_BYTES, SavedSketch, read_svg

_log = logging.getLogger(__name__)

_PICTURES = tuple(ending for one in FORMATS if one.pillow and not one.is_raw for ending in one.endings)
ENDINGS = (*_PICTURES, "svg", "svgz")
"""The endings of files that can be read as sketches."""

_MOST_BYTES = 100_000_000  # of what comes through a pipe
_FIRST_S, _ALL_S = 10.0, 120.0  # how long to wait for the first byte, and for the last one
_LOOK_EVERY_S = 0.1
_CHUNK = 1 << 20
_START = 64  # bytes that tell an SVG


def read_sketch(path: Path, *, given_up: Callable[[], bool] = lambda: False) -> Image.Image:
    """Return the drawing in a file, or in what comes through a pipe or a device.

    Args:
        path: the file.
        given_up: asked now and then, from this thread; once true, the reading ends.

    Raises:
        ImageError: it cannot be used; the message names it.
    """
    try:
        piped = os.name == "posix" and _is_pipe(path)
        if not piped and not _holds_svg(path):
            return open_sketch(path)
        return read_data(_read_pipe(path, given_up) if piped else path.read_bytes(), given_up=given_up)
    except (ImageError, OSError) as error:
        raise unusable_sketch(path, refusal(error)) from error


def read_drawing(path: Path) -> Drawing:
    """Return what a file is searched for: the strokes of a sketch that this program saved, else a picture.

    Raises:
        ImageError: it cannot be used; the message names it.
    """
    saved = read_saved(path)
    if saved is None:
        sketch = read_sketch(path)
        if remark := remark_on(sketch):
            _log.warning("%s: %s", path, remark)
        return clean_sketch(sketch)
    try:
        return drawing_of(saved)
    except ImageError as error:
        raise unusable_sketch(path, error) from error


def read_saved(path: Path) -> SavedSketch | None:
    """Return the sketch that this program saved in a file; None if it is any other file."""
    try:
        if not os.path.isfile(path) or path.stat().st_size > MOST_BYTES:
            return None
        with path.open("rb") as file:
            start = file.read(_START)
            saved = read_svg(start + file.read()) if start.lstrip().startswith(b"<svg") else None
    except (OSError, ValueError):
        return None
    return None if saved is None or saved.is_empty else saved


def read_data(data: bytes, *, given_up: Callable[[], bool] = lambda: False) -> Image.Image:
    """Return the drawing that a file of these bytes would hold; see `read_sketch`.

    Raises:
        ImageError: it cannot be used; the message is the reason.
    """
    return paint_svg(data, given_up=given_up) if is_svg(data[:_START]) else _open_bytes(data)


def _is_pipe(path: Path) -> bool:
    """Return whether this is neither a file nor a folder, but gives bytes."""
    try:
        mode = path.stat().st_mode
    except ValueError:  # a zero in the name
        raise FileNotFoundError from None
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _holds_svg(path: Path) -> bool:
    if not os.path.isfile(path):
        return False
    with path.open("rb") as file:
        return is_svg(file.read(_START))


def _read_pipe(path: Path, given_up: Callable[[], bool]) -> bytes:
    """Return all that comes through a pipe, as far as it comes in time.

    Raises:
        ImageError: nothing comes, or too much, or too slowly.
        OSError: it cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        parts: list[bytes] = []
        begun, size = time.monotonic(), 0
        while (part := _next_part(handle, begun=begun, first=not parts, given_up=given_up)) != b"":
            parts.append(part)
            size += len(part)
            if size > _MOST_BYTES:
                raise ImageError("more came through the pipe than a picture can hold.")
        return b"".join(parts)
    finally:
        os.close(handle)


def _next_part(handle: int, *, begun: float, first: bool, given_up: Callable[[], bool]) -> bytes:
    """Wait for the next bytes; none at the end."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    while True:
        waited = time.monotonic() - begun
        if given_up() or waited > (_FIRST_S if first else _ALL_S):
            raise ImageError("the picture did not come through the pipe in time.")
        events = poll.poll(1000 * _LOOK_EVERY_S)
        if not events:
            continue
        try:
            return os.read(handle, _CHUNK)
        except OSError as error:
            if error.errno != errno.EAGAIN:
                raise


def _open_bytes(data: bytes) -> Image.Image:
    """Open the picture that these bytes make.

    Raises:
        ImageError: they make none.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sketch"
        file.write_bytes(data)
        return open_sketch(file)
