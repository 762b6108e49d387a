"""What a person has paused or ended stays so while folders are put in order, removed and forgotten."""

import pytest

from app.folder.state import Phase

from ..conftest import at_rest, no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def window(make_window, folders, qtbot):
    window = make_window()
    window.folders.open(*folders[:2])
    qtbot.waitUntil(lambda: window.session.state.photos == 5 and at_rest(window))
    return window


def move(window, folders):
    window.folders.move(folders[1], -1)


def remove(window, folders):
    window.folders.remove(folders[0])


def forget(window, folders):
    window.upkeep._leave(folders[0])  # as after a Yes


@pytest.mark.parametrize("phase", [Phase.PAUSED, Phase.STOPPED])
@pytest.mark.parametrize("deed", [move, remove, forget])
def test_indexing_stays_as_it_was_left(window, folders, qtbot, deed, phase):
    window.session.indexing.pause(True)
    if phase is Phase.STOPPED:
        window.session.indexing.cancel()
    photos = 5 if deed is move else 3
    with qtbot.waitSignal(window.session.opened):
        deed(window, folders)
    assert window.session.state.phase is phase
    assert window.session.state.photos == photos
    window.session.index()
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert window.session.state.phase is Phase.CURRENT


@pytest.mark.parametrize("leave", [remove, forget])
def test_another_folder_is_indexed_and_so_is_one_that_comes_back_alone(window, folders, qtbot, leave):
    window.session.indexing.pause(True)
    window.folders.add(folders[2])
    qtbot.waitUntil(lambda: window.session.state.photos == 9 and at_rest(window))
    window.folders.remove(folders[2])
    window.folders.remove(folders[1])
    qtbot.waitUntil(lambda: no_longer_busy(window) and window.session.state.photos == 2)
    window.session.indexing.pause(True)
    with qtbot.waitSignal(window.session.left):
        leave(window, folders)
    with qtbot.waitSignal(window.session.opened):
        window.folders.open(folders[0])
    qtbot.waitUntil(lambda: no_longer_busy(window))
    assert window.session.state.phase is Phase.CURRENT
