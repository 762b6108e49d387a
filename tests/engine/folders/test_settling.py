"""What may be half written is left for the next look, and nothing for ever."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.folders import settling
from engine.folders.folder import Found
from engine.folders.scope import Scope
from engine.folders.settling import Settling

FOLDER, S = Path("/photos"), 10**9
NAME = b"a.png"


class Clock:
    """Both clocks, turned by hand; the one on the wall may be behind."""

    def __init__(self) -> None:
        self.now, self.behind = 1000.0, 0.0

    def time_ns(self) -> int:
        return int((self.now - self.behind) * S)

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(settling, "time", clock)
    return clock


def found(clock, age=0.0, size=10):
    return Found(NAME, size, int((clock.now - age) * S))


def left(settling, *photos):
    return settling.leave(FOLDER, photos)


def test_what_was_changed_just_now_is_left_and_what_is_quiet_is_taken(clock):
    assert left(Settling(), found(clock, age=0.5)) == {NAME}
    assert left(Settling(), found(clock, age=2.5)) == set()


def test_two_equal_looks_are_enough_whatever_the_clock_says(clock):
    settling = Settling()
    future = found(clock, age=-1e6)
    assert left(settling, future) == {NAME}
    clock.now += 0.5
    assert left(settling, future) == {NAME}  # too soon after the first
    clock.now += 0.6
    assert left(settling, future) == set()


def test_what_grows_is_left_however_old_its_time(clock):
    settling = Settling()
    assert left(settling, found(clock, age=0.5, size=10)) == {NAME}
    clock.now += 5
    assert left(settling, found(clock, age=100, size=20)) == {NAME}
    clock.now += 5
    assert left(settling, found(clock, age=105, size=20)) == set()


def test_what_was_closed_is_taken_sooner_but_not_if_it_was_changed_since(clock):
    settling = Settling()
    photo = found(clock)
    settling.close(FOLDER / "a.png")
    assert left(settling, photo) == {NAME}  # the next piece may follow at once
    clock.now += 1
    assert left(settling, photo) == set()
    clock.now += 1
    assert left(settling, found(clock)) == {NAME}


def test_the_folders_of_which_something_was_left_are_known(clock):
    settling = Settling()
    assert settling.left == {}
    left(settling, found(clock))
    settling.leave(Path("/other"), [])
    assert settling.left == {FOLDER: Scope.of([""])}
    left(settling)
    assert settling.left == {}
    left(settling, found(clock))
    settling.forget()
    assert settling.left == {}


def test_what_was_closed_long_ago_is_not_remembered(clock):
    settling = Settling()
    settling.close(FOLDER / "a.png")
    clock.now += 700
    left(settling)
    clock.behind = 700
    assert left(settling, found(clock, age=700)) == {NAME}


@given(st.lists(st.tuples(st.floats(0.1, 5), st.integers(0, 3)), max_size=8), st.floats(-1e6, 1e6))
def test_a_file_that_is_not_changed_any_more_is_taken_within_three_looks(steps, skew):
    clock, before = Clock(), settling.time
    settling.time = clock
    try:
        one, size = Settling(), 0
        for wait, grown in steps:
            clock.now += wait
            size += grown
            left(one, found(clock, age=skew, size=size))
        last = found(clock, age=skew, size=size + 1)
        looks = []
        for _ in range(3):
            looks.append(left(one, last))
            clock.now += 1.5
        assert set() in looks
    finally:
        settling.time = before


def test_the_clocks_are_those_of_the_machine():
    one = Settling()
    assert one.leave(FOLDER, [Found(NAME, 1, time.time_ns())]) == {NAME}


def test_what_was_left_elsewhere_in_the_folder_stays_so(clock):
    settling = Settling()
    names = (b"a.png", b"x/b.png", b"x/y/c.png")
    photos = [Found(name, 10, int(clock.now * 1e9)) for name in names]
    assert settling.leave(FOLDER, photos) == set(names)
    clock.now += 100
    assert settling.leave(FOLDER, photos[1:2], Scope.of(["x"])) == set()
    assert settling.left == {FOLDER: Scope.of(["", os.path.join("x", "y")])}
    assert settling.leave(FOLDER, photos) == set()
    assert settling.left == {}
