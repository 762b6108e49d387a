"""How alike drawings are, against drawings of different things."""

import numpy as np
import pytest

from engine.taught.likeness import Likeness
from engine.taught.personal import fit

from .world import DIM, TAUGHT, World


@pytest.fixture
def world():
    return World()


def test_likeness_is_counted_against_that_of_different_things(world):
    guard = world.guard()
    likeness = Likeness.of(guard)
    assert Likeness.of(guard) is likeness
    alike = likeness.between(likeness.guard, likeness.guard)
    same = guard.kinds[:, None] == guard.kinds
    assert alike[~same].mean() == pytest.approx(0, abs=1e-3)
    assert alike[~same].std() == pytest.approx(1, abs=1e-3)
    assert alike[same].min() > alike[~same].max()
    one, other = (likeness.prepare(world.drawings(TAUGHT)) for _ in range(2))
    assert (likeness.between(one, other).argmax(axis=1) == np.arange(4)).all()


def test_a_guard_of_few_kinds_says_nothing_and_is_done_without(world):
    guard = world.guard().only(np.arange(72) < 48)
    assert Likeness.of(guard) is None
    learned, without = (fit(world.pairs(TAUGHT * 5), one) for one in (guard, None))
    assert (learned is None) == (without is None)


def test_likeness_is_that_of_the_formula(world):
    guard = world.guard()
    drawings, kinds = guard.drawings.astype(np.float64), guard.kinds
    rest = np.concatenate(
        [drawings[kinds == kind] - drawings[kinds == kind].mean(axis=0) for kind in set(kinds)]
    )
    spread = rest.T @ rest
    metric = np.linalg.inv(0.5 * np.eye(DIM) + 0.5 * DIM * spread / np.trace(spread))

    def alike(one, other):
        return one @ metric @ other / np.sqrt((one @ metric @ one) * (other @ metric @ other))

    def usual(one, kind=None):
        found = [alike(one, row) for row, its in zip(drawings, kinds, strict=True) if its != kind]
        return np.mean(sorted(found)[-5:])

    def beyond(one, other, *usually):
        return alike(one, other) - 0.3 * sum(usually)

    anyway = [usual(row, kind) for row, kind in zip(drawings, kinds, strict=True)]
    unlike = [
        beyond(drawings[i], drawings[j], anyway[i], anyway[j])
        for i in range(72)
        for j in range(i)
        if kinds[i] != kinds[j]
    ]
    one, other = world.drawings([0, 1]).astype(np.float64)
    by_hand = (beyond(one, other, usual(one), usual(other)) - np.mean(unlike)) / np.std(unlike)
    likeness = Likeness.of(guard)
    seen = likeness.prepare(np.array([one, other], np.float32))
    assert likeness.between(seen, seen)[0, 1] == pytest.approx(by_hand, abs=1e-3)
