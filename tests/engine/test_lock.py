import threading
import time

import pytest

from engine import lock
from engine.errors import BusyCatalogError, CatalogError
from engine.lock import sole_writer


def test_one_holds_it_at_a_time(tmp_path):
    path = tmp_path / "indexing.lock"
    with sole_writer(path), pytest.raises(BusyCatalogError, match="already"), sole_writer(path):
        pass
    with sole_writer(path):
        pass


def test_who_asks_waits_a_moment_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, "_TURN_S", 10.0)
    path, held = tmp_path / "indexing.lock", threading.Event()

    def hold() -> None:
        with sole_writer(path):
            held.set()
            time.sleep(0.05)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    with sole_writer(path):
        pass
    holder.join()


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_damaged_file_is_made_anew(tmp_path, content):
    path = tmp_path / "indexing.lock"
    path.write_bytes(content)
    with sole_writer(path), pytest.raises(BusyCatalogError), sole_writer(path):
        pass


def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path):
    (tmp_path / "indexing.lock").mkdir()
    with pytest.raises(CatalogError, match=r"indexing\.lock"), sole_writer(tmp_path / "indexing.lock"):
        pass
