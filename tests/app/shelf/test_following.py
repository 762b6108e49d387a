import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.drawing.svg_strokes import SavedSketch
from app.shelf.following import PRINTS, follow_renames
from app.shelf.store import Shelf
from engine.paths import data_dir
from engine.sketches.drawing import Stroke
from engine.sketches.kept import SHELF

from ..conftest import draw

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
    again = Shelf(shelf.folder)
    assert paths(shelf) == paths(again) == [(NOW,), (OTHER, NOW), (OTHER,)]
    assert again.load()[1].sketch.metadata == beside(NOW)
    assert len(files - {one.file for one in again.load()}) == 2  # other windows see other files


def test_windows_that_follow_at_once_keep_one_drawing_each(shelf):
    other = Shelf(shelf.folder)
    lying = other.load()
    follow_renames(shelf, {BEFORE: NOW})
    other.load = lambda: lying
    follow_renames(other, {BEFORE: NOW})
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


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_the_window_lets_a_drawing_follow_the_photo_that_it_found(indexed_window, photo_folder, qtbot):
    window = indexed_window
    draw(window, (0.2, 0.2), (0.8, 0.3), (0.3, 0.7))
    before = next(photo_folder.glob("*.png"))
    window.grid.used.emit([before])
    now = before.rename(photo_folder / "older" / "another name.png")
    with qtbot.waitSignal(window.session.indexed):
        QTest.keyClick(window, Qt.Key.Key_F5)
    assert [one.photos for one in window.shelving.keeper.drawings] == [(now,)]
    assert "another name.png" in window.shelving.bar.item(0).toolTip()
