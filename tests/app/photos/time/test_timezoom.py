"""The strip of time shows less of it, larger, where somebody looks closer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.photos.time.timescale import place_labels
from app.photos.time.timezoom import LEAST, Scale, Shown
from engine.search.spread import Spread

from ..conftest import at, drag, months, times

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none
CTRL, NONE, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_Key = Qt.Key


def wheel(strip, place: QPoint, notches: int, *, sideways: int = 0, modifiers=NONE) -> bool:
    event = QWheelEvent(
        QPointF(place), strip.mapToGlobal(QPointF(place)), QPoint(), QPoint(120 * sideways, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(strip, event)
    return event.isAccepted()


def look_closest(strip, month: int) -> None:
    """Show six months around the beginning of one."""
    for _ in range(9):
        wheel(strip, QPoint(8 + month * 10, 12), 1)


def month_at(strip, x: float) -> int:
    return strip._scale.span_at(x)


def press(strip, *keys, modifiers=NONE) -> None:
    for key in keys:
        QTest.keyClick(strip, key, modifiers)


@pytest.mark.parametrize("month", [0, 5, 12, 23])
def test_the_wheel_shows_less_time_and_what_lies_under_the_pointer_stays_there(strip, month):
    place = at(month)
    for _ in range(3):
        assert wheel(strip, place, 1)
        assert strip._scale.at(place.x()) == pytest.approx(month + 0.5)
    assert strip._shown.count == pytest.approx(24 / 1.4**3)
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=place)
    assert strip.brush == (month, month)
    for _ in range(9):
        wheel(strip, place, -1)
    assert strip._shown == Shown.all_of(24)


def test_it_ends_at_half_a_year(strip):
    for _ in range(30):
        wheel(strip, at(12), 1)
    assert strip._shown.count == LEAST


@pytest.mark.parametrize("modifiers", [NONE, CTRL])
def test_plus_and_minus_do_the_same_around_the_brush_and_home_shows_all(strip, modifiers):
    drag(strip, at(5), at(7))
    press(strip, _Key.Key_Plus, _Key.Key_Plus, _Key.Key_Minus, modifiers=modifiers)
    assert strip._shown.count == pytest.approx(24 / 1.4)
    assert strip._scale.band(strip.brush).width() == pytest.approx(3 * 10 * 1.4)
    press(strip, _Key.Key_Home)
    assert strip._shown == Shown.all_of(24)
    assert strip.brush == (5, 7)  # the next one moves it
    press(strip, _Key.Key_Home)
    assert strip.brush == (0, 2)
    press(strip, _Key.Key_Plus, _Key.Key_0)
    assert strip._shown == Shown.all_of(24)


def test_two_clicks_show_all_time_and_look_at_it(strip):
    wheel(strip, at(12), 3)
    QTest.mouseDClick(strip, Qt.MouseButton.LeftButton, pos=at(3))
    assert strip._shown == Shown.all_of(24)
    assert not strip.is_brushed


def test_keys_that_move_the_brush_bring_it_into_sight(strip):
    look_closest(strip, 24)
    assert month_at(strip, 9) == 18
    press(strip, _Key.Key_Right)  # without a brush: to the first month
    assert strip.brush == (0, 0)
    assert month_at(strip, 9) == 0
    press(strip, *[_Key.Key_Right] * 8)
    assert strip.brush == (8, 8)
    assert month_at(strip, strip._area().right() - 1) == 8
    press(strip, *[_Key.Key_Left] * 3, modifiers=SHIFT)
    assert strip.brush == (5, 8)
    press(strip, _Key.Key_End)
    assert month_at(strip, strip._area().right() - 1) == 23


def test_a_drag_beyond_the_edge_goes_on_into_what_was_not_shown(strip):
    look_closest(strip, 0)
    assert month_at(strip, strip._area().right() - 1) == 5
    drag(strip, at(8), at(8) + QPoint(300, 0))
    first, last = strip.brush
    assert first == 2
    assert last > 5
    assert month_at(strip, strip._area().right() - 1) == last


def test_the_wheel_turned_sideways_or_with_shift_moves_on_in_time(strip):
    look_closest(strip, 0)
    wheel(strip, at(9), 0, sideways=-2)
    assert strip._shown.first == pytest.approx(2 * 0.15 * LEAST)
    wheel(strip, at(9), 1, modifiers=SHIFT)
    assert strip._shown.first == pytest.approx(0.15 * LEAST)
    wheel(strip, at(9), 9, modifiers=SHIFT)
    assert strip._shown.first == 0


def test_what_is_shown_stays_while_photos_of_other_years_come_and_go(strip):
    look_closest(strip, 12)
    before = strip.accessibleDescription()
    assert "; shown: October 2014 to March 2015" in before
    earlier = times(date(2012, 12, 5), *[date(2014, 7, 1)] * 3, date(2016, 2, 1))
    strip.show_spread(Spread(earlier))
    assert "; shown: October 2014 to March 2015" in strip.accessibleDescription()
    strip.show_spread(Spread(months()))
    assert strip.accessibleDescription() == before
    strip.show_spread(Spread(times(date(1950, 6, 1), date(2014, 6, 3))))  # years now
    assert strip._shown == Shown.all_of(65)


def test_a_screen_reader_hears_what_is_shown_only_where_that_is_not_all(strip):
    assert "shown" not in strip.accessibleDescription()
    press(strip, _Key.Key_Plus)
    assert "shown" in strip.accessibleDescription()
    press(strip, _Key.Key_Home)
    assert "shown" not in strip.accessibleDescription()


def test_a_thin_line_tells_which_part_of_all_time_is_shown(strip):
    def dark() -> list[int]:
        picture = strip.grab().toImage()
        ground = strip.palette().window().color().lightness()
        return [x for x in range(9, 247) if ground - picture.pixelColor(x, 1).lightness() > 60]

    assert dark() == []
    look_closest(strip, 24)
    assert min(dark()) == pytest.approx(8 + 180, abs=2)
    assert max(dark()) == pytest.approx(8 + 240, abs=2)


def test_that_line_shows_what_is_looked_at_though_it_is_out_of_sight(strip):
    drag(strip, at(2), at(4))
    look_closest(strip, 24)
    picture, accent = strip.grab().toImage(), strip.palette().highlight().color()
    marked = [x for x in range(picture.width()) if picture.pixelColor(x, 1).rgb() == accent.rgb()]
    assert min(marked) == pytest.approx(8 + 20, abs=2)
    assert max(marked) == pytest.approx(8 + 50, abs=2)


@pytest.mark.parametrize("first", [0, 2.6, 7, 14.4, 18])
def test_whatever_is_shown_has_a_label_and_none_overlaps(qapp, first):
    area, metrics = QRectF(8, 0, 240, 24), QFontMetricsF(qapp.font())
    labels = place_labels(area, months(), metrics, Scale(area, Shown(24, first, 6)).whole)
    assert labels
    ends = [left + metrics.horizontalAdvance(text) for left, text in labels]
    assert all(end < left for end, (left, _) in zip(ends, labels[1:], strict=False))
    assert min(left for left, _ in labels) >= area.left()
    assert max(ends) <= area.right() + 1


@given(
    total=st.integers(1, 400),
    steps=st.lists(st.tuples(st.floats(0.2, 5), st.floats(0, 1), st.integers(0, 399)), max_size=12),
)
def test_nothing_but_existing_time_is_ever_shown(total, steps):
    shown = Shown.all_of(total)
    for factor, share, span in steps:
        shown = shown.zoom(factor, shown.first + share * shown.count).pan(factor - 1)
        shown = shown.with_span(min(span, total - 1))
        assert shown.first >= 0
        assert shown.first + shown.count <= total + 1e-6
        assert shown.count >= min(LEAST, total) - 1e-6
        assert shown.first - 1e-6 <= min(span, total - 1) <= shown.first + shown.count - 1 + 1e-6
