"""Kept drawings follow photos to other paths: those they found, those beside them. Without Qt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from app.shelf.entries import Beside
from app.shelf.store import PAPER, Shelf, later_state, write
from app.start.next_start import NextStart
from engine.sketches.kept import SHELF, Kept, read_kept


def follow_photos(folder: Path, places_now: Callable[[set[Path]], Mapping[Path, Path]]) -> None:
    """Let the shelf and the paper of the next start follow photos to where they lie now.

    While a window has that paper, its photos are left to the window.

    Args:
        folder: the data folder.
        places_now: returns the paths now, by those before, of the photos that are not there any more.

    Raises:
        OSError: a drawing cannot be written or removed.
    """
    shelf, paper = Shelf(folder / SHELF), folder / PAPER
    names = places_now(paths_in([*shelf.load(), *_read_paper(paper)]))
    follow_renames(shelf, names, flushed=True)
    if any(_rename(one, names) for one in _read_paper(paper)):
        right = NextStart(folder, wanted=True)
        try:
            for one in _read_paper(paper) if right.is_ours else ():
                now = _rename(one, names)
                if now is not None:
                    write(replace(now, file=paper), flushed=True)
        finally:
            right.release()


def _read_paper(paper: Path) -> list[Kept]:
    """Return the drawing on the paper of the next start, if there is one."""
    kept = read_kept(paper) if paper.is_file() else None
    return [] if kept is None else [kept]


def paths_in(drawings: Iterable[Kept]) -> set[Path]:
    """Return the photos that drawings name: those they found, those beside them."""
    paths = set[Path]()
    for one in drawings:
        paths.update(one.photos)
        paths |= Beside.read(one.sketch.metadata).paths
    return paths


def follow_renames(shelf: Shelf, names: Mapping[Path, Path], *, flushed: bool = False) -> bool:
    """Let drawings follow photos that go by other paths by now; return whether any does.

    Args:
        shelf: where they lie.
        names: the paths now, by those before.
        flushed: wait for the disk; no window stands meanwhile.

    Raises:
        OSError: one of them cannot be written or removed; those before it have followed.
    """
    followed = False
    for kept in shelf.load() if names else ():
        now = _rename(kept, names)
        if now is not None:
            shelf.put_in_place(now, flushed=flushed)
            followed = True
    return followed


def _rename(kept: Kept, names: Mapping[Path, Path]) -> Kept | None:
    """Return a drawing with the paths now, None if they are those that it has.

    It keeps its place among the others. Several windows that follow at once write one file.
    """
    photos = tuple(dict.fromkeys(names.get(one, one) for one in kept.photos))
    beside = Beside.read(kept.sketch.metadata)
    now = beside.rename(names)
    if photos == kept.photos and now == beside:
        return None
    words = {**kept.sketch.metadata, **now.words()}
    mark = hashlib.sha256(json.dumps([[str(one) for one in photos], words]).encode()).hexdigest()[:6]
    return Kept(later_state(kept.file, mark), replace(kept.sketch, metadata=words), photos)
