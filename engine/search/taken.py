"""When the files of a gallery were taken, by name: as they came at once, until one comes or goes."""

from __future__ import annotations

from collections.abc import Iterable

from engine.search.gallery_photo import GalleryPhoto
from engine.search.roster import Roster

NEVER = 2**63 - 1
"""A date after all."""


class TakenDates:
    """Dates by name, see `engine.pictures.dates`. Any thread may ask; one at a time changes."""

    def __init__(self, roster: Roster) -> None:
        """Begin with the dates of these files."""
        self._roster: Roster | None = roster  # None once the two below are made of it
        self._dates, self._cameras = dict[bytes, int](), set[bytes]()

    def of(self, name: bytes) -> int:
        """Return when a file was taken; 0 if it is not here."""
        roster = self._roster
        return self._dates.get(name, 0) if roster is None else roster.date_of(name)

    def of_camera(self, name: bytes) -> int:
        """Return the date that the camera of a file tells; without one, a date after all."""
        if (roster := self._roster) is not None:
            return roster.date_of(name, by_camera=True, default=NEVER)
        return self._dates.get(name, NEVER) if name in self._cameras else NEVER

    def by_name(self) -> tuple[dict[bytes, int], set[bytes]]:
        """Return the dates, and the files whose cameras tell them.

        They are made when they are first needed, as that takes a while for very many.
        """
        roster = self._roster
        if roster is not None:
            self._dates = dict(zip(roster.names, roster.taken.tolist(), strict=True))
            self._cameras = {roster.names[row] for row in roster.by_camera.nonzero()[0].tolist()}
            self._roster = None
        return self._dates, self._cameras

    def put(self, photos: Iterable[GalleryPhoto]) -> None:
        """Take the dates of files, and whether their cameras tell them."""
        dates, cameras = self.by_name()
        for one in photos:
            dates[one.name] = one.taken
            (cameras.add if one.by_camera else cameras.discard)(one.name)

    def drop(self, name: bytes) -> None:
        """Forget a file, which may be unknown."""
        dates, cameras = self.by_name()
        dates.pop(name, None)
        cameras.discard(name)
