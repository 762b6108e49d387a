"""Where each found photo sits: what stays keeps its seat, by whichever path or hit it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.library import Hit, Places

LOYALTY = 2 / 5
"""What a photo's rank is taken times once it is in view, so that photos of like rank do not take turns."""


def seat(shown: Sequence[Path], answer: Sequence[Hit], in_view: int | None = None) -> list[Hit]:
    """Return the answer's hits, each in its seat.

    The best of the answer are in view, the others beyond. A photo that is in view and stays there keeps its
    place, and so does one beyond. What falls out leaves its place to the best of those that are new. As many
    photos as two fifths of the seats in view, the best of all, are in view whatever was there before.

    Args:
        shown: the photos in their present seats, each once.
        answer: best first, each photo once.
        in_view: how many seats are in sight; None for all.
    """
    count = len(answer)
    front = count if in_view is None else min(in_view, count)
    ranks = {hit.path: rank for rank, hit in enumerate(answer)}
    settled = {ranks[path] for path in shown[:front] if path in ranks}
    by_claim = sorted(range(count), key=lambda rank: (rank * LOYALTY if rank in settled else rank, rank))
    chosen = set(by_claim[:front])
    seats: list[int | None] = [None] * count
    waiting = set(range(count))
    for place, path in enumerate(shown[:count]):
        rank = ranks.get(path)
        if rank is not None and (place < front) == (rank in chosen):
            seats[place] = rank
            waiting.discard(rank)
    _fill(seats, range(front), sorted(waiting & chosen))
    _fill(seats, range(front, count), sorted(waiting - chosen))
    return [answer[rank] for rank in seats if rank is not None]


def find_shown_twice(names: Mapping[Path, Path], row_of: Callable[[Path], int | None]) -> dict[Path, Path]:
    """Return those of these names by which a photo would be shown a second time.

    Args:
        names: the paths of photos now, by those before.
        row_of: returns where a photo is shown, None where it is not.
    """
    twice = dict[Path, Path]()
    rows = {before: row for before in names if (row := row_of(before)) is not None}
    once = {now for now in names.values() if row_of(now) is not None}
    for before in sorted(rows, key=rows.__getitem__):
        if names[before] in once:
            twice[before] = names[before]
        once.add(names[before])
    return twice


def take_overs(
    hits: Sequence[Hit], row_of: Callable[[Path], int | None], *, uniting: bool
) -> dict[Path, Hit]:
    """Return those of these hits that stand for photos shown by themselves, by these photos.

    So it is where photos of one moment, or copies of a photo, come one by one: one of them stands for all.

    Args:
        hits: of one answer.
        row_of: returns where a photo is shown, None where it is not.
        uniting: a hit may be shown itself, and takes over all that it stands for; else one, the first.
    """
    heads, found = {hit.path for hit in hits}, dict[Path, Hit]()
    for hit in hits:
        if hit.is_stack and (uniting or row_of(hit.path) is None):
            files = [file for file in hit.files if file not in heads and row_of(file) is not None]
            files.sort(key=lambda file: row_of(file) or 0)
            found |= dict.fromkeys(files if uniting else files[:1], hit)
    return found


def as_now(hit: Hit, places: Places) -> Hit | None:
    """Return what a hit is where its files lie now: the first that is not gone stands for it, None if none.

    Args:
        hit: as it was found.
        places: what is so of its files.
    """
    photo, burst = (
        [places.now.get(file, file) for file in files if file not in places.gone]
        for files in ((hit.path, *hit.copies), hit.burst)
    )
    if not photo:
        photo, burst = burst[:1], burst[1:]
    if not photo:
        return None
    path, *copies = dict.fromkeys(photo)
    return replace(hit, path=path, copies=tuple(copies), burst=tuple(dict.fromkeys(burst)))


def later(shown: Sequence[Hit], hits: Sequence[Hit]) -> tuple[Sequence[Hit], int]:
    """Return those of all hits by date that are older than what is shown, and how many belong before these.

    Args:
        shown: in their seats.
        hits: newest first, as far as they came.
    """
    if not shown:
        return hits, 0
    ranks, there = {hit.path: rank for rank, hit in enumerate(hits)}, {hit.path for hit in shown}
    end = next((ranks[hit.path] for hit in reversed(shown) if hit.path in ranks), len(hits))
    return hits[end + 1 :], sum(hit.path not in there for hit in hits[:end])


def _fill(seats: list[int | None], places: range, ranks: Sequence[int]) -> None:
    """Give the free ones of these places to these ranks, the best first."""
    free = [place for place in places if seats[place] is None]
    for place, rank in zip(free, ranks, strict=True):
        seats[place] = rank
