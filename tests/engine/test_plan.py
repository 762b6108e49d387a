import pytest

from engine.catalog import Entry, Refusal
from engine.folder import Found, Listing
from engine.plan import plan

OLD = {b"a": Entry(1, 5, 10), b"shut/b": Entry(1, 5, 11), b"shut too/c": Entry(1, 5, 12)}


def planned(*photos, known=None, refusals=None, closed=(), encoded=(10, 11, 12), readers=("r", "r, m")):
    listings = [Listing(b"", photos, len(photos)), *(Listing(name, (), 0, "denied") for name in closed)]
    return plan(listings, known or {}, refusals or {}, encoded=set(encoded), readers=readers)


def test_what_is_new_is_read_newest_first_and_by_name_among_equals():
    photos = [Found(b"c", 1, 7), Found(b"b", 1, 9), Found(b"d", 1, 8), Found(b"a", 1, 7)]
    assert [photo.name for photo in planned(*photos).jobs] == [b"b", b"d", b"a", b"c"]


def test_only_what_lies_below_a_closed_folder_stays_known_unseen():
    todo = planned(Found(b"a", 1, 5), known=OLD, closed=[b"shut"])
    assert (set(todo.kept), todo.gone, todo.jobs) == ({b"a", b"shut/b"}, (b"shut too/c",), ())


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
