"""The search that follows the pen: paper, folder and photos joined."""

from __future__ import annotations

from collections.abc import Callable
from operator import is_

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, Signal

from app.drawing.canvas import Canvas
from app.folder.searcher import Found
from app.folder.session import Session
from app.photos.grid.seating import Seating
from engine.search.far_photos import NO_MATCHES, FarMatches, FarNewest
from engine.search.query import Query

_FRAME = 8  # milliseconds between searches: a pen that reports faster than screens repaint asks for no more


class LiveSearch(QObject):
    """Asks whenever the drawing, or what can be found, is another one, and hands answers to the seats.

    With nothing drawn it asks for all photos, newest first.

    Attributes:
        found: the newest answer, None before the first one of this folder.
        prepare: makes a query ready whose photos lie on other machines.
        far: gives the photos of a shared collection that are to be ranked with the library's.
        newest_known: gives the newest of them, where nothing is searched for.
    """

    asked = Signal()
    """A question is on its way."""
    answered = Signal(object)
    """What was `Found`; it has its seats already."""
    _called = Signal()

    def __init__(
        self,
        canvas: Canvas,
        session: Session,
        seating: Seating,
        narrowed: Callable[[Query], Query] = lambda query: query,
    ) -> None:
        """Join them.

        Args:
            canvas: what is drawn.
            session: where it is searched.
            seating: where answers go.
            narrowed: makes of what is drawn what is searched for.
        """
        super().__init__(canvas)
        self.found: Found | None = None
        self.prepare: Callable[[Query], Query] = lambda query: query
        self.far: Callable[[Query], FarMatches] = lambda _: NO_MATCHES
        self.newest_known: Callable[[Query], FarNewest | None] = lambda _: None
        self._canvas, self._session, self._seating, self._narrowed = canvas, session, seating, narrowed
        self._sought = self._seek()
        self._ruled = False  # what is left out was changed, and is not followed yet
        self._asked = QElapsedTimer()
        self._soon = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._soon.timeout.connect(self.ask)
        self._is_called = False  # its turn comes among the events that wait, before the paper is painted
        self._called.connect(self._ask_if_called, Qt.ConnectionType.QueuedConnection)
        canvas.stroke_active.connect(seating.note_pen)
        canvas.drawing_changed.connect(self._take_drawing)
        canvas.stroke_active.connect(session.indexing.give_way)
        session.opened.connect(self.ask)
        session.grown.connect(self.ask)
        session.answered.connect(self._take)
        session.indexed.connect(self._follow_rules)
        for once in (session.indexing.changed, session.indexing_ended):
            once.connect(self._forget_rules)
        session.searcher.extended.connect(seating.take_more)
        seating.more.connect(session.searcher.extend)

    @property
    def is_about_to_ask(self) -> bool:
        """Whether the drawing changed, and is searched for in a moment."""
        return self._is_called or self._soon.isActive()

    def ask(self) -> None:
        """Search now for what is on the paper."""
        self._is_called = False
        self._asked.start()
        query = self._narrowed(self._canvas.document.query() or Query())
        query = self.prepare(query)
        stamp = self._seating.stamp
        self._session.search(query, stamp=stamp, far=self.far(query), listed=self.newest_known(query))
        self.asked.emit()

    def ask_anew(self) -> None:
        """Search as if the drawing were another one: among other photos, or for another order."""
        self._seating.note_change()
        self.ask()

    def note_rules(self) -> None:
        """Note that other photos are left out: who said so waits to see them go.

        Once the folder was looked at, photos take new seats, unless somebody is at them by then.
        """
        self._ruled = True

    def _follow_rules(self) -> None:
        if self._ruled:
            self._ruled = False
            self.ask() if self._seating.is_in_use else self.ask_anew()

    def _forget_rules(self) -> None:
        """Move nothing for them at the end of a later look, where this one came to no end."""
        self._ruled = self._ruled and self._session.indexing.goes_on

    def go_on(self) -> None:
        """Show more, where the end of what is known is in sight: there is more of the same answer now."""
        self._seating.go_on_listing()

    def forget(self) -> None:
        """Show nothing of a folder that is left."""
        self.found = None
        self._seating.clear()

    def _take_drawing(self) -> None:
        """Search for the drawing, unless what changed is no part of that, as a photo to trace is none."""
        before, self._sought = self._sought, self._seek()
        if len(before) == len(self._sought) and all(map(is_, before, self._sought)):
            self._seating.note_no_change()
            return
        self._seating.note_change()
        if not self._sought:
            self._soon.stop()
            self._session.search(None)  # no answer for the drawing may come after this
            self.ask()
        elif not self.is_about_to_ask:
            ago = self._asked.elapsed() if self._asked.isValid() else _FRAME
            if ago < _FRAME:
                self._soon.start(_FRAME - ago)
            else:
                self._is_called = True  # once all have followed the drawing; a timer of 0 would come last
                self._called.emit()

    def _ask_if_called(self) -> None:
        if self._is_called:
            self.ask()

    def _seek(self) -> tuple[object, ...]:
        """Return the parts of what is searched for, the same objects while they are the same; or none."""
        document = self._canvas.document
        if document.is_empty:
            return ()
        now = document.snapshot
        if document.is_blank:
            return (now.prints,)
        if document.is_drawing:
            return (object(),)
        return now.begun, now.strokes, now.picture, now.prints

    def _take(self, found: Found) -> None:
        self.found = found
        self._seating.take(found)
        self.answered.emit(found)
