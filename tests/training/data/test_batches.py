import logging
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from engine.sketches.drawing import Stroke
from training.config import Config
from training.data.augment import contour_view, photo_view, sketch_view, strokes_view
from training.data.batch import Batch
from training.data.batches import PHOTO, SKETCH, Batches
from training.data.plan import Entry, digits_of_photo, each_photo_once
from training.data.reading import read_collection
from training.errors import TrainingError
from training.fit.idle import undrawn


def batches(data: Path, settings: dict[str, object], **changes: object) -> Batches:
    return Batches(read_collection(data), Config(**{**settings, **changes}))


def test_a_batch_depends_on_seed_and_step_alone(shapes: Path, small_run: dict[str, object]) -> None:
    one, other = batches(shapes, small_run), batches(shapes, small_run)
    other[0]
    assert torch.equal(one[3].images, other[3].images)
    assert not torch.equal(one[3].images, one[4].images)
    assert not torch.equal(one[3].images, batches(shapes, small_run, seed=2)[3].images)


def test_a_balanced_batch_has_k_sketches_and_k_photos_of_p_classes(
    shapes: Path, small_run: dict[str, object]
) -> None:
    batch = batches(shapes, small_run, batch_contours=0)[0]
    counts = Counter(zip(batch.labels.tolist(), batch.domains.tolist(), strict=True))
    assert len(counts) == 6
    assert set(counts.values()) == {2}
    assert batch.images.shape == (12, 3, 64, 64)
    assert batch.images.dtype == torch.uint8


def test_contours_are_sketches_of_a_photo_in_the_batch(shapes: Path, small_run: dict[str, object]) -> None:
    batch = batches(shapes, small_run)[0]
    added = range(12, len(batch.labels))
    assert len(added) == 3
    for place in added:
        photo = int(batch.pairs[place])
        assert batch.domains[place] == SKETCH
        assert batch.domains[photo] == PHOTO
        assert batch.labels[place] == batch.labels[photo]


def test_a_pair_is_a_sketch_and_its_own_photo(shapes: Path, small_run: dict[str, object]) -> None:
    source = batches(shapes, small_run)
    rng, found = random.Random(1), 0
    for _ in range(20):
        plan = source._balanced_plan(rng)
        for entry in plan:
            if entry.pair >= 0:
                found += 1
                assert entry.item.name == f"{plan[entry.pair].item.name}-1"
                assert entry.flip == plan[entry.pair].flip
    assert found > 10


def of_one_photo(data: Path) -> None:
    """Leave each class one photo, with six sketches of it."""
    for label in ("triangle", "square", "pentagon", "hexagon"):
        for file in (data / "photo" / label).iterdir():
            if file.stem != "sketchy_0":
                file.unlink()
        for number, file in enumerate(sorted((data / "sketch" / label).iterdir())):
            file.rename(file.with_name(f"new_sketchy_0-{number}.png"))
        for file in (data / "sketch" / label).iterdir():
            file.rename(file.with_name(file.name.removeprefix("new_")))


def test_of_one_photo_a_batch_has_one_place_that_sketches_are_paired_with(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    of_one_photo(own_shapes)
    source = batches(own_shapes, small_run, batch_samples=4, batch_contours=6, train_size=32, input_size=32)
    twice = 0
    for step in range(3):
        batch = source[step]
        paired = batch.pairs[batch.pairs >= 0]
        for label in batch.labels.unique():
            assert len({int(place) for place in paired if batch.labels[place] == label}) <= 1
        twice += len(paired) - len(paired.unique())
    assert twice > 6
    plan = source._balanced_plan(random.Random(0))
    assert all(entry.pair < 0 or plan[entry.pair].flip == entry.flip for entry in plan)
    photos = [entry.item for entry in plan if entry.domain == PHOTO]
    assert len({*map(digits_of_photo, plan)} - {-1}) == len(set(photos)) < len(photos)
    assert torch.equal(batch.photos == -1, batch.domains == SKETCH)


def test_contours_are_of_each_photo_once_where_a_sketch_is_paired_with_it(shapes: Path) -> None:
    one, other = read_collection(shapes).photos["square"][:2]
    plan = [Entry(PHOTO, one), Entry(PHOTO, other), Entry(PHOTO, one, whole=True), Entry(SKETCH, one, pair=2)]
    assert each_photo_once(plan, [0, 1, 2]) == [1, 2]
    assert each_photo_once(plan[:2], [0, 1]) == [0, 1]


@pytest.mark.parametrize(
    ("changes", "drawn", "pictures"),
    [
        ({}, 2, 2 * 18),
        ({"batch_sketch_only": 1}, 3, 2 * 18 + 12),
        ({"batching": "shuffle"}, 4, 2 * 18 + 12 + 6),
    ],
)
def test_an_epoch_is_what_batches_show(
    own_shapes: Path, small_run: dict[str, object], changes: dict[str, object], drawn: int, pictures: int
) -> None:
    for file in [*(own_shapes / "photo/square").iterdir(), *(own_shapes / "sketch/hexagon").iterdir()]:
        file.unlink()
    lines = (own_shapes / "quickdraw.ndjson").read_text("utf-8").splitlines()
    (own_shapes / "quickdraw.ndjson").write_text(
        "\n".join(line for line in lines if "hexagon" not in line), "utf-8"
    )
    source = batches(own_shapes, small_run, **changes, epochs=2.0)
    assert (len(source.classes), len(source.drawn_classes)) == (4, drawn)
    assert (source.picture_count, source.config.images) == (pictures, 2 * pictures)
    said = undrawn(source)
    assert said == [] if drawn == 4 else said[0].startswith(f"{4 - drawn} of 4 classes teach nothing")


def test_held_out_classes_never_enter_a_batch(shapes: Path, small_run: dict[str, object]) -> None:
    source = batches(shapes, small_run)
    assert not {"octagon", "star_ball"} & set(source.classes)
    assert {"octagon", "star_ball"} <= set(batches(shapes, small_run, classes="all").classes)


def test_a_plain_shuffle_shows_everything_once_an_epoch(shapes: Path, small_run: dict[str, object]) -> None:
    source = batches(shapes, small_run, batching="shuffle", shuffle_batch=9)
    total = 4 * 3 * 6  # classes x (photos, sketches, drawings) x each
    rng = random.Random(0)
    entries = [entry for step in range(total // 9) for entry in source._shuffled_plan(step, rng)]
    assert len({(entry.domain, type(entry.item), entry.item) for entry in entries}) == total
    assert sum(entry.domain == PHOTO for entry in entries) == 4 * 6


def test_classes_without_photos_come_as_sketches_alone(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    for file in (own_shapes / "photo" / "square").iterdir():
        file.unlink()
    batch = batches(own_shapes, small_run, batch_sketch_only=1)[0]
    source = batches(own_shapes, small_run)
    square = source.classes.index("square")
    assert batch.domains[batch.labels == square].tolist() == [SKETCH, SKETCH]


def test_an_unreadable_picture_is_replaced_and_named(
    own_shapes: Path, small_run: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    for label in ("square", "triangle", "pentagon", "hexagon"):
        sorted((own_shapes / "photo" / label).iterdir())[0].write_bytes(b"not an image")
    source = batches(own_shapes, small_run, batch_classes=4)
    with caplog.at_level(logging.WARNING):
        shapes = {tuple(source[step].images.shape[1:]) for step in range(6)}
    assert shapes == {(3, 64, 64)}
    assert "cannot be read and is replaced" in caplog.text


def test_another_class_stands_in_for_one_without_readable_pictures(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    for file in (own_shapes / "photo" / "square").iterdir():
        file.write_bytes(b"not an image")
    source = batches(own_shapes, small_run, batch_classes=4, batch_contours=0)
    square = source.classes.index("square")
    paired = 0
    for step in range(8):
        batch = source[step]
        assert len(batch.labels) == 16
        assert not ((batch.labels == square) & (batch.domains == PHOTO)).any()
        for sketch in torch.nonzero(batch.pairs >= 0).flatten():
            paired += 1
            assert batch.labels[sketch] == batch.labels[batch.pairs[sketch]]
    assert paired


def test_pictures_none_of_which_can_be_read_are_one_sentence(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    for file in (own_shapes / "photo").glob("*/*"):
        file.write_bytes(b"not an image")
    with pytest.raises(TrainingError, match="Too many pictures cannot be read, such as"):
        batches(own_shapes, small_run)[0]


def test_data_without_a_class_of_both_kinds_is_refused(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    (own_shapes / "quickdraw.ndjson").unlink()
    for label in ("triangle", "square", "pentagon", "hexagon"):
        for file in (own_shapes / "sketch" / label).iterdir():
            file.unlink()
    with pytest.raises(TrainingError, match="both photos and drawings"):
        batches(own_shapes, small_run)


def square_photo() -> Image.Image:
    photo = Image.new("RGB", (160, 160), "white")
    ImageDraw.Draw(photo).rectangle((40, 50, 120, 110), fill="darkred")
    return photo


def test_the_contour_of_a_plain_shape_is_its_outline() -> None:
    contour = contour_view(square_photo(), 96, rng=random.Random(0))
    assert contour is not None
    ink = np.asarray(contour) < 128
    assert 0.01 < ink.mean() < 0.25
    assert not ink[40:56, 40:56].any()


def test_a_photo_without_edges_has_no_contour() -> None:
    assert contour_view(Image.new("RGB", (160, 160), "grey"), 96, rng=random.Random(0)) is None


@pytest.mark.parametrize("seed", range(8))
def test_views_have_the_asked_size_and_keep_some_ink(seed: int) -> None:
    rng = random.Random(seed)
    sketch = Image.new("L", (128, 128), 255)
    ImageDraw.Draw(sketch).ellipse((20, 30, 100, 90), outline=0, width=2)
    strokes = [Stroke.through([(0.1, 0.1), (0.9, 0.2), (0.5, 0.8)]), Stroke.through([(0.2, 0.9)])]
    views = [
        sketch_view(sketch, 80, flip=bool(seed % 2), rng=rng),
        strokes_view(strokes, 80, flip=bool(seed % 2), rng=rng),
    ]
    for view in views:
        assert view.size == (80, 80)
        assert (np.asarray(view) < 128).mean() > 0.002
    assert photo_view(square_photo(), 80, flip=True, least=0.5, rng=rng).size == (80, 80)


def test_what_the_processor_reads_is_copied_from_as_fast_as_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.Tensor, "pin_memory", torch.Tensor.clone)
    numbers = torch.arange(3)
    batch = Batch(torch.zeros(3, 3, 8, 8), numbers, numbers, numbers, numbers, torch.zeros(3, 5)).pin_memory()
    there = batch.to(torch.device("meta"))
    assert [id(one) for one in there.on_host] == [
        id(one) for one in (batch.labels, batch.domains, batch.pairs, batch.photos)
    ]
    assert there.labels.device.type == "meta"
