"""Whether a movement helps the pairs it was learned from, and what it costs others."""

import numpy as np
import pytest

from engine.encoding.guard import Guard
from engine.taught.figures import average_precision, precision_at
from engine.taught.likeness import Likeness
from engine.taught.pairs import Pairs, twins_of
from engine.taught.personal import _Taught, fit
from engine.taught.proof import Proof, Watch

from .world import DIM, TAUGHT, World, units


@pytest.fixture
def world():
    return World()


def test_average_precision_and_precision_are_those_of_the_textbook():
    scores = np.array([[0.9, 0.8, 0.7, 0.6]], np.float32)
    right = np.array([[True, False, True, False]])
    assert average_precision(scores, right) == pytest.approx([(1 + 2 / 3) / 2])
    assert precision_at(scores, right, 2) == [0.5]
    assert average_precision(scores, np.zeros((1, 4), bool)) == [0]


def test_a_movement_that_finds_more_of_anything_proves_nothing():
    """As towards where most photos of a library lie: wrong photos would teach it as well as right ones."""
    rng = np.random.default_rng(0)
    place = units(rng.standard_normal(DIM))
    there = units(place + 0.3 * rng.standard_normal((60, DIM)))
    library = np.concatenate([there, units(rng.standard_normal((200, DIM)))])
    found = rng.integers(0, 60, 80)
    drawings = units(rng.standard_normal((80, DIM)))
    pairs = Pairs(drawings, library[found], library, np.arange(260) == found[:, None])
    proof = Proof(pairs, [np.array([row]) for row in range(80)])
    ways = np.tile(place, (80, 1))
    before, after = (
        average_precision(rows @ library.T, pairs.right) for rows in (drawings, units(drawings + ways))
    )
    assert after.mean() > before.mean() + 0.01
    assert proof.gain(ways) == 0
    assert proof.gain(0.5 * (library[found] - drawings)) > 0.1


def test_finding_less_is_told_from_luck():
    world = World()
    pairs = world.pairs(TAUGHT * 5)
    proof = Proof(pairs, [np.array([row]) for row in range(20)])
    right = pairs.targets - pairs.drawings
    assert proof.is_worse(-right)
    assert not proof.is_worse(right)
    assert not proof.is_worse(1e-3 * world.noise(20, 1).astype(np.float32))


def test_a_guard_in_another_order_says_the_same(world, monkeypatch):
    guard, pairs, losses = world.guard(), world.pairs(TAUGHT * 5), []
    real = Watch.loss
    monkeypatch.setattr(Watch, "loss", lambda self, ways: losses.append(real(self, 50 * ways)) or 0.0)
    order = world.rng.permutation(len(guard.drawings))
    for one in (guard, Guard(guard.drawings[order], guard.photos, guard.right[order])):
        fit(pairs, one)
    assert losses[0] > 0
    assert losses[1] == pytest.approx(losses[0], rel=1e-3)


def test_a_pair_is_judged_by_what_those_of_other_drawings_teach(world):
    likeness = Likeness.of(world.guard())
    pairs = world.pairs(TAUGHT * 2)
    ends = Pairs(
        np.concatenate([pairs.drawings, pairs.drawings[:1]]),
        np.concatenate([pairs.targets, pairs.targets[1:2]]),
        pairs.library,
        np.concatenate([pairs.right, pairs.right[1:2]]),
    )
    twins = twins_of(ends.drawings)
    taught = _Taught(ends, twins, likeness)
    alone = taught.alone(taught.map(3.0, 1.0))
    rows = np.concatenate(twins)
    assert set(rows[:2]) == {0, 8}
    trust = 2.0 ** (-np.arange(9)[::-1] / 200)
    for place, row in enumerate(rows):
        rest = [one for one in range(9) if not (ends.drawings[one] == ends.drawings[row]).all()]
        some = likeness.prepare(ends.drawings[[row]]), likeness.prepare(ends.drawings[rest])
        weights = trust[rest] * np.exp(5 * (likeness.between(*some)[0] - 3.0))
        by_hand = weights @ (ends.targets - ends.drawings)[rest] / (1 + weights.sum())
        assert alone[place] == pytest.approx(by_hand, abs=1e-5)
