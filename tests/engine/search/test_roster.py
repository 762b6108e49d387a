"""Narrowing, the newest and the counts against the plainest way to work them out, while photos change."""

from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pictures.dates import NO_DATE
from engine.search import roster
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.search.roster import Roster, lineage
from engine.vector_index.index import VectorIndex

DIM = 4
VECTORS = np.random.default_rng(1).standard_normal((12, DIM)).astype(np.float32)
VECTORS /= np.linalg.norm(VECTORS, axis=1, keepdims=True)
QUERY = VECTORS[0]
DAY = 86_400

NAMES = st.sampled_from([b"a.jpg", b"b.jpg", b"a/1.jpg", b"a/2.jpg", b"a/b/3.jpg", b"a-b/4.jpg", b"b/5.jpg"])
DATES = st.one_of(st.integers(0, 40).map(lambda day: day * DAY), st.sampled_from([NO_DATE, 2**60]))
CHANGES = st.lists(
    st.one_of(
        st.lists(st.tuples(NAMES, st.integers(0, 11), DATES), min_size=1, max_size=4),
        st.lists(NAMES, min_size=1, max_size=3),
    ),
    max_size=6,
)
NARROWINGS = st.builds(
    Narrowing,
    st.sampled_from([(), (b"",), (b"a/",), (b"a/b/", b"b/"), (b"a/", b"a/b/"), (b"none/",)]),
    st.one_of(st.none(), st.integers(0, 40).map(lambda day: day * DAY)),
    st.one_of(st.none(), st.integers(0, 40).map(lambda day: day * DAY)),
)


def change(gallery, step) -> None:
    """Put or drop files."""
    if isinstance(step[0], bytes):
        gallery.drop(step)
        return
    last = {name: (content, taken) for name, content, taken in step}
    gallery.put(
        [GalleryPhoto(name, content, VECTORS[content], taken) for name, (content, taken) in last.items()]
    )


def files(gallery, narrowing=None):
    """Return name, content and date of each file that is looked at."""
    everything = [(name, gallery.content(name), gallery.date_of(name)) for name in sorted(gallery.names())]
    return [one for one in everything if narrowing is None or narrowing.looks_at(one[0], one[2])]


@settings(max_examples=100, deadline=None)
@given(CHANGES, NARROWINGS)
def test_a_narrowing_known_already_is_right_after_every_change(changes, narrowing):
    gallery = Gallery(VectorIndex(DIM))
    for step in changes:
        change(gallery, step)
        inside = files(gallery, narrowing)
        scores = {content: float(VECTORS[content] @ QUERY) for _, content, _ in inside}
        expected = sorted(inside, key=lambda one: (-scores[one[1]], one[1], one[0]))
        for _ in range(2):  # once anew, once from what is known
            found = gallery.rank(QUERY, narrowed=narrowing).take(99)
            assert [one.names[0] for one in found] == [name for name, *_ in expected]


@settings(max_examples=100, deadline=None)
@given(CHANGES, NARROWINGS)
def test_the_newest_come_first_and_what_has_no_date_last(changes, narrowing):
    gallery = Gallery(VectorIndex(DIM))
    for step in changes:
        change(gallery, step)
        gallery.newest().take(1)
    newest = sorted(
        files(gallery, narrowing), key=lambda one: (-one[2] if 0 <= one[2] < 2**60 else 2**62, one[0])
    )
    found = gallery.newest(narrowed=narrowing)
    assert [one.names for one in found.take(3) + found.take(99)] == [(name,) for name, *_ in newest]
    grouped = [one.names for one in gallery.newest(narrowed=narrowing, grouped=True).take(99)]
    contents = dict.fromkeys(content for _, content, _ in newest)
    assert grouped == [tuple(sorted(name for name, own, _ in newest if own == one)) for one in contents]


@settings(max_examples=100, deadline=None)
@given(CHANGES)
def test_a_roster_that_followed_each_change_is_as_one_made_anew(changes):
    gallery = Gallery(VectorIndex(DIM))
    for step in changes:
        change(gallery, step)
        gallery.roster()
    kept = gallery.roster()
    anew = Roster.of(gallery._contents, *gallery._dates.by_name())
    assert (kept.names, kept.by_folder) == (anew.names, anew.by_folder)
    assert kept.contents.tolist() == anew.contents.tolist()
    assert kept.taken.tolist() == anew.taken.tolist()


def folders_above(some) -> list[str]:
    return [str(path) for name, *_ in some for path in PurePosixPath(name.decode()).parents]


def days_of(some) -> list[date]:
    """Return the days of those whose dates are likely."""
    return [datetime.fromtimestamp(taken, UTC).date() for *_, taken in some if 0 <= taken < 2**60]


@settings(max_examples=100, deadline=None)
@given(CHANGES, NARROWINGS)
def test_counts_by_day_and_folder_add_up_and_matches_lie_where_their_files_do(changes, narrowing):
    gallery = Gallery(VectorIndex(DIM))
    for step in changes:
        change(gallery, step)
    ranking = gallery.rank(QUERY, narrowed=narrowing)
    spread, everything = gallery.spread(ranking, narrowing), files(gallery)
    assert spread.looked_at == len(files(gallery, narrowing))
    then, here = files(gallery, narrowing.time), files(gallery, narrowing.place)
    known, below = folders_above(everything), folders_above(then)
    assert spread.folders == {Path(one): below.count(one) for one in set(known) - {"."}}
    assert spread.in_time == len(then)
    all_days, days = days_of(everything), days_of(here)
    if len(set(all_days)) < 2:
        assert spread.times is None
        return
    assert spread.times is not None
    assert (sum(spread.times.photos), spread.times.undated) == (len(days), len(here) - len(days))
    assert spread.times.edges[0] == min(all_days)
    by_day = dict(zip(spread.times.edges, spread.times.photos, strict=False))
    assert all(by_day[day] == days.count(day) for day in all_days)
    best = max(everything, key=lambda one: float(VECTORS[one[1]] @ QUERY))
    if best in here and 0 <= best[2] < 2**60:
        day = datetime.fromtimestamp(best[2], UTC).date()
        assert spread.ridge[spread.times.edges.index(day)] >= 1
    for path in PurePosixPath(best[0].decode()).parents[:-1] if best in then and b"/" in best[0] else ():
        assert spread.weights[Path(path)] >= 1


def test_folders_of_several_drives_lie_on_these_and_not_wherever_one_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert lineage(b"a/b") == (Path("a/b"), Path("a"))
    monkeypatch.setattr(roster, "Path", PureWindowsPath)
    drive = PureWindowsPath("E:/")
    assert lineage.__wrapped__(b"E:/2020") == (drive / "2020", drive)
    assert lineage.__wrapped__(b"a/b") == (PureWindowsPath("a/b"), PureWindowsPath("a"))
    files = Roster.of({b"E:/1.jpg": 1, b"E:/2020/2.jpg": 2}, {b"E:/1.jpg": 0, b"E:/2020/2.jpg": 0})
    lineage.cache_clear()
    assert files.folders_of(np.arange(2)) == files.folders == {drive: 2, drive / "2020": 1}
    lineage.cache_clear()
