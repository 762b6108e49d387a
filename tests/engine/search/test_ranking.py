"""The photos for one query, as far as somebody looks."""

import numpy as np
import pytest

from engine.search import grouping
from engine.search import ranking as module
from engine.search.gallery import Gallery, GalleryPhoto
from engine.search.narrowing import Narrowing
from engine.search.ordering import ORDERED, Order
from engine.search.rerank import CANDIDATES
from engine.search.variety import SCREEN
from engine.state.vectors import VectorFile
from engine.vector_index.graph import DEEPEST
from engine.vector_index.index import VectorIndex
from engine.vector_index.rows import FileRows

from ..conftest import needs_graph

DIM = 16
QUERY = np.eye(DIM, dtype=np.float32)[0]


def vectors(count, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, DIM)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def gallery_of(rows, graph_from=10**9):
    gallery = Gallery(VectorIndex(rows.shape[1], graph_from=graph_from))
    gallery.put([GalleryPhoto(b"%05d.jpg" % number, number, row) for number, row in enumerate(rows)])
    return gallery


def names(ranked):
    return [int(one.names[0][:5]) for one in ranked]


def pages(ranking, size):
    found = []
    while page := ranking.take(size):
        found += page
    return found


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("grouped", [False, True])
def test_every_photo_comes_once_however_it_is_taken(order, grouped):
    gallery = gallery_of(vectors(1300))
    whole = gallery.rank(QUERY, order=order, grouped=grouped).take(80)
    for size in (7, 80, 5000):
        found = pages(gallery.rank(QUERY, order=order, grouped=grouped), size)
        assert sorted(name for one in found for name in one.names) == sorted(gallery.names())
        assert names(found)[:80] == names(whole)


def test_the_plain_order_is_that_of_the_scores_to_the_end_through_the_graph_too():
    rows = vectors(1500)
    expected = np.argsort(-(rows @ QUERY), kind="stable").tolist()
    assert names(pages(gallery_of(rows).rank(QUERY), 90)) == expected
    gallery = gallery_of(rows, graph_from=10)
    for _ in gallery.index.build_graph():
        pass
    found = names(pages(gallery.rank(QUERY), 90))
    assert sorted(found) == list(range(1500))
    assert found[DEEPEST:] == [number for number in expected if number not in set(found[:DEEPEST])]


def test_only_what_a_narrowing_lets_through_is_ranked_and_exactly():
    rows = vectors(4000)
    gallery = gallery_of(rows, graph_from=10)
    for _ in gallery.index.build_graph():
        pass
    order = np.argsort(-(rows @ QUERY), kind="stable").tolist()
    for prefixes in ((b"0012", b"039"), (b"00", b"01", b"02")):  # few of them, and most
        found = gallery.rank(QUERY, narrowed=Narrowing(prefixes)).take(4000)
        inside = [number for number in order if (b"%05d" % number).startswith(prefixes)]
        assert names(found) == inside
    assert gallery.rank(QUERY, narrowed=Narrowing((b"other/",))).take(10) == []


def test_of_copies_only_those_within_the_narrowing_are_named():
    gallery = gallery_of(vectors(3))
    gallery.put([GalleryPhoto(b"trip/a.jpg", 1, None)])
    (only,) = gallery.rank(QUERY, grouped=True, narrowed=Narrowing((b"trip/",))).take(9)
    assert only.names == (b"trip/a.jpg",)


@pytest.mark.parametrize("order", Order)
def test_what_is_refused_comes_last_with_the_lowest_score(order):
    gallery = gallery_of(vectors(600))
    best = gallery.rank(QUERY).take(2)
    refused = [best[1].names[0], best[0].names[0], b"unknown.jpg"]
    found = pages(gallery.rank(QUERY, order=order, refused=refused), 50)
    assert len(found) == 600
    assert set(names(found[-2:])) == set(names(best))
    assert [one.score for one in found[-2:]] == [-1.0, -1.0]


def test_copies_further_down_are_put_together_too():
    rows = vectors(1000)
    order = np.argsort(-(rows @ QUERY), kind="stable").tolist()
    rows[order[500]] = rows[order[499]]
    ranking = gallery_of(rows).rank(QUERY, grouped=True)
    found = pages(ranking, 100)
    assert len(found) == 999
    assert {order[499], order[500]} in [{int(name[:5]) for name in one.names} for one in found]


def test_so_many_are_compared_with_each_other_and_no_more(monkeypatch):
    monkeypatch.setattr(module, "_TOGETHER", 300)
    looked_at, group = [], grouping.group

    def counted(rows, *rest):
        looked_at.append(len(rows))
        return group(rows, *rest)

    monkeypatch.setattr(grouping, "group", counted)
    ranking = gallery_of(vectors(1500)).rank(QUERY, order=Order.RERANKED, grouped=True)
    taken = [name for one in ranking.take(1500) for name in one.names]
    assert len(taken) == len(set(taken)) == 1500
    assert max(looked_at) == 300


def test_different_guesses_come_first_and_stand_for_what_waits_behind_them():
    angles = np.concatenate([np.full(100, 0.8), np.full(50, 0.9)])
    rng = np.random.default_rng(0)
    rows = np.zeros((150, DIM), np.float32)
    rows[:, 0], rows[:100, 1], rows[100:, 2] = np.cos(angles), np.sin(angles[:100]), np.sin(angles[100:])
    rows += 0.02 * rng.standard_normal(rows.shape).astype(np.float32)
    gallery = gallery_of(rows)
    assert max(names(gallery.rank(QUERY).take(40))) < 100
    found = gallery.rank(QUERY, order=Order.VARIED).take(150)
    assert {name >= 100 for name in names(found[:3])} == {False, True}
    assert sum(one.behind for one in found) == 150 - 40
    assert all(one.behind == 0 for one in found[40:])
    assert [one.score for one in found] == pytest.approx(
        (rows / np.linalg.norm(rows, axis=1, keepdims=True) @ QUERY)[names(found)], abs=1e-5
    )


def test_the_first_matches_are_ordered_anew_and_the_rest_left():
    rows = vectors(CANDIDATES + 80)
    gallery = gallery_of(rows)
    plain = gallery.rank(QUERY).take(len(rows))
    anew = gallery.rank(QUERY, order=Order.RERANKED).take(len(rows))
    assert set(names(anew[:CANDIDATES])) == set(names(plain[:CANDIDATES]))
    assert names(anew[:CANDIDATES]) != names(plain[:CANDIDATES])
    assert names(anew[CANDIDATES:]) == names(plain[CANDIDATES:])
    assert [one.score for one in anew] == pytest.approx([one.score for one in plain], abs=1e-6)
    assert names(gallery.rank(QUERY, order=Order.RERANKED).take(5)) == names(anew[:5])


@needs_graph
def test_the_graph_and_exact_search_are_ordered_alike():
    gallery = gallery_of(vectors(300), graph_from=10)
    exact = names(gallery.rank(QUERY, order=Order.VARIED_RERANKED).take(60))
    for _ in gallery.index.build_graph():
        pass
    assert gallery.index.has_graph
    assert names(gallery.rank(QUERY, order=Order.VARIED_RERANKED).take(60)) == exact


def test_after_the_guesses_comes_the_order_as_reranked():
    gallery = gallery_of(vectors(400))
    varied = names(gallery.rank(QUERY, order=Order.VARIED_RERANKED).take(200))
    reranked = names(gallery.rank(QUERY, order=Order.RERANKED).take(200))
    left = [name for name in reranked if name not in varied[:SCREEN]]
    assert varied[SCREEN:] == left[: 200 - SCREEN]
    assert varied[:SCREEN] == names(gallery.rank(QUERY, order=Order.VARIED).take(SCREEN))


def test_a_query_that_is_no_number_finds_nothing():
    for order in Order:
        ranking = gallery_of(vectors(30)).rank(QUERY * np.nan, order=order)
        assert (ranking.take(5), ranking.strength()) == ([], None)


@pytest.mark.parametrize("order", [Order.VARIED, Order.RERANKED, Order.VARIED_RERANKED])
def test_grouped_photos_are_ordered_as_if_their_copies_were_not_there(order):
    rows = vectors(120, seed=4)
    alone = gallery_of(rows).rank(QUERY, order=order, grouped=True).take(60)
    copies = rows[::3] + np.float32(0.001) * vectors(40, seed=5)
    together = gallery_of(np.concatenate([rows, copies / np.linalg.norm(copies, axis=1, keepdims=True)]))
    found = together.rank(QUERY, order=order, grouped=True).take(60)
    originals = [min(_original(int(name[:5])) for name in one.names) for one in found]
    assert originals == names(alone)


def _original(number):
    return number if number < 120 else (number - 120) * 3


@pytest.mark.parametrize("order", Order)
def test_photos_that_come_while_an_answer_is_taken_do_not_disturb_its_order(order):
    gallery = gallery_of(vectors(6))
    ranking = gallery.rank(QUERY, order=order)
    first = ranking.take(4)
    gallery.put([GalleryPhoto(b"00099.jpg", 99, QUERY)])  # matches best
    assert sorted(names([*first, *ranking.take(10)])) == [0, 1, 2, 3, 4, 5]


def test_whoever_scrolls_on_has_not_all_photos_searched(monkeypatch):
    gallery, asked = gallery_of(vectors(4000)), []
    search = VectorIndex.search

    def counted(self, query, k, **more):
        asked.append(k)
        return search(self, query, k, **more)

    monkeypatch.setattr(VectorIndex, "search", counted)
    ranking = gallery.rank(QUERY)
    found = ranking.take(ORDERED + 50)
    assert asked == [ORDERED + 50]
    found += ranking.take(100)
    assert max(asked) < 2000
    found += pages(ranking, 700)
    expected = np.argsort(-(vectors(4000) @ QUERY), kind="stable").tolist()
    assert names(found) == expected


def test_a_vector_is_read_once_for_an_answer_its_order_its_strength_and_the_next(tmp_path, monkeypatch):
    file, rows = VectorFile(tmp_path / "v.f16", DIM), vectors(3000)
    file.append(rows)
    store = FileRows(file, lambda ids: (file, np.array(ids)))
    gallery = Gallery(VectorIndex(DIM, rows=store, whole_to=20, components=6))
    files = [b"%05d.jpg" % number for number in range(3000)]
    numbers, dates = np.arange(3000), np.zeros(3000, np.int64)
    gallery.fill(files, contents=numbers, dates=dates, places=numbers)
    read, take = list[int](), VectorFile.take
    monkeypatch.setattr(VectorFile, "take", lambda self, slots: read.extend(slots) or take(self, slots))
    for query in (QUERY, QUERY + np.float32(0.01)):
        ranking = gallery.rank(query, order=Order.VARIED, grouped=True)
        ranking.take(80)
        ranking.best_vectors()
    assert 0 < len(read) == len(set(read))
