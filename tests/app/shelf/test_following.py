import json
import os
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.ink.svg_strokes import SavedSketch
from app.folder.session import Session
from app.shelf.entries import PRINTS
from app.shelf.following import follow_renames
from app.shelf.store import PAPER, Shelf, write
from app.start.next_start import NextStart
from engine.errors import CatalogError
from engine.paths import data_dir
from engine.sketches.drawing import Stroke
from engine.sketches.kept import SHELF, Kept, read_kept
from engine.state.catalog import Catalog

from ..conftest import at_rest, draw
from ..waiting import answered, let_go

LINE = Stroke.through([(0.1, 0.1), (0.9, 0.4)])
BEFORE, NOW, OTHER = Path("/photos/a\udce4.jpg"), Path("/photos/old/b.jpg"), Path("/photos/c.jpg")


def beside(path: Path) -> dict[str, str]:
    """Return the words for a photo and for a picture of a photo beside the drawing, and a pasted picture."""
    like = [str(path), {"picture": "x.png", "path": str(path)}, {"picture": "y.png"}]
    return {PRINTS: json.dumps({"like": like, "unlike": [str(OTHER)], "balance": 0.6})}


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    shelf = Shelf(tmp_path / "shelf")
    shelf.put(SavedSketch((LINE,)), [OTHER])
    shelf.put(SavedSketch((LINE,), metadata=beside(BEFORE)), [OTHER, BEFORE])
    shelf.put(SavedSketch((LINE,)), [BEFORE])
    return shelf


def paths(shelf: Shelf) -> list[tuple[Path, ...]]:
    return [one.photos for one in shelf.load()]


def test_drawings_follow_to_the_paths_now_and_keep_their_order(shelf):
    files = {one.file for one in shelf.load()}
    assert follow_renames(shelf, {BEFORE: NOW, NOW: OTHER})
    assert paths(shelf) == [(NOW,), (OTHER, NOW), (OTHER,)]
    let_go(shelf)
    again = Shelf(shelf.folder)
    assert paths(shelf) == paths(again) == [(NOW,), (OTHER, NOW), (OTHER,)]
    assert again.load()[1].sketch.metadata == beside(NOW)
    assert len(files - {one.file for one in again.load()}) == 2  # other windows see other files


def test_without_a_window_they_are_on_the_disk_before_earlier_ones_go(shelf, monkeypatch):
    flushed, flush = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: (flushed.append(number), flush(number)))
    follow_renames(shelf, {BEFORE: NOW}, flushed=True)
    assert len(flushed) >= 2
    assert paths(Shelf(shelf.folder)) == [(NOW,), (OTHER, NOW), (OTHER,)]


def test_of_photos_beside_a_drawing_that_follow_to_one_file_the_first_stays(shelf):
    third = Path("/photos/d.jpg")
    like = [str(BEFORE), {"picture": "y.png"}, {"picture": "x.png", "path": str(OTHER)}]
    words = {PRINTS: json.dumps({"like": like, "unlike": [str(NOW), str(third)], "balance": 0.6})}
    shelf.put(SavedSketch((LINE,), metadata=words), [])
    follow_renames(shelf, {BEFORE: NOW, third: OTHER})
    let_go(shelf)
    given = json.loads(Shelf(shelf.folder).load()[0].sketch.metadata[PRINTS])
    assert given["like"] == [str(NOW), *like[1:]]
    assert given["unlike"] == []


def test_windows_that_follow_at_once_keep_one_drawing_each(shelf):
    other = Shelf(shelf.folder)
    lying = other.load()
    follow_renames(shelf, {BEFORE: NOW})
    other.load = lambda: lying
    follow_renames(other, {BEFORE: NOW})
    let_go(shelf)
    let_go(other)
    assert paths(Shelf(shelf.folder)) == [(NOW,), (OTHER, NOW), (OTHER,)]


@pytest.mark.parametrize("words", ["no words", "[]", '{"like": 5}', '{"like": [7], "unlike": []}'])
def test_words_that_say_nothing_stay_and_nothing_is_written_for_other_names(shelf, words):
    kept = shelf.put(SavedSketch((LINE,), metadata={PRINTS: words}), [])
    files = sorted(shelf.folder.iterdir())
    assert not follow_renames(shelf, {Path("/photos/none.jpg"): NOW})
    assert sorted(shelf.folder.iterdir()) == files
    assert kept.file in files


def test_the_terminal_lets_them_follow_too(run, photo_folder):
    run("index", photo_folder)
    before = next(photo_folder.glob("*.png"))
    shelf = Shelf(data_dir() / SHELF)
    shelf.put(SavedSketch((LINE,)), [before])
    now = before.rename(photo_folder / "older" / "new name.png")
    run("index", photo_folder)
    assert paths(shelf) == [(now,)]


def put_paper(*paths: Path) -> Path:
    """Leave a paper with these photos beside it for the next start; return its file."""
    paper = data_dir() / PAPER
    words = {PRINTS: json.dumps({"like": list(map(str, paths)), "unlike": [], "balance": 0.6})}
    write(Kept(paper, SavedSketch((LINE,), metadata=words)))
    return paper


def beside_paper() -> list[str]:
    return json.loads(read_kept(data_dir() / PAPER).sketch.metadata[PRINTS])["like"]


@pytest.mark.parametrize("has_window", [False, True])
def test_the_paper_follows_too_unless_a_window_has_it(run, photo_folder, has_window):
    run("index", photo_folder)
    before = next(photo_folder.glob("*.png"))
    paper = put_paper(before, OTHER)
    window = NextStart(data_dir(), wanted=has_window)
    now = before.rename(photo_folder / "older" / "new name.png")
    run("index", photo_folder)
    assert beside_paper() == [str(before if has_window else now), str(OTHER)]
    assert sorted(data_dir().glob("paper*.svg")) == [paper]
    window.release()
    run("index", photo_folder)  # nothing is renamed any more
    assert beside_paper() == [str(now), str(OTHER)]


def test_the_terminal_lets_them_follow_though_its_work_came_to_no_end(run, photo_folder, monkeypatch):
    run("index", photo_folder)
    before = next(photo_folder.glob("*.png"))
    shelf = Shelf(data_dir() / SHELF)
    shelf.put(SavedSketch((LINE,)), [before])
    put_paper(before)
    now = before.rename(photo_folder / "older" / "new name.png")
    lose_what_was_indexed(monkeypatch)
    assert run("index", photo_folder)[0] != 0
    assert (paths(shelf), beside_paper()) == ([(now,)], [str(now)])


def lose_what_was_indexed(monkeypatch) -> None:
    """Let the look at what was stored, at the end of a refresh, find that it is not there."""

    def confirm(*_: object, **__: object) -> None:
        raise CatalogError("The catalog did not keep what was indexed: start again.")

    monkeypatch.setattr(Catalog, "confirm", confirm)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_shelf_and_prints_follow_though_an_indexing_came_to_no_end(
    indexed_window, photo_folder, qtbot, monkeypatch
):
    window = indexed_window
    draw(window, (0.2, 0.2), (0.8, 0.3), (0.3, 0.7))
    answered(window, qtbot)
    before = next(photo_folder.glob("*.png"))
    window.grid.used.emit([before])
    window.drawing_panel.print_files.lay([before], like=True)
    now = before.rename(photo_folder / "older" / "another name.png")
    lose_what_was_indexed(monkeypatch)
    reports = []
    window.session.indexed.connect(reports.append)
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: [one.photos for one in window.shelving.keeper.drawings] == [(now,)])
    assert reports == []
    assert [one.path for one in window.canvas.document.prints.like] == [now]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_a_drawing_follows_to_the_photo_that_moved_and_not_to_an_old_copy(
    make_window, photos_in, many_photos, slow_encoder, qtbot
):
    folder = photos_in(2, "own")
    before, copy = folder / "000.png", folder / "a copy.png"
    shutil.copy(before, copy)
    os.utime(before, (1, 1))  # read last
    window = make_window(lambda: slow_encoder, folder=folder)
    slow_encoder.may.release(10)
    qtbot.waitUntil(lambda: window.session.state.photos == 3 and at_rest(window))
    Shelf(data_dir() / SHELF).put(SavedSketch((LINE,)), [before])
    window.shelving.keeper.look_again()
    while slow_encoder.may.acquire(blocking=False):
        pass
    slow_encoder.may.release()
    now = before.rename(folder / "now.png")
    many_photos.rename(folder / "new")
    with qtbot.waitSignal(window.session.grown):  # one handful of many
        QTest.keyClick(window, Qt.Key.Key_F5)
    seen = window.shelving.keeper.drawings[0].photos
    slow_encoder.may.release(1000)
    qtbot.waitUntil(lambda: [one.photos for one in window.shelving.keeper.drawings] == [(now,)])
    assert seen == (before,)


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
@pytest.mark.parametrize("end", ["pause", "cancel", "close"])
def test_all_that_goes_by_paths_waits_for_the_photo_that_moved_though_indexing_ends_in_its_midst(
    make_window, photos_in, many_photos, slow_encoder, qtbot, end
):
    folder = photos_in(3, "own")
    before, copy, gone = folder / "000.png", folder / "a copy.png", folder / "002.png"
    shutil.copy(before, copy)
    os.utime(before, (1, 1))  # read last
    slow_encoder.may.release(10)
    window = make_window(lambda: slow_encoder, folder=folder)
    qtbot.waitUntil(lambda: window.session.state.photos == 4 and at_rest(window))
    draw(window, (0.2, 0.2), (0.8, 0.3), (0.3, 0.7))
    qtbot.waitUntil(lambda: window.seating.is_settled and not window.live.found.newest)
    window.grid.used.emit([before])
    window.photos_panel.look_at(before)
    seats = [hit.path for hit in window.grid.hits_model.hits]
    while slow_encoder.may.acquire(blocking=False):
        pass
    slow_encoder.may.release()
    now = before.rename(folder / "now.png")
    gone.unlink()
    many_photos.rename(folder / "new")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state.photos > 4)
    slow_encoder.may.release()  # the handful at work
    if end == "close":
        window.close()
    else:
        with qtbot.waitSignal(window.session.indexing_ended):
            window.session.indexing.pause(True) if end == "pause" else window.session.indexing.cancel()

    def known(window):
        return [one.photos for one in window.shelving.keeper.drawings]

    assert known(window) == [(before,)]
    slow_encoder.may.release(1000)
    if end == "close":
        window = make_window(lambda: slow_encoder, folder=folder)
        qtbot.waitUntil(lambda: known(window) == [(now,)])
        return
    assert window.photos_panel.viewer.path == before
    window.session.indexing.pause(False) if end == "pause" else window.session.index()
    qtbot.waitUntil(lambda: known(window) == [(now,)])
    assert window.photos_panel.viewer.path == now
    here = [hit.path for hit in window.grid.hits_model.hits if hit.path.parent == folder]
    assert [one for one in here if one != copy] == [
        now if one == before else one for one in seats if one != gone
    ]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_drawings_follow_a_folder_of_the_library_that_was_renamed(make_window, photos_in, qtbot):
    folder = photos_in(3, "before")
    window = make_window(folder=folder)
    qtbot.waitUntil(lambda: window.session.state.photos == 3 and at_rest(window))
    photo = next(folder.iterdir())
    Shelf(data_dir() / SHELF).put(SavedSketch((LINE,)), [photo])
    window.close()
    put_paper(photo)
    now = folder.rename(folder.with_name("now"))
    window = make_window(folder=now)
    qtbot.waitUntil(lambda: window.session.state.photos == 3 and at_rest(window))
    assert [one.photos for one in window.shelving.keeper.drawings] == [(now / photo.name,)]
    assert [one.path for one in window.canvas.document.prints.like] == [now / photo.name]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_the_next_window_follows_what_was_indexed_while_none_was_open(
    make_window, run, photo_folder, qtbot, monkeypatch
):
    run("index", photo_folder)
    before = next(photo_folder.glob("*.png"))
    now = before.rename(photo_folder / "older" / "another name.png")
    run("index", photo_folder)
    Shelf(data_dir() / SHELF).put(SavedSketch((LINE,)), [before])  # as if that had been killed
    put_paper(before)
    monkeypatch.setattr(Session, "index", lambda _: None)
    window = make_window(folder=photo_folder)
    qtbot.waitUntil(lambda: window.session.library is not None)
    assert [one.photos for one in window.shelving.keeper.drawings] == [(now,)]
    assert [one.path for one in window.canvas.document.prints.like] == [now]
    assert beside_paper() == [str(now)]


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_the_window_lets_a_drawing_follow_the_photo_that_it_found(indexed_window, photo_folder, qtbot):
    window = indexed_window
    draw(window, (0.2, 0.2), (0.8, 0.3), (0.3, 0.7))
    answered(window, qtbot)
    before = next(photo_folder.glob("*.png"))
    window.grid.used.emit([before])
    now = before.rename(photo_folder / "older" / "another name.png")
    with qtbot.waitSignal(window.session.indexed):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert [one.photos for one in window.shelving.keeper.drawings] == [(now,)]
    assert "another name.png" in window.shelving.bar.item(0).toolTip()


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_a_photo_that_is_looked_at_is_followed_though_it_is_no_hit_any_more(
    indexed_window, photo_folder, qtbot
):
    window, path = indexed_window, next(photo_folder.glob("*.png"))
    window.photos_panel.look_at(path)
    window.grid.hits_model.drop([path])
    now = path.rename(photo_folder / "older" / "another name.png")
    QTest.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.photos_panel.viewer.path == now)
