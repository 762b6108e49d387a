"""What a batch is to hold before it is loaded: places, and what is drawn into them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from training.data.collection import PHOTO, Collection, Picture, StrokeDrawing

Item = Picture | StrokeDrawing


@dataclass(frozen=True)
class Entry:
    """One place in a batch: what to load, and how it hangs together with another place.

    Attributes:
        domain: SKETCH or PHOTO.
        item: what to load.
        pair: place of the photo this sketch was drawn from, or -1.
        flip: whether to mirror it; a sketch and its photo are mirrored together.
        whole: keep nearly all of the photo in view, since a sketch of it stands beside it.
    """

    domain: int
    item: Item
    pair: int = -1
    flip: bool = False
    whole: bool = False


def kinds_of(collection: Collection, label: str) -> list[list[Item]]:
    """Return a class's drawings as raster sketches, QuickDraw's, and other stroke drawings."""
    drawings = collection.drawings.get(label, [])
    return [
        list(collection.sketches.get(label, [])),
        [drawing for drawing in drawings if drawing.source == "quickdraw"],
        [drawing for drawing in drawings if drawing.source != "quickdraw"],
    ]


def each_photo_once(plan: Sequence[Entry], places: Sequence[int]) -> list[int]:
    """Return some places, of each photo one: where a sketch is paired with it, else the first."""
    paired, of_photo = {entry.pair for entry in plan}, dict[Item, int]()
    for place in sorted(places, key=lambda place: place not in paired):
        of_photo.setdefault(plan[place].item, place)
    return sorted(of_photo.values())


def digits_of_photo(entry: Entry) -> int:
    """Return a number that tells the photo of a place from any other, in each process; -1 for a sketch."""
    if entry.domain != PHOTO or not isinstance(entry.item, Picture):
        return -1
    told = f"{entry.item.label}/{entry.item.name}/{entry.item.offset}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big", signed=True)


@lru_cache(maxsize=2)
def shuffled_order(total: int, *, epoch: int, seed: int) -> NDArray[np.int64]:
    """Return the places of all pictures in the order in which an epoch shows them."""
    return np.random.default_rng([seed, epoch]).permutation(total)
