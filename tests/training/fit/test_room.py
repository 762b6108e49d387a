"""Where there are more drawings and photos than memory has room for, some are learned from."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.pairs import Pairs
from training.fit import room
from training.fit.room import within_room


def some(count: int) -> Pairs:
    """Return drawings of one photo each, the last of which is of any photo of its kind."""
    right = np.eye(count, dtype=bool)
    right[-1] = True
    pictures = tuple(Image.new("L", (1, 1), tone) for tone in range(count))
    own = np.array([*range(count - 1), -1])
    files = tuple(Path(f"{place}.jpg") for place in range(count))
    return Pairs(pictures, pictures, right, own, ("",) * count, files)


def test_few_are_all_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST", 8)
    pairs, others = some(5), [Image.new("L", (1, 1))] * 3
    assert within_room(pairs, others, [0, 2, 4], seed=1) == (pairs, others, [0, 2, 4])


@pytest.mark.parametrize("beside", [0, 1, 20])
def test_of_many_each_drawing_keeps_a_photo_it_was_meant_to_find(
    beside: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "MOST", 8)
    pairs, others = some(30), [Image.new("L", (1, 1))] * beside
    kept, rest, learn = within_room(pairs, others, range(1, 30), seed=1)
    assert len(kept.photos) + len(rest) == 8
    assert len(rest) == min(beside, 2)
    assert len(kept.photos) - 1 <= len(learn) <= 8
    assert set(learn) <= set(range(1, 30))
    assert kept.right[learn].any(axis=1).all()
    tones = [photo.getpixel((0, 0)) for photo in kept.photos]
    assert [file.name for file in kept.files] == [f"{tone}.jpg" for tone in tones]
    assert np.array_equal(kept.right, pairs.right[:, tones])
    for drawing, own in enumerate(kept.own):
        assert (tones[own] if own >= 0 else -1) == (pairs.own[drawing] if pairs.own[drawing] in tones else -1)
