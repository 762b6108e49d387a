"""For how long what disappears is remembered, and how it is forgotten at once."""

import os
import sqlite3
import sys
from contextlib import closing
from types import SimpleNamespace

import pytest

import engine.state.catalog
from engine.folders.folder import Found
from engine.state.catalog import Catalog
from engine.state.records import Refusal
from engine.unit_vectors import Space

from .conftest import photo

SPACE, DAY_S = Space("m", 4), 86_400


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = SimpleNamespace(s=1_800_000_000)
    monkeypatch.setattr(engine.state.catalog, "time", SimpleNamespace(time=lambda: now.s))
    return now


@pytest.mark.parametrize("days", [90, 7, 0])
def test_what_disappears_keeps_its_vector_for_as_long_as_was_chosen(catalog, clock, days):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.drop_overdue("m")
    catalog.choices.keep_days = days
    catalog.mark_missing(root, [b"a"])
    assert (list(catalog.photos(root)), list(catalog.missing(root))) == ([], [b"a"])
    assert catalog.vectors.photos_encoded(root, SPACE).names == []
    if days:
        catalog.drop_overdue("m")
        clock.s += days * DAY_S - 1
        catalog.drop_overdue("m")
        assert (list(catalog.missing(root)), list(catalog.vectors.hashes(SPACE))) == ([b"a"], [b"one"])
        clock.s += 1
    catalog.drop_overdue("m")
    assert (catalog.missing(root), catalog.vectors.hashes(SPACE)) == ({}, {})


def test_the_date_of_a_photo_that_stays_missing_is_the_first(catalog, clock):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.mark_missing(root, [b"a"])
    clock.s += 89 * DAY_S
    catalog.mark_missing(root, [b"a"])
    clock.s += 1 * DAY_S
    catalog.drop_overdue("m")
    assert catalog.missing(root) == {}


def test_a_photo_that_came_back_begins_anew_when_it_disappears_again(catalog, clock):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.mark_missing(root, [b"a"])
    catalog.drop_overdue("m")
    clock.s += 80 * DAY_S
    catalog.restate(root, [Found(b"a", 10, 20, 30, 40)])
    catalog.drop_overdue("m")
    assert catalog.photos(root)[b"a"].found == Found(b"a", 10, 20, 30, 40)
    catalog.mark_missing(root, [b"a"])
    clock.s += 80 * DAY_S
    catalog.drop_overdue("m")
    assert list(catalog.missing(root)) == [b"a"]


def test_what_a_file_contained_before_it_was_changed_is_kept_as_long(catalog, clock):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "m", [photo(b"a")], [])
    catalog.store(root, "m", [photo(b"a", b"two")], [])
    catalog.drop_overdue("m")
    clock.s += 90 * DAY_S - 1
    catalog.drop_overdue("m")
    assert set(catalog.vectors.hashes(SPACE)) == {b"one", b"two"}
    clock.s += 1
    catalog.drop_overdue("m")
    assert set(catalog.vectors.hashes(SPACE)) == {b"two"}


def test_the_vectors_of_a_model_that_is_used_no_more_go_when_they_are_due(catalog, clock):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "old", [photo(b"a")], [])
    catalog.drop_overdue("old")
    clock.s += 50 * DAY_S
    catalog.store(root, "new", [photo(b"a")], [])
    catalog.drop_overdue("new")
    clock.s += 40 * DAY_S - 1
    catalog.drop_overdue("new")
    assert (set(catalog.models()), len(catalog.vectors.hashes(Space("old", 4)))) == ({"old", "new"}, 1)
    clock.s += 2
    catalog.drop_overdue("new")
    assert (catalog.models(), catalog.vectors.hashes(Space("old", 4))) == (["new"], {})
    assert len(catalog.vectors.hashes(Space("new", 4))) == 1


def test_a_model_that_is_searched_with_is_in_use_though_nothing_is_indexed(
    library, photo_folder, open_library, state_folder
):
    library.close()
    path, dim = state_folder / "catalog.sqlite3", library.encoder.dim
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE models SET used = used - ?", (80 * DAY_S,))
    open_library(photo_folder).close()
    with closing(Catalog(state_folder)) as catalog:
        catalog.choices.keep_days = 0
        catalog.drop_overdue("another")
        assert set(catalog.models()) == {"another", "tiny"}
        assert len(catalog.vectors.hashes(Space("tiny", dim))) == 12


@pytest.mark.parametrize("years", [-26, 73])
def test_a_clock_that_is_years_away_for_a_while_makes_nothing_overdue(catalog, clock, years):
    root = catalog.add_root(b"/photos")
    catalog.store(root, "old", [photo(b"a")], [])
    catalog.store(root, "m", [photo(b"a"), photo(b"b", b"two"), photo(b"c", b"three")], [])
    for model in ("old", "m"):
        catalog.drop_overdue(model)
    clock.s += 10 * DAY_S
    catalog.mark_missing(root, [b"a"])
    catalog.drop_overdue("m")
    clock.s += years * 365 * DAY_S
    catalog.mark_missing(root, [b"b"])
    catalog.note_use("m")
    catalog.drop_overdue("m")
    catalog.mark_missing(root, [b"c"])  # nothing is swept any more before the clock is right
    clock.s -= years * 365 * DAY_S
    clock.s += DAY_S
    catalog.drop_overdue("m")
    assert set(catalog.missing(root)) == {b"a", b"b", b"c"}
    assert (set(catalog.models()), len(catalog.vectors.hashes(Space("old", 4)))) == ({"m", "old"}, 1)
    clock.s += 88 * DAY_S
    catalog.drop_overdue("m")
    assert set(catalog.missing(root)) == {b"a", b"b", b"c"}
    clock.s += 3 * DAY_S
    catalog.drop_overdue("m")
    assert catalog.missing(root) == {}


def test_a_file_of_vectors_never_gets_the_name_of_one_that_was_deleted(catalog, clock, tmp_path):
    root, names = catalog.add_root(b"/photos"), list[str]()
    for _ in range(2):
        catalog.store(root, "old", [photo(b"a")], [])
        catalog.drop_overdue("old")
        names += [path.name for path in (tmp_path / "vectors").iterdir()]
        clock.s += 91 * DAY_S
        catalog.drop_overdue("new")
        catalog.vectors.pack()
        assert list((tmp_path / "vectors").iterdir()) == []
    assert len(set(names)) == 2


def test_forgetting_the_missing_leaves_what_is_there_and_other_folders(catalog):
    root, other = catalog.add_root(b"/photos"), catalog.add_root(b"/others")
    catalog.store(root, "m", [photo(b"a"), photo(b"b", b"two")], [])
    catalog.store(other, "m", [photo(b"c", b"three")], [])
    catalog.mark_missing(root, [b"a"])
    catalog.mark_missing(other, [b"c"])
    catalog.forget_missing(root)
    assert (catalog.missing(root), list(catalog.photos(root))) == ({}, [b"b"])
    assert list(catalog.missing(other)) == [b"c"]
    assert set(catalog.vectors.hashes(SPACE)) == {b"two", b"three"}


def test_forgetting_a_folder_drops_what_no_other_folder_needs(catalog):
    root, other = catalog.add_root(b"/photos"), catalog.add_root(b"/others")
    refused = [Refusal(Found(b"x", 1, 2), "why.", "r")]
    catalog.store(root, "m", [photo(b"a"), photo(b"b", b"two")], refused)
    catalog.store(other, "m", [photo(b"c", b"two")], [])
    catalog.choices.exclude(root, ["*.png"])
    catalog.forget_root(root)
    assert list(catalog.roots()) == [b"/others"]
    assert set(catalog.vectors.hashes(SPACE)) == {b"two"}
    root = catalog.add_root(b"/photos")
    assert (catalog.photos(root), catalog.refusals(root), catalog.choices.excludes(root)) == ({}, {}, [])


def test_what_is_left_out_of_one_folder_is_its_own(catalog):
    root, other = catalog.add_root(b"/photos"), catalog.add_root(b"/others")
    catalog.choices.exclude(root, ["b", "a", "b"])
    catalog.choices.exclude(None, ["everywhere"])
    catalog.choices.exclude(other, ["c"])
    catalog.choices.exclude(other, [])
    assert catalog.choices.excludes(root) == ["b", "a", "b"]
    assert (catalog.choices.excludes(other), catalog.choices.excludes(None)) == ([], ["everywhere"])


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_a_pattern_that_is_no_text_is_kept_as_it_is(catalog, tmp_path):
    pattern = os.fsdecode(b"Fr\xfchling/")
    catalog.choices.exclude(None, [pattern, "plain"])
    assert catalog.choices.excludes(None) == [pattern, "plain"]
    assert catalog.choices.excludes_in(tmp_path, None).leaves_out(pattern[:-1], is_folder=True)
