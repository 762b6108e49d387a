"""What drawings teach: their kinds are found, others lose nothing, and nonsense teaches nothing."""

import numpy as np
import pytest

from engine.encoding.guard import Guard
from engine.taught.pairs import Pairs
from engine.taught.personal import _strange, fit
from engine.taught.proof import Proof, Watch

from .world import DIM, KINDS, OTHERS, TAUGHT, World, units


@pytest.fixture
def world():
    return World()


@pytest.mark.parametrize("count", [2, 5, 12])
def test_the_next_drawings_of_what_was_found_before_find_more(world, count):
    kinds = TAUGHT * count
    learned = fit(world.pairs(kinds), world.guard())
    assert learned is not None
    drawn = TAUGHT * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) > world.precision(drawings, drawn) + 0.1


def test_other_kinds_find_what_they_found(world):
    learned = fit(world.pairs(TAUGHT * 12), world.guard())
    drawn = OTHERS * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) >= world.precision(drawings, drawn) - 0.02


@pytest.mark.parametrize("seed", range(5))
def test_photos_that_have_nothing_to_do_with_the_drawings_teach_nothing(seed):
    world = World(seed)
    kinds = TAUGHT * 8
    targets = world.rng.integers(0, KINDS, len(kinds)).tolist()
    learned = fit(world.pairs(kinds, targets), world.guard())
    drawn = TAUGHT * 10
    drawings = world.drawings(drawn)
    after = drawings if learned is None else learned(drawings)
    assert world.precision(after, drawn) >= world.precision(drawings, drawn) - 0.03


def test_a_guard_whose_drawings_look_like_the_persons_but_mean_others_stops_what_would_harm_it(world):
    pairs, harmless = world.pairs(TAUGHT * 8), world.guard()
    drawn, meant = np.repeat(TAUGHT, 5), np.repeat(OTHERS, 5)
    photos = units(world.drawings(OTHERS * 5) + 0.5 * world.drawings(TAUGHT * 5))  # found by them as it is
    right = np.zeros((len(harmless.drawings) + 20, len(harmless.photos) + 20), bool)
    right[:72, : len(harmless.photos)] = harmless.right
    right[72:, len(harmless.photos) :] = meant[:, None] == np.tile(OTHERS, 5)
    guard = Guard(
        np.concatenate([harmless.drawings, world.drawings(drawn)]),
        np.concatenate([harmless.photos, photos]),
        right,
    )
    learned, stopped = fit(pairs, harmless), fit(pairs, guard)
    assert stopped is None or stopped.near > learned.near


def test_without_a_guard_only_drawings_much_alike_are_moved(world):
    learned = fit(world.pairs(TAUGHT * 5), None)
    assert learned is None or learned.sharpness >= 8


@pytest.mark.parametrize("count", [0, 1])
def test_one_pair_proves_nothing(world, count):
    assert fit(world.pairs(TAUGHT[:count]), world.guard()) is None


def test_the_map_gives_unit_vectors_one_or_many(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard())
    drawings = world.drawings(TAUGHT)
    many = learned(drawings)
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    assert np.allclose(learned(drawings[1]), many[1], atol=1e-5)
    assert many.dtype == learned(drawings[1]).dtype == np.float32


def test_what_is_like_nothing_drawn_before_stays_where_it_is(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard())
    away = units(-world.drawing_centres[TAUGHT].sum(axis=0))
    assert learned(away) @ away > 0.999


@pytest.mark.parametrize("guarded", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_drawings_noted_twice_are_no_proof_for_each_other(seed, guarded):
    world = World(seed)
    guard = world.guard() if guarded else None
    kinds = [kind for kind in range(KINDS) for _ in range(2)]
    once = world.pairs(kinds, world.rng.integers(0, KINDS, len(kinds)).tolist())
    twice = Pairs(
        *(np.concatenate([part, part]) for part in (once.drawings, once.targets)),
        once.library,
        np.concatenate([once.right, once.right]),
    )
    assert fit(once, guard) is None
    assert fit(twice, guard) is None


def test_newer_pairs_count_more():
    """The same drawing, found for one thing and then for another."""
    world = World(3)
    drawing = world.drawings([0])

    def pull(*found):
        learned = fit(world.pairs([0] * 400, [kind for kind in found for _ in range(200)]), None)
        return (learned(drawing) - drawing) @ world.photo_centres[5]

    assert pull(0, 5) > 1.2 * pull(5, 0)


@pytest.mark.parametrize(("loss", "is_learned"), [(0.001, True), (0.002, False), (0.1, False)])
def test_a_map_by_which_other_kinds_lose_is_not_used(world, monkeypatch, loss, is_learned):
    monkeypatch.setattr(Watch, "loss", lambda self, ways: loss)
    assert (fit(world.pairs(TAUGHT * 5), world.guard()) is not None) == is_learned


def test_a_map_by_which_its_own_pairs_find_less_is_not_used(world, monkeypatch):
    monkeypatch.setattr(Proof, "is_worse", lambda self, ways: True)
    assert fit(world.pairs(TAUGHT * 5), world.guard()) is None


@pytest.mark.parametrize("kinds", [[0] * 6, [0, 0, 2, 2, 4, 4]])
def test_what_one_thing_or_several_were_found_for_is_learned(world, kinds):
    learned = fit(world.pairs(kinds), world.guard())
    assert learned is not None
    drawn = sorted(set(kinds)) * 10
    drawings = world.drawings(drawn)
    assert world.precision(learned(drawings), drawn) > world.precision(drawings, drawn) + 0.1


def test_drawings_of_the_guard_stay_where_they_are(world):
    guard = world.guard()
    learned = fit(world.pairs(TAUGHT * 12), guard)
    taught = world.drawings(TAUGHT * 5)
    moved, taken_along = (
        np.linalg.norm(learned(drawings) - drawings, axis=1).mean() for drawings in (guard.drawings, taught)
    )
    assert moved < 0.02 * taken_along


def test_a_thing_that_looks_a_little_like_what_was_taught_is_not_taken_for_it(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard())
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
    guard, drawing = world.guard(), world.drawings([0])

    def pull(*found):
        targets = [kind for kind in found for _ in range(200)]
        pairs = world.pairs([0] * 400 + TAUGHT[1:] * 20, targets + TAUGHT[1:] * 20)
        learned = fit(pairs, guard)
        return (learned(drawing) - drawing) @ world.photo_centres[5]

    assert pull(0, 5) > 1.2 * pull(5, 0)


def test_what_the_guard_shows_too_is_learned_as_well(world):
    pairs, drawn = world.pairs(TAUGHT * 5), TAUGHT * 10
    drawings = world.drawings(drawn)
    apart, among = (fit(pairs, world.guard(kinds)) for kinds in ((), TAUGHT))
    assert apart.near == among.near
    moved, as_well = (
        one.shifts(one.likeness.between(one.likeness.prepare(drawings), one.drawings))
        for one in (apart, among)
    )
    assert np.linalg.norm(as_well, axis=1).mean() > 0.9 * np.linalg.norm(moved, axis=1).mean()


def test_a_wrong_photo_takes_only_its_own_thing_out_of_the_guard(world):
    guard = world.guard([0, 2])
    pairs = world.pairs([0], [2])  # a drawing of the one, found for the other
    shown = np.repeat(np.arange(KINDS + 2), 6) == KINDS + 1
    assert (_strange(guard, pairs.targets) == ~shown).all()


@pytest.mark.parametrize(("count", "near"), [(8, 4.5), (16, 4.5), (64, 4.5 + 0.42 * np.log(4))])
@pytest.mark.parametrize(("tries", "more"), [(1, 0), (3, 0.5)])
def test_more_pairs_must_be_nearer_and_nearer_still_where_others_lose(
    world, monkeypatch, count, near, tries, more
):
    losses = iter([0.01] * (tries - 1) + [0.0])
    monkeypatch.setattr(Watch, "loss", lambda self, ways: next(losses))
    assert fit(world.pairs(TAUGHT * (count // 4)), world.guard()).near == pytest.approx(near + more)


def test_a_vector_of_zeros_is_no_nan(world):
    learned = fit(world.pairs(TAUGHT * 5), world.guard())
    assert np.isfinite(learned(np.zeros(DIM, np.float32))).all()
