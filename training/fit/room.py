"""Which drawings and photos a network is adapted from, where there are more than memory has room for."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from PIL import Image

from training.data.pairs import Pairs

MOST = 300
"""Drawings, and photos, that are learned from at most: what views of each become is kept in memory."""


def within_room(
    pairs: Pairs, others: Sequence[Image.Image], learn: Sequence[int], *, seed: int
) -> tuple[Pairs, list[Image.Image], list[int]]:
    """Return what is learned from: all, or MOST drawings and MOST photos at random.

    Each drawing that is chosen has a photo it was meant to find, the very one where there is room for it.
    Other photos keep a quarter of the room if they need it.

    Args:
        pairs: drawings and photos.
        others: further photos, in random order.
        learn: the places of the drawings to learn from.
        seed: of what is chosen.

    Returns:
        The pairs with the chosen photos and all drawings; the others; the places to learn from.
    """
    if len(learn) <= MOST and len(pairs.photos) + len(others) <= MOST:
        return pairs, list(others), list(learn)
    rng, room = random.Random(seed), MOST - min(len(others), MOST // 4)
    photos, drawings = set[int](), list[int]()
    for place in rng.sample(list(learn), len(learn)):
        right = np.flatnonzero(pairs.right[place]).tolist()
        own = int(pairs.own[place])
        wanted = own if own >= 0 else rng.choice(right)
        if len(photos) < room:
            photos.add(wanted)
        if len(drawings) < MOST and not photos.isdisjoint(right):
            drawings.append(place)
    rest = [place for place in range(len(pairs.photos)) if place not in photos]
    kept = sorted(photos | set(rng.sample(rest, min(len(rest), room - len(photos)))))
    new = {place: number for number, place in enumerate(kept)}
    some = replace(
        pairs,
        photos=tuple(pairs.photos[place] for place in kept),
        files=tuple(pairs.files[place] for place in kept),
        right=pairs.right[:, kept],
        own=np.array([new.get(int(own), -1) for own in pairs.own]),
    )
    return some, list(others[: MOST - len(kept)]), sorted(drawings)
