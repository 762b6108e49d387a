import csv
import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import split
from training.evaluation.heldout import HeldOut, gallery_photos, query_drawings, query_sketches
from training.evaluation.split import evaluate

from ..conftest import Colours


def test_the_report_has_the_parts_and_metrics_of_the_protocol(tarred_shapes: Path) -> None:
    report = evaluate(HeldOut.of_split(Colours(), read_collection(tarred_shapes), classes="val"))
    assert {part: set(values) for part, values in report.items()} == {
        "sketch": {"mAP", "P@10", "P@25", "hit@10"},
        "quickdraw": {"mAP", "P@10", "P@25", "hit@10"},
        "instance": {"R@1", "R@10"},
        "haystack": {"mAP", "P@10"},
        "early": {"0.25", "0.5", "0.75", "1.0"},
    }
    assert all(0 <= value <= 100 for values in report.values() for value in values.values())


def test_a_gallery_of_one_class_is_found_whole_and_hay_makes_it_harder(shapes: Path) -> None:
    report = evaluate(HeldOut.of_split(Colours(), read_collection(shapes), classes="unseen"))
    assert report["sketch"]["mAP"] == 100
    assert report["haystack"]["mAP"] < 100
    assert report["early"]["1.0"] == report["quickdraw"]["mAP"] == 100


def test_instance_recall_counts_the_rank_of_the_very_photo(shapes: Path) -> None:
    collection = read_collection(shapes)
    photos = {np.asarray(p.open().convert("RGB")).tobytes(): p.name for p in collection.photos["star_ball"]}
    places = {name: place for place, name in enumerate(sorted(photos.values()))}

    class Knowing(Colours):
        def embed_photos(self, images: Sequence[Image.Image]) -> np.ndarray:
            names = [photos[np.asarray(image.convert("RGB")).tobytes()] for image in images]
            return np.eye(8, dtype=np.float32)[[places[name] for name in names]]

        def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
            names = [sketch.name[:-2] for sketch in query_sketches(collection, ["star_ball"])]
            right = np.eye(8, dtype=np.float32)[[places[name] for name in names[: len(images)]]]
            right[0] = np.eye(8, dtype=np.float32)[7] - right[0]  # its own photo comes last
            return right

    report = evaluate(HeldOut.of_split(Knowing(), collection, classes="unseen"), measures=("instance",))
    assert report == {"instance": {"R@1": 75.0, "R@10": 100.0}}


def test_only_the_asked_parts_are_measured(shapes: Path) -> None:
    assert set(
        evaluate(HeldOut.of_split(Colours(), read_collection(shapes), classes="val"), measures=("early",))
    ) == {"early"}


def test_reranking_is_measured_as_the_engine_does_it(shapes: Path) -> None:
    collection = read_collection(shapes)
    plain = evaluate(HeldOut.of_split(Colours(), collection, classes="val"))
    again = evaluate(HeldOut.of_split(Colours(), collection, classes="val"), rerank=True)
    assert plain.keys() == again.keys()
    assert plain["haystack"] != again["haystack"]


def test_a_side_without_classes_is_refused(shapes: Path) -> None:
    collection = read_collection(shapes)
    collection.split["unseen"] = []
    with pytest.raises(TrainingError, match="no photos and sketches of the split's unseen classes"):
        evaluate(HeldOut.of_split(Colours(), collection))


def test_the_real_data_give_the_counts_of_the_protocol() -> None:
    folder = os.environ.get("FFMLN_TEST_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("FFMLN_TEST_DATA names no data folder")
    collection = read_collection(Path(folder))
    labels = collection.split["unseen"]
    assert len(gallery_photos(collection, labels)) == 1212
    assert len(query_sketches(collection, labels)) == 525
    assert len(query_drawings(collection, labels)) == 427


def test_a_picture_that_cannot_be_read_is_named_and_left_out(
    own_shapes: Path, caplog: pytest.LogCaptureFixture
) -> None:
    collection = read_collection(own_shapes)
    parts = set(evaluate(HeldOut.of_split(Colours(), collection, classes="val")))
    held = HeldOut.of_split(Colours(), collection, classes="val")
    broken = collection.photo_of(held.sketches[0])
    assert broken is not None
    broken.file.write_bytes(b"\xff\xd8 no more")
    assert set(evaluate(held)) == parts
    assert held.gallery.items == tuple(photo for photo in held.photos if photo != broken)
    assert len(held.gallery.vectors) == len(held.photos) - 1
    assert f"{broken.file} cannot be read and is left out" in caplog.text
    places = [place for place in held.own_places() if place >= 0]
    assert max(places) < len(held.gallery.vectors)
    assert len(places) == len(held.sketches) - 1
    for photo in held.photos:
        photo.file.write_bytes(b"")
    with pytest.raises(TrainingError, match=r"None of \d+ pictures can be read"):
        evaluate(HeldOut.of_split(Colours(), collection, classes="val"))


def test_tables_of_queries_are_of_the_order_that_the_figures_are_of(
    own_shapes: Path,
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    classes = {"train": ["square"], "val": [], "unseen": ["octagon", "star ball", "hexagon"]}
    (own_shapes / "split.json").write_text(json.dumps(classes), "utf-8")
    real, file = split.rank, tmp_path / "queries.csv"
    monkeypatch.setattr(split, "rank", lambda *given: real(*given)[:, ::-1])
    words = ["evaluate", str(tiny_model), "--data", str(own_shapes), "--measures", "sketch", "--json"]
    assert main([*words, "--per-query", str(file)]) == 0
    figures = json.loads(capsys.readouterr().out)["sketch"]
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for column, name in (("AP", "mAP"), ("P@10", "P@10"), ("P@25", "P@25"), ("hit@10", "hit@10")):
        assert np.mean([float(row[column]) for row in rows]) == pytest.approx(figures[name], abs=0.006)
