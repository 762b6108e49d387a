"""Photos in the cloud alone: none is downloaded that nobody asked to see."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.photos.reading import full_picture as module
from engine.errors import UnavailableError
from engine.pictures.cloud import IN_THE_CLOUD

from ..conftest import is_read, is_whole


@pytest.fixture
def cloud(monkeypatch, photos_in):
    """Three photos of which the last two are in the cloud alone, and which were opened."""
    photos, opened, open_photo = sorted(photos_in(3).iterdir()), [], module.open_photo

    def refuse(path):
        if path in photos[1:]:
            raise UnavailableError(IN_THE_CLOUD)

    monkeypatch.setattr(module, "refuse_in_the_cloud", refuse)
    monkeypatch.setattr(
        module, "open_photo", lambda path, **how: opened.append(path) or open_photo(path, **how)
    )
    return photos, opened


def test_neighbours_in_the_cloud_are_downloaded_only_once_they_are_looked_at(full, cloud, qtbot):
    (first, second, third), opened = cloud
    full.want(first, [second, third])
    qtbot.waitUntil(lambda: all(is_read(full, path) for path in (first, second, third)))
    assert opened == [first]
    full.want(second, [third, first])
    assert full.get(second) is None  # nothing is said of it that is over
    qtbot.waitUntil(lambda: is_read(full, second))
    assert full.get(second).levels
    assert opened == [first, second]


def test_a_photo_in_the_cloud_that_comes_unasked_is_not_downloaded_and_says_why(full, cloud, qtbot):
    (_, second, _), opened = cloud
    full.want(second, asked=False)
    qtbot.waitUntil(lambda: is_read(full, second))
    assert full.get(second).reason == IN_THE_CLOUD
    full.want(second)  # as before
    full.retry()
    full.want(second, asked=True)
    qtbot.waitUntil(lambda: is_read(full, second))
    assert full.get(second).levels
    assert opened == [second]


def test_a_photo_that_is_looked_at_while_it_is_left_in_the_cloud_is_read(full, cloud, qtbot, monkeypatch):
    (first, second, _), _ = cloud
    refuse, asked, may = module.refuse_in_the_cloud, threading.Event(), threading.Event()

    def slow(path):
        asked.set()
        assert may.wait(60)
        refuse(path)

    monkeypatch.setattr(module, "refuse_in_the_cloud", slow)
    full.want(first, [second])
    qtbot.waitUntil(asked.is_set)
    full.want(second, [first])
    may.set()
    qtbot.waitUntil(lambda: is_read(full, second))
    assert full.get(second).levels


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_following_the_first_hit_downloads_nothing_from_the_cloud(leafing, hits, qtbot, monkeypatch):
    def refuse(path):
        raise UnavailableError(IN_THE_CLOUD)

    monkeypatch.setattr("app.photos.reading.full_picture.refuse_in_the_cloud", refuse)
    leafing.follow.click()
    leafing.take_answer(tuple(hits[5:]))
    qtbot.waitUntil(lambda: IN_THE_CLOUD in leafing.picture.words)
    QTest.keyClick(leafing.picture, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: is_whole(leafing))
    QTest.keyClick(leafing.picture, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: is_whole(leafing))
    assert leafing.path == hits[5].path
    assert leafing.picture.words == ""
