import numpy as np
import pytest

from engine.folders.folder import Found, Listing, Walked
from engine.indexing.plan import plan
from engine.state.known import Known
from engine.state.records import Entry, Refusal

OLD = {
    name: Entry(Found(name, 1, 5), number)
    for name, number in ((b"a", 10), (b"shut/b", 11), (b"shut too/c", 12))
}


def planned(*photos, known=None, refusals=None, closed=(), encoded=(10, 11, 12), **more):
    shut = [Listing(name, Walked(), 0, "denied") for name in closed]
    listings = [Listing(b"", Walked.of(photos), len(photos)), *shut]
    options = {"missing": {}, "readers": ("r", "r, m"), **more}
    return plan(listings, known or {}, refusals or {}, encoded=set(encoded), **options)


def test_what_is_new_is_read_newest_first_and_by_name_among_equals():
    photos = [Found(b"c", 1, 7), Found(b"b", 1, 9), Found(b"d", 1, 8), Found(b"a", 1, 7)]
    assert [photo.name for photo in planned(*photos).jobs] == [b"b", b"d", b"a", b"c"]


def test_only_what_lies_below_a_closed_folder_stays_known_unseen():
    todo = planned(Found(b"a", 1, 5), known=OLD, closed=[b"shut"])
    assert (set(todo.kept), todo.gone, todo.jobs) == ({b"a", b"shut/b"}, (b"shut too/c",), ())


def test_what_the_disk_tells_nothing_of_stays_known_with_all_that_may_lie_below_it():
    known = {**OLD, b"shut": Entry(Found(b"shut", 1, 5), 10)}
    refusals = {b"shut": Refusal(Found(b"shut", 1, 5), "why.", "x")}
    listings = [Listing(b"", Walked(), 4, unasked=((b"shut", "denied"),))]
    todo = plan(listings, known, refusals, missing={}, encoded={10, 11, 12}, readers=("r",))
    assert (set(todo.kept), todo.gone, todo.stale) == ({b"shut", b"shut/b"}, (b"a", b"shut too/c"), ())


def test_what_lies_below_a_closed_folder_counts_only_with_a_vector():
    todo = planned(known=OLD, closed=[b"shut", b"shut too"], encoded=[11])
    assert (todo.kept, todo.gone) == ((b"shut/b",), (b"a",))


@pytest.mark.parametrize("photo", [Found(b"a", 2, 5), Found(b"a", 1, 6), Found(b"a", 1, 4)])
def test_another_size_or_time_is_read_again(photo):
    assert planned(photo, known=OLD).jobs == (photo,)


def test_an_unchanged_photo_without_a_vector_is_read_again():
    assert planned(Found(b"a", 1, 5), known=OLD, encoded=()).jobs == (Found(b"a", 1, 5),)


@pytest.mark.parametrize("reader", ["r", "r, m"])
def test_a_refusal_holds_for_the_same_file_and_reader_only(reader):
    file = Found(b"a", 1, 5)
    refusals = {b"a": Refusal(file, "why.", reader)}
    assert planned(file, refusals=refusals).refused == 1
    assert planned(Found(b"a", 1, 6), refusals=refusals).jobs
    assert planned(file, refusals=refusals, readers=("s", "s, m")).jobs == (file,)


def test_the_refusal_of_a_kept_photo_is_outdated_and_that_of_a_file_gone_is_stale():
    refusals = {name: Refusal(Found(name, 1, 5), "why.", "x") for name in (b"a", b"gone", b"shut/d")}
    todo = planned(Found(b"a", 1, 5), known=OLD, refusals=refusals, closed=[b"shut"])
    assert (todo.outdated, todo.stale, todo.refused) == ((b"a",), (b"gone",), 0)


def known_as(*photos):
    return {photo.name: Entry(photo, 10 + number) for number, photo in enumerate(photos)}


BEFORE = (Found(b"a", 1, 5, 7, 100), Found(b"b", 1, 5, 7, 101), Found(b"c", 1, 5, 7, 102))


@pytest.mark.parametrize("after", [Found(b"a", 1, 5, 8, 100), Found(b"a", 1, 5, 7, 200)])
def test_another_time_of_change_or_number_on_the_disk_is_read_again(after):
    todo = planned(after, *BEFORE[1:], known=known_as(*BEFORE))
    assert (todo.jobs, todo.kept, todo.restated) == ((after,), (b"b", b"c"), ())


def test_a_disk_that_numbers_all_its_files_anew_is_not_read_again():
    after = [Found(one.name, one.size, one.mtime_ns, one.ctime_ns, one.inode + 500) for one in BEFORE]
    todo = planned(*after, known=known_as(*BEFORE))
    assert (todo.jobs, todo.kept, todo.restated) == ((), (b"a", b"b", b"c"), tuple(after))


@pytest.mark.parametrize("invented", [False, True])
def test_a_disk_that_numbers_files_as_they_are_asked_for_has_only_the_new_photo_read(invented):
    photos = [Found(b"%04d" % number, 9, 5, 7, 100 + number) for number in range(1000)]
    facts = np.array([photo[1:] for photo in photos], np.int64).T
    some = np.arange(1000)
    known = Known([photo.name for photo in photos], facts, some, some, some >= 0, some < 0)
    new = Found(b"0010 new", 9, 5, 7, 110)
    after = [*photos[:10], new, *(photo._replace(inode=photo.inode + 1) for photo in photos[10:])]
    walked = Walked.of(after).without_numbers() if invented else Walked.of(after)
    settled, others, left = known.settle([Listing(b"", walked, 1001)], ())
    entries = {name: Entry(photos[int(name)], int(name)) for name in others}
    todo = plan(
        left, entries, {}, missing={}, encoded=set(range(1000)), readers=(), settled=len(settled.names)
    )
    assert [photo.name for photo in todo.jobs] == [new.name]
    assert len(todo.restated) + len(settled.names) == 1000


def test_what_an_older_catalog_did_not_keep_counts_as_unchanged_and_is_added():
    file = Found(b"a", 1, 5, 7, 100)
    todo = planned(file, known=OLD, closed=[b"shut", b"shut too"])
    assert (todo.jobs, todo.restated) == ((), (file,))
    assert planned(Found(b"a", 1, 5), known=OLD).restated == ()


def test_a_photo_that_was_missing_is_back_without_reading_whatever_its_number_on_the_disk():
    after = Found(b"a", 1, 5, 7, 900)
    todo = planned(after, *BEFORE[1:], known=known_as(*BEFORE[1:]), missing=known_as(BEFORE[0]))
    assert (todo.jobs, todo.back, todo.restated) == ((), (b"a",), (after,))
    assert b"a" in todo.kept


def test_a_photo_that_is_back_and_changed_is_read():
    after = Found(b"a", 1, 5, 8, 100)
    todo = planned(after, missing=known_as(BEFORE[0]))
    assert (todo.jobs, todo.back, todo.restated) == ((after,), (), ())


def test_a_recheck_reads_what_seems_unchanged_and_what_was_refused():
    refusals = {b"b": Refusal(Found(b"b", 1, 5), "why.", "r")}
    photos = Found(b"a", 1, 5), Found(b"b", 1, 5)
    todo = planned(*photos, known=OLD, refusals=refusals, recheck=True)
    assert (set(todo.jobs), todo.refused) == (set(photos), 0)
