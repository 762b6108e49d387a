import subprocess
import sys
import time
from itertools import count

import pytest

from engine import child


@pytest.fixture
def started(monkeypatch):
    """The processes that are started; each does nothing but wait, which no limit on its work ends."""
    processes, start = [], subprocess.Popen

    def noted(*words, **options):
        processes.append(start(*words, **options))
        return processes[-1]

    monkeypatch.setattr(child, "_command", lambda: [sys.executable, "-c", "import time; time.sleep(30)"])
    monkeypatch.setattr(subprocess, "Popen", noted)
    return processes


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells no signal")
@pytest.mark.parametrize("limit", [{"seconds": 0.2}, {"seconds": 60.0, "given_up": lambda: True}])
def test_who_is_waited_for_no_longer_is_ended(started, limit):
    assert child.run_apart("engine.encoding.trial", **limit) == child.ChildEnd(None, b"")
    assert [process.returncode for process in started] == [-9]


def test_time_in_which_the_machine_sleeps_is_not_taken_for_work(monkeypatch):
    clock = count(0, 3600)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(child, "_command", lambda: [sys.executable, "-c", "import time; time.sleep(0.2)"])
    assert child.run_apart("engine.encoding.trial", seconds=60.0) == child.ChildEnd(0, b"")


def test_only_work_that_is_known_is_done():
    assert child.serve(["os"]) != 0
