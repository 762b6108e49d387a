"""What a refresh has to do: the walk compared with the catalog, a pure function."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.catalog import Entry, Refusal
from engine.folder import Found, Listing


@dataclass(frozen=True)
class Plan:
    """What the walk found that differs from the catalog.

    Attributes:
        kept: unchanged photos, by name.
        jobs: photos to read, in the order to read them.
        gone: photos known before that are not there any more.
        stale: refusals of files that are not there any more.
        outdated: refusals of kept photos, by another reader or model.
        refused: how many files stay refused without another try.
    """

    kept: tuple[bytes, ...]
    jobs: tuple[Found, ...]
    gone: tuple[bytes, ...]
    stale: tuple[bytes, ...]
    outdated: tuple[bytes, ...]
    refused: int


def plan(
    listings: Sequence[Listing],
    known: Mapping[bytes, Entry],
    refusals: Mapping[bytes, Refusal],
    *,
    encoded: set[int],
    readers: Collection[str],
) -> Plan:
    """Compare a walk with the catalog.

    Files below a folder that cannot be listed now are neither there nor gone: they stay as they are.

    Args:
        listings: the walk.
        known: the catalog's photos.
        refusals: what it left out.
        encoded: the contents this model has vectors of.
        readers: what reads photos now, without and with the model; what others refused is tried again.
    """
    found = {photo.name: photo for listing in listings for photo in listing.photos}
    hidden = tuple(listing.name + b"/" for listing in listings if listing.trouble)
    unseen = [name for name in known if name not in found and name.startswith(hidden)]
    kept = [name for name in unseen if known[name].content in encoded]
    jobs, outdated, refused = [], [], 0
    for name, photo in found.items():
        entry, refusal = known.get(name), refusals.get(name)
        if (
            entry
            and (entry.size, entry.mtime_ns) == (photo.size, photo.mtime_ns)
            and entry.content in encoded
        ):
            kept.append(name)
            if refusal:
                outdated.append(name)
        elif refusal and refusal.found == photo and refusal.reader in readers:
            refused += 1
        else:
            jobs.append(photo)
    jobs.sort(key=lambda photo: (-photo.mtime_ns, photo.name))
    gone = [name for name in known if name not in found and not name.startswith(hidden)]
    stale = [name for name in refusals if name not in found and not name.startswith(hidden)]
    return Plan(tuple(kept), tuple(jobs), tuple(gone), tuple(stale), tuple(outdated), refused)
