import os
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from app.drawing.ink.svg_strokes import SavedSketch as Sketch
from app.pictures.images import as_png
from app.shelf.disk import DiskWork
from app.shelf.following import follow_renames
from app.shelf.store import MOST, Shelf, as_file, later_state, write
from engine.sketches.drawing import Stroke
from engine.sketches.kept import Kept, read_kept

from ..waiting import let_go

LINE = Stroke.through([(0.1, 0.1), (0.9, 0.4)])
CORNER = Stroke.through([(0.1, 0.1), (0.9, 0.4), (0.2, 0.8)], width=0.03)
RUBBED = Stroke.through([(0.5, 0.5)], eraser=True)
STRANGE = Path("/photos/a\udce4\n<&\"'.jpg")


def picture() -> bytes:
    image = Image.new("L", (80, 60), 255)
    ImageDraw.Draw(image).line((5, 5, 70, 50), fill=0, width=3)
    return as_png(image)


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "shelf")


def names(shelf: Shelf) -> list[tuple[int, tuple[Path, ...]]]:
    return [(len(one.sketch.strokes), one.photos) for one in shelf.load()]


def test_an_empty_shelf_has_no_folder(shelf):
    assert shelf.load() == []
    assert not shelf.folder.exists()


def test_a_drawing_comes_back_with_its_photos_whatever_their_names(shelf):
    shelf.put(Sketch((LINE, CORNER, RUBBED), picture()), [STRANGE, Path("/photos/b.jpg"), STRANGE])
    (kept,) = Shelf(shelf.folder).load()
    assert kept.photos == (STRANGE, Path("/photos/b.jpg"))
    assert kept.sketch.picture == picture()
    for one, other in zip(kept.sketch.strokes, (LINE, CORNER, RUBBED), strict=True):
        assert np.array_equal(one.points, other.points)
        assert (one.width, one.eraser) == (other.width, other.eraser)


def test_the_newest_comes_first_and_takes_the_place_of_its_earlier_state(shelf):
    first = shelf.put(Sketch((LINE,)), [Path("/a")])
    shelf.put(Sketch((CORNER,)), [])
    shelf.put(Sketch((LINE, CORNER)), [Path("/b")], instead_of=first)
    assert names(shelf) == [(2, (Path("/b"),)), (1, ())]


@pytest.fixture
def disk(monkeypatch):
    """A disk that takes nothing until it may."""
    may, flush = threading.Event(), os.fsync

    def flushed(number: int) -> None:
        assert may.wait(60)
        flush(number)

    monkeypatch.setattr(os, "fsync", flushed)
    yield may
    may.set()


@pytest.mark.parametrize("way", ["drawn on", "renamed"])
def test_an_earlier_state_goes_once_the_disk_has_the_new_one_and_is_not_shown_meanwhile(shelf, disk, way):
    first = shelf.put(Sketch((LINE,)), [Path("/a")])
    if way == "drawn on":
        shelf.put(Sketch((LINE, CORNER)), [Path("/b")], instead_of=first)
    else:
        shelf.put_in_place(Kept(later_state(first.file, "abcdef"), first.sketch, (Path("/b"),)))
    assert [one.photos for one in shelf.load()] == [(Path("/b"),)]
    assert first.file.is_file()
    disk.set()
    let_go(shelf)
    assert [one.photos for one in Shelf(shelf.folder).load()] == [(Path("/b"),)]


def test_a_state_that_another_window_has_just_written_and_reads_counts_as_written(shelf, monkeypatch):
    first = shelf.put(Sketch((LINE,)), [Path("/a")])
    now = Kept(later_state(first.file, "abcdef"), first.sketch, (Path("/b"),))
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "Denied")))
    with pytest.raises(PermissionError):
        shelf.put_in_place(now, flushed=True)
    now.file.write_bytes(as_file(now))
    shelf.put_in_place(now, flushed=True)
    assert list(shelf.folder.glob("*.svg")) == [now.file]


def test_an_earlier_state_stays_where_the_disk_does_not_take_the_new_one(shelf, monkeypatch):
    first = shelf.put(Sketch((LINE,)), [])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(5, "Input/output error")))
        shelf.put(Sketch((LINE, CORNER)), [], instead_of=first)
        let_go(shelf)
    for _ in range(2):  # asked once more, the disk would say that it has it
        assert [len(one.sketch.strokes) for one in shelf.load()] == [2]
        let_go(shelf)
        assert first.file.is_file()


def test_an_earlier_state_comes_back_where_the_one_after_it_cannot_be_read(shelf, disk):
    first = shelf.put(Sketch((LINE,)), [])
    shelf.put(Sketch((LINE, CORNER)), [], instead_of=first).file.write_bytes(b"")  # as a power cut leaves it
    again = Shelf(shelf.folder)
    assert [one.file for one in again.load()] == [first.file]
    third = again.put(Sketch((LINE, RUBBED)), [], instead_of=first)
    disk.set()
    let_go(shelf)
    let_go(again)
    assert list(shelf.folder.iterdir()) == [third.file]


def test_a_drawing_counts_once_for_every_process_while_its_states_wait_for_the_disk(shelf, disk):
    kept = [shelf.put(Sketch((LINE,)), [Path("/a"), Path(f"/{number}")]) for number in range(MOST)]
    follow_renames(shelf, {Path("/a"): Path("/b")})
    again = Shelf(shelf.folder)
    seen = names(again)
    again.remove(kept[30])
    again.put(Sketch((CORNER,)), [])
    again.put(Sketch((CORNER,)), [])
    disk.set()
    for one in (shelf, again):
        let_go(one)
    assert [photos for _, photos in seen] == [(Path("/b"), Path(f"/{number}")) for number in range(MOST)][
        ::-1
    ]
    left = names(Shelf(shelf.folder))
    assert left == [(1, ()), (1, ()), *seen[:29], *seen[30:-1]]
    assert len(list(shelf.folder.iterdir())) == MOST


def test_what_another_process_left_beside_what_took_its_place_goes_at_the_next_start(shelf, disk):
    first = shelf.put(Sketch((LINE,)), [])
    second = shelf.put(Sketch((LINE, CORNER)), [], instead_of=first)
    data = first.file.read_bytes()
    disk.set()
    let_go(shelf)
    first.file.write_bytes(data)
    again = Shelf(shelf.folder)
    assert [one.file for one in again.load()] == [second.file]
    let_go(again)
    assert list(shelf.folder.iterdir()) == [second.file]


def test_files_that_somebody_laid_there_are_drawings_of_their_own_also_renamed_and_drawn_on(shelf):
    shelf.folder.mkdir()
    for name in ("a-1", "a-2"):
        write(Kept(shelf.folder / f"{name}.svg", Sketch((LINE,)), (Path("/a"),)))
    follow_renames(shelf, {Path("/a"): Path("/b")})
    shelf.put(Sketch((LINE, CORNER)), [], instead_of=shelf.load()[0])
    let_go(shelf)
    assert names(Shelf(shelf.folder)) == [(2, ()), (1, (Path("/b"),))]
    assert len(list(shelf.folder.iterdir())) == 2


def test_work_is_done_though_the_system_gave_no_thread_once(monkeypatch):
    work, done, start = DiskWork("work"), [], threading.Thread.start

    def fail(_: threading.Thread) -> None:
        monkeypatch.setattr(threading.Thread, "start", start)
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    for number in range(2):
        work.do(partial(done.append, number))
    assert work.wait(60)
    assert done == [0, 1]


def test_a_drawing_that_comes_back_to_its_names_before_the_disk_was_there_stays(shelf, disk):
    shelf.put(Sketch((LINE,)), [Path("/a")])
    follow_renames(shelf, {Path("/a"): Path("/b")})
    follow_renames(shelf, {Path("/b"): Path("/a")})
    disk.set()
    let_go(shelf)
    assert [one.photos for one in Shelf(shelf.folder).load()] == [(Path("/a"),)]
    assert len(list(shelf.folder.iterdir())) == 1


def test_a_drawing_removed_before_the_disk_was_there_takes_its_earlier_state_with_it(shelf, disk):
    first = shelf.put(Sketch((LINE,)), [])
    shelf.remove(shelf.put(Sketch((LINE, CORNER)), [], instead_of=first))
    disk.set()
    let_go(shelf)
    assert Shelf(shelf.folder).load() == []


def test_the_oldest_of_a_full_shelf_stays_where_it_is_to_be_spared(shelf):
    kept = [shelf.put(Sketch((LINE,)), [Path(f"/{number}")]) for number in range(MOST)]
    shelf.put(Sketch((CORNER,)), [], spared=kept[0])
    left = {one.file for one in shelf.load()}
    assert (len(left), kept[0].file in left, kept[1].file in left) == (MOST, True, False)


def test_the_shelf_keeps_the_last_ones(shelf):
    for number in range(MOST + 3):
        shelf.put(Sketch((LINE,)), [Path(f"/{number}")])
    assert [one.photos[0].name for one in shelf.load()] == [str(MOST + 2 - place) for place in range(MOST)]
    assert len(list(shelf.folder.iterdir())) == MOST


def test_drawings_are_removed_one_by_one_or_all(shelf):
    first, second, third = (shelf.put(Sketch((LINE,)), [Path(f"/{number}")]) for number in range(3))
    shelf.remove(second)
    assert [one.photos for one in shelf.load()] == [third.photos, first.photos]
    shelf.clear()
    assert shelf.load() == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg",
        b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>',
        b"\x00" * 900,
    ],
)
def test_what_is_no_drawing_of_this_program_is_passed_over_and_stays(shelf, data):
    kept = shelf.put(Sketch((LINE,)), [])
    strange = shelf.folder / "9.svg"
    strange.write_bytes(data)
    assert [one.file for one in shelf.load()] == [kept.file]
    assert strange.read_bytes() == data


@pytest.mark.parametrize("photos", ["{", "3", "[1]", '[["a"]]', "null"])
def test_photos_that_are_no_list_of_names_are_no_drawing(tmp_path, photos):
    file = tmp_path / "a.svg"
    write(Kept(file, Sketch((LINE,), metadata={"photos": photos})))
    assert read_kept(file) is None


def test_a_drawing_that_cannot_be_written_leaves_the_earlier_one(tmp_path, monkeypatch):
    file = tmp_path / "paper.svg"
    write(Kept(file, Sketch((LINE,))))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        write(Kept(file, Sketch((CORNER,))))
    assert len(read_kept(file).sketch.strokes[0].points) == 2
    assert [one.name for one in tmp_path.iterdir()] == ["paper.svg"]


def test_a_drawing_too_large_to_be_read_again_is_not_written(tmp_path, monkeypatch):
    file = tmp_path / "paper.svg"
    write(Kept(file, Sketch((LINE,))))
    pressed = Stroke(
        np.linspace(0, 1, 20, dtype=np.float32).reshape(-1, 2), widths=np.full(10, 0.01, np.float32)
    )
    monkeypatch.setattr("engine.sketches.svg_reader._MOST_ELEMENTS", 14)
    write(Kept(file, Sketch((LINE,))))
    with pytest.raises(OSError, match="large"):
        write(Kept(file, Sketch((pressed,))))
    assert read_kept(file) is not None
    monkeypatch.setattr("engine.sketches.svg_reader._MOST_ELEMENTS", 15)
    write(Kept(file, Sketch((pressed,))))
    assert len(read_kept(file).sketch.strokes[0].points) == 10


def test_the_newest_stays_though_the_clock_goes_back(shelf, monkeypatch):
    for number in range(MOST):
        shelf.put(Sketch((LINE,)), [Path(f"/{number}")])
    monkeypatch.setattr("time.time_ns", lambda: 10**18)
    shelf.put(Sketch((CORNER,)), [Path("/new")])
    drawings = shelf.load()
    assert len(drawings) == MOST
    assert drawings[0].photos == (Path("/new"),)


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_drawing_continues_what_it_began_as(few, many):
    strokes = (LINE, CORNER, RUBBED)
    one, other = Sketch(strokes[:many]), Sketch(strokes[:few])
    assert one.continues(other) == (many >= few)
    assert len(one.states()) == many
    assert one.states()[:few] == other.states()[:many]


@pytest.mark.parametrize(
    "other",
    [
        Sketch((CORNER,)),
        Sketch((Stroke(LINE.points, 0.05),)),
        Sketch((Stroke(LINE.points, LINE.width, eraser=True),)),
        Sketch((Stroke(LINE.points + np.float32(0.01)),)),
        Sketch((LINE,), b"picture"),
    ],
)
def test_another_drawing_is_not_continued(other):
    one = Sketch((LINE, CORNER))
    assert not one.continues(other)
    assert not {*one.states()} & {*other.states()}


def test_a_drawing_that_was_kept_has_the_states_that_it_had(shelf):
    kept = shelf.put(Sketch((LINE, CORNER, RUBBED), picture(), (0.1, 0.2, 0.7)), [])
    states = read_kept(kept.file).sketch.states()
    assert (states, len(states)) == (kept.sketch.states(), 4)
