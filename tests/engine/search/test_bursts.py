"""Photos of one moment stand in one place, the same for every query."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.search import bursts as module
from engine.search.bursts import ALIKE, GAP, LONGEST
from engine.search.copies import NEAR
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.grouping import Grouping
from engine.search.narrowing import Narrowing
from engine.search.ordering import ORDERED, Order
from engine.vector_index.index import VectorIndex

DIM = 32
NOON = 1_560_000_000 - 1_560_000_000 % 86_400 + 12 * 3600
RNG = np.random.default_rng(7)
THINGS = np.linalg.qr(RNG.standard_normal((DIM, DIM)))[0].astype(np.float32)


def like(thing, cosine=(ALIKE + NEAR) / 2, seed=0):
    """Return a vector whose cosine with a frame of the same thing, and another seed, is this."""
    own = np.sqrt(cosine) * THINGS[thing] + np.sqrt(1 - cosine) * THINGS[DIM - 1 - seed]
    return own.astype(np.float32)


def frame(name, thing, second, **more):
    """Return a photo of a thing at a moment, alike others of it; a name begins with its content's number."""
    number = int(name.split("-")[0])
    vector = like(thing, seed=number % 8) if "vector" not in more else more["vector"]
    return GalleryPhoto(name.encode(), number, vector, NOON + second, more.get("by_camera", True))


def gallery(*photos):
    made = Gallery(VectorIndex(DIM))
    made.put(photos)
    return made


def told(ranked):
    return [
        [one.names[0].decode(), [*map(bytes.decode, one.names[1:])], [*map(bytes.decode, one.burst)]]
        for one in ranked
    ]


def stacks(made, query=THINGS[0], **how):
    """Return what stands in a place with others of its moment."""
    return [one for one in told(made.rank(query, grouped=True, **how).take(999)) if one[2]]


THREE = frame("1-a", 0, 0), frame("2-b", 0, 1), frame("3-c", 0, 1 + GAP)


def test_photos_seconds_apart_and_alike_stand_in_one_place_in_order_of_time():
    made = gallery(*THREE, frame("4-later", 0, 2 + 2 * GAP), frame("5-other", 1, 2))
    assert stacks(made) == [["1-a", [], ["2-b", "3-c"]]]
    assert len(made.rank(THINGS[0], grouped=True).take(9)) == 3
    assert len(made.rank(THINGS[0]).take(9)) == 5


def test_the_first_stands_for_the_moment_whatever_is_drawn_and_the_best_says_where():
    made = gallery(*reversed(THREE), frame("9-other", 1, 3))
    for photo in THREE:
        hit, other = made.rank(photo.vector, grouped=True).take(9)
        assert (hit.names, hit.burst) == ((b"1-a",), (b"2-b", b"3-c"))
        assert hit.score == pytest.approx(1)
        assert other.names == (b"9-other",)
    assert [one.names[0] for one in made.newest(grouped=True).take(9)] == [b"1-a", b"9-other"]


def test_within_a_second_photos_come_by_name():
    made = gallery(frame("3-c", 0, 5), frame("1-b", 0, 5), frame("2-a", 0, 6))
    assert stacks(made, like(0, seed=3)) == [["1-b", [], ["3-c", "2-a"]]]


def test_one_that_is_blurred_or_of_another_camera_does_not_part_the_others():
    blurred = frame("2-b", 0, 1, vector=THINGS[5])
    assert stacks(gallery(THREE[0], blurred, frame("3-c", 0, 2))) == [["1-a", [], ["3-c"]]]
    assert stacks(gallery(THREE[0], blurred, frame("3-c", 0, 1 + GAP))) == []


@pytest.mark.parametrize("day", [-1, 0])
def test_dates_of_files_and_days_without_a_time_make_no_burst(day):
    assert stacks(gallery(*(frame(f"{n}-x", 0, n, by_camera=False) for n in range(3)))) == []
    midnight = 12 * 3600 * (-1 if day else 1)
    assert stacks(gallery(*(frame(f"{n}-x", 0, midnight) for n in range(3)))) == []
    assert len(stacks(gallery(*(frame(f"{n}-x", 0, midnight + 1) for n in range(3))))) == 1


def test_what_a_narrowing_leaves_out_is_not_named_and_another_stands_for_the_rest():
    made = gallery(frame("1-x/a", 0, 0), frame("2-y/b", 0, 1), frame("3-y/c", 0, 2))
    inside = Narrowing((b"2-y/", b"3-y/"))
    for query in (THINGS[0], like(0, seed=3)):
        assert told(made.rank(query, grouped=True, narrowed=inside).take(9)) == [["2-y/b", [], ["3-y/c"]]]
    assert told(made.newest(grouped=True, narrowed=inside).take(9)) == [["2-y/b", [], ["3-y/c"]]]
    later = Narrowing((), NOON + 2)
    assert told(made.rank(THINGS[0], grouped=True, narrowed=later).take(9)) == [["3-y/c", [], []]]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("refused", [b"1-a", b"3-c"])
def test_who_refuses_one_photo_refuses_its_moment(order, refused):
    made = gallery(*THREE, *(frame(f"{n}-z", 1, n * 60) for n in range(10, 40)))
    found = made.rank(THINGS[0], grouped=True, order=order, refused=[refused]).take(99)
    assert told(found[-1:]) == [["1-a", [], ["2-b", "3-c"]]]
    assert found[-1].score == -1
    assert all(not one.burst for one in found[:-1])
    narrowed = made.rank(THINGS[0], grouped=True, refused=[b"1-a"], narrowed=Narrowing((b"2-", b"3-", b"1")))
    assert told(narrowed.take(99))[-1][0] == "1-a"
    alone = made.rank(THINGS[0], order=order, refused=[refused]).take(99)  # where each counts for itself
    assert [one.names[0] for one in alone if one.score == -1] == [refused]


def test_of_what_goes_on_for_long_so_many_photos_each_make_a_stack_wherever_it_is_met():
    made = gallery(*(frame(f"{n:04}", 0, n, vector=like(0, ALIKE + 0.02, n % 8)) for n in range(1000)))
    expected = [
        [f"{n:04}" for n in range(start, min(1000, start + LONGEST))] for start in range(0, 1000, LONGEST)
    ]
    for query in (like(0, seed=3), like(0, seed=6)):
        found = stacks(made, query)
        assert sorted([head, *burst] for head, _, burst in found) == expected
    assert len(made.newest(grouped=True).take(9999)) == len(expected)


def test_what_was_taken_before_and_after_a_series_moves_no_stack_of_it_but_at_its_ends():
    def parts(first: int, last: int) -> set[tuple[str, ...]]:
        made = gallery(*(frame(f"{n:04}", 0, n, vector=like(0, 0.9, n % 8)) for n in range(first, last)))
        return {(head, *burst) for head, _, burst in stacks(made)}

    longer, shorter = parts(0, 500), parts(32, 460)
    assert len(longer & shorter) >= len(shorter) - 2


def test_photos_of_one_second_stay_together_unless_they_are_very_many():
    made = gallery(*(frame(f"{n:04}", 0, n // 7, vector=like(0, 0.9, n % 8)) for n in range(280)))
    found = [{*(int(name) // 7 for name in (head, *burst))} for head, _, burst in stacks(made)]
    assert len(found) > 4
    assert sum(map(len, found)) == 40
    made = gallery(*(frame(f"{n:04}", 0, 1, vector=like(0, 0.9, n % 8)) for n in range(LONGEST * 3)))
    assert [1 + len(copies) + len(burst) for _, copies, burst in stacks(made)] == [LONGEST] * 3


def test_a_moment_met_while_a_vector_was_missing_is_one_for_this_answer_and_worked_out_for_the_next():
    made = gallery(*THREE)
    made.index.remove([3])
    bursts = made._bursts()
    torn = bursts.stacks([1, 2])
    made.index.add([3], THREE[2].vector[None])
    assert (bursts.stacks([1, 2]), bursts.stacks([3])) == (torn, {})
    assert made._bursts().stacks([1]) == {1: ((1,), (2,), (3,))}


def test_what_comes_and_goes_between_searches_is_seen_at_once():
    made = gallery(*THREE)
    assert stacks(made) == [["1-a", [], ["2-b", "3-c"]]]
    made.put([frame("4-early", 0, -1), frame("5-far", 0, 300)])
    assert stacks(made) == [["4-early", [], ["1-a", "2-b", "3-c"]]]
    made.drop([b"1-a"])
    assert stacks(made) == [["4-early", [], ["2-b", "3-c"]]]
    made.put([GalleryPhoto(b"4-early", 4, None, NOON - 1)])  # only its file has a date now
    assert stacks(made) == [["2-b", [], ["3-c"]]]
    made.put([GalleryPhoto(b"5-far", 5, None, NOON + 2, True)])
    assert stacks(made) == [["2-b", [], ["5-far", "3-c"]]]


def test_a_file_that_goes_while_an_answer_is_taken_leaves_the_others():
    made = gallery(*THREE)
    ranking = made.rank(THINGS[0], grouped=True)
    ranking.best()
    made.drop([b"1-a"])
    assert told(ranking.take(9)) == [["2-b", [], ["3-c"]]]


def test_a_photo_whose_vector_is_about_to_come_is_looked_at_again(monkeypatch):
    made, vectors_of = gallery(*THREE), VectorIndex.vectors_of
    with monkeypatch.context() as early:
        early.setattr(VectorIndex, "vectors_of", lambda self, ids: 0 * vectors_of(self, ids))
        assert made._bursts().stacks([1, 2]) == {}
    assert len(stacks(made)) == 1


def test_nothing_is_doubled_where_a_moment_grows_while_an_answer_is_taken():
    known = {}
    bursts = SimpleNamespace(stacks=lambda contents: {one: known[one] for one in contents if one in known})
    grouping = Grouping(bursts, lambda content: [b"%d" % content], lambda _: 0)
    first = grouping.group([1, 2], THINGS[:2])
    known |= dict.fromkeys([1, 3, 4, 5], ((1,), (3, 4), (5,)))
    second = grouping.group([4, 6], THINGS[2:4])
    assert [one.photos for one in (*first, *second)] == [((1,),), ((2,),), ((3, 4), (5,)), ((6,),)]
    assert all(map(grouping.is_placed, range(1, 7)))


def test_what_very_many_have_looked_through_is_worked_out_again(monkeypatch):
    monkeypatch.setattr(module, "_KEPT", 3)
    made = gallery(*(frame(f"{2 * n + late}-m", 0, 60 * n + late) for n in range(20) for late in (0, 1)))
    for number in range(20):
        assert len(made._bursts().stacks([2 * number])) == 1
        assert max(len(made._bursts()._known), len(made._bursts()._met)) <= 4
    assert len(stacks(made)) == 20


def test_copies_of_the_second_are_told_from_photos_of_the_moment():
    near = [np.float32(1) * one / np.linalg.norm(one) for one in (like(0), like(0) + 0.1 * like(1), like(0))]
    photos = [frame("1-a", 0, 0, vector=near[0]), frame("2-a small", 0, 0, vector=near[1])]
    assert told(gallery(*photos).rank(THINGS[0], grouped=True).take(9)) == [["1-a", ["2-a small"], []]]
    made = gallery(*photos, frame("3-b", 0, 1, vector=near[2]))
    assert stacks(made) == [["1-a", ["2-a small"], ["3-b"]]]


def test_a_copy_that_tells_no_date_stands_behind_the_photo_it_is_of():
    sent = THREE[1].vector + 0.1 * THINGS[9]
    made = gallery(*THREE, frame("7-sent", 0, 999, by_camera=False, vector=sent / np.linalg.norm(sent)))
    for query in (THINGS[9], THINGS[0], sent):  # it is the best, or the worst
        assert stacks(made, query) == [["1-a", [], ["2-b", "7-sent", "3-c"]]]
    assert told(made.newest(grouped=True).take(9)) == [["1-a", [], ["2-b", "7-sent", "3-c"]]]


def test_of_copies_without_a_moment_the_same_one_is_shown_whatever_is_drawn():
    one, other = THINGS[0] + 0.1 * THINGS[1], THINGS[0] + 0.1 * THINGS[2]
    photos = [
        frame("1-z", 0, 60, vector=one / np.linalg.norm(one)),
        frame("2-a", 0, 0, vector=other / np.linalg.norm(other), by_camera=False),
    ]
    for query in (THINGS[1] + THINGS[0], THINGS[2] + THINGS[0]):
        (found,) = gallery(*photos).rank(query, grouped=True).take(9)
        assert found.names == (b"1-z", b"2-a")  # a camera's comes before a file that tells nothing
    assert told(gallery(*photos).newest(grouped=True).take(9)) == [["1-z", ["2-a"], []]]


@pytest.mark.parametrize("order", Order)
def test_a_moment_does_not_come_again_with_what_lies_far_behind(order):
    many = [frame(f"{n}-z", 1 + n % 20, n * 60) for n in range(100, 100 + 2 * ORDERED)]
    far = frame("3-c", 0, 2, vector=like(0, ALIKE + 0.001, 3))
    made = gallery(frame("1-a", 0, 0), far, *many)
    query = like(0, seed=1) - 3 * THINGS[DIM - 1 - 3] + sum(THINGS[1:21])
    plain = [one.names[0] for one in made.rank(query).take(9999)]
    assert plain.index(b"3-c") > ORDERED > plain.index(b"1-a")
    ranking = made.rank(query, grouped=True, order=order)
    found = told([*ranking.take(5), *ranking.take(9999)])
    assert [one for one in found if one[0] in ("1-a", "3-c")] == [["1-a", [], ["3-c"]]]


def test_a_guess_does_not_stand_for_photos_of_its_own_moment():
    moment = [frame(f"{n}-m", 0, n) for n in range(8)]
    others = [frame(f"{n}-z", n % 20 + 1, n * 60) for n in range(100, 400)]
    found = gallery(*moment, *others).rank(THINGS[0], order=Order.VARIED, grouped=True).take(9)
    assert (len(found[0].burst), found[0].behind) == (7, 0)


def test_the_newest_of_the_best_come_by_the_date_of_the_moment():
    made = gallery(*THREE, frame("4-late", 1, 1000), frame("5-early", 1, -1000))
    found = made.rank(THINGS[0] + THINGS[1], order=Order.NEWEST, grouped=True).take(9)
    assert [one.names[0] for one in found] == [b"4-late", b"1-a", b"5-early"]


SHOTS = st.lists(
    st.tuples(
        st.integers(0, 30),  # content
        st.sampled_from([b"", b"trip/", b"trip/a/"]),
        st.integers(0, 40),  # second
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(SHOTS, SHOTS, st.sampled_from(Order), st.sampled_from([None, (b"trip/",)]), st.integers(0, 5))
def test_no_file_is_lost_or_doubled_and_heads_are_the_same_for_all_queries(shots, more, order, within, thing):
    made, narrowed = Gallery(VectorIndex(DIM)), None if within is None else Narrowing(within)
    by_content = dict[int, tuple[int, bool]]()
    for step in (shots, more):
        photos = []
        for number, (content, folder, second, told_by) in enumerate(step):
            second, told_by = by_content.setdefault(content, (second, told_by))  # it is the content's
            name = b"%s%d-%d" % (folder, number, content)
            vector = like(content % 4, seed=content % 7)
            photos.append(GalleryPhoto(name, content, vector, NOON + second, told_by))
        made.put(photos)
        looked_at = sorted(name for name in made.names() if narrowed is None or name.startswith(within))
        heads = set()
        for query in (THINGS[thing], THINGS[(thing + 1) % 6] - THINGS[DIM - 1 - thing]):
            ranking = made.rank(query, grouped=True, order=order, narrowed=narrowed)
            found = [*ranking.take(3), *ranking.take(999)]
            assert sorted(name for one in found for name in (*one.names, *one.burst)) == looked_at
            heads.add(frozenset((one.names[0], one.burst) for one in found if one.burst))
        found = made.newest(grouped=True, narrowed=narrowed).take(999)
        assert sorted(name for one in found for name in (*one.names, *one.burst)) == looked_at
        heads.add(frozenset((one.names[0], one.burst) for one in found if one.burst))
        assert len(heads) == 1
    made.drop(list(made.names()))
    assert made.rank(THINGS[0], grouped=True).take(9) == []


def test_spans_that_were_met_are_not_worked_out_again_though_other_photos_come(monkeypatch):
    made, asked, vectors_of = gallery(*THREE), [], VectorIndex.vectors_of
    assert len(stacks(made)) == 1
    made.put([frame("9-late", 3, 5000), frame("8-late", 3, 5001)])
    monkeypatch.setattr(module, "_stacks_in", lambda contents, *_: asked.append(contents.tolist()) or {})
    made.rank(THINGS[0], grouped=True).take(9)
    assert asked == [[9, 8]]
    assert vectors_of is VectorIndex.vectors_of
