"""How a person arranged the folders is there at the next start, though another one was chosen after that."""

import pytest

from app.library.chosen import ChosenFolders, read_chosen

from ..conftest import at_rest

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def window(make_window, folders, qtbot):
    window = make_window()
    window.folders.open(*folders)
    qtbot.waitUntil(lambda: window.session.state.photos == 9 and at_rest(window))
    return window


@pytest.mark.parametrize("ends", ["closed", "killed"])
def test_a_folder_that_was_removed_stays_so(window, folders, photos_in, ends):
    window.folders.switch(folders[1], False)
    window.folders.remove(folders[0])
    window.folders.open(photos_in(1, "another"))
    if ends == "closed":
        window.close()
    assert read_chosen() == ChosenFolders(tuple(folders[1:]), frozenset([folders[1]]))


def test_a_folder_that_is_added_is_remembered_at_the_end_and_not_before(window, folders, photos_in):
    window.folders.add(added := photos_in(1, "added"))
    window.folders.open(photos_in(1, "another"))
    assert read_chosen().folders == tuple(folders)
    window.close()
    assert read_chosen().folders == (*folders, added)


def test_the_other_folder_is_remembered_once_it_is_open(window, folders, photos_in, qtbot):
    window.folders.remove(folders[0])
    window.folders.open(other := photos_in(1, "another"))
    qtbot.waitUntil(lambda: window.session.state.photos == 1 and at_rest(window))
    window.close()
    assert read_chosen().folders == (other,)


def test_what_an_earlier_version_kept_in_other_letters_stays_switched_off(window, folders):
    window.folders.off = frozenset([folders[0].with_name("ONE")])
    window.session.opened.emit()
    assert read_chosen() == ChosenFolders(tuple(folders), frozenset([folders[0]]))


def test_what_was_forgotten_does_not_come_back(window, folders, photos_in):
    window.folders.remove(folders[0])
    window.folders.open(photos_in(1, "another"))
    window.upkeep.forgotten.emit(folders[1])
    window.close()
    assert read_chosen() == ChosenFolders((folders[2],))
