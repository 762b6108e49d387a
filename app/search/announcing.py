"""What a screen reader is told unasked: what there is for a drawing, once the pen rests."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.drawing.canvas import Canvas
from app.photos.grid.seating import REST
from app.photos.panel import PhotosPanel
from app.search.live_search import LiveSearch
from app.words import phrases
from app.words.spoken import announce


class Announcer(QObject):
    """Tells how many photos there are and how well they match, or why there are none; once the pen rests.

    Each answer is told of once, however it was asked for; how well photos match, and what stands in their
    place, once it is something else than what was told last.
    """

    def __init__(self, live: LiveSearch, canvas: Canvas, photos: PhotosPanel) -> None:
        """Follow the search.

        Args:
            live: gives the answers.
            canvas: the paper.
            photos: what shows them; it is there that they are told of.
        """
        super().__init__(photos)
        self._live, self._canvas, self._photos = live, canvas, photos
        self._told = -1  # the stamp of the drawing whose answer was told last
        self._words = ""  # that were told last
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._tell)
        live.answered.connect(self._wait)
        canvas.stroke_active.connect(self._wait)
        photos.shown.connect(self._take_words)

    def _wait(self, _: object) -> None:
        """Tell nothing before the pen has rested from now on."""
        self._rest.start()

    def _take_words(self) -> None:
        """Tell soon what is another thing to say; a state that is shown again and again delays nothing."""
        if self._photos.words != self._words and not self._rest.isActive():
            self._rest.start()

    def _tell(self) -> None:
        if self._canvas.is_drawing:
            return
        told, words = list[str](), self._photos.words
        found = self._live.found
        if found is not None and found.hits and not found.newest and found.stamp != self._told:
            self._told = found.stamp
            told.append(phrases.photos(self._photos.total(found)))
        if words != self._words:
            self._words = words
            told.append(words)
        if sentence := ". ".join(filter(None, told)):
            announce(self._photos.page or self._photos, sentence)
