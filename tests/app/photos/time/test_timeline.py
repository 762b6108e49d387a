"""The strip of time, by pointer and keys, and what it says."""

from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QPushButton, QToolTip

from app.photos.time import timescale
from app.photos.time.timescale import LABELS, height_of_labels, place_labels
from engine.search.spread import Spread, Times

from ..conftest import at, drag, months, times

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_drag_looks_at_whole_months_and_tells_each_step(strip, qtbot):
    told = []
    strip.brushed.connect(lambda: told.append((strip.since, strip.until)))
    drag(strip, at(5), at(7))
    assert told == [
        (date(2014, 6, 1), date(2014, 6, 30)),
        (date(2014, 6, 1), date(2014, 7, 31)),
        (date(2014, 6, 1), date(2014, 8, 31)),
    ]
    assert strip.words == "June 2014 to August 2014, 30 photos"
    assert strip.accessibleDescription() == strip.words


def test_a_strip_that_nobody_touched_says_that_it_can_be_dragged(strip, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: said.append(text))
    for brushed in (False, True):
        if brushed:
            drag(strip, at(5), at(7))
        QApplication.sendEvent(strip, QHelpEvent(QEvent.Type.ToolTip, at(5), at(5)))
        assert all(
            ("Drag to look" in one) is not brushed for one in (said[-1], strip.accessibleDescription())
        )


def test_a_drag_to_the_left_looks_at_the_same(strip):
    drag(strip, at(7), at(5))
    assert (strip.since, strip.until) == (date(2014, 6, 1), date(2014, 8, 31))


def test_a_click_looks_at_one_month_and_two_clicks_at_all(strip):
    QTest.mouseClick(strip, LEFT, pos=at(3))
    assert strip.words == "April 2014, 10 photos"
    QTest.mouseDClick(strip, LEFT, pos=at(3))
    assert not strip.is_brushed
    assert strip.words == "January 2014 to December 2015, 240 photos"


def test_the_brush_is_moved_by_its_middle_and_stops_at_the_end(strip):
    drag(strip, at(5), at(8))
    drag(strip, at(6), at(9))
    assert strip.brush == (8, 11)
    drag(strip, at(9), at(23) + QPoint(90, 0))
    assert strip.brush == (20, 23)


def test_the_brush_is_resized_by_either_edge(strip):
    drag(strip, at(5), at(10))
    drag(strip, QPoint(8 + 50, 12), at(3))
    assert strip.brush == (3, 10)
    drag(strip, QPoint(8 + 110, 12), at(7))
    assert strip.brush == (3, 7)


def test_beside_the_brush_another_one_begins(strip):
    drag(strip, at(5), at(8))
    QTest.mouseClick(strip, LEFT, pos=at(15))
    assert strip.brush == (15, 15)


def test_all_months_are_no_narrowing(strip):
    drag(strip, at(0), at(23))
    assert not strip.is_brushed


def press(strip, *keys: Qt.Key, shift: bool = False) -> None:
    for key in keys:
        QTest.keyClick(strip, key, SHIFT if shift else Qt.KeyboardModifier.NoModifier)


def test_keys_set_move_widen_and_clear_the_brush(strip):
    keys = Qt.Key
    press(strip, keys.Key_Left)
    assert strip.brush == (23, 23)
    press(strip, keys.Key_Left, keys.Key_Left)
    assert strip.brush == (21, 21)
    press(strip, keys.Key_Left, keys.Key_Left, shift=True)
    assert strip.brush == (19, 21)
    press(strip, keys.Key_Right, shift=True)
    assert strip.brush == (19, 22)
    press(strip, keys.Key_Right, keys.Key_Right)
    assert strip.brush == (20, 23)
    press(strip, keys.Key_Home)
    assert strip.brush == (0, 3)
    press(strip, keys.Key_PageDown)
    assert strip.brush == (12, 15)
    press(strip, keys.Key_End)
    assert strip.brush == (20, 23)
    press(strip, keys.Key_Escape)
    assert strip.brush is None
    press(strip, keys.Key_Right)
    assert strip.brush == (0, 0)


def test_the_small_x_clears_the_brush_and_is_there_only_then(strip):
    assert not strip._close.isVisible()
    QTest.mouseClick(strip, LEFT, pos=at(3))
    QTest.mouseClick(strip._close, LEFT)
    assert not strip.is_brushed
    assert not strip._close.isVisible()


def test_the_small_x_hands_the_keyboard_on_to_the_strip(strip, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(strip)
    window.addToolBar("").addWidget(QPushButton())
    with qtbot.waitExposed(window):
        window.show()
    QTest.mouseClick(strip, LEFT, pos=at(3))
    strip._close.setFocus()
    QTest.keyClick(strip._close, Qt.Key.Key_Space)
    assert not strip.is_brushed
    assert strip.hasFocus()
    window.takeCentralWidget()  # else both would delete it


def test_the_brush_keeps_its_days_while_photos_of_other_years_come(strip):
    drag(strip, at(5), at(7))
    told = []
    strip.brushed.connect(lambda: told.append(strip.since))
    strip.show_spread(Spread(times(date(2012, 12, 5), *(date(2014, 7, 1),) * 3, date(2016, 2, 1))))
    assert (strip.since, strip.until) == (date(2014, 6, 1), date(2014, 8, 31))
    assert strip.words == "June 2014 to August 2014, 3 photos"
    assert told == []


def test_days_and_years_are_named_as_such_and_what_has_no_date_is_counted(strip):
    strip.clear()
    strip.show_spread(Spread(times(date(2014, 6, 1), date(2014, 6, 3))))
    assert strip.words == "1 June 2014 to 3 June 2014, 2 photos"
    dated = times(date(1950, 6, 1), date(2014, 6, 3))
    strip.show_spread(Spread(Times(dated.unit, dated.edges, dated.photos, 3)))
    assert strip.words == "1950 to 2014, 2 photos; 3 photos without a date"


def accent(strip) -> list[tuple[int, int]]:
    """Return where the strip shows the accent colour at full strength."""
    picture, colour = strip.grab().toImage(), strip.palette().highlight().color()
    return [
        (x, y)
        for x in range(picture.width())
        for y in range(4, 22)
        if picture.pixelColor(x, y).rgb() == colour.rgb()
    ]


def test_the_ridge_rises_where_matches_lie_and_is_gone_without(strip):
    strip.clearFocus()
    assert accent(strip) == []
    strip.show_spread(Spread(months(), ridge=tuple(2.0 if month == 4 else 0.0 for month in range(24))))
    rises = [x for x, _ in accent(strip)]
    assert rises
    assert {int((x - 8) / 10) for x in rises} <= {3, 4, 5}
    strip.show_spread(Spread(months()))
    assert accent(strip) == []


@pytest.mark.parametrize("width", [60, 160, 290, 900])
@pytest.mark.parametrize(
    "shown",
    [
        months(),
        times(date(2014, 2, 1), date(2014, 4, 3)),
        times(date(2014, 2, 1), date(2014, 11, 3)),
        times(date(2001, 2, 1), date(2024, 11, 3)),
        times(date(1900, 2, 1), date(2024, 11, 3)),
    ],
)
def test_labels_do_not_overlap_at_any_width(qapp, shown, width):
    metrics = QFontMetricsF(qapp.font())
    area = QRectF(8, 0, width, 24)
    labels = place_labels(area, shown, metrics)
    assert labels or width < metrics.horizontalAdvance("November 2014")
    ends = [left + metrics.horizontalAdvance(text) for left, text in labels]
    assert all(end < left for end, (left, _) in zip(ends, labels[1:], strict=False))
    assert all(end <= area.right() + 1 for end in ends)


def test_nothing_is_shown_of_a_folder_that_is_closed(strip):
    drag(strip, at(5), at(7))
    strip.clear()
    assert (strip.has_times, strip.is_brushed, strip.words) == (False, False, "")
    press(strip, Qt.Key.Key_Left)
    QTest.mouseClick(strip, LEFT, pos=at(3))
    assert not strip.is_brushed


def test_large_labels_have_room_under_the_bars(strip):
    before, font = strip.height(), strip.font()
    font.setPointSizeF(2.5 * font.pointSizeF())
    strip.setFont(font)
    assert strip.height() - before == height_of_labels(font) - LABELS > 0
    assert strip._area().bottom() + height_of_labels(font) <= strip.height()


def test_a_brush_keeps_the_day_it_was_begun_at_while_photos_come(strip):
    QTest.mousePress(strip, LEFT, pos=at(5))
    QTest.mouseMove(strip, at(6))
    earlier = times(*(date(2013, month, 3) for month in range(1, 13)), date(2014, 6, 3), date(2015, 12, 3))
    strip.show_spread(Spread(earlier))
    QTest.mouseMove(strip, at(7))
    assert (strip.since, strip.until) == (date(2013, 12, 1), date(2014, 6, 30))
    QTest.mouseRelease(strip, LEFT, pos=at(7))


def test_days_within_longer_spans_are_named_and_counted_as_such(strip):
    drag(strip, at(5), at(7))
    strip.show_spread(Spread(times(date(1950, 6, 1), date(2014, 6, 3)), looked_at=7))
    assert strip.words == "1 June 2014 to 31 August 2014, 7 photos"


@pytest.fixture
def worked_out(strip, qtbot, monkeypatch):
    """What is worked out anew, and which paints there are, from a first answer on."""
    told, place = [], timescale.place_bars
    monkeypatch.setattr(timescale, "place_bars", lambda *args: told.append("bars") or place(*args))
    described, paint = strip.setAccessibleDescription, strip.paintEvent
    strip.setAccessibleDescription = lambda words: told.append("words") or described(words)
    strip.paintEvent = lambda event: told.append("paint") or paint(event)
    return told


def test_an_answer_whose_ridge_alone_is_another_works_nothing_else_out(strip, worked_out):
    strip._placed = timescale.Placed()
    for number in range(10):
        ridge = tuple(float(month == number) for month in range(24))
        for _ in range(2):  # another answer with the same ridge paints nothing
            strip.show_spread(Spread(months(), ridge=ridge))
            QApplication.processEvents()
    assert sorted(worked_out) == ["bars", *["paint"] * 10]
    drag(strip, at(5), at(7))
    strip.grab()
    assert {"words", "bars"} <= set(worked_out[11:])


def test_what_is_worked_out_once_looks_as_anew(strip):
    strip.show_spread(Spread(months(), ridge=(1.0,) * 24))
    for change in (
        lambda: drag(strip, at(5), at(7)),
        lambda: strip.zoom_by(3),
        lambda: strip.setFont(QFont(strip.font().family(), 14)),
        lambda: strip.show_spread(Spread(times(*(date(2014, month, 3) for month in range(1, 13))))),
        lambda: strip.resize(200, strip.height()),
    ):
        before = strip.grab().toImage()
        change()
        after = strip.grab().toImage()
        assert after != before
        strip._placed = timescale.Placed()
        assert strip.grab().toImage() == after


def test_a_strip_that_is_cleared_says_nothing_of_the_time_before(strip):
    strip.show_spread(Spread())
    strip.since = strip.until = date(2014, 6, 1)
    strip._describe()
    strip.clear()
    assert not strip._close.isVisibleTo(strip)
