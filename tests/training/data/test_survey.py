import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.survey import survey

from ..conftest import write_sketchy, write_tuberlin


def test_broken_pictures_and_near_duplicates_across_the_split_are_found(own_shapes: Path) -> None:
    (own_shapes / "photo" / "square" / "broken.jpg").write_bytes(b"no picture")
    twin = own_shapes / "photo" / "star ball" / "scene.jpg"
    tones = np.random.default_rng(0).integers(0, 256, (7, 9, 3), np.uint8)
    Image.fromarray(tones).resize((120, 90), Image.Resampling.BICUBIC).save(twin)
    with Image.open(twin) as image:
        image.resize((200, 200)).save(own_shapes / "photo" / "square" / "copy.jpg", quality=60)
    shutil.copy(twin, twin.with_name("same_side.jpg"))
    lines = (own_shapes / "quickdraw.ndjson").read_text("utf-8")
    (own_shapes / "quickdraw.ndjson").write_text(lines + "{broken\n", "utf-8")
    (found,) = survey(own_shapes)
    assert [picture.name for picture in found.unreadable] == ["broken"]
    assert {(a.label, a.name, b.label, b.name) for a, b in found.twins} >= {
        ("square", "copy", "star_ball", "scene"),
        ("square", "copy", "star_ball", "same_side"),
    }
    assert all(b.label == "star_ball" != a.label for a, b in found.twins)
    assert found.protocols == {"split": ""}
    assert found.collection.problems == ["quickdraw.ndjson: 1 broken line left out."]


def test_what_is_wrong_is_told_once(
    own_shapes: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    (own_shapes / "photo" / "square" / "scan.tif").touch()
    write_sketchy(own_shapes, ["pig", "banana"])
    shutil.rmtree(own_shapes / "EXTEND_image_sketchy")
    assert main(["data", str(own_shapes)]) == 0
    told = capsys.readouterr().out
    assert told.count("problem: Photos are passed over by their endings (1 .tif)") == 1
    assert told.count("problem: Sketchy: EXTEND_image_sketchy was not found") == 1
    assert not caplog.records


def test_blank_pictures_are_nobodys_twins(own_shapes: Path) -> None:
    for label in ("square", "star ball"):
        Image.new("RGB", (64, 64), "white").save(own_shapes / "photo" / label / "blank.png")
    (found,) = survey(own_shapes)
    assert not any("blank" in (a.name, b.name) for a, b in found.twins)


def test_the_command_says_what_is_there_and_what_is_not(
    own_shapes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (own_shapes / "split.json").write_text(
        json.dumps({"train": ["square", "triangle"], "val": ["octagon"], "unseen": ["unicorn"]}), "utf-8"
    )
    write_tuberlin(own_shapes / "more", ["pig", "banana"])
    shutil.rmtree(own_shapes / "more" / "png" / "Pig")
    (own_shapes / "256x256/sketch/tx_000000000000").mkdir(parents=True)
    assert main(["data", str(own_shapes)]) == 0
    short = capsys.readouterr().out
    assert [line.partition(":")[0] for line in short.splitlines()[:3]] == [
        "protocol split",
        "protocol tuberlin",
        "",
    ]
    assert "cup, " not in short
    assert "--whole lists all of it, class by class." in short
    assert len(short.splitlines()) < 12
    assert main(["data", str(own_shapes), "--whole"]) == 0
    out = capsys.readouterr().out
    assert "protocol split: not whole, no unseen class with photos and sketches" in out
    assert "protocol tuberlin: not whole, 249 classes lack photos or sketches" in out
    assert "cup, " in out  # all of them are named
    assert "pig (no sketches)" in out
    assert f"The sketches of Sketchy are in {own_shapes / '256x256/sketch/tx_000000000000'}, but no" in out
    assert f"QuickDraw not found in {own_shapes}." in out
    assert any(line.split() == ["banana", "1", "1", "0"] for line in out.splitlines())
    assert main(["data", str(own_shapes / "nowhere")]) == 2
