import numpy as np
import pytest

from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.search.strength import FEWEST, Measures, Strength, chance, judge, numbers
from engine.vector_index.index import VectorIndex

DIM = 64
AXES = np.eye(DIM, dtype=np.float32)


def unit(rows):
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def library(met, count=2000):
    """Unrelated photos, and ten of one kind that meet the drawing along the first axis so well."""
    rng = np.random.default_rng(0)
    others = unit(rng.standard_normal((count, DIM)))
    kind = unit(met * AXES[0] + np.sqrt(1 - met**2) * AXES[1] + 0.02 * rng.standard_normal((10, DIM)))
    gallery = Gallery(VectorIndex(DIM, graph_from=10**9))
    vectors = np.concatenate([others, kind])
    gallery.put([GalleryPhoto(b"%d" % number, number, row) for number, row in enumerate(vectors)])
    return gallery


def test_a_kind_that_stands_out_is_strong_and_the_background_alone_is_nothing():
    assert library(0.95).rank(AXES[0]).strength() is Strength.STRONG
    assert library(0.0).rank(AXES[0]).strength() is Strength.NONE
    words = [library(met).rank(AXES[0]).strength() for met in (0.0, 0.3, 0.5, 0.7, 0.95)]
    order = [Strength.NONE, Strength.WEAK, Strength.FAIR, Strength.STRONG]
    assert [order.index(word) for word in words] == sorted(order.index(word) for word in words)


def test_what_is_said_to_be_wrong_makes_no_match():
    gallery = library(0.95)
    kind = [b"%d" % number for number in range(2000, 2010)]
    assert gallery.rank(AXES[0], refused=kind).strength() is Strength.NONE
    assert gallery.rank(AXES[0], refused=kind[:2]).strength() is Strength.STRONG


def test_of_few_photos_nothing_is_said():
    assert library(0.9, FEWEST - 11).rank(AXES[0]).strength() is None
    assert Gallery(VectorIndex(DIM)).rank(AXES[0]).strength() is None
    assert judge(AXES[:1], query=AXES[0], others=AXES, count=50) is None
    assert judge(AXES[:3], query=AXES[0], others=AXES[:0], count=50) is None


def test_of_few_photos_that_are_looked_at_nothing_is_said_either():
    gallery = library(0.9)
    assert gallery.rank(AXES[0], narrowed=Narrowing((b"200",))).strength() is None  # 200, and 2000 to 2009
    assert gallery.rank(AXES[0], narrowed=Narrowing((b"2",))).strength() is Strength.STRONG


def test_the_numbers_are_what_they_say():
    best = unit(np.ones((3, DIM)))
    score, elsewhere, likeness, logarithm = numbers(best, query=AXES[0], others=AXES[:10], count=100)
    assert score == pytest.approx(DIM**-0.5, abs=1e-4)
    assert elsewhere == pytest.approx(1 / 8, abs=1e-4)  # of eight others one fits
    assert (likeness, logarithm) == (pytest.approx(1, abs=1e-4), pytest.approx(np.log(100)))
    assert numbers(AXES[:3], query=AXES[0], others=AXES, count=100)[2] == pytest.approx(0, abs=1e-6)


def test_other_photos_like_those_found_are_not_held_against_the_drawing():
    kind = unit(AXES[0] + 0.03 * np.random.default_rng(0).standard_normal((20, DIM)).astype(np.float32))
    unlike = unit(0.3 * AXES[0] + AXES[1:20])
    alone = numbers(kind[:8], query=AXES[0], others=unlike, count=100)[1]
    assert numbers(kind[:8], query=AXES[0], others=np.concatenate([unlike, kind[8:]]), count=100)[
        1
    ] == pytest.approx(alone)
    assert numbers(kind[:8], query=AXES[0], others=kind[8:], count=100)[1] == pytest.approx(
        float((kind[8:] @ AXES[0]).mean())
    )


def test_what_fits_quite_other_things_as_well_is_no_match():
    gallery = library(0.5)
    others = unit(0.5 * AXES[0] + np.sqrt(0.75) * AXES[2:20])
    order = [Strength.NONE, Strength.WEAK, Strength.FAIR, Strength.STRONG]
    alone, beside = gallery.rank(AXES[0]).strength(), gallery.rank(AXES[0]).strength(others)
    assert order.index(beside) < order.index(alone)


def test_the_chance_grows_with_the_score_and_never_leaves_0_to_1():
    assert chance(Measures(0.4, 0.2, 0.5, 7)) > chance(Measures(0.3, 0.2, 0.5, 7))
    assert chance(Measures(0.3, 0.4, 0.5, 7)) < chance(Measures(0.3, 0.2, 0.5, 7))
    assert chance(Measures(0.3, 0.2, 0.5, 9)) < chance(Measures(0.3, 0.2, 0.5, 7))
    assert 0 <= chance(Measures(-1e9, 0, 0, 1)) < chance(Measures(1e9, 0, 1, 1)) <= 1
