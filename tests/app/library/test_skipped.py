"""The list of skipped files, which may be very long."""

import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QWidget

from app.folder.indexing import Indexing
from app.library import skipped
from app.library.skipped import SkippedDialog, SkippedFiles
from engine.errors import CatalogError
from engine.library import Skipped

FOLDER = Path("/nowhere")


@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
def test_of_very_many_skipped_files_those_in_sight_are_put_into_words(qtbot, monkeypatch):
    asked = []
    for name, put in (("visible", skipped.visible), ("tip", skipped.tip)):
        monkeypatch.setattr(skipped, name, lambda text, put=put: asked.append(text) or put(text))
    files = [Skipped(FOLDER / f"{number}.jpg", "the file is empty.") for number in range(30_000)]
    dialog = SkippedDialog(files, files[:1], FOLDER)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    dialog.grab()
    assert 0 < len(asked) < 1000
    model = dialog.list.model()
    rows = [[model.index(row, column).data() for column in range(3)] for row in (0, 29_999, 30_000)]
    assert [row[::2] for row in rows] == [["0.jpg", "no"], ["29999.jpg", "no"], ["0.jpg", "yes"]]


def test_opening_a_library_counts_what_is_skipped_and_lists_it_not():
    indexing = Indexing()
    indexing.take(SimpleNamespace(folders=(), photo_count=3, skipped_count=7))
    assert indexing.skipped == 7


def test_the_list_opens_though_the_system_gave_no_thread_before(no_thread, monkeypatch, qtbot):
    told, shown, window = [], [], QWidget()
    qtbot.addWidget(window)
    library = SimpleNamespace(skipped_files=list, odd_files=list, folder=FOLDER)
    monkeypatch.setattr(skipped, "SkippedDialog", lambda *_: SimpleNamespace(open=lambda: shown.append(1)))
    files = SkippedFiles(SimpleNamespace(library=library), window)
    files.failed.connect(told.append)
    for expected in (0, 1):
        files.show()
        qtbot.waitUntil(lambda: files._task is None)
        assert len(shown) == expected
        no_thread.undo()
    assert len(told) == 1


@pytest.mark.parametrize("is_left", [False, True])
def test_of_a_library_that_was_left_meanwhile_nothing_is_told(qtbot, is_left):
    may, told, window = threading.Event(), [], QWidget()
    qtbot.addWidget(window)

    def closed() -> None:
        assert may.wait(60)
        raise CatalogError("The photo library is closed.")

    session = SimpleNamespace(library=SimpleNamespace(skipped_files=closed))
    files = SkippedFiles(session, window)
    files.failed.connect(told.append)
    files.show()
    if is_left:
        session.library = None
    may.set()
    qtbot.waitUntil(lambda: files._task is None)
    assert told == ([] if is_left else ["The photo library is closed."])
