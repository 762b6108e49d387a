import threading
from pathlib import Path

import pytest
from PIL import Image

from app.kiosk.captions import Captions
from app.kiosk.look import Look
from app.photos.grid.grid import PhotoGrid
from app.photos.grid.model import HitsModel
from app.photos.reading import thumbnails as module
from app.photos.reading.requests import WAITING
from app.photos.reading.thumbnails import Thumbnails, reduce
from app.photos.view.viewer import Viewer
from engine.library import Hit


@pytest.fixture
def thumbnails(qtbot):
    made = Thumbnails(64)
    yield made
    made.stop()


def test_a_thumbnail_shows_the_whole_photo():
    assert reduce(Image.new("RGB", (400, 100)), 64).size == (64, 16)
    assert reduce(Image.new("RGB", (20, 10)), 64).size == (20, 10)


def test_a_missing_picture_is_made_in_the_background(thumbnails, photo_folder, qtbot):
    path = next(path for path in photo_folder.iterdir() if path.is_file())
    with qtbot.waitSignal(thumbnails.ready) as ready:
        assert thumbnails.get(path) is None
    assert ready.args == [path]
    picture = thumbnails.get(path)
    assert picture is not None
    assert max(picture.width(), picture.height()) == 64


def test_a_broken_photo_is_tried_once_and_again_after_retry(thumbnails, tmp_path, qtbot):
    path = tmp_path / "broken.jpg"
    path.write_bytes(b"\xff\xd8\xff no photo")
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(path)
    assert thumbnails.is_broken(path)
    with qtbot.assertNotEmitted(thumbnails.ready, wait=200):
        assert thumbnails.get(path) is None
    Image.new("RGB", (80, 80), "green").save(path)
    thumbnails.retry()
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(path)
    assert thumbnails.get(path) is not None


def test_a_photo_that_changed_gets_a_new_picture_and_keeps_the_old_one_meanwhile(thumbnails, tmp_path, qtbot):
    path = tmp_path / "photo.png"
    Image.new("RGB", (80, 80), "green").save(path)
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.get(path)
    Image.new("RGB", (80, 80), "red").save(path)
    thumbnails.renew()
    with qtbot.waitSignal(thumbnails.ready):
        assert thumbnails.get(path).toImage().pixelColor(5, 5).name() == "#008000"
    assert thumbnails.get(path).toImage().pixelColor(5, 5).name() == "#ff0000"
    with qtbot.assertNotEmitted(thumbnails.ready, wait=200):
        thumbnails.get(path)


def colour(picture):
    return "" if picture is None else picture.toImage().pixelColor(5, 5).name()


def test_a_picture_that_was_being_made_while_its_photo_changed_is_made_again(qtbot, tmp_path, monkeypatch):
    begun, may, read = threading.Event(), threading.Event(), module.open_photo

    def slowly(path, *, side):
        photo = read(path, side=side)
        begun.set()
        assert may.wait(60)
        return photo

    monkeypatch.setattr(module, "open_photo", slowly)
    path, made = tmp_path / "photo.png", Thumbnails(64)
    Image.new("RGB", (80, 80), "green").save(path)
    made.get(path)
    assert begun.wait(60)
    Image.new("RGB", (80, 80), "red").save(path)
    made.renew()
    may.set()
    qtbot.waitUntil(lambda: colour(made.get(path)) == "#ff0000")
    made.stop()


@pytest.fixture
def slow(monkeypatch):
    """Decoding that waits for the test; returns what was decoded in order, and the gate."""
    order, gate = [], threading.Semaphore(0)

    def opened(path, *, side):
        order.append(path)
        gate.acquire()
        return Image.new("RGB", (8, 8))

    monkeypatch.setattr(module, "open_photo", opened)
    monkeypatch.setattr(module, "_THREADS", 1)
    return order, gate


def test_the_newest_request_comes_first_and_unseen_ones_are_dropped(slow, qtbot):
    order, gate = slow
    made = Thumbnails(64)
    try:
        made.get(Path("busy"))
        qtbot.waitUntil(lambda: order == [Path("busy")])
        for name in ("old", "unseen", "new"):
            made.get(Path(name))
        made.keep_only({Path("old"), Path("new")})
        qtbot.waitUntil(lambda: set(made._requests._reads) == {Path("old"), Path("new")})
        with qtbot.waitSignals([made.ready] * 3):
            for _ in range(3):
                gate.release()
        assert order == [Path("busy"), Path("new"), Path("old")]
    finally:
        gate.release()
        made.stop()


@pytest.mark.parametrize(
    "view",
    [lambda made: Viewer(HitsModel(made), made), lambda made: Look(made, Captions(Path("/nowhere")))],
    ids=["window", "kiosk"],
)
def test_a_photo_that_is_looked_at_does_not_wait_for_those_in_sight(slow, qtbot, view):
    order, gate = slow
    made = Thumbnails(64)
    looking = view(made)
    qtbot.addWidget(looking)
    reads = made._requests._reads
    try:
        made.get(Path("busy"))
        qtbot.waitUntil(lambda: order == [Path("busy")])
        for number in range(5):
            made.get(Path(f"/nowhere/{number}.jpg"))
        qtbot.waitUntil(lambda: len(reads) == 5)
        looking.look_at(Path("/nowhere/2.jpg"))
        assert max(reads, key=reads.__getitem__).name == "2.jpg"
    finally:
        gate.release(40)
        looking.stop()
        made.stop()


def test_pictures_in_sight_are_made_from_the_best_match_on_however_often_they_are_painted(slow, qtbot):
    order, gate = slow
    grid, photos = PhotoGrid(), [Hit(Path(f"/nowhere/{number}.jpg"), 0.5) for number in range(30)]
    qtbot.addWidget(grid)
    grid.resize(500, 400)
    reads = grid.thumbnails._requests._reads

    def wait_for(*order: int) -> None:
        def waiting() -> list[int]:
            return [int(path.stem) for path, _ in sorted([*reads.items()], key=lambda one: -one[1])]

        qtbot.waitUntil(lambda: waiting() == [*order])

    try:
        grid.thumbnails.get(Path("busy"))
        qtbot.waitUntil(lambda: order == [Path("busy")])
        with qtbot.waitExposed(grid):
            grid.show()
        grid.show_hits(photos[8::-1], from_top=True)
        grid.viewport().repaint()
        grid.show_hits(photos, from_top=True)  # a better answer, while those of the one before wait
        grid.viewport().repaint()
        seen = len(grid.visible_photos())
        grid.viewport().repaint(grid.place(seen - 1))
        wait_for(*range(seen))
        grid.updateGeometries()
        grid.verticalScrollBar().setValue(2 * grid.side)
        grid.viewport().repaint()
        gone, seen = 2 * grid.columns, len(grid.visible_photos())
        wait_for(*range(seen, seen + gone), *range(gone, seen))
        grid.show_hits(photos, from_top=True, ranking=photos[::-1])  # seats, while the pen moves
        seen = len(grid.visible_photos())
        grid.thumbnails.keep_only(grid.visible_photos())
        wait_for(*reversed(range(seen)))
    finally:
        gate.release(40)
        grid.thumbnails.stop()


def test_old_pictures_make_room(monkeypatch, thumbnails, photo_folder, qtbot):
    monkeypatch.setattr(module, "_KEPT_BYTES", 2 * 4 * 64 * 64)
    paths = sorted(path for path in photo_folder.rglob("*") if path.is_file())[:3]
    for path in paths:
        with qtbot.waitSignal(thumbnails.ready):
            thumbnails.get(path)
    assert thumbnails.get(paths[2]) is not None
    assert thumbnails.get(paths[0]) is None


def test_a_drive_that_does_not_answer_holds_up_no_end(qapp, monkeypatch, photo_folder):
    monkeypatch.setattr("app.threads.ending.END_S", 0.01)
    answers, reads = threading.Event(), threading.Event()
    monkeypatch.setattr(module, "open_photo", lambda *_, **__: reads.set() or answers.wait(60))
    thumbnails = module.Thumbnails(64)
    thumbnails.get(photo_folder / "photo.png")
    assert reads.wait(60)
    thumbnails.stop()
    assert any(thread.is_alive() for thread in thumbnails._decoders.threads)
    answers.set()


def test_there_is_room_for_all_pictures_in_sight_however_many(grid, monkeypatch, qtbot):
    monkeypatch.setattr(module, "_KEPT_BYTES", 1)
    photos = [Hit(Path(f"/nowhere/{number}.jpg"), 0.5) for number in range(400)]
    grid.set_tile_size(88)
    grid.resize(1900, 1100)
    grid.show_hits(photos, from_top=True)
    grid.repaint()
    in_sight = grid.visible_photos()
    assert len(in_sight) > WAITING
    qtbot.waitUntil(lambda: all(map(grid.thumbnails.is_broken, in_sight)))


def test_what_was_asked_for_lastingly_waits_however_much_else_is_asked_for(slow, qtbot):
    order, gate = slow
    made = Thumbnails(64)
    try:
        made.get(Path("busy"))
        qtbot.waitUntil(lambda: order == [Path("busy")])
        made.get(Path("lasting"), lasting=True)
        qtbot.waitUntil(lambda: Path("lasting") in made._requests._reads)
        made._requests.most = 3
        for number in range(6):
            made.get(Path(str(number)))
            qtbot.waitUntil(lambda number=number: Path(str(number)) in made._requests._reads)
        assert Path("lasting") in made._requests._reads
    finally:
        made._requests.close()
        gate.release()
        made.stop()
