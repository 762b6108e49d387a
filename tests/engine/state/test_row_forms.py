"""Vectors as two bytes a number."""

import numpy as np
import pytest

from engine.state.row_forms import FORMS, HALVES, WHOLE_NUMBERS, to_single_precision
from engine.unit_vectors import unit

VECTORS = unit(np.random.default_rng(0).standard_normal((60, 512)).astype(np.float32))


def test_every_number_of_half_precision_is_widened_to_itself_and_what_is_none_to_nan():
    numbers = np.arange(65536, dtype=np.uint16).view(np.float16)
    expected = np.where(np.isfinite(numbers), numbers, np.nan).astype(np.float32)
    assert np.array_equal(to_single_precision(numbers.reshape(256, 256)).ravel(), expected, equal_nan=True)
    assert to_single_precision(np.empty((0, 4), np.float16)).shape == (0, 4)


def error(form):
    """How far vectors lie from what they were, the root of the mean square."""
    return float(np.sqrt(np.square(unit(form.to_vectors(form.to_rows(VECTORS))) - VECTORS).mean()))


def test_whole_numbers_are_several_times_as_fine_as_halves():
    assert 4 < error(HALVES) / error(WHOLE_NUMBERS) < 8
    assert {form.to_rows(VECTORS).nbytes for form in FORMS.values()} == {60 * 512 * 2}


def test_vectors_in_whole_numbers_have_unit_length_whatever_length_they_had():
    lengths = np.array([[1e-20], [1], [1e20]], np.float32)
    found = WHOLE_NUMBERS.to_vectors(WHOLE_NUMBERS.to_rows(VECTORS[:1] * lengths))
    assert found == pytest.approx(np.repeat(VECTORS[:1], 3, axis=0), abs=1e-5)


@pytest.mark.parametrize("none", [np.nan, np.inf, -np.inf])
def test_a_vector_in_whole_numbers_that_is_not_finite_is_lost_and_no_other_and_zero_stays_zero(none):
    vectors = VECTORS[:3].copy()
    vectors[0, 5], vectors[1] = none, 0
    rows = WHOLE_NUMBERS.to_rows(vectors)
    assert set(rows[0].tolist()) == {WHOLE_NUMBERS.lost}
    found = WHOLE_NUMBERS.to_vectors(rows)
    assert np.isnan(found).all(axis=1).tolist() == [True, False, False]
    assert (found[1].any(), found[2]) == (False, pytest.approx(VECTORS[2], abs=1e-5))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_rows_are_no_vectors(form):
    none = np.empty((0, 512), np.float32)
    assert form.to_vectors(form.to_rows(none)).shape == (0, 512)
