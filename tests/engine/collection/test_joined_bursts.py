"""Own photos of one moment stay together where those of a shared collection stand among them."""

import numpy as np
import pytest

from engine.collection.joined import Joined
from engine.elsewhere import Record
from engine.search.bursts import ALIKE
from engine.search.copies import NEAR
from engine.search.far_photos import FarNewest, Guests, far_photos
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.ordering import ORDERED, Order
from engine.vector_index.index import VectorIndex

DIM, NOON = 64, 1_560_000_000
THINGS = np.linalg.qr(np.random.default_rng(3).standard_normal((DIM, DIM)))[0].astype(np.float32)


def like(thing, seed):
    cosine = (ALIKE + NEAR) / 2
    return np.sqrt(cosine) * THINGS[thing] + np.sqrt(1 - cosine) * THINGS[DIM - 1 - seed]


def theirs(name, vector, second):
    return Record("anna", f"/{name}", name.encode(), NOON + second, "model", np.asarray(vector, np.float32))


@pytest.fixture
def library():
    """A moment of three, the last of which matches far worse, and many others."""
    made = Gallery(VectorIndex(DIM))
    made.put([GalleryPhoto(b"%d" % n, n, like(0, n), NOON + n, True) for n in range(3)])
    others = range(100, 100 + 2 * ORDERED)
    made.put([GalleryPhoto(b"%d" % n, n, like(1 + n % 20, n % 9), NOON + 60 * n, True) for n in others])
    return made


QUERY = 1.5 * THINGS[0] - 4 * THINGS[DIM - 3] + THINGS[1:21].sum(axis=0)
FAR = far_photos(
    [theirs("a", like(0, 4), 1), theirs("b", like(30, 0), 2), theirs("copy", like(0, 1), 0)], "here"
)


def told(ranked):
    return [
        tuple(tuple(name.rpartition(b"/")[2].decode() for name in part) for part in (one.names, one.burst))
        for one in ranked
    ]


@pytest.mark.parametrize("order", Order)
def test_a_moment_stays_whole_and_comes_once(library, order):
    plain = [one.names[0] for one in library.rank(QUERY).take(9999)]
    assert plain.index(b"2") > ORDERED > plain.index(b"0")
    own = library.rank(QUERY, grouped=True, order=order)
    found = told(Joined(own, FAR, among=9, order=order).take(9999))
    names = [name for one in found for part in one for name in part]
    assert sorted(names) == sorted([*map(bytes.decode, library.names()), "a", "b", "copy"])
    assert [one for one in found if one[1]] == [(("0",), ("1", "copy", "2"))]
    assert (("a",), ()) in found  # taken at that moment, elsewhere


@pytest.mark.parametrize("order", Order)
def test_a_moment_that_is_refused_comes_last(library, order):
    own = library.rank(QUERY, grouped=True, order=order, refused=[b"1"])
    found = Joined(own, FAR, among=9, order=order).take(9999)
    assert told(found[-1:]) == [(("0",), ("1", "2"))]
    assert sum(len(one.names) + len(one.burst) for one in found) == len(library) + 3


def test_with_nothing_drawn_a_moment_stays_whole_too(library):
    guests = Guests(FarNewest(sorted(FAR, key=lambda one: -one.date), is_whole=True))
    found = told(library.newest(grouped=True, guests=guests).take(9999))
    assert [one for one in found if one[1]] == [(("0",), ("1", "copy", "2"))]
    assert (("a",), ()) in found
    names = [name for one in found for part in one for name in part]
    assert len(names) == len(set(names)) == len(library) + 3
