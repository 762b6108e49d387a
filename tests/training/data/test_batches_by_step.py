"""What changes from step to step of a run: the pictures' size, and which of a step's batches it has."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from training.config import Config
from training.data import augment
from training.data.batches import Batches
from training.data.collection import PHOTO, SKETCH, StrokeDrawing
from training.data.reading import read_collection
from training.fit.distributed import Ranks


@pytest.mark.parametrize(("steps", "change"), [(4, 2), (5, 3)])  # half of the run: at 2, and past 2.5
def test_all_batches_of_a_step_have_one_size_and_it_changes_at_the_right_step(
    steps: int, change: int, shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"batch_contours": 0, "train_size": 32, "input_size": 48}
    settings |= {"accumulate": 3, "finish_share": 0.5, "images": steps * 3 * 12, "batch_sketch_only": 0}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    assert len(batches) == 3 * steps
    sizes = [tuple(batches[place].images.shape[2:]) for place in range(len(batches))]
    assert sizes == [(32, 32)] * 3 * change + [(48, 48)] * 3 * (steps - change)


def test_the_batches_of_a_step_hold_different_pictures(shapes: Path, small_run: dict[str, object]) -> None:
    batches = Batches(read_collection(shapes), Config(**small_run | {"accumulate": 2}))  # type: ignore[arg-type]
    assert not torch.equal(batches[0].images[:12], batches[1].images[:12])


def test_a_shuffled_epoch_holds_each_picture_once_also_where_a_step_has_several_batches(
    shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"accumulate": 2, "batching": "shuffle", "shuffle_batch": 12}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    epoch = [batches[place] for place in range(batches.picture_count // 12)]
    seen = Counter(
        (int(y), int(t)) for batch in epoch for y, t in zip(batch.labels, batch.domains, strict=True)
    )
    assert seen == {(label, domain): (12, 6)[domain] for label in range(4) for domain in (SKETCH, PHOTO)}


def test_an_interrupted_run_is_given_the_batches_it_has_not_had(
    shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"accumulate": 2, "images": 4 * 2 * 12, "batch_contours": 0}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    rest = list(batches.loader(5, pin=False))
    assert len(rest) == len(batches) - 5
    for place, batch in enumerate(rest, start=5):
        assert torch.equal(batch.images, batches[place].images)


def test_a_photo_beside_its_own_sketch_stays_nearly_whole_and_others_do_not(
    shapes: Path, small_run: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = Batches(read_collection(shapes), Config(**small_run | {"batch_contours": 0}))  # type: ignore[arg-type]
    least, real = [], augment.photo_view

    def view(photo: Image.Image, size: int, **options: Any) -> Image.Image:
        least.append(options["least"])
        return real(photo, size, **options)

    monkeypatch.setattr("training.data.batches.photo_view", view)
    paired, expected = 0, []
    for place in range(8):
        batch = batches[place]
        own = set(batch.pairs[batch.pairs >= 0].tolist())
        photos = torch.nonzero(batch.domains == PHOTO).flatten().tolist()
        expected += [0.8 if photo in own else 0.4 for photo in photos]
        paired += len(own)
    assert least == expected
    assert 0 < paired < len(expected)


def test_sketches_are_raster_ones_half_of_the_time_and_quickdraws_a_third(
    own_shapes: Path, small_run: dict[str, object]
) -> None:
    lines = (own_shapes / "quickdraw.ndjson").read_text("utf-8")
    (own_shapes / "tablet.ndjson").write_text(lines, "utf-8")
    batches = Batches(read_collection(own_shapes), Config(**small_run))  # type: ignore[arg-type]
    rng = random.Random(0)
    drawn = Counter(
        item.source if isinstance(item := batches._sketch("square", rng), StrokeDrawing) else "raster"
        for _ in range(4000)
    )
    shares = {name: count / 4000 for name, count in drawn.items()}
    assert shares == pytest.approx({"raster": 0.5, "quickdraw": 0.35, "tablet": 0.15}, abs=0.03)


@pytest.mark.parametrize("batching", ["balanced", "shuffle"])
@pytest.mark.parametrize("size", [2, 3])
def test_the_parts_of_several_processes_are_the_batch_of_one_also_with_unreadable_pictures(
    size: int, batching: str, own_shapes: Path, small_run: dict[str, object]
) -> None:
    for file in [*(own_shapes / "photo" / "square").iterdir(), *(own_shapes / "sketch").glob("*/*_1*")]:
        file.write_bytes(b"not an image")
    settings = small_run | {"batch_contours": 0, "batching": batching, "shuffle_batch": 11}
    batches = Batches(read_collection(own_shapes), Config(**settings))  # type: ignore[arg-type]
    replaced = 0
    for place in range(4):
        batches.rows = None
        whole = batches[place]
        count = len(whole.labels)
        parts = []
        for rank in range(size):
            batches.rows = Ranks(rank, size).rows
            parts.append(batches[place])
        assert all(part.part for part in parts)
        assert torch.equal(torch.cat([part.images for part in parts]), whole.images)
        rows = [Ranks(rank, size).rows(count) for rank in range(size)]
        labels = torch.cat([part.labels[mine] for part, mine in zip(parts, rows, strict=True)])
        assert torch.equal(labels, whole.labels)
        assert torch.equal(torch.stack([part.pairs for part in parts]).amin(dim=0), whole.pairs)
        replaced += sum(int((part.labels != whole.labels).sum()) for part in parts)
    assert replaced  # what one process replaces, the others do not know


def test_with_contours_each_process_loads_the_whole_batch(shapes: Path, small_run: dict[str, object]) -> None:
    batches = Batches(read_collection(shapes), Config(**small_run))  # type: ignore[arg-type]
    whole = batches[0]
    batches.rows = Ranks(0, 2).rows
    assert not batches[0].part
    assert torch.equal(batches[0].images, whole.images)


def test_a_batch_on_a_gpu_keeps_what_the_host_reads_where_it_was(
    shapes: Path, small_run: dict[str, object]
) -> None:
    batch = Batches(read_collection(shapes), Config(**small_run))[0]  # type: ignore[arg-type]
    moved = batch.to(torch.device("meta"))
    assert moved.domains.is_meta
    on_host = batch.labels, batch.domains, batch.pairs, batch.photos
    assert all(torch.equal(one, other) for one, other in zip(moved.on_host, on_host, strict=True))


def test_a_budget_is_spent_where_there_are_fewer_classes_than_a_batch_asks_for(
    shapes: Path, small_run: dict[str, object]
) -> None:
    settings = small_run | {"batch_contours": 0, "batch_classes": 12, "batch_sketch_only": 2, "images": 96}
    batches = Batches(read_collection(shapes), Config(**settings))  # type: ignore[arg-type]
    assert (batches.config.batch_classes, batches.config.batch_sketch_only) == (4, 0)
    assert [len(batches[place].labels) for place in range(len(batches))] == [16] * 6
    collection = read_collection(shapes)
    collection.sketches["kite"] = collection.sketches["square"]
    fewer = Config(**settings | {"batch_classes": 3, "batch_sketch_only": 1})  # type: ignore[arg-type]
    assert Batches(collection, fewer).config == fewer
