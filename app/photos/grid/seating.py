"""When found photos take which seats: while the pen moves, once it rests, and while photos are indexed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.folder.searcher import Found
from app.photos.grid.at_hand import AtHand
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.seats import as_now, find_shown_twice, later, seat, take_overs
from engine.library import Hit, Places

REST = 400
"""Milliseconds that the pen rests before the photos settle into their ranking."""


class Seating(QObject):
    """Decides what the grid shows, and in which seats.

    While the pen moves, photos keep their seats; once it rests, they settle. A change without the pen brings
    the ranking at once. Other photos for the same drawing wait until they are asked for. While the pointer
    moves over the grid, or rests there since, nothing in it moves that the person did not ask for. With
    nothing drawn, new photos take their places by date, unless the pointer is there or the grid is scrolled.

    Attributes:
        stamp: of the drawing as it is now; queries carry it.
        shown: whose photos the grid shows, None while it shows none.
        looked_at: returns photos that are shown, though the grid may not show them.
        at_hand: whether pointer or menu are there.
    """

    adopted = Signal(object)
    """This `Found` is shown now."""
    gathered = Signal(int)
    """How many better photos wait to be asked for."""
    more = Signal(object)
    """The next hits of this `Found` are wanted."""

    def __init__(self, grid: PhotoGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self.stamp = 0
        self.shown: Found | None = None
        self.looked_at: Callable[[], Sequence[Path]] = tuple
        self.at_hand = AtHand(grid)
        self._latest: Found | None = None
        self._down = self._lifted = False  # the pen is on the paper; it was lifted just now
        self._by_pen = False  # the last change
        self._settled = True  # the grid shows the ranking
        self._wanting = False  # more hits, that have not come yet
        self._source: Found | None = None  # what the grid goes on with at its end
        self._pages: list[Hit] = []  # of that, after its first hits
        self._gone: set[Path] = set()  # photos whose files are gone, until nothing holds them
        self._twice: dict[Path, Path] = {}  # those shown by their paths before and now, until then
        self._rest = QTimer(self, interval=REST, singleShot=True)
        self._rest.timeout.connect(self._go_on)
        grid.left.connect(self._go_on)
        grid.near_end.connect(self.want_more)
        # later, since what is shown may be in the middle of a change
        queued = Qt.ConnectionType.QueuedConnection
        grid.verticalScrollBar().valueChanged.connect(self._take_scroll, queued)

    # --- what happens ----------------------------------------------------------------------------------

    def _take_scroll(self) -> None:
        """Let new photos go to their places once somebody is back at the top."""
        if self.is_by_date and not self._is_scrolled:
            self._go_on()

    def note_failure(self) -> None:
        """Note that an answer or a page failed: more can be asked for again."""
        self._wanting = False

    def note_pen(self, down: bool) -> None:
        """Note that the pen went down or up; the change of the drawing is told after that."""
        self._down, self._lifted = down, not down
        self.at_hand.note_pen()

    def note_change(self) -> None:
        """Note that the drawing is another one, by the pen if that is down or was lifted just now."""
        self.stamp += 1
        self._by_pen = self._down or self._lifted
        self._lifted = False
        if self._by_pen:
            self._rest.start()
        else:
            self._rest.stop()

    def note_no_change(self) -> None:
        """Note that what is searched for is as it was; the next change is none by the pen for its sake."""
        self._lifted = False

    def take(self, found: Found) -> None:
        """Take the newest answer."""
        self._latest, self._wanting = found, False
        for hit in found.hits:  # these are back
            self._gone.discard(hit.path)
            self._twice.pop(hit.path, None)
        if self.shown is None or not self.shown.hits or found.newest != self.shown.newest:
            self._rank(found, gliding=False)
        elif found.stamp == self.shown.stamp and self._settled:
            if (found.newest or self._joins(found)) and not self._is_held:
                self._rank(found, gliding=True)
            else:
                self._gather(found)
        elif not self._by_pen:
            self._rank(found, gliding=False)
        else:
            self._go_on()
        if not self.is_moving:
            self._grid.look_ahead()  # where this leaves room, or the end of what was before is in sight

    def _joins(self, found: Found) -> bool:
        """Return whether photos of a shared collection come or go, and nobody has scrolled on."""
        assert self.shown is not None
        return (found.joined or self.shown.joined) and not self._is_scrolled

    def take_more(self, found: Found, hits: Sequence[Hit]) -> None:
        """Append the next hits of what is shown; dropped while the pen moves.

        Of another answer by date than the one shown, only what is older than all that stands there; but what
        a shared collection sends late is wherever it belongs.
        """
        if found is self._source and not self.is_moving:
            self._wanting = not hits
            self._pages += hits
            self._take_over(hits)
            if found.newest and found is not self.shown and not found.joined:
                self._gather_by_date(found)
            else:
                self._grid.hits_model.append(hits)
            self._grid.updateGeometries()
            self._grid.look_ahead()

    def go_on_listing(self) -> None:
        """Take more hits where the grid waits for them: what is shown goes on beyond what was its end."""
        self._wanting = False
        self._grid.look_ahead()

    def paths(self) -> set[Path]:
        """Return the photos that are shown, with all that they stand for."""
        hits = *self._grid.hits_model.hits, *self._pages
        return {file for hit in hits for file in hit.files}.union(self.looked_at())

    def follow(self, places: Places) -> None:
        """Keep the seats of photos that were moved, and let those leave that are gone.

        Args:
            places: what is so of all photos that are shown, those held included.
        """
        names, model = places.now, self._grid.hits_model
        pages: dict[Path, Hit] = {}
        for hit in self._pages:
            if (now := as_now(hit, places)) is not None:
                pages.setdefault(now.path, now)
        self._pages = list(pages.values())
        self._gone = set(places.gone)
        self._twice = find_shown_twice(names, model.row_of) if self.at_hand.is_there else {}
        model.rename([pair for pair in names.items() if pair[0] not in self._twice])
        model.take_over(self._heirs(places))
        self._let_go()

    def _heirs(self, places: Places) -> dict[Path, Hit]:
        """Return what stands for hits that are gone, but for some of their files, by these hits."""
        model, heirs = self._grid.hits_model, dict[Path, Hit]()
        for hit in model.hits if places.gone else ():
            heir = as_now(hit, places) if hit.path in places.gone else None
            if heir is not None and (model.row_of(heir.path) is None or not self.at_hand.is_there):
                heirs[hit.path] = heir
        return heirs

    def _let_go(self) -> None:
        """Let photos leave that are gone, and be shown once, unless pointer or menu are there."""
        if (self._gone or self._twice) and not self.at_hand.is_there:
            gone, twice, self._gone, self._twice = self._gone, self._twice, set(), {}
            self._grid.hits_model.rename(twice.items())
            self._grid.drop(gone)
        self._grid.updateGeometries()

    def settle(self) -> None:
        """Show the newest answer in its ranking."""
        if self._latest is not None:
            self._rank(self._latest, gliding=True)

    def clear(self) -> None:
        """Show nothing."""
        self.shown = self._latest = self._source = None
        self._settled = True
        self._gone, self._twice = set(), {}
        self._rest.stop()
        self._grid.clear()
        self.gathered.emit(0)

    # --- what comes of it ------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """Seat or settle what waits, unless something holds it."""
        self._let_go()
        if not self.is_moving:
            self._grid.hits_model.show_numbers()
        if self._latest is None or self._is_held or (self._is_gathering and not self._latest.newest):
            self._tell_what_waits()
            return
        if not self.is_moving:
            if not self._settled or self._latest is not self.shown:
                self._rank(self._latest, gliding=True)
            self._grid.look_ahead()
        elif self._latest is not self.shown:
            self._seat(self._latest)

    @property
    def is_by_date(self) -> bool:
        """Whether the newest answer is all photos by date, with nothing searched for."""
        return self._latest is not None and self._latest.newest

    @property
    def _is_held(self) -> bool:
        """Whether nothing may move: pointer or menu are there, or what is by date was scrolled down."""
        return (self.is_by_date and self._is_scrolled) or self.at_hand.is_there

    @property
    def is_in_use(self) -> bool:
        """Whether somebody is at the photos: pointer or menu are there, or they have scrolled on."""
        return self._is_scrolled or self.at_hand.is_there

    @property
    def _is_scrolled(self) -> bool:
        return self._grid.verticalScrollBar().value() > 0

    @property
    def is_moving(self) -> bool:
        """Whether the pen moves, or moved just now."""
        return self._rest.isActive()

    @property
    def is_settled(self) -> bool:
        """Whether the grid shows the ranking of an answer for the drawing as it is now."""
        return self._settled and self.shown is not None and self.shown.stamp == self.stamp

    @property
    def _is_gathering(self) -> bool:
        """Whether the newest answer is another one for the drawing whose ranking is shown."""
        latest, shown = self._latest, self.shown
        same = latest is not None and shown is not None and latest.stamp == shown.stamp
        return same and latest is not shown and self._settled

    def _seat(self, found: Found) -> None:
        """Show this, with each photo that stays in its seat."""
        self._take_over(found.hits, uniting=True)
        shown = [hit.path for hit in self._grid.hits_model.hits]
        seated = seat(shown, found.hits, self._grid.seats_in_view())
        self._settled = False
        self._adopt(found, seated, gliding=False)

    def _rank(self, found: Found, *, gliding: bool) -> None:
        """Show this, best first."""
        self._settled = True
        self._take_over(found.hits, uniting=True)
        self._adopt(found, found.hits, gliding=gliding)

    def _take_over(self, hits: Sequence[Hit], *, uniting: bool = False) -> None:
        """Let these hits stand where photos are shown that they stand for; only `uniting` moves any."""
        model = self._grid.hits_model
        model.take_over(take_overs(hits, model.row_of, uniting=uniting))

    def _adopt(self, found: Found, hits: Sequence[Hit], *, gliding: bool) -> None:
        shown = self.shown
        same = shown is not None and (found.stamp, found.newest) == (shown.stamp, shown.newest)
        from_top = not same or self._is_gathering
        self.shown = found
        self._go_on_with(found)
        first = {hit.path for hit in hits} if self._pages else set()
        pages = [hit for hit in self._pages if hit.path not in first]
        ranking = (*found.hits, *pages)
        self._grid.hits_model.is_by_date = found.newest
        self._grid.hits_model.numbers_wait = not self._settled
        self._grid.show_hits((*hits, *pages), from_top=from_top, ranking=ranking, gliding=gliding)
        self.gathered.emit(0)
        self.adopted.emit(found)

    def _go_on_with(self, found: Found) -> None:
        """Take the next pages of this."""
        if found is not self._source:
            self._source, self._pages, self._wanting = found, [], False

    def _gather(self, found: Found) -> None:
        """Move nothing; append what is new, and count what would come into sight."""
        self._go_on_with(found)
        self._take_over(found.hits)
        self._grid.hits_model.renew(found.hits)
        if found.newest:
            self._gather_by_date(found)
        else:
            self._grid.hits_model.append(found.hits)
            self._tell_what_waits()

    def _tell_what_waits(self) -> None:
        """Count what would come into sight with the newest answer, once the pen rests."""
        found, room = self._latest, self._grid.seats_in_view()
        if found is not None and found is not self.shown and not (found.newest or self.is_moving):
            in_view = {hit.path for hit in self._grid.hits_model.hits[:room]}
            self.gathered.emit(sum(hit.path not in in_view for hit in found.hits[:room]))

    def _gather_by_date(self, found: Found) -> None:
        """Append what is older than all that is shown, and count what belongs before, as far as it came."""
        older, before = later(self._grid.hits_model.hits, (*found.hits, *self._pages))
        self._grid.hits_model.append(older)
        self.gathered.emit(before)

    def want_more(self) -> None:
        """Ask for the next hits, once, while the pen rests."""
        if self._source is not None and not self._wanting and not self.is_moving:
            self._wanting = True
            self.more.emit(self._source)
