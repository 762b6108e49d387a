"""With nothing drawn, the window lists a collection further and further, as somebody scrolls on."""

import os
from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest

from app.collection.chosen import ChosenCollection, keep_collection
from engine.collection.store import Record
from engine.collection.stores import open_store
from engine.elsewhere import place_of

from ..conftest import draw, no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen screen
MANY = 230


@pytest.fixture
def address(tmp_path):
    return str(tmp_path / "shared")


@pytest.fixture
def short_pages(monkeypatch):
    """Few photos come at once, and few are got ahead."""
    monkeypatch.setattr("app.collection.listing.PAGE", 9)
    monkeypatch.setattr("app.folder.searcher.FIRST", 6)
    monkeypatch.setattr("app.folder.searcher.PAGE", 8)
    monkeypatch.setattr("engine.search.newest.AHEAD", 8)


def fill(address, encoder, numbers):
    """Send photos of another machine, newer by a day each; two of every five have a copy on a third one."""
    vectors = np.random.default_rng(0).standard_normal((MANY + 1, encoder.dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with closing(open_store(address, encoder.model_id, encoder.dim)) as store:
        store.upsert(
            [
                Record(host, f"/{n}.jpg", b"%d" % n, 10**9 + n * 86_400, encoder.model_id, vectors[n])
                for n in numbers
                for host in (("anna", "ben") if n % 5 < 2 else ("anna",))
            ]
        )


def listed(window):
    """Return the numbers of the other machines' photos that are shown, in their seats."""
    places = [place_of(hit.path) for hit in window.grid.hits_model.hits]
    return [int(place.path[1:-4]) for place in places if place is not None]


@pytest.fixture
def window(address, tiny_encoder, make_window, photo_folder, short_pages, qtbot):
    """A window whose own photos are the oldest."""
    for path in photo_folder.rglob("*.*"):
        os.utime(path, (10**8, 10**8))
    fill(address, tiny_encoder, range(MANY))
    keep_collection(ChosenCollection(address, on=True))
    opened = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: no_longer_busy(opened) and newest(opened) == MANY - 1)
    return opened


def newest(window):
    """Return the number of the first photo that is shown, None where there is none or it is here."""
    numbers, hits = listed(window), window.grid.hits_model.hits
    return numbers[0] if numbers and place_of(hits[0].path) is not None else None


def test_the_list_goes_on_to_its_end_with_each_photo_once(window, qtbot):
    bar = window.grid.verticalScrollBar()
    assert len(listed(window)) < MANY

    def at_the_end():
        bar.setValue(bar.maximum())
        return window.grid.hits_model.rowCount() == MANY + 12

    qtbot.waitUntil(at_the_end)
    assert sorted(listed(window)) == list(range(MANY))


def test_what_was_sent_since_is_there_once_it_is_looked_for(window, address, tiny_encoder, qtbot):
    fill(address, tiny_encoder, [MANY])
    window.collecting.collection.look_again()
    qtbot.waitUntil(lambda: newest(window) == MANY)


def test_a_drawing_cleared_brings_them_back_and_a_narrowing_holds_for_them(window, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: not window.seating.shown.newest)
    window.canvas.clear()
    qtbot.waitUntil(lambda: window.seating.shown.newest and newest(window) == MANY - 1)
    time = window.photos_panel.timeline
    time.since, time.until = (datetime.fromtimestamp(10**9 + n * 86_400, UTC).date() for n in (3, 5))
    time.brushed.emit()
    qtbot.waitUntil(lambda: listed(window) == [5, 4, 3])
