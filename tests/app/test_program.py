import logging
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from app.log import LOG, keep_log
from app.program import take_turns


def test_numpys_products_stay_on_the_thread_that_asks() -> None:
    before = sys.getswitchinterval()
    try:
        with threadpool_limits(limits=2, user_api="blas"):
            if all(pool["num_threads"] < 2 for pool in threadpool_info() if pool["user_api"] == "blas"):
                pytest.skip("numpy's library has no second thread here")
            sys.setswitchinterval(0.005)
            take_turns()
            assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}
            assert sys.getswitchinterval() < 0.005
    finally:
        sys.setswitchinterval(before)


def test_what_goes_wrong_is_kept_in_a_small_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FFMLN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    rooms = [logging.getLogger(name) for name in ("app", "engine")]
    before = [(room.level, list(room.handlers)) for room in rooms]
    try:
        keep_log()
        logging.getLogger("engine.graph").info("The graph is built anew.")
        try:
            raise ValueError("nobody caught this")
        except ValueError as error:
            sys.excepthook(ValueError, error, error.__traceback__)
        noted = (tmp_path / LOG).read_text("utf-8")
        for _ in range(10_000):
            logging.getLogger("app.window").error("x" * 100)
        size = sum(file.stat().st_size for file in tmp_path.iterdir())
    finally:
        for room, (level, handlers) in zip(rooms, before, strict=True):
            for handler in set(room.handlers) - set(handlers):
                room.removeHandler(handler)
                handler.close()
            room.setLevel(level)
    assert "INFO engine.graph: The graph is built anew." in noted
    assert "Traceback" in noted
    assert "ValueError: nobody caught this" in noted
    assert 500_000 < size <= 1_000_000
    assert "ValueError: nobody caught this" in capsys.readouterr().err
