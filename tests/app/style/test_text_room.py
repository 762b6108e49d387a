"""Widths around text grow with the size that the person reads at."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.dialogs.help import LicencesDialog
from app.library.skipped import SkippedDialog
from app.photos.folder_tree import FolderTree
from app.photos.folders import FolderButton
from app.photos.heading import Heading
from engine.library import Skipped

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def large_text(qapp):
    """Switches to text twice as large as before."""
    before = qapp.font()

    def switch() -> None:
        larger = qapp.font()
        larger.setPointSizeF(2 * larger.pointSizeF())
        QApplication.setFont(larger)

    yield switch
    QApplication.setFont(before)


def widths(qtbot) -> list[int]:
    """Return what some things around text are wide."""
    skipped = SkippedDialog([Skipped(Path("/photos/odd.jpg"), "It is empty.")], [], Path("/photos"))
    licences = LicencesDialog("Apache-2.0", "", [])
    outer = QWidget()
    tree = FolderTree(outer)
    for one in (skipped, licences, outer):
        qtbot.addWidget(one)
    return [
        skipped.list.horizontalHeader().sectionSize(0),
        licences.list.header().sectionSize(0),
        tree.tree.header().sectionSize(1),
    ]


def test_columns_are_as_wide_as_their_text_needs(qtbot, large_text):
    before = widths(qtbot)
    large_text()
    assert all(after >= 1.5 * usual for usual, after in zip(before, widths(qtbot), strict=True))


def test_the_folder_button_names_as_much_in_large_text(qtbot):
    button = FolderButton()
    qtbot.addWidget(button)
    button.choose([Path("Holidays in Norway and Sweden")])
    usual = len(button.text())
    font = button.font()
    font.setPointSizeF(2 * font.pointSizeF())
    button.setFont(font)
    assert len(button.text()) >= usual - 3
    assert button.sizeHint().width() <= button.maximumWidth()


def test_the_slider_over_the_photos_leaves_room_for_large_words(qtbot):
    heading = Heading()
    qtbot.addWidget(heading)
    heading.show_newest(12)
    heading.show()
    least = 60 + 96 + 40  # of the slider, of the words, and around both
    heading.resize(least, 40)
    assert heading.slider.isVisible()
    font = heading.font()
    font.setPointSizeF(2 * font.pointSizeF())
    heading.setFont(font)
    heading.resize(least + 1, 40)
    assert not heading.slider.isVisible()
