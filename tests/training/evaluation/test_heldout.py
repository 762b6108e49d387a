"""Exact figures of small held-out sets, and what is hay."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.collection import Collection, Picture, read_collection
from training.evaluation.heldout import HeldOut, gallery_photos, query_sketches
from training.evaluation.split import evaluate

from ..conftest import Colours

PHOTOS = 30


class Arc:
    """An encoder that puts pictures on a quarter of a circle, the darker the nearer to its beginning."""

    def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
        angles = [np.asarray(image.convert("L")).mean() / 255 * np.pi / 2 for image in images]
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    embed_photos = embed_sketches


@pytest.fixture
def ranked(tmp_path: Path) -> list[Picture]:
    """Photos in the order in which a black sketch finds them."""
    photos = []
    for place in range(PHOTOS):
        Image.new("L", (8, 8), 8 * place).save(tmp_path / f"{place}.png")
        photos.append(Picture("other", f"sketchy_{place}", tmp_path / f"{place}.png"))
    return photos


@pytest.mark.parametrize("place", [1, 2, 10, 11, 25, 26, 30])
def test_the_first_ten_are_ten(place: int, ranked: list[Picture], tmp_path: Path) -> None:
    own = Picture("cat", "sketchy_own", ranked[place - 1].file)
    ranked[place - 1] = own
    Image.new("L", (8, 8), 0).save(tmp_path / "sketch.png")
    sketch = Picture("cat", "sketchy_own-1", tmp_path / "sketch.png")
    gallery = [*ranked[::2], *ranked[1::2]]  # in an order of its own
    held = HeldOut(Arc(), Collection(tmp_path, photos={"cat": [own]}), gallery, [sketch])
    found = evaluate(held, parts=("sketch", "instance"))
    assert found["instance"] == {"R@1": 100.0 * (place == 1), "R@10": 100.0 * (place <= 10)}
    assert found["sketch"] == {
        "mAP": round(100 / place, 2),
        "P@10": 10.0 * (place <= 10),
        "P@25": 4.0 * (place <= 25),
        "hit@10": 100.0 * (place <= 10),
    }


@pytest.mark.parametrize(("reported", "other"), [("val", "unseen"), ("unseen", "val")])
def test_hay_is_every_photo_of_the_classes_that_are_neither_validation_nor_unseen(
    reported: str, other: str, own_shapes: Path
) -> None:
    (own_shapes / "photo" / "kite").mkdir()  # in no list of the split
    Image.new("RGB", (8, 8), "grey").save(own_shapes / "photo" / "kite" / "1.jpg")
    collection = read_collection(own_shapes)
    own, aside = collection.split[reported], collection.split[other]
    held = HeldOut(Colours(), collection, gallery_photos(collection, own), query_sketches(collection, own))
    hay = [
        photo for label in collection.labels if label not in own + aside for photo in collection.photos[label]
    ]
    assert {photo.label for photo in hay} == {*collection.split["train"], "kite"}
    assert held.haystack.items == (*held.gallery.items, *hay)
    assert held.haystack.labels.tolist() == [photo.label for photo in held.haystack.items]
    for place in (0, len(held.gallery.items), -1):
        vector = Colours().embed_photos([held.haystack.items[place].open()])[0]
        np.testing.assert_allclose(held.haystack.vectors[place], vector, atol=1e-6)
