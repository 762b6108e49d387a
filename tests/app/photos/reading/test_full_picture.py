"""Photos at full size: read off-thread, the one looked at first, three at most."""

import threading

import pytest
from PIL import ExifTags, Image

from app.photos.reading import full_picture as module
from app.photos.reading.full_picture import whole_size

from ..conftest import is_read


def test_a_photo_comes_whole_upright_once_and_with_what_its_file_says(full, tmp_path, qtbot):
    path, exif = tmp_path / "lying.jpg", Image.Exif()
    exif[ExifTags.Base.Orientation], exif[ExifTags.Base.Model] = 6, "X100"
    picture = Image.new("RGB", (200, 100), "red")
    picture.paste("blue", (0, 0, 100, 100))  # on the left, and on top once it is upright
    picture.save(path, exif=exif, quality=95)
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    shown = full.get(path)
    image = shown.levels[0]
    assert (image.width(), image.height()) == (100, 200) == shown.size.toTuple() == shown.facts.size
    assert image.pixelColor(50, 20).blue() > 200
    assert image.pixelColor(50, 180).red() > 200
    assert shown.facts.camera == "X100"


def test_heic_is_shown_too(full, tmp_path, qtbot):
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    path = tmp_path / "phone.heic"
    Image.new("RGB", (128, 64), (0, 128, 0)).save(path, quality=90)
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    assert full.get(path).levels[0].size().toTuple() == (128, 64)


def test_large_photos_come_in_real_pixels_with_levels_for_every_zoom(full, tmp_path, qtbot):
    path = tmp_path / "large.jpg"
    Image.new("RGB", (4200, 2800), "navy").save(path)
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    sizes = [level.size().toTuple() for level in full.get(path).levels]
    assert sizes == [(4200, 2800), (2100, 1400), (1050, 700)]
    assert not full.get(path).is_reduced


def test_a_photo_above_the_limit_is_reduced_to_it_and_its_real_size_is_known(
    full, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr(module, "MOST", 10_000)
    path = tmp_path / "photo.png"
    Image.new("RGB", (400, 300), "navy").save(path)
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    shown = full.get(path)
    assert shown.is_reduced
    assert 9_000 <= shown.levels[0].width() * shown.levels[0].height() <= 11_000
    assert shown.size.toTuple() == (400, 300)


def test_the_way_up_of_a_photo_is_that_of_its_picture_whatever_its_header_says():
    assert whole_size((4032, 3024), (300, 400)).toTuple() == (3024, 4032)
    assert whole_size((4032, 3024), (400, 300)).toTuple() == (4032, 3024)
    assert whole_size(None, (400, 300)).toTuple() == (400, 300)


def test_only_the_photo_and_its_neighbours_are_kept(full, photo_folder, qtbot):
    paths = sorted(path for path in photo_folder.iterdir() if path.is_file())
    for place in range(1, len(paths) - 1):
        full.want(paths[place], [paths[place + 1], paths[place - 1]])
        qtbot.waitUntil(lambda near=paths[place - 1 : place + 2]: all(is_read(full, path) for path in near))
        assert set(full._kept) == set(paths[place - 1 : place + 2])
    full.want(None)
    assert not full._kept


def test_neighbours_are_kept_smaller_and_become_whole_when_they_are_looked_at(
    full, tmp_path, qtbot, monkeypatch
):
    monkeypatch.setattr(module, "NEIGHBOURS", 2_500)
    first, second = (tmp_path / f"{name}.png" for name in "ab")
    for path in (first, second):
        Image.new("RGB", (100, 100), "navy").save(path)

    def width(path):
        picture = full.get(path)
        return picture.levels[0].width() if picture is not None and picture.levels else 0

    full.want(first, [second])
    qtbot.waitUntil(lambda: (width(first), width(second)) == (100, 50))
    full.want(second, [first])
    assert width(second) == 50  # at once
    assert width(first) == 0  # too large for one that nobody looks at
    qtbot.waitUntil(lambda: (width(first), width(second)) == (50, 100))


@pytest.fixture
def slow(monkeypatch):
    """Reading that waits for the test; the paths in the order of reading, and the gate."""
    order, gate, whole = [], threading.Semaphore(0), module.open_photo

    def opened(path, *, side):
        order.append(path.name)
        gate.acquire()
        return whole(path, side=side)

    monkeypatch.setattr(module, "open_photo", opened)
    yield order, gate
    gate.release(100)


def test_photos_left_before_they_were_read_are_given_up_and_the_latest_is_read(full, slow, photos_in, qtbot):
    order, gate = slow
    paths = sorted(photos_in(20).iterdir())
    full.want(paths[0])
    qtbot.waitUntil(lambda: len(order) == 1)
    for path in paths[1:]:
        full.want(path)
    gate.release(100)
    qtbot.waitUntil(lambda: is_read(full, paths[-1]))
    assert order[0] == paths[0].name
    assert order[-1] == paths[-1].name
    assert len(order) <= 3  # each thread may have been at one that was left
    assert set(full._kept) == {paths[-1]}


def test_a_photo_does_not_wait_for_the_one_before_it(full, slow, photos_in, qtbot):
    order, _ = slow
    paths = sorted(photos_in(2).iterdir())
    full.want(paths[0])
    qtbot.waitUntil(lambda: len(order) == 1)
    full.want(paths[1])
    qtbot.waitUntil(lambda: order == [paths[0].name, paths[1].name])


def test_neighbours_wait_until_the_photo_itself_is_there_and_come_one_after_the_other(
    full, slow, photos_in, qtbot
):
    order, gate = slow
    first, second, third = sorted(photos_in(3).iterdir())
    full.want(second, [third, first])
    qtbot.waitUntil(lambda: order == [second.name] and full.get(second) is not None)
    with qtbot.waitSignal(full.told, timeout=200, raising=False) as told:
        pass
    assert not told.signal_triggered
    assert order == [second.name]
    gate.release()
    qtbot.waitUntil(lambda: is_read(full, second) and order == [second.name, third.name])
    with qtbot.waitSignal(full.destroyed, timeout=200, raising=False):
        pass
    assert order == [second.name, third.name]
    gate.release(2)
    qtbot.waitUntil(lambda: order == [second.name, third.name, first.name])


def test_what_is_wrong_with_a_file_is_a_sentence_and_is_tried_again_when_told_so(full, tmp_path, qtbot):
    path = tmp_path / "photo.png"
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    assert full.get(path).reason == "there is no such file."
    assert not full.get(path).levels
    Image.new("RGB", (30, 20), "navy").save(path)
    full.retry()
    qtbot.waitUntil(lambda: bool(full.get(path).levels))
    assert full.get(path).reason == ""


def test_a_photo_that_changed_is_read_again_and_the_old_one_stays_meanwhile(full, tmp_path, qtbot):
    path = tmp_path / "photo.png"
    Image.new("RGB", (30, 20), "navy").save(path)
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    Image.new("RGB", (60, 20), "navy").save(path)
    seen = []
    full.told.connect(lambda told: seen.append(full.get(told).levels[0].width()))
    full.renew()
    qtbot.waitUntil(lambda: full.get(path).levels[0].width() == 60)
    assert seen == [60]


def test_an_incomplete_file_is_shown_as_far_as_it_goes_with_a_remark(full, tmp_path, qtbot):
    path = tmp_path / "cut.jpg"
    Image.radial_gradient("L").convert("RGB").resize((640, 480)).save(path, quality=95)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 4 // 5])
    full.want(path)
    qtbot.waitUntil(lambda: is_read(full, path))
    assert full.get(path).levels
    assert full.get(path).remark.startswith("the file is incomplete")


def test_what_is_being_read_is_not_begun_anew_when_others_are_tried_again(full, tmp_path, monkeypatch, qtbot):
    path, begun, may_end, read = tmp_path / "slow.png", [], threading.Event(), module.open_photo
    Image.new("RGB", (64, 48)).save(path)

    def slow(*arguments, **more):
        begun.append(arguments)
        assert may_end.wait(60)
        return read(*arguments, **more)

    monkeypatch.setattr(module, "open_photo", slow)
    full.want(path)
    qtbot.waitUntil(lambda: len(begun) == 1)
    full.retry()
    may_end.set()
    qtbot.waitUntil(lambda: is_read(full, path))
    assert len(begun) == 1
