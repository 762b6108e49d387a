import pytest

from app.words import phrases
from engine.library import Progress


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 photos"), (1, "1 photo"), (2, "2 photos"), (21, "21 photos")]
)
def test_one_is_singular_and_everything_else_plural(count, text):
    assert phrases.photos(count) == text


def test_the_other_counts_have_their_plurals_too():
    assert phrases.files_skipped(1) == "1 file skipped"
    assert phrases.files_skipped(3) == "3 files skipped"


def test_the_heading_says_how_many_of_how_many():
    assert [phrases.better(count) for count in (1, 3)] == ["1 better", "3 better"]
    assert phrases.strength("UNHEARD OF") == ""
    assert phrases.order_of(500, best_first=False) == "500 photos, different guesses first"
    assert phrases.order_of(12, best_first=True) == "12 photos, best match first"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "less than a minute left"),
        (54, "less than a minute left"),
        (61, "about 1 min left"),
        (170, "about 3 min left"),
        (4 * 3600, "about 4 hours left"),
    ],
)
def test_the_time_left_is_rounded(seconds, text):
    assert phrases.time_left(seconds) == text


def test_each_phase_of_indexing_has_its_words():
    assert phrases.progress(Progress("scan", 12, 0, 0), None) == "Looking for photos: 12 found"
    assert phrases.progress(Progress("encode", 3, 12, 0), 70) == "Indexing 3 of 12 photos, about 1 min left"
    assert phrases.progress(Progress("encode", 3, 12, 0), None) == "Indexing 3 of 12 photos"
    assert phrases.progress(Progress("dates", 3, 12, 0), None) == "Looking up when photos were taken"
    assert phrases.progress(Progress("graph", 3, 12, 0), None) == "Arranging the index"
