"""The list of skipped files, which may be very long."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app import skipped
from app.folder.indexing import Indexing
from app.skipped import SkippedDialog
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
