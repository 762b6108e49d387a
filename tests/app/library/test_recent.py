import subprocess
import sys
from pathlib import Path

import pytest

from app.library.recent import MOST
from app.state.settings import Settings

from ..conftest import no_longer_busy

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def menu(window):
    return window._actions.recent


def names(window) -> list[str]:
    texts = [action.text() for action in menu(window).actions() if not action.isSeparator()]
    return [text[3:].replace("&&", "&") for text in texts[:-1]]


def open_folder(window, folder, qtbot) -> None:
    folder.mkdir(exist_ok=True)
    with qtbot.waitSignal(window.session.opened):
        window.open_folder(folder)
    qtbot.waitUntil(lambda: no_longer_busy(window))


def test_a_new_person_has_no_recent_folders(make_window):
    assert not menu(make_window()).isEnabled()


def test_folders_come_back_by_the_menu_the_last_one_first(make_window, tmp_path, qtbot):
    window = make_window()
    first, second = tmp_path / "one & two", tmp_path / "three"
    open_folder(window, first, qtbot)
    open_folder(window, second, qtbot)
    open_folder(window, first, qtbot)
    assert names(window) == [str(first), str(second)]
    with qtbot.waitSignal(window.session.opened):
        menu(window).actions()[1].trigger()
    assert window.session.state.folder == second
    assert names(window) == [str(second), str(first)]
    assert Settings().recent == [(second,), (first,)]


def test_a_folder_that_is_forgotten_leaves_the_menu(make_window, tmp_path, qtbot):
    window = make_window()
    open_folder(window, tmp_path / "one", qtbot)
    open_folder(window, tmp_path / "two", qtbot)
    window.folders._recent.drop(tmp_path / "two")
    assert names(window) == [str(tmp_path / "one")]


def test_the_list_is_short_and_can_be_emptied(make_window, qtbot):
    window = make_window()
    for number in range(MOST + 3):
        window.folders._recent.note((Path(f"/photos/{number}"),))
    assert names(window) == [f"/photos/{number}" for number in range(MOST + 2, 2, -1)]
    menu(window).actions()[-1].trigger()
    assert not menu(window).isEnabled()
    assert Settings().recent == []


@pytest.mark.parametrize("text", ["", "{", "3", "null", '[3, ""]'])
def test_a_spoilt_list_is_none(text):
    settings = Settings()
    settings._store.setValue("recent", text)
    assert settings.recent == []


def test_what_another_window_opened_stays_in_the_menu(make_window, tmp_path, qtbot):
    window, other = make_window(), tmp_path / "other"
    window.folders._recent.note((tmp_path / "own",))
    window.folders._recent._settings.save()
    words = (
        "import sys; from pathlib import Path; from app.state.settings import Settings;"
        "settings = Settings(); settings.recent = [(Path(sys.argv[1]),), *settings.recent]; settings.save()"
    )
    subprocess.run([sys.executable, "-c", words, str(other)], check=True, timeout=120)
    window.folders._recent.note((tmp_path / "third",))
    assert Settings().recent == [(tmp_path / "third",), (other,), (tmp_path / "own",)]
