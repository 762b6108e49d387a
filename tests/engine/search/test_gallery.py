import numpy as np
import pytest

from engine.indexing.section import Section
from engine.search.copies import NEAR, group
from engine.search.gallery import Gallery, GalleryPhoto
from engine.state.known import Known
from engine.unit_vectors import unit
from engine.vector_index.index import VectorIndex
from engine.vector_index.rows import MemoryRows

AXES = np.eye(6, dtype=np.float32)


@pytest.fixture
def gallery():
    """Six photos, each along an axis of its own."""
    gallery = Gallery(VectorIndex(6))
    gallery.put([GalleryPhoto(b"%d.jpg" % number, number, AXES[number]) for number in range(6)])
    return gallery


def found(gallery, number, k):
    return [name for one in gallery.rank(AXES[number]).take(k) for name in one.names]


def groups_of(gallery, k):
    return gallery.rank(AXES[0], grouped=True).take(k)


def test_what_is_dropped_takes_no_place_among_the_hits(gallery):
    gallery.drop([b"0.jpg", b"1.jpg", b"absent.jpg"])
    assert len(gallery) == 4
    assert found(gallery, 0, 4) == [b"2.jpg", b"3.jpg", b"4.jpg", b"5.jpg"]


def test_of_contents_that_are_dropped_nothing_is_left():
    rows = MemoryRows(6)
    gallery = Gallery(VectorIndex(6, rows=rows))
    rows.put([70], AXES[:1])
    gallery.fill([b"filled.jpg"], contents=np.array([70]), dates=np.array([0]), places=np.array([0]))
    for number in range(5):
        gallery.put([GalleryPhoto(b"new.jpg", number, AXES[number])])
        gallery.drop([b"new.jpg"])
    gallery.drop([b"filled.jpg"])
    assert (gallery.names(), gallery.shows(70), gallery._names) == (set(), False, {70: ()})


def test_copies_follow_each_other_by_name_and_count_each(gallery):
    gallery.put([GalleryPhoto(b"z.jpg", 3, None), GalleryPhoto(b"a.jpg", 3, None)])
    assert found(gallery, 3, 3) == [b"3.jpg", b"a.jpg", b"z.jpg"]
    assert found(gallery, 3, 2) == [b"3.jpg", b"a.jpg"]


def test_a_content_stays_until_its_last_file_goes(gallery):
    gallery.put([GalleryPhoto(b"copy.jpg", 3, None)])
    gallery.drop([b"3.jpg"])
    assert found(gallery, 3, 1) == [b"copy.jpg"]
    gallery.drop([b"copy.jpg"])
    assert 3 not in gallery.index


def test_a_file_that_changed_is_found_by_its_new_content_only(gallery):
    gallery.put([GalleryPhoto(b"3.jpg", 7, -AXES[3])])
    assert len(gallery) == 6
    assert gallery.content(b"3.jpg") == 7
    assert found(gallery, 3, 6)[-1] == b"3.jpg"


@pytest.mark.parametrize(
    "now",
    [{0: 1, 1: 0}, {0: 1, 1: 2, 2: 3}, {0: 9, 6: 0}],
    ids=["swapped", "renumbered", "copied and edited"],
)
def test_contents_that_go_by_other_names_at_once_are_found_by_those(gallery, now):
    vectors = {9: -AXES[5]}
    gallery.put([GalleryPhoto(b"%d.jpg" % name, one, vectors.get(one)) for name, one in now.items()])
    for name, content in now.items():
        hit = gallery.rank(vectors.get(content, AXES[content % 6])).take(1)[0]
        assert b"%d.jpg" % name in hit.names
        assert hit.score == pytest.approx(1)


def test_putting_the_same_again_changes_nothing(gallery):
    gallery.put([GalleryPhoto(b"3.jpg", 3, AXES[3])])
    assert (len(gallery), found(gallery, 3, 1)) == (6, [b"3.jpg"])


def test_what_was_compared_is_compared_again_once_the_gallery_changed(gallery):
    names = sorted(gallery.names())
    contents = np.array([gallery.content(name) for name in names])
    dates = np.array([gallery.date_of(name) for name in names])
    assert not gallery.agrees(contents)
    assert not gallery.differing(names, contents, dates, contents < 0).any()
    assert gallery.agrees(contents)
    assert not gallery.agrees(contents.copy())
    assert gallery.differing(names, contents.copy(), dates, contents >= 0).all()
    assert not gallery.differing(names, contents, dates, contents < 0).any()
    gallery.drop([])
    gallery.put([])
    assert gallery.agrees(contents)
    gallery.drop(names[:1])
    assert gallery.differing(names, contents, dates, contents < 0).tolist() == [True] + [False] * (
        len(names) - 1
    )
    gallery.put([GalleryPhoto(names[0], int(contents[0]), AXES[0], int(dates[0]) + 1)])
    assert gallery.differing(names, contents, dates, contents < 0)[0]
    gallery.put([GalleryPhoto(names[0], int(contents[0]), None, int(dates[0]))])
    assert not gallery.differing(names, contents, dates, contents < 0).any()


def test_a_folder_has_lost_what_is_neither_settled_nor_told_of(gallery):
    section, names = Section(gallery), sorted(gallery.names())
    numbers = np.array([gallery.content(name) for name in names])
    settled = Known(names[1:], np.zeros((4, len(names) - 1), np.int64), numbers[1:], numbers[1:] * 0)
    assert section.names_gone(None, settled) == {names[0]}
    assert section.names_gone(None, settled, [names[0]]) == set()
    gallery.differing(settled.names, settled.contents, settled.dates, settled.contents < 0)
    assert section.names_gone(None, settled) == {names[0]}
    gallery.differing(names, numbers, np.array([gallery.date_of(name) for name in names]), numbers < 0)
    everything = Known(names, np.zeros((4, len(names)), np.int64), numbers, numbers * 0)
    assert section.names_gone(None, everything) == set()
    gallery.put([GalleryPhoto(b"late", 99, AXES[0])])
    assert section.names_gone(None, everything) == {b"late"}


def near(cosine, first, second):
    """Return a unit vector at this cosine to the first axis, towards the second."""
    return cosine * AXES[first] + np.sqrt(1 - cosine**2) * AXES[second]


def test_copies_by_content_and_by_nearness_are_one_photo(gallery):
    gallery.put(
        [
            GalleryPhoto(b"saved again.jpg", 8, near(NEAR + 0.001, 0, 1)),
            GalleryPhoto(b"another.jpg", 9, near(NEAR - 0.001, 0, 2)),
            GalleryPhoto(b"0 copy.jpg", 0, None),
        ]
    )
    groups = [([*one.names], round(one.score, 3)) for one in groups_of(gallery, 3)]
    assert groups[:2] == [
        ([b"0 copy.jpg", b"0.jpg", b"saved again.jpg"], 1.0),
        ([b"another.jpg"], round(NEAR - 0.001, 3)),
    ]
    assert len(groups) == 3


def test_many_copies_do_not_keep_the_others_out(gallery):
    vectors = [near(0.999 - number / 10_000, 0, 1) for number in range(80)]
    gallery.put([GalleryPhoto(b"c%02d.jpg" % n, 100 + n, vector) for n, vector in enumerate(vectors)])
    groups = [one.names for one in groups_of(gallery, 4)]
    assert [len(names) for names in groups] == [81, 1, 1, 1]
    assert [names[0] for names in groups] == [b"0.jpg", b"1.jpg", b"2.jpg", b"3.jpg"]
    assert [len(one.names) for one in groups_of(gallery, 100)] == [81, 1, 1, 1, 1, 1]


def test_a_photo_joins_the_best_it_is_near_to_and_a_chain_of_likes_does_not_grow():
    steps = [near(np.cos(angle), 0, 1) for angle in (0.0, 0.2, 0.4)]  # each near the one before it
    assert group(np.array(steps, np.float32)) == [[0, 1], [2]]


def test_an_empty_gallery_has_no_groups():
    assert groups_of(Gallery(VectorIndex(6)), 4) == []


def test_groups_are_the_same_over_any_number_of_rows(monkeypatch):
    rng = np.random.default_rng(5)
    vectors = rng.standard_normal((60, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = group(vectors)
    assert sum(map(len, whole)) == 60
    assert any(len(rows) > 2 for rows in whole)
    leaders: list[int] = []
    for row, vector in enumerate(vectors):  # as the rule says it
        near = [leader for leader in leaders if vectors[leader] @ vector >= NEAR]
        found = next(rows for rows in whole if row in rows)
        assert found[0] == (near[0] if near else row)
        leaders += [] if near else [row]
    monkeypatch.setattr("engine.search.copies._REACH", 30)  # in three parts, each with the one before it
    near_ones = np.repeat(vectors, 2, axis=0)[:90]
    assert all(2 * number + 1 in rows for rows in group(near_ones) for number in [rows[0] // 2])


@pytest.mark.parametrize("reach", [500, 20])
@pytest.mark.parametrize("kinds", [4, 30, 120])
def test_groups_with_stacks_are_those_that_the_rule_makes_row_by_row(monkeypatch, kinds, reach):
    monkeypatch.setattr("engine.search.copies._REACH", reach)
    rng = np.random.default_rng(kinds)
    vectors = rng.standard_normal((kinds, 8))[rng.integers(0, kinds, 120)]
    noise = rng.choice([0, 0.1, 0.3], (120, 1)) * rng.standard_normal((120, 8))
    vectors = unit((vectors + noise).astype(np.float32))
    stacks = np.where(rng.random(120) < 0.3, rng.integers(0, 12, 120), -1).tolist()
    likeness = vectors @ vectors.T
    assert group(vectors, likeness, stacks) == by_the_rule(likeness, stacks, reach)
    assert group(vectors) == by_the_rule(likeness, [-1] * 120, reach)


def by_the_rule(likeness: np.ndarray, stacks: list[int], reach: int) -> list[list[int]]:
    groups: list[list[int]] = []
    led_by: dict[tuple[str, int], list[int]] = {}
    for row, alike in enumerate(likeness):
        first = row // reach * reach
        window = range(max(0, first - reach), min(first + 2 * reach, len(likeness)))
        near = [other for other in window if alike[other] >= NEAR]
        in_stacks = [other for other in near if stacks[other] >= 0]
        stack = stacks[row]
        if stack < 0 and in_stacks:
            stack = stacks[max(in_stacks, key=alike.__getitem__)]
        if stack >= 0:
            joined = led_by.get(("stack", stack))
        else:
            leaders = (led_by.get(("row", other)) for other in near if other < row)
            joined = next((one for one in leaders if one is not None), None)
        if joined is None:
            groups.append([row])
            led_by["stack" if stack >= 0 else "row", stack if stack >= 0 else row] = groups[-1]
        else:
            joined.append(row)
    return groups


def test_a_gallery_filled_at_once_is_as_one_filled_photo_by_photo():
    names = [b"trip/b.jpg", b"a.jpg", b"trip/a.jpg", b"z.jpg"]
    contents, dates = [2, 5, 2, 1], [10, 30, 20, 40]
    one_by_one = Gallery(VectorIndex(6))
    one_by_one.put([GalleryPhoto(*each) for each in zip(names, contents, AXES[contents], dates, strict=True)])
    rows = MemoryRows(6)
    rows.put(range(6), AXES)
    at_once = Gallery(VectorIndex(6, rows=rows))
    numbers = np.array(contents)
    at_once.fill(names, contents=numbers, dates=np.array(dates), places=numbers)
    for gallery in (at_once, one_by_one):  # of the first, nothing has asked for names yet
        assert [gallery.content(name) for name in (*names, b"nobody", b"zz")] == [*contents, None, None]
        assert len(gallery) == 4
        assert found(gallery, 2, 2) == [b"trip/a.jpg", b"trip/b.jpg"]
        assert (len(gallery), len(gallery.index), gallery.names()) == (4, 3, set(names))
        assert [gallery.content(name) for name in names] == contents
        assert [gallery.date_of(name) for name in names] == dates
        assert [one.names[0] for one in gallery.newest().take(9)] == [names[3], names[1], names[2], names[0]]
        assert gallery.roster().by_folder == {b"": 2, b"trip": 2}
        gallery.drop([b"trip/b.jpg"])
        gallery.drop_contents([5, 99])
        assert gallery.names() == {b"trip/a.jpg", b"z.jpg"}
        assert 5 not in gallery.index
