"""What a refresh finds in a folder, or in some places of it, held against the catalog."""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from engine.errors import FolderError
from engine.folders.excludes import Excludes
from engine.folders.folder import Found, Listing, identity, walk
from engine.folders.names import folder_of
from engine.folders.patience import asking, does_not_answer, from_a_thread
from engine.folders.scope import EVERYTHING, Scope, listings
from engine.indexing.plan import Plan, plan
from engine.indexing.roots import MANY
from engine.pictures.cloud import IN_THE_CLOUD
from engine.progress import TICK_S
from engine.state.catalog import Catalog
from engine.state.known import Known
from engine.state.records import Entry, Refusal
from engine.unit_vectors import Space

T = TypeVar("T")

HANGS_S = 120.0
"""Nothing was listed or read for so long: the drive hangs, as on a network that went away."""


class Scan:
    """One look at a folder: `walk` to its end, then ask whether it `is_there`, then `compare`.

    Attributes:
        scope: which folders within it are looked at.
        settled: the catalog's photos there that are unchanged; none where only some of it is looked at.
        known: the catalog's other photos there, by name.
        missing: those that were not there any more when last looked at.
    """

    def __init__(
        self, folder: Path, root: int, catalog: Catalog, *, scope: Scope = EVERYTHING, recheck: bool = False
    ) -> None:
        """Take the folder, its number in the catalog, where to look, and whether to read all photos there."""
        self.scope, self._folder, self._root = scope, folder, root
        self._catalog, self._recheck = catalog, recheck
        self._listings: list[Listing] = []
        self._is_same = self._heard = False
        self._identity: tuple[int, int] | None = None  # of the folder, when the walk began
        self.settled = Known()
        self.known: Mapping[bytes, Entry] = {}
        self.missing: Mapping[bytes, Entry] = {}

    @property
    def is_whole(self) -> bool:
        """Whether all of the folder is looked at."""
        return self.scope.names is None

    def walk(self) -> Iterator[Listing | None]:
        """Yield what there is, folder by folder, and None now and then while the drive does not answer.

        Raises:
            FolderError: the folder cannot be listed, or does not answer for long.
        """
        excludes, silent_s = self._catalog.choices.excludes_in(self._folder, self._root), 0.0
        for listing in from_a_thread(lambda: self._list(excludes), name=f"list {self._folder.name}"):
            silent_s = 0.0 if self._heard or listing is not None else silent_s + TICK_S
            self._heard = False
            if silent_s > HANGS_S:
                raise FolderError(does_not_answer(self._folder))
            if listing is not None:
                if listing.trouble and not listing.name:
                    raise FolderError(f"The folder {self._folder} cannot be read: {listing.trouble}.")
                self._listings.append(listing)
            yield listing

    def _list(self, excludes: Excludes) -> Iterator[Listing]:
        """Yield the listings; in a thread of their own, as all that asks the drive."""
        before = self._identity = identity(self._folder)
        if _is_empty(self._folder):  # perhaps without its drive
            self.scope = EVERYTHING
        names = self.scope.names
        if names is None:
            yield from walk(self._folder, excludes, heard=self._hear)
        else:
            yield from listings(self._folder, excludes, names, heard=self._hear)
        self._is_same = before is not None and before == identity(self._folder)

    def _hear(self) -> None:
        """Note, in the walk's thread, that the drive answers though a folder is not at its end."""
        self._heard = True

    def is_there(self) -> bool:
        """Return whether the folder was there, the same as when the walk began, and with its drive."""
        if not self._is_same:
            return False
        if not self.is_whole:
            return True
        if not self._listings:
            return False
        return bool(self._listings[0].entries) or not self._catalog.has_photos(self._root, MANY)

    def has_left(self) -> Generator[None, None, bool]:
        """Return whether the folder has gone or been replaced since the walk began, or does not answer.

        Yields while that is awaited.
        """
        name = f"look at {self._folder.name}"
        try:
            now = yield from asking(lambda: identity(self._folder), name=name)
        except TimeoutError:
            return True
        return now != self._identity

    def compare(self, space: Space, readers: Collection[str]) -> Plan:
        """Return what there is to do.

        Args:
            space: the encoder's.
            readers: see `engine.indexing.plan.plan`.
        """
        refusals = self.within_scope(self._catalog.refusals(self._root))
        self.missing = self._catalog.missing(self._root, self.scope.folders)
        listings: Sequence[Listing] = self._listings
        if self.is_whole and not self._recheck:
            known = self._catalog.vectors.photos_there(self._root, space)
            self.settled, others, listings = known.settle(listings, refusals)
            self.known = self._catalog.photos_named(self._root, others)
        else:
            self.known = self._catalog.photos(self._root, self.scope.folders)
        among = {entry.content for entries in (self.known, self.missing) for entry in entries.values()}
        return plan(
            listings,
            self.known,
            refusals,
            missing=self.missing,
            encoded=self._catalog.vectors.contents(space, among),
            readers=readers,
            recheck=self._recheck,
            reread=self._catalog.rechecks.begin(self._root) if self._recheck else (),
            settled=len(self.settled.names),
        )

    def note_read(self, names: Collection[bytes]) -> None:
        """Note that these photos were read, so that a recheck which is broken off goes on after them."""
        if self._recheck:
            self._catalog.rechecks.note(self._root, names)

    def has_kept(self, refusal: Refusal) -> bool:
        """Return whether a refused photo is as the catalog knows it, but its file is in the cloud by now."""
        before = self.known.get(refusal.found.name)
        is_same = before is not None and before.found[:3] == refusal.found[:3]
        return is_same and refusal.reason == IN_THE_CLOUD

    def within_scope(self, by_name: Mapping[bytes, T]) -> Mapping[bytes, T]:
        """Return what of this lies where is looked: files by name, and folders that could not be listed."""
        folders = self.scope.folders
        if folders is None:
            return by_name
        return {name: one for name, one in by_name.items() if name in folders or folder_of(name) in folders}

    def list_refusals(self) -> list[Refusal]:
        """Return the folders that cannot be listed and the photos that cannot be asked, with the reason."""
        refusals = [
            Refusal(Found(one.name, 0, 0), f"the folder cannot be listed: {one.trouble}.", "")
            for one in self._listings
            if one.trouble
        ]
        for name, reason in (pair for one in self._listings for pair in one.unasked):
            entry = self.known.get(name) or self.missing.get(name)  # what is known of it stays so
            found = Found(name, 0, 0) if entry is None else entry.found
            refusals.append(Refusal(found, f"it cannot be read: {reason}.", ""))
        return refusals


def _is_empty(folder: Path) -> bool:
    """Return whether nothing is in a folder; not where it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return False
