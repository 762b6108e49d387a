"""Large pictures and photographed sketches cost their decoding once, or less of it."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.paper import cleaning
from training.config import Config
from training.data.augment import sketch_view
from training.data.batches import Batches
from training.data.collection import Picture
from training.data.pages import Pages
from training.data.reading import read_collection
from training.evaluation.paper_photos import photograph


def drawn(side: int) -> Image.Image:
    page = Image.new("L", (side, side), 255)
    ImageDraw.Draw(page).ellipse((side // 5, side // 4, side // 2, side // 2), outline=0, width=side // 60)
    return page


def as_sketch(file: Path, image: Image.Image) -> Picture:
    image.save(file)
    return Picture("ring", file.stem, file)


def test_a_sketch_that_was_photographed_is_cleaned_once_for_all_batches(
    own_shapes: Path, small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    cleaned, real = list[object](), cleaning.clean_page
    monkeypatch.setattr(cleaning, "clean_page", lambda page: cleaned.append(page) or real(page))
    (own_shapes / "quickdraw.ndjson").unlink()
    for label in ("square", "triangle", "pentagon", "hexagon"):
        first, *others = sorted((own_shapes / "sketch" / label).iterdir())
        for file in others:
            file.unlink()
        if label == "square":
            photograph(Image.open(first), "light", 3).save(first)
    settings = small_run | {"batch_classes": 4, "batch_contours": 0, "train_size": 32, "input_size": 32}
    batches = Batches(read_collection(own_shapes), Config(**settings))  # type: ignore[arg-type]
    assert len({batches[step].images.numpy().tobytes() for step in range(2)}) == 2
    assert len(cleaned) == 1


@pytest.mark.slow
def test_a_kept_page_gives_the_views_that_the_sketch_gives(tmp_path: Path) -> None:
    pages = Pages()
    shown = {"screen": drawn(200), "large": drawn(700), "paper": photograph(drawn(120), "light", 3)}
    for name, image in shown.items():
        sketch = as_sketch(tmp_path / f"{name}.png", image)
        for seed in range(2):
            views = [
                sketch_view(one, 64, flip=True, rng=random.Random(seed))
                for one in (sketch.open(), pages.open(sketch))
            ]
            assert np.array_equal(*map(np.asarray, views))
        sketch.file.unlink()
        if name == "screen":
            with pytest.raises(OSError, match="screen"):
                pages.open(sketch)
        else:
            pages.open(sketch)


def test_pages_that_take_too_much_room_go_the_oldest_first(tmp_path: Path) -> None:
    sketches = [as_sketch(tmp_path / f"{number}.png", drawn(700)) for number in range(3)]
    pages = Pages(room=2000)
    pages.open(sketches[0])
    one = pages._taken
    pages = Pages(room=int(2.5 * one))
    for sketch in sketches:
        pages.open(sketch)
    for sketch in sketches:
        sketch.file.unlink()
    assert [pages.open(sketch).size for sketch in sketches[1:]] == [(350, 350)] * 2
    with pytest.raises(OSError, match=r"[\\/]0\.png"):
        pages.open(sketches[0])


def test_a_large_jpeg_is_decoded_at_a_quarter_and_a_small_one_as_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (150, 200, 3), np.uint8)
    small = as_sketch(tmp_path / "small.jpg", Image.fromarray(noise))
    assert np.array_equal(np.asarray(small.open(717)), np.asarray(small.open()))
    large = as_sketch(tmp_path / "large.jpg", Image.new("RGB", (4000, 3000)))
    assert large.open(717).size == (1000, 750)
    assert large.open(1501).size == (4000, 3000)
