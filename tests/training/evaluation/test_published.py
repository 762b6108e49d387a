import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.encoding.guard import guard_path
from training import measuring, ranking_sheet
from training.all_settings import PROTOCOL_NAMES
from training.cli import main
from training.config import Config
from training.data.batches import Batches
from training.data.collection import Collection
from training.data.protocols import PROTOCOLS, Benchmark, collection_of, data_of, find
from training.evaluation.embedding import EmbedOptions
from training.evaluation.published import hold_out, measure_protocol
from training.evaluation.retrieval import METRICS, Codes
from training.export import int8, onnx_file
from training.export.int8 import calibration_squares
from training.fit.checkpoint import Run
from training.fit.loop import fit

from ..conftest import ARCHIVE_WRITERS, write_sketchy


class Tones:
    """An encoder for pictures of one tone a class: each tone has a direction of its own."""

    def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
        tones = np.array([np.asarray(image.convert("L")).mean() for image in images], np.float64)
        angles = tones[:, None] * np.linspace(0.01, 0.7, 40)
        rows = np.concatenate([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    embed_photos = embed_sketches


def written(name: str, root: Path) -> Path:
    protocol = PROTOCOLS[name]
    ARCHIVE_WRITERS[protocol.data](root, [*protocol.seen_classes(), *protocol.unseen_classes()])
    return root


def test_the_names_on_the_command_line_are_the_protocols() -> None:
    assert ("split", *PROTOCOLS) == PROTOCOL_NAMES


@pytest.mark.parametrize("name", sorted(PROTOCOLS))
def test_a_protocol_is_measured_on_all_queries_and_galleries_it_defines(name: str, tmp_path: Path) -> None:
    protocol = PROTOCOLS[name]
    data = find(protocol, written(name, tmp_path))
    found = measure_protocol(hold_out(Tones(), data), data, bits=16)
    per_class = (4, 3) if protocol.data == "sketchy" else (1, 1)
    assert (found.queries, found.photos) == tuple(n * protocol.unseen for n in per_class)
    galleries = ["as published", "each photo once"] if protocol.doubled else ["each photo once"]
    assert list(found.figures) == [*galleries, *(f"{one}, 16 bits" for one in galleries)]
    assert all(figures.keys() == METRICS.keys() for figures in found.figures.values())
    assert found.figures["each photo once"]["mAP"] > 40
    assert found.figures["each photo once"]["mAP"] >= found.figures["each photo once, 16 bits"]["mAP"]


def test_codes_are_fitted_on_training_classes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = find(PROTOCOLS["tuberlin"], written("tuberlin", tmp_path))
    fitted, real = [], Codes.fit
    monkeypatch.setattr(Codes, "fit", lambda rows, bits: fitted.append(rows) or real(rows, bits))
    measure_protocol(hold_out(Tones(), data), data, bits=16)
    part = data.collection
    own = [side[label] for side in (part.photos, part.sketches) for label in part.split["train"]]
    rows = Tones().embed_photos([picture.open() for pictures in own for picture in pictures])
    assert sorted(map(tuple, fitted[0])) == sorted(map(tuple, rows))


def of_two_classes(root: Path, copies: str = "") -> Benchmark:
    """Return a protocol on two classes, `copies` being the photos that the extension holds once more."""
    write_sketchy(root, ["cup", "windmill"])
    for file in (root / "256x256/photo/tx_000000000000").glob(f"*/{copies}" if copies else "none"):
        Image.new("L", (8, 8), 77).save(root / "EXTEND_image_sketchy" / file.parent.name / file.name)
    return find(PROTOCOLS["sketchy_c100"], root, learning=False)


def test_photos_that_cannot_be_read_are_in_neither_gallery(tmp_path: Path) -> None:
    data = of_two_classes(tmp_path)
    data.photos[-1].file.write_bytes(b"no picture")
    found = measure_protocol(hold_out(Tones(), data), data)
    assert (found.photos, found.published) == (5, 8)
    assert list(found.figures) == ["as published", "each photo once"]


def test_the_published_gallery_holds_the_extensions_own_copies(tmp_path: Path) -> None:
    data = of_two_classes(tmp_path, "n1_0.jpg")
    seen: list[int] = []

    class Counting(Tones):
        def embed_photos(self, images: Sequence[Image.Image]) -> np.ndarray:
            seen.extend(round(np.asarray(image).mean()) for image in images)
            return self.embed_sketches(images)

    found = measure_protocol(hold_out(Counting(), data), data)
    assert (found.photos, found.published) == (6, 10)
    assert sorted(seen).count(77) == 2
    assert len(seen) == 6 + 2  # each file once
    assert found.figures["as published"] != found.figures["each photo once"]


def test_copies_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    data = of_two_classes(tmp_path, "n1_0.jpg")
    for photo in set(data.published) - set(data.photos):
        photo.file.write_bytes(b"no picture")
    found = measure_protocol(hold_out(Tones(), data), data)
    assert (found.photos, found.published) == (6, 8)


def test_sketches_whose_photos_cannot_be_read_are_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = of_two_classes(tmp_path)
    for photo in data.collection.photos["cup"]:
        photo.file.write_bytes(b"no picture")
    found = measure_protocol(hold_out(Tones(), data), data)
    assert (found.queries, found.photos) == (4, 3)
    assert found.figures["each photo once"]["mAP"] == 100
    assert "Sketches are left out whose class has no photos: cup." in caplog.text


def test_the_command_gives_published_rows_and_what_stands_after_re_ranking(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    of_two_classes(tmp_path)
    monkeypatch.setattr(measuring, "encoder_of", lambda _: (Tones(), ["cup"], EmbedOptions()))
    command = ["evaluate", "any", "--data", str(tmp_path), "--protocol", "sketchy_c100", "--rerank"]
    assert main([*command, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [report[name] for name in ("queries", "photos", "published_photos")] == [8, 6, 10]
    assert list(report)[3:] == [
        "as published",
        "each photo once",
        "as published, re-ranked",
        "each photo once, re-ranked",
    ]
    assert "2 of 25 unseen classes are there" in caplog.text
    assert "The model was trained on 1 of the 2 classes measured." in caplog.text
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("8 sketches, 6 photos, 10 rows as published\n")
    (tmp_path / "EXTEND_image_sketchy").rename(tmp_path / "elsewhere")
    assert main([*command, "--json"]) == 0
    assert list(json.loads(capsys.readouterr().out))[:3] == ["queries", "photos", "each photo once"]


def test_a_generalised_gallery_holds_the_photos_of_all_seen_classes_too(tmp_path: Path) -> None:
    protocol = PROTOCOLS["tuberlin"]
    data = find(protocol, written("tuberlin", tmp_path))
    held = hold_out(Tones(), data)
    seen: list[int] = []
    embed = held.encoder.embed_photos
    held.encoder.embed_photos = lambda images: seen.append(len(images)) or embed(images)  # type: ignore[method-assign]
    found = measure_protocol(held, data, generalised=True)
    assert list(found.figures) == ["each photo once", "each photo once, with the seen classes"]
    assert sum(seen) == protocol.unseen + protocol.seen
    assert [figures["P@100"] for figures in found.figures.values()] == [3.33, 1.0]  # one of 30, one of 100


def test_across_data_sets_classes_that_were_trained_on_are_left_out(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    of_two_classes(tmp_path)
    monkeypatch.setattr(measuring, "encoder_of", lambda _: (Tones(), ["cup", "dog"], EmbedOptions()))
    command = ["evaluate", "any", "--data", str(tmp_path), "--protocol", "sketchy_c100", "--cross", "--json"]
    command += ["--per-class", str(tmp_path / "classes.csv")]
    assert main(command) == 0
    report = json.loads(capsys.readouterr().out)
    assert [report[name] for name in ("queries", "photos", "published_photos")] == [4, 3, 5]
    assert "1 of 2 classes measured" in caplog.text
    assert "All photos are of one class" in caplog.text
    rows = (tmp_path / "classes.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("measure,class,queries,photos,mAP,")
    assert [row.split(",")[:4] for row in rows[1:]] == [["each photo once", "windmill", "4", "3"]]
    every = PROTOCOLS["sketchy_c100"].unseen_classes()
    monkeypatch.setattr(measuring, "encoder_of", lambda _: (Tones(), every, EmbedOptions()))
    assert main(command) == 2
    assert "The model was trained on all of the classes measured" in capsys.readouterr().err


@pytest.mark.slow
def test_rankings_guards_and_8_bits_are_made_on_an_archive_too(
    tmp_path: Path,
    small_run: dict[str, object],
    make_model: Callable[[Path], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    protocol, given = PROTOCOLS["tuberlin"], list[Collection]()
    words = ["--data", str(written("tuberlin", tmp_path / "data")), "--protocol", "tuberlin"]
    monkeypatch.setattr(ranking_sheet, "encoder_of", lambda _: (Tones(), (), EmbedOptions()))
    assert main(["rankings", "any", *words, "--to", str(tmp_path / "sheet.png"), "--queries", "2"]) == 0
    assert (tmp_path / "sheet.png").exists()
    model = make_model(tmp_path / "model.onnx")
    assert main(["guard", str(model), *words]) == 0
    assert guard_path(model).exists()
    run = Run(Config(**{**small_run, "protocol": "tuberlin", "classes": "all"}), protocol.seen_classes())
    run.save(tmp_path / "run")
    monkeypatch.setattr(onnx_file, "export", lambda *_, collection, **__: given.append(collection))
    assert (
        main(["export", str(tmp_path / "run"), *words, "--to", str(tmp_path), "--weights-type", "int8"]) == 0
    )
    assert given[0].split["unseen"] == protocol.unseen_classes()
    seen = [picture for label in protocol.seen_classes() for picture in given[0].photos[label]]
    monkeypatch.setattr(int8, "_EACH", 1000)
    assert len(calibration_squares(given[0], run.config)) == 2 * len(seen)  # and as many sketches


@pytest.mark.slow
def test_a_run_learns_from_an_archive_and_is_measured_on_it(
    tmp_path: Path, small_run: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    data = written("tuberlin", tmp_path / "data")
    config = Config(**{**small_run, "images": 40, "protocol": "tuberlin"})
    run = fit(collection_of(data_of("tuberlin", data)), config, tmp_path / "run", weights=None)
    assert len(run.classes) == 220 - 22
    every = Batches(collection_of(data_of("tuberlin", data)), replace(config, classes="all"))
    assert sorted(every.classes) == sorted(PROTOCOLS["tuberlin"].seen_classes())
    assert run.validation[0]["sketch/mAP"] > 0
    capsys.readouterr()
    command = ["evaluate", str(tmp_path / "run"), "--data", str(data), "--protocol", "tuberlin"]
    assert main([*command, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["queries"] == report["photos"] == 30
    assert 0 < report["each photo once"]["mAP"] <= 100
    assert main([*command[:-1], "quickdraw"]) == 2
    assert capsys.readouterr().err == f"ffmln-train: QuickDraw not found in {data}.\n"
