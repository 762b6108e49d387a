import numpy as np
import pytest
from PIL import Image

from engine.search.examples import Examples
from engine.search.query import Query

from ..conftest import refreshed


@pytest.fixture
def pictures(monkeypatch):
    """More pictures than are kept."""
    monkeypatch.setattr("engine.search.examples._KEPT", 3)
    return tuple(Image.new("RGB", (8, 8), (20 * n, 0, 0)) for n in range(6))


def test_what_one_query_compares_with_is_encoded_once_however_much_it_is(encoder, pictures):
    examples = Examples(encoder, lambda photos: [None] * len(photos))
    first = examples.vectors(pictures)
    assert np.array_equal(examples.vectors(pictures), first)
    assert len(encoder.batches) == 6
    examples.vectors(pictures[:1])
    assert len(examples._kept) == 3


def test_the_photos_of_both_corners_are_encoded_once(library, encoder, pictures):
    refreshed(library)
    encoder.batches.clear()
    for _ in range(2):
        library.search(Query(like=pictures[:3], unlike=pictures[3:]), 5)
    assert len(encoder.batches) == 6
