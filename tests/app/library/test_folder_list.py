"""The page with every folder: what fits into it, and where its keys are."""

from pathlib import Path

import pytest

from app.library.folder_list import FolderRow

from ..folder_pages import entries, page, settled

pytestmark = pytest.mark.qt_log_ignore(
    "propagateSizeHints", "grabbing the keyboard", r"raise\(\)"
)  # which the offscreen screen does not know


def test_a_long_name_pushes_no_menu_out_of_sight_and_keys_keep_their_row(
    make_window, photos_in, tmp_path, qtbot
):
    folders = [photos_in(2).rename(tmp_path / ("long name " * 12)), photos_in(3, "short")]
    window = make_window()
    window.folders.open(*folders)
    qtbot.waitUntil(settled(window, 5))
    window.folders.show_list()
    row = page(window).rows[0]
    right = row.more.mapTo(page(window), row.more.rect().topRight()).x()
    assert right < page(window).width()
    assert row.searched.accessibleName() == folders[0].name
    page(window).rows[1].more.setFocus()
    entries(page(window).rows[1])["Move up"].trigger()
    qtbot.waitUntil(lambda: page(window).rows[0].folder == folders[1])
    assert page(window).focusWidget() is page(window).rows[0].more


@pytest.mark.parametrize("wide", [120, 900])
def test_the_whole_path_of_a_folder_is_told_at_its_name_and_its_place(qtbot, wide):
    row = FolderRow(Path("/nowhere/pictures of all years/a holiday"))
    qtbot.addWidget(row)
    row.resize(wide, row.sizeHint().height())
    row.grab()
    for part in (row._place, row.searched):
        assert str(row.folder) in part.toolTip().splitlines()
