"""Whatever goes by paths follows photos that are renamed, whether their indexing came to an end or not."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject

from app.folder.session import Session
from engine.errors import CatalogError
from engine.library import Report

_log = logging.getLogger(__name__)


class Follower(Protocol):
    """Goes by paths of photos."""

    def paths(self) -> Iterable[Path]:
        """Return those."""

    def follow(self, names: Mapping[Path, Path]) -> None:
        """Go by the paths now, by those before; there may be others among them."""


class Renames(QObject):
    """Tells what follows where photos lie now, as soon as the catalog knows it.

    An indexing that comes to its end says what it found renamed. What one found that came to none, or that
    another window or the terminal did, is found by content: once folders are open, and whenever indexing
    ends. Not in its midst: what is gone is noted before what came is read, and an older copy may be all that
    is found.
    """

    def __init__(self, session: Session, *followers: Follower) -> None:
        """Begin to look, and to listen."""
        super().__init__(session)
        self._session, self._followers = session, followers
        session.indexed.connect(self._take_report)
        for moment in (session.opened, session.indexing_ended):
            moment.connect(self._look)

    def _take_report(self, report: Report) -> None:
        self._tell(dict(report.renamed))

    def _look(self) -> None:
        library = self._session.library
        if library is None:
            return
        try:
            self._tell(library.places_now({path for one in self._followers for path in one.paths()}))
        except CatalogError as error:  # it is looked up again, if only by the next window
            _log.info("photos that were moved are not looked up: %s", error)

    def _tell(self, names: Mapping[Path, Path]) -> None:
        for one in self._followers if names else ():
            one.follow(names)
