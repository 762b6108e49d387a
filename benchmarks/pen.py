"""What indexing costs the pen: how late the paper is painted, stroke by stroke with it and without.

    uv run python benchmarks/pen.py                        # 300 generated photos of 12 megapixels
    uv run python benchmarks/pen.py --strokes 40

Draws in the real window by 120 pointer events a second, with half a second between two strokes, as a hand
needs. Before each other stroke indexing is paused; before the rest it is at work, and has just encoded
photos. So both see the same machine. An event's age is counted from when it was due until the paper is
painted; of the processor time, what the whole process took during a stroke, without its first 0.3 s, in which
what was begun is brought to its end.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from indexing import generate
from live import generate_photos, photos_apart, quantiles, strokes
from repaint import POINTER_HZ, Event, events, open_window, send

from engine.encoding.encoder import Encoder
from engine.sketches.drawing import Stroke

# isort: split
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

_BETWEEN_MS = 500
_CURVES = 3  # of half a second each, in one stroke
_FIRST_S = 0.3
_DIFFERENT = 12  # photos; the others have another end of the file, which makes them others
_PATIENCE_S = 120
_WARM = 4  # strokes before those that count


class _Pen(QObject):
    """Draws strokes; notes how old events are when they are painted, and the processor time meanwhile."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._application = QApplication.instance() or QApplication(["benchmark"])
        super().__init__()
        self.window = open_window(folder, encoder)
        self._waiting: list[float] = []
        self.ages: list[float] = []
        self.busy: list[float] = []  # cores, a stroke
        self.window.canvas.installEventFilter(self)

    def draw(self, script: list[Event]) -> None:
        """Draw one stroke, and lift the pen for a while."""
        loop, apart = QEventLoop(), 1 / POINTER_HZ
        pen = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        began, at, spent, counted = time.perf_counter(), 0, 0.0, 0.0

        def move() -> None:
            nonlocal at, spent, counted
            now = time.perf_counter()
            if not counted and now - began > _FIRST_S:
                counted, spent = now, time.process_time()
            while at < len(script) and began + at * apart <= now:
                self._waiting.append(began + at * apart)
                send(self.window, *script[at])
                at += 1
            if at == len(script) and now > counted > 0:
                pen.stop()
                self.busy.append((time.process_time() - spent) / (now - counted))
                QTimer.singleShot(_BETWEEN_MS, loop.quit)

        pen.timeout.connect(move)
        pen.start()
        loop.exec()
        pen.deleteLater()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        """See the paper being painted."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._note_painted)
        return False

    def _note_painted(self) -> None:
        now = time.perf_counter()
        self.ages += [now - due for due in self._waiting]
        self._waiting.clear()

    def wait(self, ready: Callable[[], bool]) -> None:
        """Let the window work until this is so."""
        until = time.monotonic() + _PATIENCE_S
        while not ready():
            if time.monotonic() > until:
                raise TimeoutError("the window did not come so far")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def main() -> int:
    """Print a line for each way; return 1 if there were too few photos for all strokes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=300, help="photos to index (default: 300)")
    parser.add_argument("--strokes", type=int, default=24, help="strokes to draw (default: 24)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, photos_apart(None, 0):
        small, large = generate_photos(Path(scratch) / "small", 200), Path(scratch) / "large"
        _fill(large, options.photos)
        pen = _Pen(small, Encoder.default().warm_up())
        pen.window.folders.add(large)
        figures = [_measure(pen, number) for number in range(_WARM + options.strokes)][_WARM:]
        left = options.photos + 200 - pen.window.session.state.photos
        pen.window.close()
    for name, kind in (("paused", 0), ("indexing", 1)):
        ages = [age for these, _ in figures[kind::2] for age in these]
        busy = float(np.median([cores for _, cores in figures[kind::2]]))
        late = f"{quantiles(ages)}, at most {max(ages) * 1000:.0f} ms"
        print(f"{name:10} painted after {late}; {busy:.2f} cores", flush=True)
    print(f"{left} photos were left to index")
    return int(left <= 0)


def _measure(pen: _Pen, number: int) -> tuple[list[float], float]:
    """Draw one stroke, an odd one beside indexing; return the ages of its events, and the cores it took."""
    indexing = pen.window.session.indexing
    indexing.pause(number % 2 == 0)
    if indexing.is_paused:
        pen.wait(lambda: not indexing.is_running)
    else:
        pen.wait(lambda: indexing.progress is not None and indexing.progress.phase == "encode")
        before = pen.window.session.state.photos
        pen.wait(lambda: pen.window.session.state.photos > before)
    pen.ages = []
    curves = strokes(random.Random(number // 2))[:_CURVES]
    pen.draw(list(events([Stroke.through([point for one in curves for point in one.points.tolist()])])))
    return pen.ages, pen.busy[-1]


def _fill(folder: Path, count: int) -> None:
    """Make so many different photos of 12 megapixels."""
    made = generate(folder, min(_DIFFERENT, count))
    for number in range(len(made), count):
        copy = folder / f"{number:04}.jpg"
        shutil.copyfile(made[number % len(made)], copy)
        with copy.open("ab") as file:
            file.write(str(number).encode())


if __name__ == "__main__":
    sys.exit(main())
