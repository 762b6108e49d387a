"""Snapshots with several things on each."""

import io
import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.cli import main
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import scenes as module
from training.evaluation.heldout import HeldOut
from training.evaluation.scenes import SIZES, read_scenes, scenes

from ..conftest import Colours

THINGS = ("horse", "hot dog", "kite")
ON_PHOTOS = {  # by photo: what is on it, and the share of its box
    "a": [("horse", 0.5), ("horse", 0.01)],
    "b": [("horse", 0.1), ("kite", 0.02)],
    "c": [("hot dog", 0.3)],
    "d": [],
}


def write_scenes(folder: Path, **changed: str) -> Path:
    files = {"names.txt": "\n".join(THINGS).encode()}
    for number, (name, things) in enumerate(ON_PHOTOS.items()):
        buffer = io.BytesIO()
        Image.new("RGB", (40, 30), (60 * number, 90, 200 - 50 * number)).save(buffer, "JPEG")
        files[f"images/{name}.jpg"] = buffer.getvalue()
        lines = [f"{THINGS.index(thing)} 0.5 0.5 {share} 1.0" for thing, share in things]
        files[f"labels/{name}.txt"] = "\n".join(lines).encode()
    for name, text in changed.items():
        files[name.replace("_", ".")] = text.encode()
    with tarfile.open(folder / "scenes.tar", "w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return folder / "scenes.tar"


def test_of_each_thing_its_largest_box_counts(tmp_path):
    found = read_scenes(write_scenes(tmp_path))
    assert [photo.name for photo in found.photos] == ["a", "b", "c", "d"]
    assert {label: shares.tolist() for label, shares in found.shares.items()} == {
        "horse": [0.5, 0.1, 0, 0],
        "hot_dog": [0, 0, 0.3, 0],
        "kite": [0, 0.02, 0, 0],
    }
    assert np.asarray(found.photos[2].open()).shape == (30, 40, 3)


@pytest.mark.parametrize("changed", [{"names_txt": "horse"}, {"names_txt": ""}])
def test_a_file_that_is_not_as_it_should_be_is_one_sentence(tmp_path, changed):
    with pytest.raises(TrainingError, match="is not as the measure scenes needs it"):
        read_scenes(write_scenes(tmp_path, **changed))


class Named(Colours):
    """Sees a drawing of a horse as photo b, a, c, d in this order."""

    def embed_photos(self, images):
        tones = [np.asarray(image.convert("RGB"))[0, 0, 0] // 50 for image in images]
        places = np.array([{0: 0.4, 1: 0.2, 2: 0.6, 3: 0.9}[int(tone)] for tone in tones])
        return np.stack([np.cos(places), np.sin(places)], axis=1).astype(np.float32)

    def embed_sketches(self, images):
        return np.tile(np.array([[1.0, 0.0]], np.float32), (len(images), 1))


def test_a_photo_is_right_that_shows_it_and_by_size_those_of_another_are_left_out(
    own_shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_scenes(own_shapes)
    collection = read_collection(own_shapes)
    drawing = next(one for of in collection.drawings.values() for one in of)
    collection.drawings["horse"] = [replace(drawing, label="horse")] * 2
    monkeypatch.setattr(module, "_HITS", 1)
    report = scenes(HeldOut.of_split(Named(), collection, classes="val"))
    assert report["mAP"] == 100  # b, then a
    assert set(report) == {"mAP", "hit@1", "large", "middle"}
    assert report["large"] == report["middle"] == {"mAP": 100.0, "hit@1": 100.0}
    assert set(SIZES) == {"large", "middle", "small"}
    monkeypatch.setattr(Named, "embed_sketches", lambda _, images: np.tile([[0, 1.0]], (len(images), 1)))
    worst = scenes(HeldOut.of_split(Named(), collection, classes="val"))
    assert worst["mAP"] == pytest.approx(100 * (1 / 3 + 2 / 4) / 2, abs=0.1)
    assert worst["large"] == {"mAP": pytest.approx(33.33, abs=0.1), "hit@1": 0.0}


def test_without_such_photos_that_is_said(own_shapes: Path, tiny_model: Path, capsys) -> None:
    shutil.copy(tiny_model, own_shapes / "model.onnx")
    asked = ["evaluate", str(own_shapes / "model.onnx"), "--data", str(own_shapes), "--measures", "scenes"]
    assert main([*asked, "--classes", "val"]) == 2
    assert "The measure scenes needs" in capsys.readouterr().err
