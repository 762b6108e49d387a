"""The newest photos of the collection, for an empty paper: got a page at a time, as somebody looks on."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from app.collection.asker import Listed, Page
from engine.collection.store import MOST, Where
from engine.search.far_photos import FarNewest, far_photos

PAGE = 512
"""Photos got at once: those in sight and the next ones, 1 MB with vectors."""


class Step(Enum):
    """What a page changes."""

    NOTHING = auto()
    """It is as known."""
    MORE = auto()
    """What is shown goes on."""
    ANOTHER = auto()
    """Other photos belong among those that are shown."""


class Listing:
    """Holds what the collection listed last, and has more of it asked for.

    Attributes:
        newest: as far as it is known; None while nothing is.
    """

    def __init__(self, ask: Callable[[Page], None]) -> None:
        """Take what pages are asked of."""
        self._ask = ask
        self.newest: FarNewest | None = None
        self._where: Where | None = None  # what that is of
        self._is_guess = False  # it was listed for another narrowing
        self._key: object = None  # of the pages that are asked for now
        self._asked: Page | None = None

    def clear(self) -> bool:
        """Know nothing; return whether that is less than before."""
        had = bool(self.newest)
        self.newest = self._where = None
        self.outdate()
        return had

    def outdate(self) -> None:
        """Ask anew the next time; what is known stays until then."""
        self._key = self._asked = None

    def recall(self, where: Where) -> FarNewest | None:
        """Return what is known of this; of another narrowing, those that are in both."""
        if self.newest is not None and where != self._where:
            self.newest = FarNewest([one for one in self.newest.photos if where.looks_at(one.record)])
            self._where, self._is_guess = where, True
        return self.newest

    def begin(self, where: Where, key: object) -> None:
        """Ask for the first page; once for each key."""
        if key != self._key:
            self._key = key
            self._request(Page(where, PAGE, None, key))

    def look_on(self) -> None:
        """Ask for the next page where somebody will see the end of what is known, and none is on its way."""
        newest, where = self.newest, self._where
        if self._key is None or self._asked is not None or newest is None or where is None:
            return
        if newest.is_short and newest.last is not None:
            self._request(Page(where, PAGE, newest.last, self._key))

    def take(self, listed: Listed, host: str) -> Step:
        """Take a page, unless it is another one than was asked for; return what it changes.

        Args:
            listed: the page.
            host: what this machine is called in the collection.
        """
        page = listed.page
        if page is not self._asked:
            return Step.NOTHING
        self._asked = None
        photos = far_photos(listed.records, host)
        if page.after is None:
            return self._take_first(page.where, FarNewest(photos, is_whole=not photos))
        if self.newest is None:
            return Step.NOTHING
        whole = not photos or len(self.newest) + len(photos) >= MOST
        return Step.ANOTHER if self.newest.add(photos, is_whole=whole) else Step.MORE

    def _take_first(self, where: Where, first: FarNewest) -> Step:
        newest = self.newest
        if newest is not None and where == self._where and newest.begins_as(first):
            is_all = len(first) == len(newest)
            if is_all or (len(first) == PAGE and not self._is_guess):
                return Step.NOTHING
        self.newest, self._where, self._is_guess = first, where, False
        return Step.ANOTHER if newest or first else Step.NOTHING

    def _request(self, page: Page) -> None:
        self._asked = page
        self._ask(page)
