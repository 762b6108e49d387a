import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image
from PySide6.QtCore import Qt

from app.photos.grid.model import HitsModel
from app.photos.reading import thumbnails as module
from app.photos.reading.thumbnails import Thumbnails
from app.photos.view.details import date
from app.photos.view.viewer import Viewer
from engine.library import Hit, Library
from engine.pictures.dates import resolve
from engine.state.thumbnail_file import ThumbnailFile
from engine.state.thumbnails import SIDE


@pytest.fixture
def make_thumbnails():
    made = []

    def make(side):
        made.append(Thumbnails(side))
        return made[-1]

    yield make
    for one in made:
        one.stop()


@pytest.fixture
def indexed(tmp_path, tiny_encoder, make_model):
    """A folder of one large photo, indexed by an encoder that reads photos large."""
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (900, 600), "green").save(folder / "photo.png")
    with closing(Library(folder, tiny_encoder)) as library:
        for _ in library.refresh():
            pass
    return folder


def made(thumbnails, path, qtbot):
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(path)
    return thumbnails.get(path)


def test_a_photo_of_a_folder_that_went_away_is_shown_by_its_small_picture(make_thumbnails, indexed, qtbot):
    indexed.rename(indexed.with_name("away"))
    assert made(make_thumbnails(32), indexed / "photo.png", qtbot).width() == 32


def test_what_is_kept_comes_from_the_disk_and_not_from_the_photo(
    make_thumbnails, indexed, qtbot, monkeypatch, state_folder
):
    with closing(ThumbnailFile(state_folder)) as file:
        file.keep_only([])
    path = indexed / "photo.png"
    made(make_thumbnails(64), path, qtbot)  # by the window, which keeps it larger than the tile
    monkeypatch.setattr(module, "open_photo", lambda *_, **__: pytest.fail("the photo was read"))
    assert made(make_thumbnails(SIDE), path, qtbot).width() == SIDE


def test_a_large_tile_shows_what_is_kept_and_then_the_photo(make_thumbnails, indexed, qtbot, state_folder):
    with closing(ThumbnailFile(state_folder)) as file:
        file.keep_only([])
    path = indexed / "photo.png"
    made(make_thumbnails(64), path, qtbot)
    large = make_thumbnails(640)
    assert made(large, path, qtbot) is not None
    qtbot.waitUntil(lambda: large.get(path).width() == 640)


def test_a_photo_that_lies_in_the_cloud_alone_is_not_downloaded_for_the_grid(
    make_thumbnails, indexed, qtbot, state_folder, monkeypatch
):
    with closing(ThumbnailFile(state_folder)) as file:
        file.keep_only([])
    monkeypatch.setattr("engine.pictures.cloud._RECALLED", -1)
    looked, path = Path.stat, indexed / "photo.png"
    facts = {name: getattr(path.stat(), name) for name in dir(path.stat()) if name.startswith("st_")}
    told = SimpleNamespace(**facts, st_file_attributes=0x400000)
    monkeypatch.setattr(Path, "stat", lambda one, **how: told if one == path else looked(one, **how))
    monkeypatch.setattr(module, "open_photo", lambda path, **_: Image.open(path))
    thumbnails = make_thumbnails(64)
    thumbnails.get(path)
    qtbot.waitUntil(lambda: thumbnails.is_broken(path))


def test_a_large_tile_of_a_photo_that_went_away_keeps_what_there_is(
    make_thumbnails, indexed, qtbot, state_folder
):
    with closing(ThumbnailFile(state_folder)) as file:
        file.keep_only([])
    path = indexed / "photo.png"
    made(make_thumbnails(64), path, qtbot)
    indexed.rename(indexed.with_name("away"))
    large = make_thumbnails(640)
    assert made(large, path, qtbot).width() == SIDE
    qtbot.waitUntil(lambda: path in large._unsharp)
    assert large.get(path).width() == SIDE
    assert not large.is_broken(path)


def test_what_is_asked_for_elsewhere_survives_scrolling_in_the_grid(make_thumbnails, qtbot, monkeypatch):
    gate, order = threading.Semaphore(0), []

    def opened(path, *, side):
        order.append(path)
        gate.acquire()
        return Image.new("RGB", (8, 8))

    monkeypatch.setattr(module, "open_photo", opened)
    monkeypatch.setattr(module, "_THREADS", 1)
    thumbnails = make_thumbnails(64)
    thumbnails.get(Path("/busy"))
    qtbot.waitUntil(lambda: order == [Path("/busy")])
    thumbnails.get(Path("/shelf"), lasting=True)
    thumbnails.get(Path("/grid"))
    thumbnails.keep_only(())
    with qtbot.waitSignals([thumbnails.ready] * 2):
        gate.release(2)
    assert order == [Path("/busy"), Path("/shelf")]
    gate.release(9)


@pytest.fixture
def model(make_thumbnails, indexed):
    model = HitsModel(make_thumbnails(64))
    model.set_hits([Hit(indexed / "photo.png", 0.5)])
    return model


def test_a_photo_that_is_away_says_so_to_eyes_and_screen_readers(model, indexed, qtbot):
    spoken = lambda: model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)  # noqa: E731
    assert "offline" not in spoken()
    with qtbot.waitSignal(model.dataChanged):
        model.set_away([indexed])
    assert spoken() == "photo.png, match 1, offline"
    assert "its folder is not there" in model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    model.set_away([indexed / "other"])
    assert not model.is_away(indexed / "photo.png")


def test_the_view_shows_the_thumbnail_of_a_photo_that_is_away_and_says_so(model, indexed, qtbot):
    viewer = Viewer(model, model._thumbnails)
    qtbot.addWidget(viewer)
    indexed.rename(indexed.with_name("away"))
    model.set_away([indexed])
    viewer.look_at(indexed / "photo.png")
    try:
        qtbot.waitUntil(lambda: bool(viewer.picture.levels))
        assert viewer.picture.words == "This photo is offline. This is its thumbnail, enlarged."
        qtbot.waitUntil(lambda: (full := viewer._full.get(viewer.path)) is not None and full.is_read)
        assert viewer.picture.words == "This photo is offline. This is its thumbnail, enlarged."
    finally:
        viewer.stop()


@pytest.mark.parametrize("remembered", [True, False])
def test_of_a_photo_that_is_gone_the_view_tells_date_and_path_as_the_catalog_knows_them(
    model, indexed, tiny_encoder, qtbot, remembered
):
    path = indexed / "photo.png"
    details = path.stat()
    path.unlink()
    if remembered:  # that it is gone was noticed; it stays known for a while
        with closing(Library(indexed, tiny_encoder)) as library:
            for _ in library.refresh():
                pass
    viewer = Viewer(model, model._thumbnails)
    qtbot.addWidget(viewer)
    viewer.look_at(path)
    try:
        qtbot.waitUntil(lambda: (full := viewer._full.get(viewer.path)) is not None and full.is_read)
        name, when, _, where = viewer.details.texts
        assert (name, where) == ("photo.png", str(path))
        assert when == f"Date of the file: {date(resolve(None, details.st_mtime_ns))}"
        assert viewer.picture.words.startswith("This photo is not in its folder any more.")
        model.set_away([indexed])
        assert viewer.picture.words.startswith("This photo is offline")
    finally:
        viewer.stop()


def test_what_could_not_be_read_is_painted_anew_once_that_is_tried_again(model, qtbot):
    with qtbot.waitSignals([model.dataChanged, model.dataChanged]):
        model._thumbnails.retry()
        model._thumbnails.renew()
