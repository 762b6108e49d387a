"""The newest photos of a shared collection stand among the library's by date, as far as they are known."""

import numpy as np
import pytest

from engine.elsewhere import Record
from engine.search.far_photos import FarNewest, Guests, far_photos
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.search.newest import AHEAD
from engine.vector_index.index import VectorIndex

DAY, SPAN = 86_400, 10**9
DIM = 64
VECTORS = np.linalg.qr(np.random.default_rng(0).standard_normal((DIM, DIM)))[0].astype(np.float32)


def own(name, content, day):
    return GalleryPhoto(name.encode(), content, VECTORS[content], SPAN + day * DAY)


def theirs(name, content, day, host="anna"):
    taken = 10**12 if day is None else SPAN + day * DAY  # not a date that can be true
    return Record(host, f"/{name}", bytes([content]), taken, "model", VECTORS[content])


def gallery(*photos):
    made = Gallery(VectorIndex(DIM))
    made.put(photos)
    return made


def told(ranked):
    return [[name.rpartition(b"/")[2].decode() for name in one.names] for one in ranked]


def pages(*records, whole=True):
    return FarNewest(far_photos(records, "here"), is_whole=whole)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("size", [1, 4, 99])
def test_both_come_by_date_and_what_has_none_last(grouped, size):
    mine = gallery(own("a", 0, 9), own("c", 1, 5), own("d", 2, 5), own("f", 3, 1), own("old", 4, -(10**9)))
    far = pages(theirs("b", 10, 7), theirs("e", 11, 5), theirs("g", 12, 0), theirs("none", 13, None))
    newest = mine.newest(grouped=grouped, guests=Guests(far))
    found = []
    while page := newest.take(size):
        found += told(page)
    assert found == [[one] for one in ("a", "b", "c", "d", "e", "f", "g", "old", "none")]


def test_copies_on_three_machines_and_here_are_one_photo_and_the_file_here_stands_for_it():
    far = pages(theirs("1", 9, 8), theirs("2", 9, 7, "ben"), theirs("big", 0, 6), theirs("3", 9, 5, "eva"))
    found = gallery(own("a", 0, 1), own("b", 1, 7)).newest(grouped=True, guests=Guests(far)).take(99)
    assert told(found) == [["1", "2", "3"], ["b"], ["a", "big"]]


def test_what_is_here_anyway_is_left_out_and_where_only_that_is_known_nothing_is_joined():
    mine, far = gallery(own("a", 0, 3)), pages(theirs("copy", 0, 4))
    newest = mine.newest(grouped=True, guests=Guests(far, lambda _: []))
    assert told(newest.take(9)) == [["a"]]
    assert not newest.is_joined


def test_files_do_not_wait_and_who_comes_late_is_told_and_comes_next():
    mine = gallery(*(own(f"{day}", day, day) for day in range(8)))
    far = pages(theirs("x", 20, 6), whole=False)
    newest = mine.newest(guests=Guests(far))
    assert told(newest.take(3)) == [["7"], ["6"], ["x"]]
    assert not far.add(far_photos([theirs("y", 21, 5)], "here"), is_whole=False)
    assert told(newest.take(2)) == [["5"], ["y"]]
    assert told(newest.take(2)) == [["4"], ["3"]]
    assert far.add(far_photos([theirs("late", 22, 4), theirs("z", 23, -1)], "here"), is_whole=True)
    assert told(newest.take(99)) == [["late"], ["2"], ["1"], ["0"], ["z"]]
    assert told(mine.newest(guests=Guests(far)).take(99))[-6:] == [
        ["late"],
        ["3"],
        ["2"],
        ["1"],
        ["0"],
        ["z"],
    ]


def test_before_anything_is_known_and_beyond_its_end_the_files_come_alone():
    mine, far = gallery(own("a", 0, 3), own("b", 1, 1)), FarNewest()
    newest = mine.newest(guests=Guests(far))
    assert told(newest.take(9)) == [["a"], ["b"]]
    assert newest.take(9) == []
    assert far.is_short
    assert far.add(far_photos([theirs("x", 2, 2)], "here"), is_whole=False)
    assert told(newest.take(9)) == [["x"]]
    assert not far.add((), is_whole=True)
    newest.take(9)
    assert not far.is_short


def test_more_is_wanted_only_where_what_is_known_does_not_reach_far_enough():
    mine = gallery(*(GalleryPhoto(b"%d" % n, n % DIM, VECTORS[n % DIM], SPAN + n) for n in range(2 * AHEAD)))
    far = pages(theirs("x", 1, -1), whole=False)
    newest = mine.newest(guests=Guests(far))
    newest.take(AHEAD)
    assert not far.is_short
    newest.take(2)
    assert far.is_short


def test_a_narrowing_shows_what_is_here_elsewhere(photo_folder, open_library):
    from ..conftest import refreshed

    library = open_library(photo_folder)
    refreshed(library)
    file = next(photo_folder.glob("*.*"))
    digest = library._catalog.hash_of(library._gallery.content(file.name.encode()))
    (one,) = far_photos([Record("anna", "/x.jpg", digest, 0, "tiny", VECTORS[0])], "here")
    assert library.strangers([one]) == []
    assert library.strangers([one], Narrowing((b"older/",))) == [one]
    assert library.strangers([one], Narrowing((file.name.encode(),))) == []
