"""A world of made-up things, as vectors: their photos, drawings of them, and a guard."""

import numpy as np

from engine.encoding.guard import Guard
from engine.taught.figures import precision_at
from engine.taught.pairs import Pairs, soft_target

DIM, KINDS, PHOTOS = 64, 12, 14
TAUGHT, OTHERS = [0, 2, 4, 6], [1, 3, 5, 7]


def units(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


class World:
    """Kinds whose photos lie together, and whose drawings lie together elsewhere, nearer to other photos."""

    def __init__(self, seed=0, kinds=KINDS):
        self.seed = seed
        self.rng = np.random.default_rng(seed)
        self.photo_centres = units(self.rng.standard_normal((kinds, DIM)))
        lead = np.roll(self.photo_centres, 1, axis=0)  # the photos of another kind draw them away
        own = units(self.rng.standard_normal((kinds, DIM)))
        self.drawing_centres = units(0.3 * self.photo_centres + 0.5 * lead + 0.8 * own)
        self.photos = units(np.repeat(self.photo_centres, PHOTOS, 0) + self.noise(kinds * PHOTOS, 0.08))
        self.photo_kinds = np.repeat(np.arange(kinds), PHOTOS)

    def noise(self, count, size):
        return size * self.rng.standard_normal((count, DIM))

    def drawings(self, kinds):
        return units(self.drawing_centres[kinds] + self.noise(len(kinds), 0.07))

    def pairs(self, kinds, targets=None):
        targets = kinds if targets is None else targets
        right = np.array(targets)[:, None] == self.photo_kinds
        soft = [soft_target([self.photos[row]]) for row in right]
        return Pairs(self.drawings(kinds), np.array(soft), self.photos, right)

    def precision(self, drawings, kinds):
        return precision_at(drawings @ self.photos.T, np.array(kinds)[:, None] == self.photo_kinds).mean()

    def guard(self, kinds=()):
        """Vectors of twelve things of elsewhere, and of these kinds."""
        elsewhere = World(self.seed + 1000)
        parts = [(elsewhere, range(KINDS)), (self, kinds)]
        drawn = [
            elsewhere.drawings(np.repeat(range(KINDS), 6)),
            self.drawings(np.repeat(np.array(kinds, int), 6)),
        ]
        photos = [one.photos[np.isin(one.photo_kinds, list(some))] for one, some in parts]
        return Guard(
            np.concatenate(drawn),
            np.concatenate(photos),
            np.arange(sum(map(len, drawn)))[:, None] // 6 == np.arange(sum(map(len, photos))) // PHOTOS,
        )
