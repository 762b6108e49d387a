"""What stands beneath a photo that is looked at."""

import os
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from PySide6.QtCore import QLocale, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from app.photos.view.details import date

from ..conftest import is_whole

pytestmark = [
    pytest.mark.usefixtures("clipboard"),
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # the offscreen screen has none
]
_Key, LEFT = Qt.Key, Qt.MouseButton.LeftButton


def test_what_is_known_of_the_photo_stands_beneath_it(viewer, tmp_path, qtbot):
    path, exif = tmp_path / "a\u202eb.jpg", Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Canon", "Canon EOS 5D"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2019:05:03 14:05:06"
    Image.new("RGB", (400, 300)).save(path, exif=exif)
    viewer.look_at(path)
    name, when, what, where = viewer.details.texts
    assert (name, when, where) == ("a\\u202eb.jpg", "", str(tmp_path / name))  # at once
    qtbot.waitUntil(lambda: is_whole(viewer))
    name, when, what, where = viewer.details.texts
    assert when == date(1556892306)
    assert "2019" in when
    assert "5" in when
    size = QLocale().formattedDataSize(path.stat().st_size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
    assert what == f"400\N{MULTIPLICATION SIGN}300 · {size} · Canon EOS 5D"


def test_a_date_that_only_the_file_has_is_told_as_such(viewer, tmp_path, qtbot):
    path = tmp_path / "scan.png"
    Image.new("RGB", (40, 30)).save(path)
    os.utime(path, (1556892306, 1556892306))
    viewer.look_at(path)
    qtbot.waitUntil(lambda: is_whole(viewer))
    assert viewer.details.texts[1].startswith("Date of the file: ")
    assert "2019" in viewer.details.texts[1]
    assert date(10**18) == ""  # beyond every calendar


@pytest.mark.parametrize("width", [284, 400, 700])
def test_nothing_beneath_is_cut_off_however_narrow_the_view_is(leafing, width):
    leafing.resize(width, 500)
    QApplication.processEvents()
    children = [*leafing.findChildren(QToolButton), leafing.follow]
    for child in children:
        assert leafing.rect().contains(child.geometry())
        assert child.width() >= child.sizeHint().width()
        assert not any(
            child.geometry().intersects(other.geometry()) for other in children if other is not child
        )
    assert leafing.picture.height() >= 120
    assert Path(leafing.details.texts[3]).is_file()


def drag_over(widget, start: int, end: int) -> None:
    """Drag with the left button along the middle of a widget."""
    kinds = QMouseEvent.Type
    for kind, x in ((kinds.MouseButtonPress, start), (kinds.MouseMove, end), (kinds.MouseButtonRelease, end)):
        place = QPointF(x, widget.height() / 2)
        down = LEFT if kind != kinds.MouseButtonRelease else Qt.MouseButton.NoButton
        button = Qt.MouseButton.NoButton if kind == kinds.MouseMove else LEFT
        QApplication.sendEvent(
            widget, QMouseEvent(kind, place, widget.mapToGlobal(place), button, down, Qt.KeyboardModifier(0))
        )


def test_the_path_is_selected_with_the_pointer_copied_and_the_keys_still_lead_back(leafing, hits, qtbot):
    field = leafing.details.findChild(QLineEdit)
    field.setFixedWidth(120)
    QApplication.processEvents()
    assert field.is_shortened
    QTest.mouseClick(field, LEFT)
    assert not field.is_shortened
    drag_over(field, 1, 60)
    chosen = field.selectedText()
    assert len(chosen) > 3
    assert str(hits[0].path).startswith(chosen)
    QTest.keyClick(field, _Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == chosen
    leafing._show()  # as when more is known of the photo
    assert field.selectedText() == chosen
    with qtbot.waitSignal(leafing.left):
        QTest.keyClick(field, _Key.Key_Escape)
    leafing.picture.setFocus()
    assert field.selectedText() == ""
    assert field.cursorPosition() == 0
