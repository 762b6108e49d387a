import numpy as np
import pytest

from engine.vector_index.recent_rows import RecentRows

DIM = 4


class Disk:
    """Vectors that tell their places, and which were read."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.damaged: set[int] = set()

    def __call__(self, places: np.ndarray) -> np.ndarray:
        self.read.extend(places.tolist())
        lost = np.isin(places, list(self.damaged))
        return np.where(lost[:, None], np.nan, places[:, None] + np.arange(DIM) / 10).astype(np.float32)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture(autouse=True)
def few_seats(monkeypatch):
    monkeypatch.setattr("engine.vector_index.recent_rows._KEPT", 16)
    monkeypatch.setattr("engine.vector_index.recent_rows._FEW", 12)


def right(places: np.ndarray) -> np.ndarray:
    return (places[:, None] + np.arange(DIM) / 10).astype(np.float32)


def test_what_was_read_lately_is_not_read_again(disk):
    rows, places = RecentRows(DIM), np.array([3, 40, 7])
    for wanted in (places, places[::-1], np.array([40, 41])):
        assert np.array_equal(rows.take(wanted, disk), right(wanted))
    assert disk.read == [3, 40, 7, 41]


def test_those_that_share_a_seat_are_never_taken_for_one_another(disk):
    rows = RecentRows(DIM)
    for wanted in (np.array([1, 17, 33, 1]), np.array([33, 2]), np.array([17, 1]), np.array([], np.int64)):
        assert np.array_equal(rows.take(wanted, disk), right(wanted))


def test_any_order_of_looks_gives_the_right_vectors(disk):
    rows, rng = RecentRows(DIM), np.random.default_rng(2)
    for _ in range(300):
        wanted = rng.integers(0, 60, rng.integers(0, 14)) + (1 << 40) * rng.integers(0, 2)
        assert np.array_equal(rows.take(wanted, disk), right(wanted))


def test_what_is_damaged_is_asked_for_each_time(disk):
    rows, places = RecentRows(DIM), np.array([5, 6])
    disk.damaged = {5}
    assert np.isnan(rows.take(places, disk)[0]).all()
    disk.damaged = set()
    assert np.array_equal(rows.take(places, disk), right(places))
    assert disk.read == [5, 6, 5]


def test_a_search_that_goes_deep_takes_nobody_s_room(disk):
    rows, places = RecentRows(DIM), np.arange(12)
    rows.take(places, disk)
    assert np.array_equal(rows.take(np.arange(100, 140), disk), right(np.arange(100, 140)))
    disk.read.clear()
    rows.take(places, disk)
    assert disk.read == []
