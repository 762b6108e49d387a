"""What drawings teach: their kinds are found, others lose nothing, and nonsense teaches nothing."""

import numpy as np
import pytest

from engine.encoding.guard import Guard
from engine.taught.figures import average_precision, precision_at
from engine.taught.likeness import Likeness
from engine.taught.pairs import Pairs, soft_target
from engine.taught.personal import fit
from engine.taught.proof import Proof, Watch

DIM, KINDS, PHOTOS = 64, 12, 14


def units(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


class World:
    """Kinds whose photos lie together, and whose drawings lie together elsewhere, nearer to other photos."""

    def __init__(self, seed=0, kinds=KINDS):
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

    def guard(self, kinds):
        drawn = np.repeat(kinds, 6)
        shown = np.isin(self.photo_kinds, kinds)
        photo_kinds = self.photo_kinds[shown]
        return Guard(self.drawings(drawn), self.photos[shown], drawn[:, None] == photo_kinds)


@pytest.fixture
def world():
    return World()


TAUGHT, OTHERS = [0, 2, 4, 6], [1, 3, 5, 7]
GUARDED = [8, 9, 10, 11]


@pytest.mark.parametrize("count", [2, 5, 12])
def test_the_next_drawings_of_what_was_found_before_find_more(world, count):
    kinds = TAUGHT * count
    learned = fit(world.pairs(kinds), world.guard(GUARDED))
    assert learned is not None
    drawn = TAUGHT * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) > world.precision(drawings, drawn) + 0.1


def test_other_kinds_find_what_they_found(world):
    learned = fit(world.pairs(TAUGHT * 12), world.guard(GUARDED))
    drawn = OTHERS * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) >= world.precision(drawings, drawn) - 0.02


@pytest.mark.parametrize("seed", range(5))
def test_photos_that_have_nothing_to_do_with_the_drawings_teach_nothing(seed):
    world = World(seed)
    kinds = TAUGHT * 8
    targets = world.rng.integers(0, KINDS, len(kinds)).tolist()
    learned = fit(world.pairs(kinds, targets), world.guard(GUARDED))
    drawn = TAUGHT * 10
    drawings = world.drawings(drawn)
    after = drawings if learned is None else learned(drawings)
    assert world.precision(after, drawn) >= world.precision(drawings, drawn) - 0.03


def test_a_guard_whose_drawings_look_like_the_persons_but_mean_others_stops_what_would_harm_it(world):
    pairs = world.pairs(TAUGHT * 8)
    drawn, meant = np.repeat(TAUGHT, 5), np.repeat(OTHERS, 5)
    photos = units(world.drawings(OTHERS * 5) + 0.5 * world.drawings(TAUGHT * 5))  # found by them as it is
    drawings = world.drawings(drawn)
    guard = Guard(drawings, photos, meant[:, None] == np.tile(OTHERS, 5))
    harmless, stopped = fit(pairs, world.guard(GUARDED)), fit(pairs, guard)
    assert harmless is not None
    assert stopped is None or stopped.near > harmless.near


def test_without_a_guard_only_drawings_much_alike_are_moved(world):
    learned = fit(world.pairs(TAUGHT * 5), None)
    assert learned is None or learned.sharpness >= 8


@pytest.mark.parametrize("count", [0, 1])
def test_one_pair_proves_nothing(world, count):
    assert fit(world.pairs(TAUGHT[:count]), world.guard(GUARDED)) is None


def test_the_map_gives_unit_vectors_one_or_many(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard(GUARDED))
    drawings = world.drawings(TAUGHT)
    many = learned(drawings)
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    assert np.allclose(learned(drawings[1]), many[1], atol=1e-5)
    assert many.dtype == learned(drawings[1]).dtype == np.float32


def test_what_is_like_nothing_drawn_before_stays_where_it_is(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard(GUARDED))
    away = units(-world.drawing_centres[TAUGHT].sum(axis=0))
    assert learned(away) @ away > 0.999


@pytest.mark.parametrize("seed", range(5))
def test_drawings_noted_twice_are_no_proof_for_each_other(seed):
    world = World(seed)
    kinds = [kind for kind in range(KINDS) for _ in range(2)]
    once = world.pairs(kinds, world.rng.integers(0, KINDS, len(kinds)).tolist())
    twice = Pairs(
        *(np.concatenate([part, part]) for part in (once.drawings, once.targets)),
        once.library,
        np.concatenate([once.right, once.right]),
    )
    assert fit(once, None) is None
    assert fit(twice, None) is None


def test_newer_pairs_count_more():
    """The same drawing, found for one thing and then for another."""
    world = World(3)
    drawing = world.drawings([0])

    def pull(*found):
        learned = fit(world.pairs([0] * 400, [kind for kind in found for _ in range(200)]), None)
        return (learned(drawing) - drawing) @ world.photo_centres[5]

    assert pull(0, 5) > 1.2 * pull(5, 0)


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


@pytest.mark.parametrize(("loss", "is_learned"), [(0.001, True), (0.002, False), (0.1, False)])
def test_a_map_by_which_other_kinds_lose_is_not_used(world, monkeypatch, loss, is_learned):
    monkeypatch.setattr(Watch, "loss", lambda self, ways: loss)
    assert (fit(world.pairs(TAUGHT * 5), world.guard(GUARDED)) is not None) == is_learned


def test_a_map_by_which_its_own_pairs_find_less_is_not_used(world, monkeypatch):
    monkeypatch.setattr(Proof, "is_worse", lambda self, ways: True)
    assert fit(world.pairs(TAUGHT * 5), world.guard(GUARDED)) is None


def test_finding_less_is_told_from_luck():
    world = World()
    pairs = world.pairs(TAUGHT * 5)
    proof = Proof(pairs, [np.array([row]) for row in range(20)])
    right = pairs.targets - pairs.drawings
    assert proof.is_worse(-right)
    assert not proof.is_worse(right)
    assert not proof.is_worse(1e-3 * world.noise(20, 1).astype(np.float32))


@pytest.mark.parametrize("kinds", [[0] * 6, [0, 0, 2, 2, 4, 4]])
def test_what_one_thing_or_several_were_found_for_is_learned(world, kinds):
    learned = fit(world.pairs(kinds), world.guard(GUARDED))
    assert learned is not None
    drawn = sorted(set(kinds)) * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) > world.precision(drawings, drawn) + 0.1


def test_drawings_of_the_guard_stay_where_they_are(world):
    guard = world.guard(GUARDED)
    learned = fit(world.pairs(TAUGHT * 12), guard)
    taught = world.drawings(TAUGHT * 5)
    moved, taken_along = (
        np.linalg.norm(learned(drawings) - drawings, axis=1).mean() for drawings in (guard.drawings, taught)
    )
    assert moved < 0.02 * taken_along


def test_a_thing_that_looks_a_little_like_what_was_taught_is_not_taken_for_it(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard(GUARDED))
    near = units(world.drawing_centres[TAUGHT] + 2 * units(world.noise(4, 1)))
    alike, same = (
        np.repeat(each, 10, 0) + world.noise(40, 0.07) for each in (near, world.drawing_centres[TAUGHT])
    )
    assert (near * world.drawing_centres[TAUGHT]).sum(axis=1).min() > 0.25
    moved, meant = (
        np.linalg.norm(learned(rows) - rows, axis=1).mean() for rows in (units(alike), units(same))
    )
    assert moved < 0.1 * meant


def test_newer_pairs_count_more_beside_a_guard_too():
    world = World(3)
    guard, drawing = world.guard(GUARDED), world.drawings([0])

    def pull(*found):
        targets = [kind for kind in found for _ in range(200)]
        pairs = world.pairs([0] * 400 + TAUGHT[1:] * 20, targets + TAUGHT[1:] * 20)
        learned = fit(pairs, guard)
        return (learned(drawing) - drawing) @ world.photo_centres[5]

    assert pull(0, 5) > 1.2 * pull(5, 0)


def test_likeness_is_counted_against_that_of_different_things(world):
    guard = world.guard(GUARDED)
    likeness = Likeness.of(guard)
    assert Likeness.of(guard) is likeness
    alike = likeness.between(likeness.guard, likeness.guard)
    same = guard.kinds[:, None] == guard.kinds
    assert alike[~same].mean() == pytest.approx(0, abs=1e-3)
    assert alike[~same].std() == pytest.approx(1, abs=1e-3)
    assert alike[same].min() > alike[~same].max()
    one, other = (likeness.seen(world.drawings(TAUGHT)) for _ in range(2))
    assert (likeness.between(one, other).argmax(axis=1) == np.arange(4)).all()


def test_a_guard_of_one_kind_says_nothing_and_is_done_without(world):
    guard = world.guard(GUARDED[:1])
    assert Likeness.of(guard) is None
    learned, without = (fit(world.pairs(TAUGHT * 5), one) for one in (guard, None))
    assert (learned is None) == (without is None)
