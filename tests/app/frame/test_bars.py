from typing import get_args

import pytest
from PySide6.QtWidgets import QProgressBar

from app.folder.state import FolderState, Phase, ShownFolder
from app.frame.bars import StatusBar
from app.terminal.verbs import _LABELS
from engine import progress
from engine.progress import Progress

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.mark.parametrize(
    ("phase", "shown"), [("scan", (0, 0)), ("encode", (12, 3)), ("dates", (12, 3)), ("graph", (0, 0))]
)
def test_the_bar_shows_how_much_is_done_where_that_is_counted_in_photos(qtbot, tmp_path, phase, shown):
    status = StatusBar()
    qtbot.addWidget(status)
    status.show_state(
        FolderState((ShownFolder(tmp_path),), Phase.INDEXING, 7, progress=Progress(phase, 3, 12, 0))
    )
    bar = status.findChild(QProgressBar)
    assert (bar.maximum(), max(bar.value(), 0)) == shown


@pytest.mark.parametrize("step", [None, Progress("scan", 3, 0, 0), Progress("graph", 3, 12, 0)])
def test_a_bar_stands_still_while_indexing_is_paused(qtbot, tmp_path, step):
    status = StatusBar()
    qtbot.addWidget(status)
    bar, maxima = status.findChild(QProgressBar), []
    for phase in (Phase.INDEXING, Phase.PAUSED, Phase.INDEXING):
        status.show_state(FolderState((ShownFolder(tmp_path),), phase, 7, progress=step))
        maxima.append(bar.maximum())
    assert maxima == [0, 1, 0]


def test_the_keyboard_stays_where_indexing_is_seen_to(qtbot, tmp_path):
    status = StatusBar()
    qtbot.addWidget(status)
    with qtbot.waitExposed(status):
        status.show()
    status.show_state(FolderState((ShownFolder(tmp_path),), Phase.INDEXING, 7))
    status.activateWindow()
    status._cancel.setFocus()
    qtbot.waitUntil(status._cancel.hasFocus)
    status.show_state(FolderState((ShownFolder(tmp_path),), Phase.STOPPED, 7))
    assert status._resume.hasFocus()
    status.show_state(FolderState((ShownFolder(tmp_path),), Phase.INDEXING, 7))
    assert status._pause.hasFocus()


def test_what_was_learned_makes_no_window_wider(qtbot):
    status = StatusBar()
    qtbot.addWidget(status)
    before = status.minimumSizeHint().width()
    status._learned.setText("learned from 37 of your drawings" * 5)
    status._learned.setVisible(True)
    assert status.minimumSizeHint().width() < before + 100


def test_the_terminal_has_a_word_for_all_that_a_refresh_does():
    assert set(_LABELS) == set(get_args(progress.Phase))
