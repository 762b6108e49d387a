"""Whatever goes by paths follows photos that are moved, whether their indexing came to an end or not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from app.folder.session import Session
from app.photos.grid.seating import Seating
from engine.errors import CatalogError

_log = logging.getLogger(__name__)


class Follower(Protocol):
    """Goes by paths of photos."""

    def paths(self) -> Iterable[Path]:
        """Return those."""

    def follow(self, names: Mapping[Path, Path]) -> None:
        """Go by the paths now, by those before; there may be others among them."""


class Renames(QObject):
    """Tells what follows where photos lie now, as soon as the catalog knows it for sure.

    The catalog is asked once folders are open, and whenever indexing ends: what is told by a report alone is
    lost with each indexing that is paused, cancelled or killed.
    """

    def __init__(self, session: Session, seating: Seating, *followers: Follower) -> None:
        """Begin to listen.

        Args:
            session: the open folders.
            seating: what is shown of them; photos that are gone leave it.
            followers: what goes by paths of any folder.
        """
        super().__init__(session)
        self._session, self._seating, self._followers = session, seating, followers
        self._has_looked = False  # since the indexing that ends now came to its end
        session.opened.connect(self._look)
        session.indexed.connect(self._take_report)
        session.indexing_ended.connect(self._take_end)

    def _take_report(self) -> None:
        self._look()
        self._has_looked = True

    def _take_end(self) -> None:
        if not self._has_looked:
            self._look()
        self._has_looked = False

    def _look(self) -> None:
        library = self._session.library
        if library is None:
            return
        try:
            here = library.places_here(self._seating.paths())
            names = library.places_now({path for one in self._followers for path in one.paths()})
        except CatalogError as error:  # it is looked up again, if only by the next window
            _log.info("photos that were moved are not looked up: %s", error)
            return
        self._seating.follow(here)  # what is back is in neither of them
        for one in self._followers if names else ():
            one.follow(names)
