import numpy as np
import pytest

from training.evaluation.embedding import Embedded
from training.evaluation.first_screen import explore, feedback

from ..conftest import held_out


def unit(rows):
    rows = np.asarray(rows, np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def around(centre, count, seed, spread=0.04):
    return unit(centre + spread * np.random.default_rng(seed).standard_normal((count, len(centre))))


@pytest.fixture
def held():
    """A drawing nearest to 50 dogs, that is meant for one of 30 cats further off; hay lies elsewhere."""
    drawing = unit([[1, 0.35, 0, 0, 0, 0, 0, 0]])
    dogs = around(np.array([1, 0, 0.2, 0, 0, 0, 0, 0]), 50, 0)
    cats = around(np.array([0.5, 0.5, 0, 0.55, 0, 0, 0, 0]), 24, 1)
    kittens = around(np.array([0.5, 0.5, 0, 0.55, 0, 0, 0.5, 0]), 6, 3)
    kittens = kittens[np.argsort(-(kittens @ drawing[0]))]  # the last one matches the drawing least
    hay = around(np.array([0, 0, 0, 0, 1, 1, 0, 0]), 40, 2)
    photos = Embedded(np.concatenate([dogs, cats, kittens]), np.array(["dog"] * 50 + ["cat"] * 30))
    foreign = Embedded(hay, np.array(["hay"] * 40))
    return held_out(
        sketches=[0],
        drawings=[],
        sketch_queries=Embedded(drawing, np.array(["cat"])),
        gallery=photos,
        haystack=photos.join(foreign),
        own_places=lambda: [79],
    )


def test_a_kind_that_scores_lower_is_on_the_first_screen_and_was_not_in_plain_order(held):
    report = explore(held)
    assert (report["sketch"]["hit@10"], report["plain"]["sketch"]["hit@10"]) == (100, 0)
    assert report["plain"]["sketch"]["hit@40"] == 0
    assert report["haystack"]["sketch"]["hit@10"] == 100
    assert report["sketch"]["P@10"] < 100
    assert set(report["sketch"]) == {"hit@5", "hit@10", "hit@20", "hit@40", "P@10", "R@10", "R@20"}
    assert set(report) == {"sketch", "haystack", "plain"}


def test_one_right_photo_beside_the_drawing_brings_its_like(held):
    report = feedback(held, None)
    assert report["sketch"]["asked"] == 100
    assert report["sketch"]["before"] == 0
    assert report["sketch"]["P@10"] == 100
    assert report["haystack"]["sketch"]["P@10"] == 100
    assert "plain" not in report["sketch"]  # whose first forty have no right photo
    assert "instance" not in report


def test_the_gesture_with_the_first_right_one_in_plain_order_stands_beside_it(held):
    held.sketch_queries = Embedded(
        np.concatenate([held.sketch_queries.vectors] * 2), np.array(["cat", "dog"])
    )
    report = feedback(held, None)["sketch"]
    assert report["asked"] == 100
    assert report["plain"] == {"P@10": 100, "guesses": 100, "asked": 50}


def test_without_a_right_photo_on_the_screen_nothing_is_asked(held):
    held.sketch_queries = Embedded(held.sketch_queries.vectors, np.array(["horse"]))
    assert feedback(held, None)["sketch"] == {"asked": 0}


def test_the_very_photo_is_come_closer_to_by_the_one_that_resembles_it_most(held):
    asked = []

    def likeness(photo, others):
        asked.append((photo, list(others)))
        return held.haystack.vectors[others] @ held.haystack.vectors[photo]

    report = feedback(held, likeness)["instance"]
    assert report["R@10 after 0"] == 0
    assert report["R@10 after 3"] == 100
    assert len(asked) == 2 * 4  # in the gallery and in the haystack
    assert all(photo == 79 and 79 not in others for photo, others in asked)
    laid = [max(others, key=lambda place: held.haystack.vectors[place] @ held.haystack.vectors[79])
            for _, others in asked[:3]]  # fmt: skip
    assert all(laid[0] not in others for _, others in asked[1:4])


def test_beside_the_only_photo_there_is_nothing_more_to_find(held):
    held.gallery = held.haystack = Embedded(held.gallery.vectors[79:], held.gallery.labels[79:])
    assert feedback(held, None) == {"sketch": {"asked": 100}, "haystack": {"sketch": {"asked": 100}}}
