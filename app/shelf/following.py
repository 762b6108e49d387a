"""Drawings on the shelf follow photos to other paths: those they found, those beside them. Without Qt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from app.shelf.store import Shelf
from engine.sketches.kept import Kept

PRINTS = "prints"
"""Under which the photos beside a drawing are kept among its words, see `app.shelf.beside`."""


def follow_renames(shelf: Shelf, names: Mapping[Path, Path]) -> bool:
    """Let drawings follow photos that go by other paths by now; return whether any does.

    Args:
        shelf: where they lie.
        names: the paths now, by those before.

    Raises:
        OSError: one of them cannot be written or removed; those before it have followed.
    """
    followed = False
    for kept in shelf.load() if names else ():
        now = _renamed(kept, names)
        if now is not None:
            shelf.replace(kept, now)
            followed = True
    return followed


def _renamed(kept: Kept, names: Mapping[Path, Path]) -> Kept | None:
    """Return a drawing with the paths now, None if they are those that it has.

    It keeps its place by the time in its file's name. Several windows that follow at once write one file.
    """
    photos = tuple(dict.fromkeys(names.get(one, one) for one in kept.photos))
    words = {**kept.sketch.metadata}
    if PRINTS in words:
        words[PRINTS] = _in_prints(words[PRINTS], names)
    if photos == kept.photos and words == kept.sketch.metadata:
        return None
    mark = hashlib.sha256(json.dumps([[str(one) for one in photos], words]).encode()).hexdigest()[:6]
    file = kept.file.with_name(f"{kept.file.stem.partition('-')[0]}-{mark}.svg")
    return Kept(file, replace(kept.sketch, metadata=words), photos)


def _in_prints(text: str, names: Mapping[Path, Path]) -> str:
    """Return the words about the photos beside a drawing with the paths now; the same if they say nothing."""

    def now(entry: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(entry, str):
            return str(names.get(Path(entry), entry))
        return {key: str(names.get(Path(one), one)) if key == "path" else one for key, one in entry.items()}

    try:
        given = json.loads(text)
        before = json.dumps(given)
        for corner in ("like", "unlike"):
            given[corner] = list(map(now, given[corner]))
        after = json.dumps(given)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return text
    return text if after == before else after
