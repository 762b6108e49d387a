"""A shared collection answers as the desktop's own search does."""

import threading
from contextlib import closing
from datetime import date
from pathlib import Path, PurePosixPath

import pytest

from engine.collection.shared import SharedFinder, best_contents, where_of
from engine.collection.sharing import share
from engine.collection.store import Where
from engine.collection.stores import open_store
from engine.elsewhere import place_of
from engine.library import Library
from engine.search.ordering import Order
from engine.search.query import Query

from ..conftest import drained, refreshed

KINDS = ["shared", "shared.db"]


@pytest.fixture(params=KINDS)
def both(request, photo_folder, encoder, tmp_path):
    """The library of a folder, and a collection of the same photos."""
    if request.param.endswith(".db"):
        pytest.importorskip("milvus_lite", reason="milvus-lite has no package for this system")
    with closing(Library(photo_folder, encoder)) as library:
        refreshed(library)
        address = str(tmp_path / request.param)
        with closing(open_store(address, encoder.model_id, encoder.dim)) as store:
            drained(share(photo_folder, store, "desk"))
            yield library, SharedFinder(store, encoder, "desk")


def rounded(hits):
    return [(path_of(hit.path), round(hit.score, 4)) for hit in hits]


def path_of(path: Path) -> str:
    place = place_of(path)
    return path.as_posix() if place is None else place.path


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"order": Order.RERANKED},
        {"order": Order.VARIED},
        {"group": True},
        {"group": True, "order": Order.RERANKED},
    ],
    ids=str,
)
def test_hits_and_scores_are_those_of_the_desktop(both, draw_picture, how):
    library, finder = both
    query = Query(draw_picture("circle", "black"))
    assert rounded(finder.search(query, 9, **how)) == rounded(library.search(query, 9, **how))


def test_photos_beside_the_drawing_count_as_on_the_desktop(both, photo_folder, draw_picture):
    library, finder = both
    one, two, *_ = files(photo_folder)
    query = Query(draw_picture("circle", "black"), like=(one,), unlike=(two,), balance=0.4)
    assert rounded(finder.search(query, 12)) == rounded(library.search(query, 12))
    assert path_of(finder.search(query, 12)[-1].path) == two.as_posix()


def test_folders_days_and_machines_narrow(both, photo_folder, draw_picture):
    library, finder = both
    sub = next(path for path in photo_folder.iterdir() if path.is_dir())
    query = Query(draw_picture("circle", "black"), within=(sub,))
    assert rounded(finder.search(query, 12)) == rounded(library.search(query, 12))
    assert finder.search(query, 12)
    assert finder.search(Query(query.drawing, until=date(1999, 1, 1)), 12) == []
    assert len(finder.search(Query(query.drawing, since=date(1999, 1, 1)), 12)) == 12
    assert finder.search(Query(query.drawing), 12, hosts=("nobody",)) == []
    assert len(finder.search(Query(query.drawing), 12, hosts=("nobody", "desk"))) == 12


def test_the_last_day_counts_to_its_end(tmp_path, encoder, draw_picture):
    from engine.days import day_start
    from engine.elsewhere import Record

    with closing(open_store(str(tmp_path / "s"), encoder.model_id, encoder.dim)) as store:
        vector = encoder.embed_photos([draw_picture("circle", "red")])[0]
        night = day_start(date(2020, 5, 5)) - 1
        store.upsert([Record("desk", "/a.jpg", b"a", night, encoder.model_id, vector)])
        finder = SharedFinder(store, encoder, "desk")
        drawing = draw_picture("circle", "black")
        assert len(finder.search(Query(drawing, until=date(2020, 5, 4)), 5)) == 1
        assert finder.search(Query(drawing, until=date(2020, 5, 3)), 5) == []
        assert finder.search(Query(drawing, since=date(2020, 5, 5)), 5) == []


def test_copies_on_several_machines_are_one_photo_where_they_are_grouped(both, photo_folder, draw_picture):
    _, finder = both
    drained(share(photo_folder, finder._store, "lap"))
    query = Query(draw_picture("circle", "black"))
    hits = finder.search(query, 24, group=True)
    assert all({place_of(one).host for one in (hit.path, *hit.copies)} == {"desk", "lap"} for hit in hits)
    assert len(finder.search(query, 24)) == 24


@pytest.mark.parametrize("within", ["C:\\Users\\me\\Pictures", "C:/Users/me/Pictures"])
def test_a_folder_of_a_windows_machine_is_named_as_it_is_there(within):
    assert where_of(Query(within=(PurePosixPath(within),))).folders == ("C:/Users/me/Pictures",)


def test_many_copies_leave_as_many_photos_as_were_asked_for(both, photo_folder, draw_picture, monkeypatch):
    _, finder = both
    monkeypatch.setattr("engine.collection.shared.ORDERED", 1)
    monkeypatch.setattr("engine.search.copies.NEAR", 1.1)  # the tiny model sees too little
    for machine in range(6):
        drained(share(photo_folder, finder._store, f"lap{machine}"))
    assert len(finder.search(Query(draw_picture("circle", "black")), 11, group=True)) == 11


def test_a_photo_it_is_not_like_comes_last_whatever_this_machine_is_called_there(
    both, photo_folder, draw_picture, encoder
):
    _, finder = both
    other = SharedFinder(finder._store, encoder, "another-name")
    first = path_of(other.search(Query(draw_picture("circle", "black")), 12)[0].path)
    hits = other.search(Query(draw_picture("circle", "black"), unlike=(Path(first),)), 12)
    assert path_of(hits[-1].path) == first


@pytest.mark.parametrize("both", ["shared"], indirect=True)
def test_what_several_machines_have_and_is_refused_comes_after_all_else(
    both, photo_folder, draw_picture, monkeypatch
):
    _, finder = both
    monkeypatch.setattr("engine.collection.shared.ORDERED", 1)
    for host in ("lap", "nas"):
        drained(share(photo_folder, finder._store, host))
    first = path_of(finder.search(Query(draw_picture("circle", "black")), 1)[0].path)
    hits = finder.search(Query(draw_picture("circle", "black"), unlike=(Path(first),)), 33)
    assert first not in {path_of(hit.path) for hit in hits}


@pytest.mark.parametrize("both", ["shared"], indirect=True)
def test_as_many_photos_are_ordered_however_many_machines_have_them(
    both, photo_folder, draw_picture, monkeypatch
):
    _, finder = both
    monkeypatch.setattr("engine.collection.shared.ORDERED", 8)
    for host in ("lap", "nas", "pi"):
        drained(share(photo_folder, finder._store, host))
    drawing, galleries, fill = Query(draw_picture("circle", "black")), [], finder._gallery
    monkeypatch.setattr(finder, "_gallery", lambda matches: galleries.append(fill(matches)) or galleries[-1])
    for how in ({"group": True}, {"order": Order.RERANKED}, {"order": Order.VARIED}):
        finder.search(drawing, 1, **how)
        assert len(galleries.pop().index) >= 8
    records = [one.record for one in best_contents(finder._store, finder._vector(drawing), 5, Where())]
    assert (len({one.digest for one in records}), len(records)) == (5, 20)


def test_a_query_of_nothing_finds_nothing(both):
    assert both[1].search(Query(), 5) == []
    with pytest.raises(ValueError, match="at least 1"):
        both[1].search(Query(), 0)


def test_a_folder_whose_drive_is_mute_is_searched_as_it_is_written(tmp_path, mute):
    folder = tmp_path / "net" / "trip"
    mute(folder.parent)
    assert where_of(Query(within=(folder / ".." / "trip",))).folders == (folder.as_posix(),)


def test_a_photo_it_is_not_like_is_not_waited_for_without_end(both, photo_folder, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(both[1]._digests, "_within_s", 0.2)
    hashed = []

    def hanging(file):
        hashed.append(file)
        gate.wait(60)
        return b"hash"

    monkeypatch.setattr("engine.collection.shared.content_hash", hanging)
    two = files(photo_folder)[:2]
    for _ in range(2):  # the second time it is silent already
        refused = both[1]._find_refused(Query(unlike=tuple(two)))
    gate.set()
    assert refused == {f"desk/{one.as_posix()}".encode() for one in two}
    assert sorted(hashed) == two


def test_a_photo_beside_the_drawing_is_asked_for_and_hashed_once_by_two_searches(both, photos_in, asked):
    stranger = photos_in(1) / "000.png"
    for _ in range(2):
        both[1].search(Query(like=(stranger,), unlike=(stranger,)), 3)
    assert sorted(asked) == ["hash a photo", "look at a photo", "read a photo"]
