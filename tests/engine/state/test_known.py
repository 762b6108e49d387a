"""A walk held against the catalog's columns: no photo that differs in anything counts as unchanged."""

from contextlib import closing

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine import upkeep
from engine.folders.file_facts import UNKNOWN
from engine.folders.folder import Found, Listing, Walked
from engine.state.catalog import Catalog
from engine.state.known import Known
from engine.state.records import Read
from engine.unit_vectors import Space

from ..conftest import LINE, VECTOR, refreshed

NAMES = st.sampled_from([b"a", b"b/c", b"b/d", b"b/c/e", b"\xff", b"f/1", b"f/1/2"])
FACTS = st.tuples(*[st.integers(-1, 1)] * 4)


def known_of(photos, unencoded=()):
    """Return columns of photos, facts by name."""
    names, facts = list(photos), np.array([*photos.values()], np.int64).reshape(-1, 4).T
    numbers = np.arange(len(names))
    encoded = np.array([name not in unencoded for name in names], bool)
    return Known(names, facts, numbers, numbers, encoded, np.zeros(len(names), bool))


@given(
    st.dictionaries(NAMES, FACTS), st.dictionaries(NAMES, FACTS), st.sets(NAMES), st.sets(NAMES), st.data()
)
def test_settled_is_what_a_plain_comparison_calls_equal_and_the_rest_is_left(
    before, now, refused, unencoded, data
):
    photos = [Found(name, *facts) for name, facts in now.items()]
    cut = data.draw(st.integers(0, len(photos)))
    walk = [
        Listing(b"", Walked.of(photos[:cut]), 9),
        Listing(b"z", Walked(), 0),
        Listing(b"y", Walked.of(photos[cut:]), 9),
    ]
    settled, others, left = known_of(before, unencoded).settle(walk, refused)
    equal = {name for name in now if now[name] == before.get(name)} - refused - unencoded
    assert set(settled.names) == equal
    assert set(others) == before.keys() - equal
    assert [one.name for one in left] == [b"", b"z", b"y"]
    assert [photo for one in left for photo in one.photos] == [one for one in photos if one.name not in equal]
    assert [settled.facts[:, row].tolist() for row in range(len(settled.names))] == [
        list(before[name]) for name in settled.names
    ]


def test_what_the_catalog_does_not_know_of_a_file_is_never_settled():
    facts = (1, 5, UNKNOWN, 100)
    settled, others, left = known_of({b"a": facts}).settle(
        [Listing(b"", Walked.of([Found(b"a", *facts)]), 1)], ()
    )
    assert (settled.names, others, len(left[0].photos)) == ([], [b"a"], 1)


def test_columns_read_from_the_catalog_are_its_photos(catalog):
    root, other = catalog.add_root(b"/photos"), catalog.add_root(b"/others")
    found = [
        Found(b"a\n/\xff.jpg", 1, -5, 7, 2**63 - 1),
        Found(b"b", 0, 2**62, None, None),
        Found(b"c", 3, 4, 5, 6),
    ]
    reads = [Read(one, bytes([number]), VECTOR, taken=9) for number, one in enumerate(found)]
    contents = catalog.store(root, "m", reads, [])
    catalog.store(other, "m", [Read(Found(b"else", 1, 2, 3, 4), b"x", VECTOR)], [])
    catalog.mark_missing(root, [b"c"])
    catalog.drop_vectors("m", contents[:1])
    known = catalog.vectors.photos_there(root, Space("m", 4))
    assert (known.names, known.contents.tolist()) == ([b"a\n/\xff.jpg", b"b"], contents[:2])
    assert known.facts.T.tolist() == [[1, -5, 7, 2**63 - 1], [0, 2**62, UNKNOWN, UNKNOWN]]
    assert (known.dates.tolist(), known.encoded.tolist()) == ([9, 9], [False, True])


def test_columns_are_kept_as_long_as_nothing_changes(catalog, tmp_path, monkeypatch):
    root = catalog.add_root(b"/photos")
    contents = catalog.store(root, "m", [Read(Found(b"a", 1, 2, 3, 4), b"x", VECTOR)], [])

    def known():
        return catalog.vectors.photos_there(root, Space("m", 4))

    assert known() is known()
    catalog.restate(root, [Found(b"a", 5, 2, 3, 4)])
    assert known().facts[:, 0].tolist() == [5, 2, 3, 4]
    with closing(Catalog(tmp_path)) as other:
        assert known() is known()
        other.store_dates({contents[0]: 77})
    assert known().dates.tolist() == [77]
    assert not catalog.vectors.photos_there(root, Space("n", 4)).encoded.any()
    assert known().encoded.all()
    with next(tmp_path.rglob("*.i16")).open("r+b") as file:
        file.truncate(0)
    assert not known().encoded.any()
    monkeypatch.setattr("engine.state.vector_store._KEPT_TO", 0)
    catalog.restate(root, [Found(b"a", 6, 2, 3, 4)])
    assert known() is not known()


def test_photos_asked_for_by_name_are_the_same_whether_few_or_many(catalog, monkeypatch):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [Read(Found(name, 1, 2), name, VECTOR) for name in (b"a", b"b", b"c")], [])
    catalog.mark_missing(root, [b"c"])
    few = catalog.photos_named(root, [b"b", b"c", b"nobody"])
    monkeypatch.setattr("engine.state.catalog._MANY", 0)
    assert few == catalog.photos_named(root, [b"b", b"c", b"nobody"]) == {b"b": catalog.photos(root)[b"b"]}


def test_nothing_is_swept_again_until_something_changes_or_a_day_is_over(
    photo_folder, open_library, monkeypatch
):
    library, swept, now = open_library(photo_folder), [], [1_800_000_000.0]
    monkeypatch.setattr(library._thumbnails, "sweep", lambda: swept.append(now[0]))
    monkeypatch.setattr(upkeep.time, "time", lambda: now[0])
    refreshed(library)
    refreshed(library)
    assert len(swept) == 1
    next(photo_folder.rglob("*.jpg")).unlink()
    refreshed(library)
    refreshed(library)
    assert len(swept) == 2
    now[0] += 86_400
    refreshed(library)
    refreshed(library)
    assert len(swept) == 3


def test_unchanged_photos_that_another_process_indexed_are_found_and_those_it_dated_anew_too(
    photo_folder, open_library
):
    looking, indexing = open_library(photo_folder), open_library(photo_folder)
    refreshed(indexing)
    report = refreshed(looking)
    assert (report.photos, report.elsewhere) == (indexing.photo_count, indexing.photo_count)
    assert looking.search([LINE], 9) == indexing.search([LINE], 9)
    name = next(iter(looking._gallery.names()))
    content = looking._gallery.content(name)
    indexing._catalog.store_dates({content: 86_400})
    refreshed(looking)
    assert looking._gallery.date_of(name) == 86_400
