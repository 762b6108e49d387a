"""An hour of drawing at speed: whether memory stays flat, and whether Qt complains.

    uv run python benchmarks/hour.py                       # an hour's pen events, as fast as they are handled
    uv run python benchmarks/hour.py --seconds 600         # ten minutes' worth
    uv run python benchmarks/hour.py --folder ~/Pictures

A pen reports 120 times a second; strokes come with clears, undos, photos laid beside the drawing and time
brushed in between, each searched for by the real engine. First it draws until what is bounded has reached its
bound: 500 steps of undo, 60 drawings on the shelf, which takes about 45,000 events. Then a line a quarter:
resident memory at its end and at most, and how many answers came. Exits with 1 if Qt said anything, or if the
last quarter ends more than a tenth above the first.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from live import photos_apart, strokes
from repaint import POINTER_HZ, Event, events, open_window, send

from engine.encoding.encoder import Encoder

# isort: split
from PySide6.QtCore import QEvent, QEventLoop, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from app.drawing.paper.history import MOST_STEPS
from app.shelf.store import MOST
from app.window import MainWindow

_QUARTERS = 4
_MOST = 1.1  # of the first quarter's memory, at the end of the last
_STEP = 8  # events between two turns of the event loop
_HARMLESS = "This plugin does not support"  # what a screen in memory cannot do


class _Hand:
    """Draws, clears, undoes, lays photos and brushes time, from one seed."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.rng, self.done = window, random.Random(5), 0
        self._loop = QEventLoop()

    def draw(self, count: int) -> None:
        """Handle this many events of a pen."""
        end = self.done + count
        while self.done < end:
            for number, (kind, point) in enumerate(self._drawing()):
                send(self.window, kind, point)
                if number % _STEP == 0:
                    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
                self.done += 1
            self._do_something_else()
            QApplication.processEvents()
            # what an event loop does once control is back in it; here none is running
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def draw_until_full(self) -> None:
        """Draw until undo and shelf hold as much as they ever will."""
        document, keeper = self.window.canvas.document, self.window.shelving.keeper
        while document.step < MOST_STEPS or len(keeper.drawings) < MOST:
            self.draw(1)

    def _drawing(self) -> Iterator[Event]:
        return events(strokes(self.rng)[: self.rng.randint(1, 8)])

    def _do_something_else(self) -> None:
        """Do what people do between two drawings."""
        window, hits = self.window, self.window.grid.hits_model.hits
        deed = self.rng.randrange(8)
        if deed < 4:
            window.canvas.clear()
        elif deed == 4:
            for _ in range(self.rng.randint(1, 20)):
                window.canvas.undo()
            window.canvas.redo()
        elif deed == 5 and hits:
            window.grid.liked.emit([self.rng.choice(hits).path])
        elif deed == 6:
            window.photos_panel.timeline.choose(first=0, last=self.rng.randint(0, 3))
            window.photos_panel.timeline.choose()
        elif hits:
            window.photos_panel.look_at(self.rng.choice(hits).path)
            QApplication.processEvents()
            window.photos_panel.leave_view()


def main() -> int:
    """Print a line a quarter; return the exit status."""
    options = _options()
    said: list[str] = []
    with photos_apart(options.folder, options.photos) as folder:
        qInstallMessageHandler(lambda *told: _note(said, *told))
        application = QApplication.instance() or QApplication(["benchmark"])
        window = open_window(folder, Encoder.load(options.model) if options.model else Encoder.default())
        ends = _draw_quarters(window, round(options.seconds * POINTER_HZ))
        window.close()
        application.processEvents()
    print(f"Qt said          {len(said)} things" + "".join(f"\n  {one}" for one in sorted(set(said))))
    growth = ends[-1] / ends[0]
    print(f"last of first    {growth:.1%}")
    return int(bool(said) or not growth <= _MOST)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Draw for an hour, at speed.")
    parser.add_argument("--seconds", type=float, default=3600, help="of a pen's events (default: 3600)")
    parser.add_argument("--photos", type=int, default=500, help="photos to generate (default: 500)")
    parser.add_argument("--folder", type=Path, help="these photos instead")
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the shipped model")
    return parser.parse_args()


def _draw_quarters(window: MainWindow, count: int) -> list[int]:
    """Draw so many events in four quarters; print and return the memory at the end of each, in bytes."""
    answers: list[int] = []
    window.live.answered.connect(lambda _: answers.append(1))
    hand, ends = _Hand(window), list[int]()
    hand.draw_until_full()
    print(f"warm             {resident() / 1e6:.0f} MB after {hand.done} events", flush=True)
    for quarter in range(_QUARTERS):
        start, before, done = time.perf_counter(), len(answers), hand.done
        most = 0
        for _ in range(10):
            hand.draw(max(count // (10 * _QUARTERS), 1))
            most = max(most, resident())
        window.canvas.clear()
        gc.collect()
        QApplication.processEvents()
        ends.append(resident())
        seconds = time.perf_counter() - start
        print(
            f"quarter {quarter + 1}        {ends[-1] / 1e6:.0f} MB at its end, {most / 1e6:.0f} at most;"
            f" {hand.done - done} events, {len(answers) - before} answers in {seconds:.0f} s",
            flush=True,
        )
    return ends


def resident() -> int:
    """Return how much memory this process holds, in bytes; at most so far, where that is all one can know."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _note(said: list[str], kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    if kind != QtMsgType.QtDebugMsg and not message.startswith(_HARMLESS):
        said.append(message)


if __name__ == "__main__":
    sys.exit(main())
