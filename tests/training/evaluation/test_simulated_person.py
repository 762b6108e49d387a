import numpy as np
import pytest

from engine.encoding.guard import Guard
from engine.search.ordering import Order
from training.evaluation import simulated_person as module
from training.evaluation.embedding import Embedded
from training.evaluation.first_screen import Screen
from training.evaluation.simulated_person import Person, personal

from ..conftest import held_out

DIM, KINDS, EACH = 48, 8, 12


def units(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def held(rng):
    """Drawings that point at the photos of another kind nearly as much as at their own."""
    photo_centres = units(rng.standard_normal((KINDS, DIM)))
    aside = units(rng.standard_normal((KINDS, DIM)))
    drawn = units(0.5 * photo_centres + 0.55 * np.roll(photo_centres, 1, 0) + 0.6 * aside)
    kinds = np.repeat([f"kind {number}" for number in range(KINDS)], EACH)
    noise = [0.05 * rng.standard_normal((KINDS * EACH, DIM)) for _ in range(2)]
    photos = Embedded(units(np.repeat(photo_centres, EACH, 0) + noise[0]), kinds)
    sketches = Embedded(units(np.repeat(drawn, EACH, 0) + noise[1]), kinds)
    return held_out(sketches=[0], drawings=[], sketch_queries=sketches, gallery=photos, haystack=photos)


@pytest.fixture
def guard(rng):
    drawings, photos = units(rng.standard_normal((20, DIM))), units(rng.standard_normal((20, DIM)))
    return Guard(units(drawings + photos), photos, np.eye(20, dtype=bool))


def test_a_person_finds_more_of_what_they_drew_before(held, guard, monkeypatch):
    monkeypatch.setattr(module, "PAIRS", (4,))
    figures = personal(held, guard)["sketch"]["4 pairs"]
    assert figures["P@10"] > figures["P@10 before"] + 10
    assert figures["mAP"] > figures["mAP before"] + 10
    others, wrong = figures["others"], figures["wrong"]
    assert others["P@10"] < figures["P@10"]  # nobody drew these before
    assert wrong["mAP"] >= wrong["mAP before"] - 2


def test_a_guard_of_the_other_kinds_keeps_them(held, monkeypatch):
    monkeypatch.setattr(module, "PAIRS", (4,))
    every = held.sketch_queries.labels[:, None] == held.gallery.labels[None]
    own = Guard(held.sketch_queries.vectors, held.gallery.vectors, every)
    others = personal(held, own)["sketch"]["4 pairs"]["others"]
    assert others["P@10"] >= others["P@10 before"] - 1


def test_drawings_and_photos_of_the_lessons_are_not_measured(held, guard, monkeypatch):
    measured = []
    monkeypatch.setattr(module, "PAIRS", (3,))
    found = module._precisions

    def note(queries, labels, gallery, names):
        measured.append((len(queries), len(gallery)))
        return found(queries, labels, gallery, names)

    monkeypatch.setattr(module, "_precisions", note)
    personal(held, guard)
    queries, photos = zip(*measured, strict=True)
    assert max(queries) <= KINDS * (EACH - 3)  # of all kinds at most, where all were taught
    assert min(photos) < len(held.gallery.labels)


def test_without_photos_that_were_found_there_is_nothing_to_learn(held, guard, monkeypatch):
    monkeypatch.setattr(module, "PAIRS", (2,))
    held.sketch_queries = Embedded(held.sketch_queries.vectors, np.repeat(["no such kind"], KINDS * EACH))
    figures = personal(held, guard)["sketch"]["2 pairs"]
    assert figures["mAP"] == figures["mAP before"] == 0


def test_a_drawing_is_searched_by_what_was_learned_so_far(held, guard):
    screen = Screen(held.gallery)
    person = Person(screen, held.sketch_queries, guard)
    plain, moved, expected = list[int | None](), list[int | None](), list[int | None]()
    for place in range(0, KINDS * EACH, EACH):
        aim = held.gallery.vectors[place + EACH - 1]
        plain.append(person.take(place))
        moved.append(person.take(place, lambda _query, aim=aim: aim))
        shown = screen.first_places(aim, Order.VARIED_RERANKED)
        right = (photo for photo in shown if photo // EACH == place // EACH)
        expected.append(next(right))
    assert moved == expected
    assert moved != plain


def test_a_person_who_has_found_nothing_has_taught_nothing(held, guard):
    person = Person(Screen(held.gallery), held.sketch_queries, guard)
    assert person.learn([]) is None
    before = person.measure(np.arange(4), None, frozenset())
    assert before[:2] == before[2:]
    assert np.isnan(person.measure(np.arange(0), None, frozenset())).all()
