import pytest

from ..conftest import Hand
from .conftest import draw, press, tap

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def test_a_drawing_that_begins_is_not_mixed_with_a_picture_that_nobody_sees(kiosk, qtbot):
    tap(kiosk, 5)
    with qtbot.waitSignal(kiosk.live.answered):
        press(kiosk, "More like this")
    draw(kiosk, qtbot)
    assert kiosk.canvas.document.prints.like == ()
    qtbot.waitUntil(lambda: not kiosk.live.found.by_photos)
    press(kiosk, "One step back")
    assert kiosk.canvas.is_blank


def test_more_like_a_picture_and_the_drawing_are_looked_for_together(kiosk, qtbot):
    draw(kiosk, qtbot)
    path = tap(kiosk, 0)
    press(kiosk, "More like this")
    Hand(kiosk.canvas).draw((0.1, 0.9), (0.9, 0.9))
    assert [one.path for one in kiosk.canvas.document.prints.like] == [path]
    assert len(kiosk.canvas.document.strokes) == 2
