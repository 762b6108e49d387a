import numpy as np
import pytest

from engine.gallery import Gallery, GalleryPhoto
from engine.index import VectorIndex
from engine.strength import FEWEST, Strength, chance, judge, numbers

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


def test_of_few_photos_nothing_is_said():
    assert library(0.9, FEWEST - 11).rank(AXES[0]).strength() is None
    assert Gallery(VectorIndex(DIM)).rank(AXES[0]).strength() is None
    assert judge(AXES[:1], 1.0, np.zeros(50, np.float32), 50) is None


def test_the_numbers_are_what_they_say():
    background = np.array([0.1, 0.3] * 50, np.float32)  # mean 0.2, deviation 0.1
    excess, likeness, logarithm = numbers(unit(np.ones((3, DIM))), 0.6, background, 100)
    assert excess == pytest.approx(4 - np.sqrt(2 * np.log(100)), abs=1e-4)
    assert (likeness, logarithm) == (pytest.approx(1, abs=1e-4), pytest.approx(np.log(100)))
    assert numbers(AXES[:3], 0.6, background, 100)[1] == pytest.approx(0, abs=1e-6)


def test_the_chance_grows_with_excess_and_likeness_and_never_leaves_0_to_1():
    assert chance(1, 0.5, 7) > chance(0, 0.5, 7)
    assert chance(0, 0.8, 7) > chance(0, 0.5, 7)
    assert chance(0, 0.5, 9) < chance(0, 0.5, 7)
    assert chance(0, 0.5, np.log(1000)) == pytest.approx(1 / (1 + np.exp(3.27 - 3.49 + 0.303 * np.log(1000))))
    assert 0 <= chance(-1e9, 0, 1) < chance(1e9, 1, 1) <= 1
