"""The folders of the window's library: added, removed, switched off, put in order, remembered."""

import os
import shutil
from pathlib import Path
from threading import current_thread, main_thread

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMenu

from app.folder.state import Phase
from app.library.chosen import ChosenFolders, read_chosen
from engine.folders.scope import EVERYTHING
from engine.search.spread import Spread

from ..conftest import at_rest, draw, no_longer_busy
from ..folder_pages import entries, page, settled

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "grabbing the keyboard", r"raise\(\)"
)  # which the offscreen screen does not know


@pytest.fixture
def folders(photos_in, tmp_path) -> list[Path]:
    photos = sorted(photos_in(15).iterdir())
    made = [tmp_path / name for name in ("holiday", "garden", "scans & more")]
    for folder, first, end in zip(made, (0, 5, 12), (5, 12, 15), strict=True):
        folder.mkdir()
        for photo in photos[first:end]:
            shutil.move(photo, folder)
    return made


@pytest.fixture
def window(make_window, folders, qtbot):
    window = make_window()
    window.folders.open(*folders)
    qtbot.waitUntil(lambda: window.session.state.photos == 15 and at_rest(window))
    return window


def shown(window) -> set[Path]:
    return {hit.path for hit in window.live.found.hits}


def test_several_folders_stand_in_the_bar_and_in_the_title(window, folders):
    assert window.session.state.name == "holiday, garden, scans & more"
    assert window.folder_bar._name.text() == "holiday, garden, scans & more"
    assert "holiday, garden" in window.windowTitle()
    assert [one.photos for one in window.session.state.folders] == [5, 7, 3]
    assert read_chosen() == ChosenFolders(tuple(folders))


def test_the_list_tells_of_each_folder_and_opens_by_a_key(window, folders):
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    rows = page(window).rows
    assert [row.folder for row in rows] == folders
    assert [row.searched.text() for row in rows] == ["holiday", "garden", "scans && more"]
    assert [row._says.text() for row in rows] == ["5 photos", "7 photos", "3 photos"]
    assert all(row.searched.isChecked() for row in rows)


def test_the_tree_of_folders_begins_with_those_of_the_library(window, folders, qtbot):
    (folders[1] / "inner").mkdir()
    next(folders[1].glob("*.png")).rename(folders[1] / "inner" / "moved.png")
    window.session.retry()
    button = window.photos_panel.folders
    qtbot.waitUntil(lambda: Path("garden/inner") in button._spread.folders)
    button.open_tree()
    tree = button._tree.tree
    tops = [tree.topLevelItem(number).text(0) for number in range(tree.topLevelItemCount())]
    assert tops == ["All folders", "garden", "holiday", "scans & more"]
    button.choose([Path("garden")])
    qtbot.waitUntil(lambda: len(shown(window)) == 7)
    window.folders.remove(folders[0])
    qtbot.waitUntil(settled(window, 10))
    assert button.chosen == ()


def test_a_folder_switched_off_is_not_searched_until_it_is_on_again(window, folders, qtbot):
    draw(window)
    qtbot.waitUntil(lambda: window.live.found is not None and len(shown(window)) == 15)
    window.folders.show_list()
    row = page(window).rows[1]
    row.searched.click()
    qtbot.waitUntil(lambda: len(shown(window)) == 8)
    assert folders[1] not in {path.parent for path in shown(window)}
    assert read_chosen().off == {folders[1]}
    row.searched.click()
    qtbot.waitUntil(lambda: len(shown(window)) == 15)
    assert read_chosen().off == set()


def test_what_is_switched_off_is_not_looked_into_for_a_tick_below_it(window, folders):
    chooser = window.photos_panel.folders
    chooser.choose([Path(folders[0].name), Path(folders[1].name)])
    window.folders.switch(folders[0], False)
    assert chooser.chosen == (Path(folders[1].name),)


def test_what_is_switched_off_counts_nowhere(window, folders, qtbot, monkeypatch):
    with monkeypatch.context() as patch:
        patch.delattr(Spread, "within")  # which takes long where folders are many, and no tree is up
        window.folders.switch(folders[1], False)
        qtbot.waitUntil(lambda: "8 photos" in window.photos_panel.head._words.text())
    assert window.folder_bar._name.text() == "holiday, scans & more"
    assert window.folder_bar._count.text() == "8 photos"
    qtbot.waitUntil(lambda: "8 photos" in window.photos_panel.head._words.text())
    window.photos_panel.folders.open_tree()
    rows = window.photos_panel.folders._tree._items.values()
    counts = {row.text(0): row.text(1) for row in rows}
    assert counts == {"All folders": "8", "holiday": "5", "scans & more": "3"}
    window.folders.switch(folders[1], True)
    assert window.folder_bar._count.text() == "15 photos"
    qtbot.waitUntil(lambda: "15 photos" in window.photos_panel.head._words.text())


def test_escape_leaves_the_view_from_the_paper_too(window, qtbot):
    qtbot.waitUntil(lambda: window.live.found is not None and bool(window.live.found.hits))
    window.photos_panel.look_at(window.grid.hits_model.hits[0].path)
    draw(window)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.photos_panel.viewer.path is None
    assert not window.canvas.is_blank


def test_the_last_folder_stays_on(window, folders):
    window.folders.show_list()
    for row in page(window).rows:
        row.searched.click()
    assert [row.searched.isChecked() for row in page(window).rows] == [False, False, True]
    assert window.folders.searched == (folders[2],)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_what_is_left_of_the_library_is_searched_though_it_was_switched_off(
    make_window, folders, qtbot, is_forgotten
):
    window = make_window()
    window.folders.open(*folders[:2])
    qtbot.waitUntil(settled(window, 12))
    window.folders.switch(folders[1], False)
    window.upkeep._leave(folders[0]) if is_forgotten else window.folders.remove(folders[0])
    qtbot.waitUntil(settled(window, 7))
    assert read_chosen() == ChosenFolders((folders[1],))
    assert window.folders.off == frozenset()


def test_what_is_switched_off_is_so_at_the_next_start(window, folders, make_window, qtbot):
    window.folders.switch(folders[0], False)
    window.close()
    chosen = read_chosen()
    again = make_window()
    again.folders.open(*chosen.folders, off=chosen.off)
    qtbot.waitUntil(settled(again, 15))
    qtbot.waitUntil(lambda: again.live.found is not None and len(shown(again)) == 10)


def test_a_folder_is_added_beside_the_others(make_window, folders, monkeypatch, qtbot):
    window = make_window(folder=folders[0])
    qtbot.waitUntil(settled(window, 5))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folders[1]))
    window._actions.add_folder.trigger()
    qtbot.waitUntil(settled(window, 12))
    assert window.session.state.paths == tuple(folders[:2])
    assert read_chosen().folders == tuple(folders[:2])


def test_a_folder_that_is_there_already_is_not_added_again(window, folders):
    inner = folders[1] / "inner"
    inner.mkdir()
    window.folders.add(inner)
    assert window.notice.sentence == "The photos in inner are searched already: it lies in garden."
    window.folders.add(folders[1])
    assert window.notice.sentence == "The photos in garden are searched already."
    assert window.session.state.paths == tuple(folders)


def test_a_folder_is_removed_and_costs_nothing_when_it_comes_back(window, folders, tiny_encoder, qtbot):
    window.folders.show_list()
    entries(page(window).rows[1])["Remove from the library"].trigger()
    qtbot.waitUntil(settled(window, 8))
    assert [row.folder for row in page(window).rows] == [folders[0], folders[2]]
    assert read_chosen().folders == (folders[0], folders[2])
    window.folders.add(folders[1])
    with qtbot.waitSignal(window.session.indexed) as report:
        pass
    assert (report.args[0].photos, report.args[0].added) == (15, 0)


@pytest.mark.parametrize("is_drawn", [True, False])
def test_photos_of_a_folder_that_is_removed_leave_the_grid(window, folders, qtbot, is_drawn):
    if is_drawn:
        draw(window)
        qtbot.waitUntil(lambda: window.live.found is not None and not window.live.found.newest)
    qtbot.waitUntil(lambda: window.grid.hits_model.rowCount() == 15 and window.seating.is_settled)
    window.folders.remove(folders[1])
    qtbot.waitUntil(settled(window, 8))
    qtbot.waitUntil(lambda: window.grid.hits_model.rowCount() == 8)
    assert folders[1] not in {hit.path.parent for hit in window.grid.hits_model.hits}


def test_a_folder_is_opened_in_the_file_manager_once_its_drive_answers(window, folders, monkeypatch, qtbot):
    opened = []
    monkeypatch.setattr(
        "app.desktop.desktop.QDesktopServices.openUrl", lambda url: opened.append(url) or True
    )
    window.folders.show_list()
    entries(page(window).rows[1])["Open in the file manager"].trigger()
    qtbot.waitUntil(lambda: [Path(url.toLocalFile()) for url in opened] == [folders[1]])
    shutil.rmtree(folders[1])
    asked, isdir = [], os.path.isdir
    monkeypatch.setattr(os.path, "isdir", lambda path: asked.append(current_thread()) or isdir(path))
    entries(page(window).rows[1])["Open in the file manager"].trigger()
    qtbot.waitUntil(lambda: window.notice.sentence == f"The folder {folders[1]} is not there now.")
    assert main_thread() not in asked


def test_without_any_folder_the_window_is_as_at_first(window, folders, qtbot):
    for folder in folders:
        window.folders.remove(folder)
    qtbot.waitUntil(lambda: window.session.state.phase is Phase.NONE)
    assert window.live.found is None
    assert read_chosen() == ChosenFolders()


def test_folders_are_put_in_another_order(window, folders, qtbot):
    window.folders.show_list()
    first, second, third = (entries(row) for row in page(window).rows)
    assert not first["Move up"].isEnabled()
    assert not third["Move down"].isEnabled()
    second["Move up"].trigger()
    qtbot.waitUntil(settled(window, 15))
    assert window.session.state.paths == (folders[1], folders[0], folders[2])
    assert read_chosen().folders == (folders[1], folders[0], folders[2])


def test_a_folder_is_forgotten_and_the_others_stay_open(window, folders, qtbot, monkeypatch):
    monkeypatch.setattr(window.upkeep, "forget_folder", window.upkeep._leave)  # as after a Yes
    window.folders.show_list()
    entries(page(window).rows[0])["Forget…"].trigger()
    qtbot.waitUntil(settled(window, 10))
    assert window.session.state.paths == tuple(folders[1:])
    assert window.notice.sentence == "The folder and its 5 photos are forgotten; no file was touched."
    assert len(list(folders[0].iterdir())) == 5


def test_of_several_folders_the_menu_asks_which_one_is_meant(window, folders):
    window._actions.rules.trigger()
    menu = next(one for one in window.findChildren(QMenu) if one.isVisible() and one.actions())
    assert [one.text().replace("&&", "&") for one in menu.actions()] == [str(folder) for folder in folders]
    menu.close()


def test_a_folder_that_is_away_is_named_and_the_others_are_searched(window, folders, qtbot):
    folders[2].rename(folders[2].with_name("away"))
    window.session.retry()
    qtbot.waitUntil(lambda: bool(window.session.state.away) and no_longer_busy(window))
    assert [one.name for one in window.session.state.away] == ["scans & more"]
    assert "scans & more is not there now" in window.notice.sentence
    assert window.session.state.photos == 15
    window.folders.show_list()
    assert page(window).rows[2]._says.text() == "3 photos, not there now"
    page(window).close()
    folders[2].with_name("away").rename(folders[2])
    window.session.retry()
    qtbot.waitUntil(lambda: not window.session.state.away)
    assert window.notice.sentence == ""


def test_only_an_offline_folder_on_still_answers(window, folders, qtbot):
    folders[2].rename(folders[2].with_name("away"))
    window.session.retry()
    qtbot.waitUntil(lambda: bool(window.session.state.away) and no_longer_busy(window))
    window.folders.switch(folders[0], False)
    window.folders.switch(folders[1], False)
    qtbot.waitUntil(lambda: len(shown(window)) == 3)


def test_where_the_only_folder_on_cannot_be_read_none_that_is_off_is_searched(
    make_window, folders, tmp_path, qtbot
):
    window = make_window()
    missing = tmp_path / "never there"
    window.folders.open(folders[0], missing)
    qtbot.waitUntil(settled(window, 5))
    qtbot.waitUntil(lambda: window.live.found is not None and len(shown(window)) == 5)
    window.folders.switch(folders[0], False)
    assert window.folders.searched == (missing,)
    qtbot.waitUntil(lambda: not shown(window))


def test_folders_looked_at_while_others_are_come_next(window, folders, qtbot):
    next(folders[0].iterdir()).unlink()
    next(folders[1].iterdir()).unlink()
    window.session.indexing.look_at({folders[0]: EVERYTHING})
    window.session.indexing.look_at({folders[1]: EVERYTHING})
    qtbot.waitUntil(lambda: window.session.state.photos == 13)


def test_indexing_is_gentle_by_choice_and_stays_so(window, make_window):
    assert not window.session.indexing.is_gentle
    window._actions.gentle.trigger()
    assert window.session.indexing.is_gentle
    again = make_window()
    assert again.session.indexing.is_gentle
    assert again._actions.gentle.isChecked()
