"""Exact figures of small held-out sets, and what is hay."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.data.collection import Collection, Picture, StrokeDrawing
from training.data.reading import read_collection
from training.evaluation.embedding import embed_items
from training.evaluation.heldout import (
    HeldOut,
    drawings_by_class,
    even_places,
    gallery_photos,
    query_drawings,
    query_sketches,
)
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
    found = evaluate(held, measures=("sketch", "instance"))
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


def test_a_gallery_has_all_photos_of_sketchy_and_75_others_of_each_class(tmp_path: Path) -> None:
    names = [*(f"other_{n:03}" for n in range(90)), *(f"sketchy_{n:03}" for n in range(80))]
    few = [Picture("few", f"other_{n}", tmp_path) for n in range(75)]
    many = [Picture("many", name, tmp_path) for name in names]
    chosen = gallery_photos(Collection(tmp_path, photos={"many": many, "few": few}), ["many", "few"])
    assert [photo for photo in chosen if photo.source == "sketchy"] == many[90:]
    assert sum(photo.label == "many" for photo in chosen) == 80 + 75
    assert {photo for photo in chosen if photo.label == "few"} == set(few)
    assert len(chosen) == len(set(chosen))


def test_queries_are_sketchys_of_the_first_tar_and_quickdraws(tmp_path: Path) -> None:
    first, second = (tmp_path / f"sketch-{number}.tar" for number in (1, 2))
    asked = Picture("cat", "sketchy_1-1", first, 512, 9)
    loose = Picture("cat", "sketchy_2-1", tmp_path / "sketchy_2-1.png")
    others = [Picture("cat", "sketchy_3-1", second, 512, 9), Picture("cat", "pacs_1", first, 1024, 9)]
    quick, slow = (StrokeDrawing("cat", "1", source, ()) for source in ("quickdraw", "tablet"))
    collection = Collection(
        tmp_path, sketches={"cat": [asked, loose, *others]}, drawings={"cat": [quick, slow]}
    )
    assert query_sketches(collection, ["cat", "dog"]) == [asked, loose]
    assert query_drawings(collection, ["cat", "dog"]) == [quick]


@pytest.mark.parametrize("count", [63, 64, 65, 130])
def test_pictures_are_embedded_once_each_in_their_order(
    count: int, ranked: list[Picture], tmp_path: Path
) -> None:
    items = [ranked[number * 7 % PHOTOS] for number in range(count)]
    found = embed_items(items, Arc().embed_photos, Picture.open)
    assert found.items == tuple(items)
    expected = np.arctan2(*Arc().embed_photos([item.open() for item in items]).T)
    np.testing.assert_allclose(np.arctan2(*found.vectors.T), expected, atol=1e-6)


def test_where_all_classes_are_held_out_the_hay_is_the_gallery(own_shapes: Path) -> None:
    collection = read_collection(own_shapes)
    collection.split = {"train": [], "val": collection.labels[:-1], "unseen": collection.labels[-1:]}
    held = HeldOut.of_split(Colours(), collection)
    assert held.haystack.items == held.gallery.items != ()


def test_classes_that_do_not_count_are_no_hay(shapes: Path) -> None:
    collection = read_collection(shapes)
    collection.split["unseen"] = ["star_ball", "octagon", "hexagon"]
    held = HeldOut.of_split(Colours(), collection, labels=["star_ball"])
    assert {*held.gallery.labels} == {*held.sketch_queries.labels} == {"star_ball"}
    assert {*held.haystack.labels} == {"star_ball", "triangle", "square", "pentagon"}


def test_sketches_without_a_photo_of_their_class_do_not_count_as_lost(
    own_shapes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for photo in (own_shapes / "photo" / "octagon").iterdir():
        photo.unlink()
    for photo in (own_shapes / "photo" / "hexagon").iterdir():
        photo.write_bytes(b"no picture")
    collection = read_collection(own_shapes)
    collection.split["unseen"] = ["star_ball", "octagon", "hexagon"]
    held = HeldOut.of_split(Colours(), collection)
    assert "Sketches are left out whose class has no photos: octagon." in caplog.text
    for asked in (held.sketch_queries, held.drawing_queries(), held.drawing_queries(0.5)):
        assert {*asked.labels} == {"star_ball"}
    assert caplog.text.count("Sketches are left out whose class has no photos: hexagon.") == 1
    assert evaluate(held, measures=("sketch",))["sketch"]["mAP"] == 100


def test_where_no_file_is_called_quickdraw_all_drawings_are_asked(tmp_path: Path) -> None:
    drawings = [StrokeDrawing("cat", "1", source, ()) for source in ("tablet", "mouse")]
    assert query_drawings(Collection(tmp_path, drawings={"cat": drawings}), ["cat", "dog"]) == drawings


def test_one_class_without_quick_drawings_does_not_make_all_of_its_others_count(tmp_path: Path) -> None:
    quick, slow = (
        StrokeDrawing(label, "1", source, ()) for label, source in (("cat", "quickdraw"), ("dog", "mouse"))
    )
    collection = Collection(tmp_path, drawings={"cat": [quick], "dog": [slow]})
    assert drawings_by_class(collection, ["cat", "dog"]) == {"cat": [quick], "dog": []}
    assert drawings_by_class(collection, ["dog"]) == {"dog": [slow]}


def test_of_very_many_drawings_of_a_class_some_are_taken_all_along(shapes: Path) -> None:
    collection = read_collection(shapes)
    held = HeldOut.of_split(Colours(), collection, labels=["square", "hexagon"], most_drawings=3)
    assert [(one.label, one.name) for one in held.drawings] == [
        (label, str(number)) for label in ("square", "hexagon") for number in (0, 2, 4)
    ]
    held = HeldOut.of_split(Colours(), collection, labels=["square"], most_drawings=5)
    assert [one.name for one in held.drawings] == ["0", "1", "2", "3", "4"]
    assert even_places(301, 300)[-2:] == [298, 299]
    assert even_places(10, 4) == [0, 2, 5, 7]
    for most in (0, 6):
        held = HeldOut.of_split(Colours(), collection, labels=["square"], most_drawings=most)
        assert list(held.drawings) == collection.drawings["square"]
