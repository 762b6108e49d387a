"""How soon a photo that comes into a watched folder is seen in the window, and what the window costs at rest.

    uv run python benchmarks/appearing.py
    uv run python benchmarks/appearing.py --photos 10000 --seconds 60 --times 20

Opens the real window on generated photos, indexed and watched, with nothing drawn. First nothing happens, and
the processor time of the whole process is measured; then photos come, each written in pieces over a second,
as a download is, and the seconds are counted from the last piece until its tile is there, thumbnail and all.
Exits with 1 if one took more than 5 s, or rest takes 1% of a core or more.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from live import generate_photos, photos_apart
from PIL import Image
from repaint import open_window

from engine.encoding.encoder import Encoder

# isort: split
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.window import MainWindow

_MOST_S, _MOST_SHARE = 5.0, 0.01
_SETTLE_S = 15  # after the window is up
_PIECES, _APART_S = 5, 0.2
_LOOK_MS = 20
_PATIENCE_S = 60


def main() -> int:
    """Print two lines; return 1 if one of the bounds is passed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=2000, help="there before (default: 2000)")
    parser.add_argument("--seconds", type=float, default=30, help="at rest (default: 30)")
    parser.add_argument("--times", type=int, default=10, help="photos that come (default: 10)")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication(["benchmark"])
    with photos_apart(None, options.photos) as folder:
        window = open_window(generate_photos(folder, options.photos), Encoder.default().warm_up())
        _let_pass(_SETTLE_S)
        began, spent = time.monotonic(), time.process_time()
        _let_pass(options.seconds)
        share = (time.process_time() - spent) / (time.monotonic() - began)
        delays = [_delay(window, folder / f"new {number}.jpg", number) for number in range(options.times)]
        window.close()
    del application
    print(f"at rest   {share:.2%} of a core over {options.seconds:.0f} s, window and all")
    print(f"seen      after {statistics.median(delays):.2f} s (median), at most {max(delays):.2f} s")
    return int(not (max(delays) <= _MOST_S and share < _MOST_SHARE))


def _let_pass(seconds: float) -> None:
    """Let the window work so long; this process does nothing of its own meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _delay(window: MainWindow, photo: Path, seed: int) -> float:
    """Write a photo in pieces; return the seconds from its last one until it is seen."""
    written = _bytes(seed)
    size = len(written) // _PIECES + 1
    with photo.open("wb") as file:
        for piece in range(_PIECES):
            _let_pass(_APART_S)
            file.write(written[piece * size : (piece + 1) * size])
            file.flush()
    began = time.monotonic()
    grid = window.grid
    while grid.hits_model.row_of(photo) is None or grid.thumbnails.get(photo) is None:
        if time.monotonic() - began > _PATIENCE_S:
            return float("inf")
        _let_pass(_LOOK_MS / 1000)
    return time.monotonic() - began


def _bytes(seed: int) -> bytes:
    """Return a JPEG of two megapixels that no other one is like."""
    tones = np.random.default_rng(seed).integers(0, 256, (30, 40, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(tones).resize((1600, 1200)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
