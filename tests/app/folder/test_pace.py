import pytest

from app.folder.pace import Pace


def test_the_pace_is_that_of_the_last_seconds():
    pace = Pace()
    assert pace.seconds_left(100) is None
    pace.note(0, -9.0)
    pace.note(1, -5.0)
    assert pace.seconds_left(100) is None  # one photo says nothing
    pace.reset()
    for second in range(60):
        pace.note(second * 10 if second < 30 else 300 + (second - 30) * 2, float(second))
    assert pace.seconds_left(100) == pytest.approx(50, rel=0.05)


def test_a_pause_does_not_count():
    pace = Pace()
    pace.note(0, 0.0)
    pace.note(100, 10.0)
    pace.reset()
    pace.note(100, 500.0)
    assert pace.seconds_left(100) is None
    pace.note(200, 510.0)
    assert pace.seconds_left(100) == pytest.approx(10)
