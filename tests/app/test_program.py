import logging
import sys
import threading
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from app.program import take_turns
from app.state.log import LOG, keep_log


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
    told: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *error: told.append(error[1]))
    before = sys.excepthook, threading.excepthook, list(logging.getLogger("engine").handlers)
    with keep_log():
        logging.getLogger("engine.vector_index.graph").info("The graph is built anew.")
        error = ValueError("nobody caught this")
        sys.excepthook(ValueError, error, None)
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        noted = (tmp_path / LOG).read_text("utf-8")
        for _ in range(10_000):
            logging.getLogger("app.window").info("x" * 100)
        size = sum(file.stat().st_size for file in tmp_path.iterdir())
    assert "INFO engine.vector_index.graph: The graph is built anew." in noted
    assert "ValueError: nobody caught this" in noted
    assert "ZeroDivisionError" in noted
    assert 500_000 < size <= 1_000_000
    assert told == [error]
    shown = capsys.readouterr().err
    assert "ZeroDivisionError" in shown
    assert "built anew" not in shown
    assert (sys.excepthook, threading.excepthook, logging.getLogger("engine").handlers) == before
