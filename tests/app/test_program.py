import sys

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

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
