"""Photos of a shared collection are ranked among the library's as if they were its own."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from engine.collection.joined import Joined
from engine.collection.sharing import share
from engine.collection.stores import open_store
from engine.content_hash import content_hash
from engine.elsewhere import Place, Record, address
from engine.library import Library
from engine.search.far_photos import FarMatches, FarPhoto, far_path, far_photos
from engine.search.gallery import Gallery
from engine.search.narrowing import Narrowing
from engine.search.ordering import Order
from engine.search.query import FarExample, Query
from engine.search.strength import Strength
from engine.state.vectors import VectorFile
from engine.vector_index.index import VectorIndex
from engine.vector_index.rows import FileRows

from ..conftest import drained, refreshed


@pytest.fixture
def halves(photo_folder, encoder, tmp_path):
    """The library of half of the photos, that of all, and the other half as a collection gives it."""
    with closing(Library(photo_folder, encoder)) as whole:
        refreshed(whole)
        with closing(open_store(str(tmp_path / "shared"), encoder.model_id, encoder.dim)) as store:
            drained(share(photo_folder, store, "anna"))
            matches = store.search(np.ones(encoder.dim, np.float32), 99)
        with closing(Library(photo_folder / "older", encoder)) as half:
            refreshed(half)
            photos = far_photos([one.record for one in matches], "here")
            yield half, whole, FarMatches(photos, len(photos))


def there(path, whole):
    """Return a path of the whole library as its address."""
    return address(Place("anna", path.as_posix(), content_hash(path)))


@pytest.mark.parametrize("order", [one for one in Order if one is not Order.NEWEST])
def test_together_they_come_as_in_one_library(halves, draw_picture, order):
    half, whole, far = halves
    query = Query(draw_picture("circle", "black"))
    expected = whole.rank(query, order=order).take(99)
    got = half.rank(query, order=order, far=far).take(99)
    assert len(got) == len(expected) == 12
    assert [round(hit.score, 4) for hit in got] == [round(hit.score, 4) for hit in expected]
    own = {hit.path for hit in half.rank(query).take(99)}
    assert [hit.path for hit in got] == [
        hit.path if hit.path in own else there(hit.path, whole) for hit in expected
    ]
    assert half.rank(query, order=order, far=far).strength == whole.rank(query, order=order).strength


def test_a_vector_that_is_damaged_after_it_was_searched_is_left_out(tmp_path, halves):
    rows, far = np.eye(32, dtype=np.float32)[:6], halves[2]
    file = VectorFile(tmp_path / "v.f16", 32)
    file.append(rows)
    held = FileRows(file, lambda _: (file, np.arange(6)))
    gallery = Gallery(VectorIndex(32, whole_to=2, components=4, rows=held))
    names = [b"in/%d.png" % n for n in range(6)]
    gallery.fill(names, contents=np.arange(6), dates=np.zeros(6, np.int64), places=np.arange(6))
    query, narrowed = rows.sum(axis=0), Narrowing((b"in/",))
    assert len(gallery.rank(query, narrowed=narrowed).take(9)) == 6
    content = bytearray(file.path.read_bytes())
    content[2 * file.bytes_a_row : 3 * file.bytes_a_row] = bytes(file.bytes_a_row)
    with file.path.open("r+b") as out:
        out.write(content)
    own = gallery.rank(query, narrowed=narrowed)
    joined = Joined(own, far.photos, among=12, order=Order.PLAIN)
    taken = {name for one in joined.take(99) for name in one.names}
    assert taken.issuperset({*names} - {names[2]})


def test_a_photo_of_this_machine_outside_the_library_keeps_its_path(
    halves, encoder, photo_folder, draw_picture
):
    half, _, far = halves
    mine = [FarPhoto(photo_folder / "mine.png", one.record) for one in far.photos[:1]]
    if half.strangers(mine):
        answer = half.rank(Query(draw_picture("circle", "red")), far=FarMatches(tuple(mine), 1))
        assert photo_folder / "mine.png" in {hit.path for hit in answer.take(99)}
    record = Record("here", "x", b"new", 0, "tiny", far.photos[0].record.vector)
    inside = FarPhoto(photo_folder / "older" / "stale.png", record)
    assert half.strangers([inside]) == []


def test_the_best_of_very_many_are_judged_as_such(halves, draw_picture):
    half, _, far = halves
    query = Query(draw_picture("circle", "black"))
    assert half.rank(query, far=far).strength is None  # among so few nothing is said
    assert half.rank(query, far=replace(far, among=10**12)).strength is Strength.NONE


def test_what_it_is_not_like_comes_last_and_what_it_is_like_counts_by_its_vector(halves, draw_picture):
    half, _, far = halves
    stranger = half.strangers(far.photos)[0]
    encoded = FarExample(stranger.path, stranger.record.vector)
    query = Query(draw_picture("circle", "black"), unlike=(encoded,))
    assert half.rank(query, far=far).take(99)[-1].path == stranger.path
    liked = half.rank(Query(like=(encoded,)), far=far).take(1)[0]
    assert liked.path == stranger.path
    assert liked.score == pytest.approx(1, abs=1e-5)


def test_a_picture_from_elsewhere_can_be_what_it_is_not_like(halves, draw_picture):
    half, whole, far = halves
    query = Query(draw_picture("circle", "black"), unlike=(draw_picture("circle", "blue"),))
    got = half.rank(query, far=far).take(99)
    assert [round(hit.score, 4) for hit in got] == [round(hit.score, 4) for hit in whole.rank(query).take(99)]


def test_beyond_what_is_ordered_together_both_follow_by_score(halves, draw_picture, monkeypatch):
    monkeypatch.setattr("engine.search.ranking.ORDERED", 2)
    half, _, far = halves
    hits = half.rank(Query(draw_picture("circle", "black")), far=far).take(99)
    assert len({hit.path for hit in hits}) == len(hits) == 12
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_a_library_without_photos_shows_the_collection_alone(halves, encoder, tmp_path, draw_picture):
    _, _, far = halves
    (tmp_path / "empty").mkdir()
    with closing(Library(tmp_path / "empty", encoder)) as library:
        answer = library.rank(Query(draw_picture("circle", "black")), group=True, far=far)
        assert len(answer.take(99)) > 0
        assert answer.strength is None
        assert answer.spread.photos == 0


def test_a_name_that_is_no_text_goes_by_its_own(halves):
    far = halves[2].photos[0]
    odd = FarPhoto(address(Place("anna", "C:/cut \ud83d.png", far.record.digest)), far.record)
    assert far_path(odd.name) == odd.path
