from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QMainWindow

from app.frame.remembered import fit_screen
from app.library.chosen import ChosenFolders, keep_chosen, read_chosen

from ..conftest import no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.mark.parametrize("place", [(0, 0, 3000, 2000), (-500, -400, 700, 500), (5000, 5000, 640, 480)])
def test_a_window_opens_inside_its_screen_whatever_it_was_before(qtbot, place):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setGeometry(QRect(*place))
    fit_screen(window)
    assert window.screen().availableGeometry().contains(window.geometry())


def test_a_window_that_fits_stays_where_it_was(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setGeometry(20, 30, 640, 480)
    fit_screen(window)
    assert window.geometry() == QRect(20, 30, 640, 480)


def test_nothing_makes_the_window_larger_than_a_small_screen(indexed_window):
    least = indexed_window.minimumSizeHint()
    assert least.width() <= 800
    assert least.height() <= 560


def test_the_title_names_the_folder(indexed_window, tmp_path, qtbot):
    window = indexed_window
    assert window.windowTitle() == f"{window.session.library.folder.name} \N{EN DASH} FFMLN"
    other = tmp_path / "Ferien & Meer"
    other.mkdir()
    window.open_folder(other)
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert window.windowTitle() == "Ferien & Meer \N{EN DASH} FFMLN"


def test_what_is_remembered_survives_a_damaged_file(state_folder):
    assert read_chosen() is None
    for text in ("", "[]", '{"folders": "x"}', '{"folders": {}}', "\x00", "[" * 5000):
        (state_folder / "library.json").write_text(text)
        assert read_chosen() is None
    strange = Path("/photos/\udce4")
    keep_chosen(ChosenFolders((strange, Path("/b")), frozenset({strange})))
    assert read_chosen() == ChosenFolders((strange, Path("/b")), frozenset({strange}))
    assert read_chosen().on == (Path("/b"),)


def test_folders_removed_one_after_the_other_stay_removed(make_window, photos_in, qtbot):
    window, folders = make_window(), [photos_in(1, "one"), photos_in(1, "two")]
    window.folders.open(*folders)
    qtbot.waitUntil(lambda: no_longer_busy(window) and window.session.library is not None)
    for folder in folders:  # before what is left is open
        window.folders.remove(folder)
    window.close()
    assert read_chosen() == ChosenFolders()
