"""How far photos are reduced so that they have no more than so many pixels."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pictures.reduction import reduced_size, side_for


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (10_000, 300), (1, 9000)])
def test_a_photo_below_the_limit_is_read_whole_whatever_its_shape(size):
    assert reduced_size(size, side_for(size, 40_000_000)) == size


@given(st.tuples(st.integers(1, 30_000), st.integers(1, 30_000)), st.integers(16, 40_000_000))
def test_a_photo_above_the_limit_is_read_in_no_more_pixels_than_it_allows(size, most):
    assert math.prod(reduced_size(size, side_for(size, most))) <= most


def test_the_limit_is_used_nearly_up():
    assert math.prod(reduced_size((8000, 6000), side_for((8000, 6000), 16_000_000))) > 15_900_000
