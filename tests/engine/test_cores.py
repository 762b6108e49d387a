import os

import pytest

from engine.cores import usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="here the system gives all cores")
def test_a_process_that_was_given_one_core_counts_no_more():
    given = os.sched_getaffinity(0)
    assert usable_cores() == len(given)
    try:
        os.sched_setaffinity(0, {min(given)})
        assert usable_cores() == 1
    finally:
        os.sched_setaffinity(0, given)
