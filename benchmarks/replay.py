"""Drawings in the real window, for `seats.py`: who keeps a seat, and what the grid settles into."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from repaint import POINTER_HZ, Event, events, open_window, send

from app.folder.searcher import Found
from engine.encoding.encoder import Encoder
from engine.sketches.drawing import Stroke


class Replay(QObject):
    """A window on a folder, in which drawings are drawn one after another.

    Attributes:
        counts: of drawings, of answers, and of photos that two successive answers both show.
    """

    def __init__(self, folder: Path, encoder: Encoder, *, patience: int) -> None:
        """Open the window.

        Args:
            folder: photos, to be indexed first.
            encoder: the network.
            patience: how many milliseconds a drawing may take to settle.
        """
        self._application = QApplication.instance() or QApplication(["benchmark"])
        super().__init__()
        self._window = open_window(folder, encoder)
        self._patience = QTimer(self, interval=patience, singleShot=True)
        self._look = QTimer(self, interval=20)
        self._look.timeout.connect(self._end_if_settled)
        self._loop = QEventLoop()
        self._before: list[Path] = []
        self.counts: Counter[str] = Counter()
        self._window.seating.adopted.connect(self._compare)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """Draw this on empty paper, and wait until the grid has settled."""
        self._window.canvas.clear()
        self._before = []
        script: list[Event] = list(events(strokes))
        pen = QTimer(self, interval=round(1000 / POINTER_HZ), timerType=Qt.TimerType.PreciseTimer)

        def move() -> None:
            if script:
                send(self._window, *script.pop(0))
            else:
                pen.stop()
                self._patience.start()
                self._look.start()

        pen.timeout.connect(move)
        pen.start()
        self._loop.exec()
        self._look.stop()
        pen.deleteLater()
        self._check()

    def close(self) -> None:
        """Close the window."""
        self._window.close()

    def _end_if_settled(self) -> None:
        seating = self._window.seating
        if (seating.is_settled and not seating.is_moving) or not self._patience.isActive():
            self._loop.quit()

    def _compare(self, found: Found) -> None:
        """Count who kept a seat; what comes when the pen rests is another matter."""
        seating = self._window.seating
        now, room = [hit.path for hit in self._window.grid.hits_model.hits], self._window.grid.seats_in_view()
        if seating.is_moving:
            self.counts["answers"] += 1
            for places, name in ((room, "in view"), (len(now), "both")):
                seats = {path: place for place, path in enumerate(self._before[:places])}
                both = [path for path in now[:places] if path in seats]
                self.counts[name] += len(both)
                self.counts["kept" if name == "both" else f"kept {name}"] += sum(
                    now[seats[path]] == path for path in both
                )
        self._before = now

    def _check(self) -> None:
        """Count whether the grid shows the newest answer, best first."""
        seating = self._window.seating
        shown = [hit.path for hit in self._window.grid.hits_model.hits]
        self.counts["drawings"] += 1
        if seating.shown is not None and seating.shown.stamp == seating.stamp:
            ranking = [hit.path for hit in seating.shown.hits]
            self.counts["settled"] += shown[: len(ranking)] == ranking and len(shown) >= len(ranking)
