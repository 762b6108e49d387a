"""What a screen reader is told unasked: how many photos there are for a drawing, once it is known."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app import phrases
from app.drawing.canvas import Canvas
from app.live_search import LiveSearch
from app.spoken import announce


class Announcer(QObject):
    """Tells of each answer once, however it was asked for, and of none while the pen moves."""

    def __init__(self, live: LiveSearch, canvas: Canvas, photos: QWidget) -> None:
        """Follow the search.

        Args:
            live: gives the answers.
            canvas: the paper.
            photos: what shows them; it is there that they are told of.
        """
        super().__init__(photos)
        self._live, self._canvas, self._photos = live, canvas, photos
        self._told = -1  # the stamp of the drawing whose answer was told last
        live.answered.connect(self._tell)
        canvas.stroke_active.connect(self._tell)

    def _tell(self) -> None:
        found = self._live.found
        if found is None or found.newest or not found.hits or self._canvas.is_drawing:
            return
        if found.stamp != self._told:
            self._told = found.stamp
            announce(self._photos, phrases.results(len(found.hits)))
