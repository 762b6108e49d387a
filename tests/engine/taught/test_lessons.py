"""The file of lessons: kept, bounded, forgotten wholly, and never in the way."""

import sqlite3

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.errors import LessonsError
from engine.preprocess import as_clean, sketch_square
from engine.taught import lessons as module
from engine.taught.lessons import FILE_NAME, Lessons


def drawing(x=10):
    image = Image.new("L", (200, 200), 255)
    ImageDraw.Draw(image).line((x, 10, 180, 190), fill=0, width=4)
    return image


@pytest.fixture
def lessons(tmp_path):
    return Lessons(tmp_path)


def test_there_is_no_file_before_the_first_lesson(lessons):
    assert len(lessons) == 0
    assert lessons.all("model", 4) == []
    assert lessons.are_used
    lessons.forget()
    assert not lessons.path.exists()


def test_a_lesson_is_there_for_the_next_who_looks(lessons, tmp_path):
    number = lessons.put(drawing(), [b"first", b"second", b"first"])
    (lesson,) = Lessons(tmp_path).all("model", 4)
    assert (lesson.number, lesson.hashes, lesson.vector) == (number, (b"first", b"second"), None)
    seen, expected = (
        np.asarray(sketch_square(one, 96), float) for one in (Lessons(tmp_path).drawing(number), drawing())
    )
    assert np.abs(seen - expected).mean() < 2


def test_a_drawing_on_clear_paper_is_kept_as_it_is_searched(lessons):
    clear = Image.new("RGBA", (2000, 2000), (0, 0, 0, 0))
    ImageDraw.Draw(clear).line((900, 900, 1100, 1100), fill=(0, 0, 0, 255), width=6)
    kept = lessons.drawing(lessons.put(clear, [b"a"]))
    seen, expected = (np.asarray(sketch_square(one, 96), float) for one in (kept, clear))
    assert np.abs(seen - expected).mean() < 3


def test_a_shape_that_fills_its_square_stays_dark(lessons):
    disc = Image.new("L", (64, 64), 255)
    ImageDraw.Draw(disc).rectangle((4, 4, 60, 60), fill=0)
    number = lessons.put(as_clean(disc, is_dark=True), [b"photo"])
    assert sketch_square(lessons.drawing(number), 32).getpixel((16, 16)) < 50


def test_an_earlier_state_gives_way_and_what_it_found_counts_on(lessons):
    first = lessons.put(drawing(), [b"a", b"b"], states=[b"1", b"2"])
    other = lessons.put(drawing(30), [b"a"], states=[b"1", b"3"])
    second = lessons.put(drawing(20), [b"c", b"b"], states=[b"1", b"2", b"4"])
    assert {one.number: one.hashes for one in lessons.all("model", 4)} == {
        other: (b"a",),
        second: (b"c", b"b", b"a"),
    }
    assert lessons.drawing(first) is None


@pytest.mark.parametrize(
    "state", [[], [b"3"]], ids=["as an earlier version left it", "elsewhere on the paper"]
)
def test_a_drawing_that_looks_the_same_is_the_same(lessons, state):
    lessons.put(drawing(), [b"a"])
    number = lessons.put(drawing(), [b"b"], states=state)
    assert [(one.number, one.hashes) for one in lessons.all("model", 4)] == [(number, (b"b", b"a"))]
    lessons.refuse(drawing(), [b"b"])
    assert [one.hashes for one in lessons.all("model", 4)] == [(b"a",)]


def test_what_is_refused_stays_no_lesson_of_the_drawing_nor_of_an_earlier_state(lessons):
    lessons.refuse(drawing(), [b"a"], states=[b"1"])
    assert not lessons.path.exists()
    lessons.put(drawing(), [b"a", b"b"], states=[b"1", b"2"])
    other = lessons.put(drawing(20), [b"a"], states=[b"1", b"3"])
    many = [b"1", b"2", *(b"%d" % number for number in range(10, 40_000))]
    lessons.refuse(drawing(50), [b"a", b"c"], states=many)
    assert [one.hashes for one in lessons.all("model", 4)] == [(b"b",), (b"a",)]
    lessons.refuse(drawing(50), [b"b"], states=many)
    assert [one.number for one in lessons.all("model", 4)] == [other]


def test_the_oldest_goes_when_there_are_too_many(lessons, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    numbers = [lessons.put(drawing(x), [bytes([x])]) for x in range(5)]
    assert [one.number for one in lessons.all("model", 4)] == numbers[2:]


def test_vectors_are_kept_by_model(lessons):
    number = lessons.put(drawing(), [b"a"])
    lessons.note_vectors("one", {number: np.array([0.6, 0.8], np.float32), number + 7: np.ones(2)})
    assert lessons.all("one", 2)[0].vector == pytest.approx([0.6, 0.8], abs=1e-3)
    assert lessons.all("two", 2)[0].vector is None
    assert lessons.all("one", 3)[0].vector is None  # of another length: made anew


def test_nothing_is_left_in_the_file_when_all_is_forgotten(lessons):
    lessons.put(drawing(), [b"a very telling hash"])
    lessons.are_used = False
    lessons.forget()
    assert len(lessons) == 0
    data = lessons.path.read_bytes()
    assert b"a very telling hash" not in data
    assert b"PNG" not in data
    assert not lessons.are_used  # what the person chose stays


def test_nothing_is_left_in_the_file_of_a_lesson_that_gave_way(lessons):
    lessons.put(drawing(), [b"a very telling hash"], states=[b"a telling state"])
    lessons.refuse(drawing(20), [b"a very telling hash"], states=[b"a telling state"])
    assert b"a telling state" not in lessons.path.read_bytes()
    assert b"a very telling hash" not in lessons.path.read_bytes()


def test_whether_they_are_used_is_remembered(lessons, tmp_path):
    lessons.are_used = False
    assert not Lessons(tmp_path).are_used
    lessons.are_used = True
    assert Lessons(tmp_path).are_used


def test_a_change_that_fails_has_not_happened(lessons, monkeypatch):
    number = lessons.put(drawing(), [b"a"])
    with pytest.raises(LessonsError):
        lessons.put(drawing(), [None])  # refused by the file itself
    assert [one.number for one in lessons.all("model", 4)] == [number]


def test_a_file_of_something_else_is_named_and_not_touched(lessons):
    content = b"no database at all, but long enough to be one" * 40
    lessons.path.write_bytes(content)
    for deed in (lambda: lessons.put(drawing(), [b"a"]), lambda: lessons.all("m", 2), lambda: len(lessons)):
        with pytest.raises(LessonsError, match=FILE_NAME):
            deed()
    assert lessons.path.read_bytes() == content


def test_a_database_of_another_program_is_not_touched(lessons):
    with sqlite3.connect(lessons.path) as db:
        db.execute("CREATE TABLE theirs (a)")
    db.close()
    before = lessons.path.read_bytes()
    with pytest.raises(LessonsError):
        lessons.put(drawing(), [b"a"])
    assert lessons.path.read_bytes() == before
