import os

import pytest

from engine import cores
from engine.cores import usable_cores, whole_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="here the system gives all cores")
def test_a_process_that_was_given_one_core_counts_no_more():
    given = os.sched_getaffinity(0)
    assert usable_cores() == len(given)
    try:
        os.sched_setaffinity(0, {min(given)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, given)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="here the system tells nothing")
def test_cores_that_share_one_count_once(tmp_path, monkeypatch):
    given = sorted(os.sched_getaffinity(0))
    monkeypatch.setattr(cores, "_SIBLINGS", str(tmp_path / "{}"))
    assert whole_cores() == 0
    for place, number in enumerate(given):
        (tmp_path / str(number)).write_text(f"{place // 2}\n")
    assert whole_cores() == -(-len(given) // 2)
