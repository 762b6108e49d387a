"""Photos of the library beside the drawing show the thumbnails that the photos' room makes."""

from pathlib import Path

import pytest
from PIL import Image

from app.drawing.paper.prints import SHOWN_SIDE, Print
from engine.state.thumbnails import SIDE

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def photo(tmp_path):
    Image.new("RGB", (600, 300), "green").save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def lay(panel, path) -> Print:
    panel.print_files.lay([path], like=True)
    return panel.canvas.document.prints.find(path)


def test_a_print_shows_the_thumbnail_no_larger_than_it_needs(panel, thumbnails, photo, qtbot):
    one = lay(panel, photo)
    qtbot.waitUntil(lambda: not one.shown.isNull())
    assert (one.shown.width(), one.shown.height()) == (SHOWN_SIDE, SHOWN_SIDE / 2)
    assert thumbnails.get(photo).width() == 256
    panel.canvas.undo()
    other = lay(panel, photo)  # which is there at once
    assert other is not one
    assert not other.shown.isNull()


def test_a_small_photo_is_not_made_larger(panel, tmp_path, qtbot):
    Image.new("RGB", (20, 10)).save(tmp_path / "small.png")
    one = lay(panel, tmp_path / "small.png")
    qtbot.waitUntil(lambda: not one.shown.isNull())
    assert (one.shown.width(), one.shown.height()) == (20, 10)


def test_scrolling_among_the_photos_keeps_no_print_from_its_thumbnail(panel, thumbnails, monkeypatch):
    asked = []
    monkeypatch.setattr(thumbnails, "get", lambda path, **how: asked.append((path.name, how["lasting"])))
    lay(panel, Path("/a.jpg"))
    assert set(asked) == {("a.jpg", True)}


def test_a_photo_that_is_gone_says_its_name_until_it_is_back(panel, thumbnails, photo, tmp_path, qtbot):
    gone = photo.rename(tmp_path / "elsewhere.png")
    one = lay(panel, photo)
    qtbot.waitUntil(lambda: one.is_broken)
    gone.rename(photo)
    thumbnails.retry()
    assert one.is_broken  # its name is said while it is read
    qtbot.waitUntil(lambda: not one.shown.isNull())


def test_a_print_shows_what_its_photo_shows_now(panel, thumbnails, photo, qtbot):
    one = lay(panel, photo)
    qtbot.waitUntil(lambda: not one.shown.isNull())
    Image.new("RGB", (30, 30), "red").save(photo)
    thumbnails.renew()
    qtbot.waitUntil(lambda: one.shown.width() == 30)
    panel.canvas.undo()
    Image.new("RGB", (40, 40), "red").save(photo)
    thumbnails.renew()
    panel.canvas.redo()
    qtbot.waitUntil(lambda: one.shown.width() == 40)


def test_a_print_reads_no_photo_whose_kept_picture_is_large_enough(
    panel, thumbnails, photo, monkeypatch, qtbot
):
    thumbnails.set_side(SIDE + 200)
    kept = Image.new("RGB", (SIDE, SIDE // 2))
    monkeypatch.setattr(thumbnails._disk, "find", lambda path: kept)
    pushed, push = [], thumbnails._requests.push
    monkeypatch.setattr(
        thumbnails._requests, "push", lambda *args, **how: pushed.append(how) or push(*args, **how)
    )
    one = lay(panel, photo)
    qtbot.waitUntil(lambda: not one.shown.isNull())
    panel.strip.refresh()
    assert all(how.get("kept", True) for how in pushed)


def test_a_photo_that_goes_by_another_name_is_asked_for_by_that(panel, photo, tmp_path, qtbot):
    before = tmp_path / "before.png"
    one = lay(panel, before)
    qtbot.waitUntil(lambda: one.is_broken)
    panel.follow({before: photo})
    qtbot.waitUntil(lambda: not one.shown.isNull())


def test_a_picture_of_its_own_is_shown_and_no_thumbnail_of_its_file(panel, thumbnails, photo, qtbot):
    one = Print(photo, Image.new("RGB", (400, 400), "red"))
    prints = panel.canvas.document.prints.lay([one], like=True)
    panel.canvas.change(lambda document: document.lay(prints))
    assert one.shown.width() == SHOWN_SIDE
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(photo)
    assert one.shown.height() == SHOWN_SIDE
