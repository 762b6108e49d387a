import ast
import os
import shutil
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from engine import Encoder, preprocess
from training import named_model
from training.data import collection
from training.data.collection import Collection, Picture
from training.data.reading import read_collection
from training.errors import TrainingError
from training.evaluation import kept as module
from training.evaluation.embedding import EmbedOptions, embed_items
from training.evaluation.heldout import HeldOut
from training.evaluation.kept import EmbeddingCache, identity
from training.evaluation.split import evaluate

from ..conftest import Colours

ENGINE = Path(preprocess.__file__).parent


class Counting(Colours):
    """An encoder that counts the pictures it was given."""

    def __init__(self) -> None:
        self.seen = 0

    def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
        self.seen += len(images)
        return super().embed_sketches(images)

    embed_photos = embed_sketches


@pytest.fixture
def pictures(tmp_path: Path) -> list[Picture]:
    found = []
    for number in range(150):
        Image.new("L", (8, 8), number + 1).save(tmp_path / f"{number}.png")
        found.append(Picture("cat", str(number), tmp_path / f"{number}.png"))
    return found


def test_a_second_measurement_embeds_nothing_and_finds_the_same(shapes: Path, tmp_path: Path) -> None:
    collection = read_collection(shapes)
    reports, seen = [], []
    for model in ("one", "one", "other"):
        encoder = Counting()
        how = EmbedOptions(kept=EmbeddingCache(tmp_path, model))
        reports.append(evaluate(HeldOut.of_split(encoder, collection, classes="val", how=how)))
        seen.append(encoder.seen)
    assert reports[0] == reports[1] == reports[2]
    assert seen[1] == 0 < seen[0] == seen[2]


def test_sketches_and_photos_of_one_file_are_kept_apart(pictures: list[Picture], tmp_path: Path) -> None:
    kept = EmbeddingCache(tmp_path / "kept", "model")
    keys = {kept.key(kind, picture) for kind in ("photo", "sketch") for picture in pictures}
    assert len(keys) == 2 * len(pictures)
    inside = [Picture("cat", "x", pictures[0].file, offset, 9) for offset in (512, 1024)]
    assert kept.key("photo", inside[0]) != kept.key("photo", inside[1])
    assert kept.key("photo", Picture("cat", "x", tmp_path / "nowhere")) is None


def test_a_picture_that_was_changed_and_new_code_are_embedded_again(
    pictures: list[Picture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def embed(encoder: Counting) -> np.ndarray:
        how = EmbedOptions(kept=EmbeddingCache(tmp_path / "kept", "model"))
        return embed_items(pictures, encoder.embed_photos, Picture.open, kind="photo", how=how).vectors

    first = embed(Counting())
    Image.new("L", (8, 8), 200).save(pictures[3].file)
    os.utime(pictures[3].file, ns=(1, 1))
    again, encoder = Counting(), Counting()
    second = embed(again)
    assert again.seen == 1
    np.testing.assert_array_equal(np.delete(first, 3, 0), np.delete(second, 3, 0))
    (tmp_path / "other.py").write_text("# another way to prepare pictures", "utf-8")
    monkeypatch.setattr(module, "_CODE", (str(tmp_path / "other.py"),))
    embed(encoder)
    assert encoder.seen == len(pictures)


def test_a_damaged_file_is_made_anew_and_the_oldest_go(
    pictures: list[Picture], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "kept"

    def embed(model: str) -> int:
        encoder = Counting()
        how = EmbedOptions(kept=EmbeddingCache(folder, model))
        embed_items(pictures, encoder.embed_photos, Picture.open, kind="photo", how=how)
        return encoder.seen

    assert embed("one") == 150
    (file,) = folder.glob("*.npz")
    file.write_bytes(file.read_bytes()[:900])
    assert embed("one") == 150
    assert "cannot be read and are made anew" in caplog.text
    assert embed("one") == 0
    monkeypatch.setattr(module, "_MOST", int(1.5 * file.stat().st_size))
    os.utime(file, ns=(1, 1))
    assert embed("two") == 150
    assert [one.name for one in folder.glob("*.npz")] != [file.name]
    assert len(list(folder.glob("*.npz"))) == 1
    assert embed("two") == 0


def test_a_folder_that_cannot_be_written_costs_no_measurement(
    pictures: list[Picture], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    how = EmbedOptions(kept=EmbeddingCache(tmp_path / "file" / "below", "model"))
    found = embed_items(pictures, Counting().embed_photos, Picture.open, kind="photo", how=how)
    assert len(found.vectors) == 150
    assert "Embeddings are not kept" in caplog.text


def test_of_two_measurements_of_a_model_each_keeps_what_it_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keys, row, glob = [bytes([number]) * 16 for number in range(2)], np.ones(2, np.float32), Path.glob

    def listed(folder: Path, pattern: str) -> list[Path]:
        removed = [folder / "removed since.npz"] if pattern == "*.npz" else []
        return [*glob(folder, pattern), *removed]

    monkeypatch.setattr(Path, "glob", listed)
    one, two = EmbeddingCache(tmp_path, "model"), EmbeddingCache(tmp_path, "model")
    one.add({keys[0]: row})
    two.add({keys[1]: row})
    again = EmbeddingCache(tmp_path, "model")
    assert all(again.get(key) is not None for key in keys)
    assert "Embeddings are not kept" not in caplog.text


def test_the_file_is_read_again_only_where_another_measurement_has_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = EmbeddingCache(tmp_path, "model"), EmbeddingCache(tmp_path, "model")
    read, real = list[EmbeddingCache](), EmbeddingCache._read
    monkeypatch.setattr(EmbeddingCache, "_read", lambda cache: [read.append(cache), real(cache)][1])
    for number in range(3):
        first.add({bytes([number] * 16): np.ones(2, np.float32)})
    assert read == []
    other.add({bytes([9] * 16): np.ones(2, np.float32)})
    first.add({bytes([3] * 16): np.ones(2, np.float32)})
    assert read == [other, first]
    assert all(first.get(bytes([number] * 16)) is not None for number in (0, 1, 2, 3, 9))


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_threads_that_decode_ahead_change_nothing(
    workers: int, pictures: list[Picture], caplog: pytest.LogCaptureFixture
) -> None:
    pictures[70].file.write_bytes(b"no picture")
    how = EmbedOptions(workers=workers)
    found = embed_items(pictures, Counting().embed_photos, Picture.open, how=how)
    assert found.items == (*pictures[:70], *pictures[71:])
    expected = Colours().embed_photos([picture.open() for picture in found.items])
    np.testing.assert_array_equal(found.vectors, expected)
    assert f"{pictures[70].file} cannot be read and is left out" in caplog.text
    with pytest.raises(TrainingError, match="None of 1 pictures"):
        embed_items(pictures[70:71], Counting().embed_photos, Picture.open, how=how)


def test_files_of_weights_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"weights")
    shutil.copy2(tmp_path / "a", tmp_path / "b")
    before = identity(tmp_path / "a", ["cpu"])
    assert before != identity(tmp_path / "b", ["cpu"])
    assert before != identity(tmp_path / "a", ["cuda"])
    (tmp_path / "a").write_bytes(b"weights!")
    assert before != identity(tmp_path / "a", ["cpu"])
    assert Collection(tmp_path).labels == []


def test_vectors_are_kept_under_the_weights_that_were_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, named = tmp_path / "a.onnx", list[str]()
    file.write_bytes(b"weights")
    read = f"{identity(file)}|cpu"

    def load(_: Path) -> SimpleNamespace:
        file.write_bytes(b"others!!")  # as an export does meanwhile
        return SimpleNamespace(provider="cpu", metadata={})

    monkeypatch.setattr(Encoder, "load", load)
    monkeypatch.setattr(named_model, "_how", lambda _, name: named.append(name))
    named_model.encoder_of(Namespace(workers=0, model=file, checkpoint="best"))
    assert named == [read]


def imported(file: Path) -> set[Path]:
    """Return the files of the engine's modules that a file imports."""
    nodes = [
        node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    names = {
        name for node in nodes for name in (node.module, *(f"{node.module}.{one.name}" for one in node.names))
    }
    files = {ENGINE.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names if name}
    return {file for file in files if file.is_file() and ENGINE in file.parents}


def test_vectors_are_made_anew_wherever_the_code_changes_that_prepares_pictures() -> None:
    known = {Path(file) for file in module._CODE}
    reached, new = set[Path](), {Path(preprocess.__file__), Path(collection.__file__)}
    while new:
        reached |= new
        new = {one for file in new for one in imported(file)} - reached
    names = {"formats.py", "errors.py"}  # which files are photos; what is raised
    assert {file for file in reached - known if file.name not in names} == set()
    assert {file.name for file in (ENGINE / "sketches").glob("*.py")} <= {file.name for file in known}
