"""Photos that go by other names now, as where a folder above them was renamed: the same files, not read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.folders.folder import Found
from engine.state.records import Entry

Facts = tuple[int, int, int | None, int | None]


@dataclass(frozen=True)
class Moved:
    """A photo that is the same file as one of another name, which is not there any more.

    Attributes:
        before: that name.
        entry: what is known of it, by its name and facts now.
        was_missing: nothing was by the other name at the last look either.
    """

    before: bytes
    entry: Entry
    was_missing: bool


def find_moved(
    photos: Sequence[Found], gone: Iterable[Entry], missing: Iterable[Entry]
) -> Mapping[bytes, Moved]:
    """Return which of these photos are files that others were, by their names now.

    A rename of what is above a file leaves its size, both times and its number on the disk. A copy, whatever
    times it was given, has another number and another time of change, and so has a file that was given the
    number of one deleted. Where several have all in common, as hard links, they are left to be read.

    Args:
        photos: new or changed files.
        gone: what was there at the last look and is not any more.
        missing: what was not there then.
    """
    shared = Counter(photo[1:] for photo in photos)
    now = {photo[1:]: photo for photo in photos if photo.is_told_apart and shared[photo[1:]] == 1}
    moved = dict[bytes, Moved]()
    for entries, was_missing in ((gone, False), (missing, True)):
        for facts, entry in _one_each(entries).items():
            if (photo := now.pop(facts, None)) is not None:
                moved[photo.name] = Moved(entry.found.name, entry._replace(found=photo), was_missing)
    return moved


def _one_each(entries: Iterable[Entry]) -> dict[Facts, Entry]:
    """Return one of these for each file that they were; none of a file that is not known for sure."""
    known, unsure = dict[Facts, Entry](), set[Facts]()
    for entry in entries:
        facts = entry.found[1:]
        if known.setdefault(facts, entry).content != entry.content:
            unsure.add(facts)
    return {facts: entry for facts, entry in known.items() if facts not in unsure}
