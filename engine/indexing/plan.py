"""What a refresh has to do: the walk compared with the catalog, a pure function."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.folders.folder import Found, Listing
from engine.indexing.same_files import Moved, find_moved
from engine.state.records import Entry, Refusal

_FEW = 3
"""Photos that may differ in their number on the disk alone: where more do, the disk numbers files anew."""


@dataclass(frozen=True)
class Plan:
    """What the walk found that differs from the catalog.

    Attributes:
        kept: unchanged photos, by name, those that are back or go by another name now included.
        jobs: photos to read, in the order to read them.
        gone: photos known before that are not there any more.
        back: photos that were missing and are there again, unchanged.
        restated: kept photos of which other facts are told than the catalog has.
        stale: refusals of files that are not there any more.
        outdated: refusals of kept photos, by another reader or model.
        refused: how many files stay refused without another try.
        left: photos that are not read this time, because somebody may still be writing them; by name.
        moved: photos that are the same files as others that are gone, by their names now.
    """

    kept: tuple[bytes, ...]
    jobs: tuple[Found, ...]
    gone: tuple[bytes, ...]
    back: tuple[bytes, ...]
    restated: tuple[Found, ...]
    stale: tuple[bytes, ...]
    outdated: tuple[bytes, ...]
    refused: int
    left: frozenset[bytes] = frozenset()
    moved: Mapping[bytes, Moved] = field(default_factory=dict)

    def without(self, left: frozenset[bytes]) -> Plan:
        """Return the plan in which these photos are not read, and otherwise stay as they are."""
        jobs = tuple(photo for photo in self.jobs if photo.name not in left)
        return replace(self, jobs=jobs, left=left)

    def following(
        self, known: Mapping[bytes, Entry], missing: Mapping[bytes, Entry], encoded: set[int]
    ) -> Plan:
        """Return the plan in which photos that go by another name now are kept; arguments as of `plan`."""
        lost = [known[name] for name in self.gone], missing.values()
        moved = find_moved(self.jobs, *([entry for entry in one if entry.content in encoded] for one in lost))
        before = {one.before for one in moved.values()}
        return replace(
            self,
            kept=(*self.kept, *moved),
            jobs=tuple(photo for photo in self.jobs if photo.name not in moved),
            gone=tuple(name for name in self.gone if name not in before),
            moved=moved,
        )


def plan(
    listings: Sequence[Listing],
    known: Mapping[bytes, Entry],
    refusals: Mapping[bytes, Refusal],
    *,
    missing: Mapping[bytes, Entry],
    encoded: set[int],
    readers: Collection[str],
    recheck: bool = False,
    reread: Container[bytes] = (),
    settled: int = 0,
) -> Plan:
    """Compare a walk with the catalog, without what is known to be unchanged.

    What cannot be asked now, as files below a folder that cannot be listed, is neither there nor gone: it
    stays as it is.

    Args:
        listings: the walk.
        known: the catalog's photos.
        refusals: what it left out.
        missing: photos that were not there any more when last looked at.
        encoded: the contents this model has vectors of.
        readers: what reads photos now, without and with the model; what others refused is tried again.
        recheck: read every photo, whether it seems changed or not.
        reread: of them, those that were read when that was last begun; they count as others.
        settled: how many photos the walk found besides, unchanged in everything.
    """
    found = {photo.name: photo for listing in listings for photo in listing.photos}
    is_hidden = _hiding_test(listings)
    kept = [name for name in known if name not in found and is_hidden(name) and known[name][1] in encoded]
    inodes = _inodes_last(found, known, settled)
    back, jobs, restated, outdated, refused = [], [], [], [], 0
    for name, photo in found.items():
        entry, refusal, again = known.get(name), refusals.get(name), recheck and name not in reread
        if entry is not None and entry.found == photo and not (again or refusal) and entry[1] in encoded:
            kept.append(name)  # of very many photos, most
            continue
        entry = entry or missing.get(name)
        same = entry is not None and photo.is_as(entry.found, inodes=inodes and name in known)
        if entry is not None and same and entry.content in encoded and not again:
            kept.append(name)
            if name in missing:
                back.append(name)
            if photo != entry.found or name in missing:
                restated.append(photo)
            if refusal:
                outdated.append(name)
        elif refusal and not again and refusal.holds_for(photo, readers, inodes=inodes):
            refused += 1
        else:
            jobs.append(photo)
    jobs.sort(key=lambda photo: (-photo.mtime_ns, photo.name))
    gone, stale = (
        tuple(name for name in names if name not in found and not is_hidden(name))
        for names in (known, refusals)
    )
    todo = Plan(
        kept=tuple(kept),
        jobs=tuple(jobs),
        gone=gone,
        back=tuple(back),
        restated=tuple(restated),
        stale=stale,
        outdated=tuple(outdated),
        refused=refused,
    )
    return todo.following(known, missing, encoded) if inodes and not recheck else todo


def _hiding_test(listings: Sequence[Listing]) -> Callable[[bytes], bool]:
    """Return what tells of a file that a walk did not come to whether it may be there all the same."""
    unasked = {name for listing in listings for name, _ in listing.unasked}
    above = {listing.name for listing in listings if listing.trouble} | unasked
    prefixes = tuple(name + b"/" for name in above)
    return lambda name: name in unasked or name.startswith(prefixes)


def _inodes_last(found: Mapping[bytes, Found], known: Mapping[bytes, Entry], settled: int) -> bool:
    """Return whether this disk's numbers of files can be compared: some disks give new ones when mounted.

    Such a disk may give some photos the number that they had. What was put in the place of another is told by
    its time of change too, where the disk keeps that; else by its number, while most have the one they had.
    """
    equal, renumbered = settled, 0
    for name, photo in found.items():
        entry = known.get(name)
        if entry is not None and photo.is_as(entry.found, inodes=False):
            renumbered += photo.is_renumbered(entry.found)
            equal += photo.inode == entry.found.inode
    return renumbered <= min(_FEW, max(1, equal))
