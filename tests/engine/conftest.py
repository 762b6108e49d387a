"""What the engine's tests share."""

import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

import engine.vector_index.graph
from engine.encoding.encoder import METADATA_KEY, Encoder
from engine.folders import patience, watching
from engine.folders.excludes import Excludes
from engine.folders.folder import Found
from engine.folders.tree_events import ObservedTree
from engine.library import Library
from engine.sketches.drawing import Stroke
from engine.state.catalog import Catalog
from engine.state.records import Read
from engine.state.row_forms import FORMS
from engine.state.vectors import file_name
from engine.unit_vectors import unit

from . import earlier_catalogs
from .hand import Hand
from .watched import LONG_S, Recorded, Told

needs_graph = pytest.mark.skipif(engine.vector_index.graph.hnswlib is None, reason="hnswlib is not installed")
LINE = Stroke.through([(0.2, 0.2), (0.8, 0.8)])
VECTOR = np.arange(4, dtype=np.float32)


def kept(vectors):
    """Return what vectors are compared with once the disk has them: their unit vectors, but for rounding."""
    return pytest.approx(unit(vectors), abs=1e-4)


def alike(found, expected, within=1e-6):
    """Whether two answers are the same, but for the last digit of scores from matrices of two sizes."""
    paths = [hit.path for hit in found] == [hit.path for hit in expected]
    return paths and np.allclose([hit.score for hit in found], [hit.score for hit in expected], atol=within)


def photo(name: bytes, digest: bytes = b"one", vector: np.ndarray | None = VECTOR) -> Read:
    """Return a photo as it was read; one content unless told otherwise."""
    return Read(Found(name, 10, 20), digest, vector)


EXIF, ORIGINAL, DIGITISED, CHANGED = 0x8769, 36867, 36868, 306


def exif(*, original=None, digitised=None, changed=None):
    """Return EXIF with these texts for dates, as it stands in files."""
    made = Image.Exif()
    inner = {ORIGINAL: original, DIGITISED: digitised}
    if any(inner.values()):
        made._ifds[EXIF] = {tag: text for tag, text in inner.items() if text}
    if changed:
        made[CHANGED] = changed
    return made.tobytes()


def drained(work):
    """Return the progress a refresh told, and its report."""
    steps = []
    while True:
        try:
            steps.append(next(work))
        except StopIteration as end:
            return steps, end.value


def refreshed(library, **how):
    """Return the report of a whole refresh."""
    return drained(library.refresh(**how))[1]


def assert_ended(before):
    """Check that all threads but these end."""
    for thread in set(threading.enumerate()) - before:
        thread.join(30)
    assert set(threading.enumerate()) <= before


@pytest.fixture
def asked(monkeypatch):
    """What was asked of disks, in threads."""
    begin, asked = patience.begin, []
    monkeypatch.setattr(patience, "begin", lambda work, *, name: asked.append(name) or begin(work, name=name))
    return asked


@pytest.fixture
def encoder(tiny_encoder, monkeypatch):
    """The tiny model, with a record of how many photos it was given at a time."""
    batches, embed = [], tiny_encoder.embed_photos

    def counted(images):
        batches.append(len(images))
        return embed(images)

    monkeypatch.setattr(tiny_encoder, "embed_photos", counted)
    tiny_encoder.batches = batches
    return tiny_encoder


@pytest.fixture
def light_encoder(tiny_model, tmp_path):
    """A model that takes roots of the pooled tones: any picture with a dark part becomes NaN throughout."""
    model, path = onnx.load(str(tiny_model)), tmp_path / "light.onnx"
    model.graph.node.insert(1, onnx.helper.make_node("Sqrt", ["pooled"], ["roots"]))
    model.graph.node[2].input[0] = "roots"
    about = {**json.loads(model.metadata_props[0].value), "model_id": "light"}
    onnx.helper.set_model_props(model, {METADATA_KEY: json.dumps(about)})
    onnx.save(model, str(path))
    return Encoder(path, threads=1)


@pytest.fixture
def pale_photos(tmp_path, draw_picture):
    """A folder of three pictures without a dark part."""
    folder = tmp_path / "pale"
    folder.mkdir()
    for colour in ("white", "lavender", "honeydew"):
        draw_picture("circle", colour).save(folder / f"{colour}.png")
    return folder


@pytest.fixture
def open_library(encoder):
    """Opens libraries, and closes them after the test."""
    opened = []

    def make(folder, with_encoder=None):
        opened.append(Library(folder, with_encoder or encoder))
        return opened[-1]

    yield make
    for library in opened:
        library.close()


@pytest.fixture
def library(photo_folder, open_library):
    """A library of the twelve pictures, up to date."""
    library = open_library(photo_folder)
    refreshed(library)
    return library


@pytest.fixture
def places(library, photo_folder):
    """What is known of some paths in the folder, by names."""
    return lambda *names: {
        one.name: now.relative_to(photo_folder).as_posix()
        for one, now in library.places_now([photo_folder / name for name in names]).items()
    }


def spoil_first_vector(folder, content=None):
    """Write something else where the first content's vector lies; None for bytes that are no vector.

    As a disk that forgets: the file's time stays.
    """
    with closing(sqlite3.connect(folder / "catalog.sqlite3")) as db:
        query = "SELECT model, dim, generation, form, min(slot) FROM vectors JOIN vector_files ON id = file"
        model, dim, made, ending, slot = db.execute(query).fetchone()
    path, form = folder / "vectors" / file_name(model, dim, made, ending), FORMS[ending]
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(slot * dim * 2)
        file.write(np.full(dim, form.lost if content is None else content, form.type).tobytes())
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def only_file(state_folder):
    """Return the one file of vectors there is."""
    [path] = (state_folder / "vectors").iterdir()
    return path


def photos_in(folder):
    """Return the files in a folder and below it."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def as_version_9():
    """Rewrites a catalog as the ninth version of it, which kept all vectors in half precision."""
    return earlier_catalogs.as_version_9


@pytest.fixture
def as_version_5():
    """Rewrites a catalog as the fifth version of it, which looked through all photos for a few."""
    return earlier_catalogs.as_version_5


@pytest.fixture
def as_version_4():
    """Rewrites a catalog as the fourth version of it, which held the vectors itself."""
    return earlier_catalogs.as_version_4


@pytest.fixture
def as_version_1():
    """Rewrites a catalog as the first version of the program would have written it."""
    return earlier_catalogs.as_version_1


@pytest.fixture
def as_version_2():
    """Rewrites a catalog as the second version of the program, which kept no dates, would have written it."""
    return earlier_catalogs.as_version_2


@pytest.fixture
def catalog(tmp_path):
    """A catalog of its own."""
    catalog = Catalog(tmp_path)
    yield catalog
    catalog.close()


@pytest.fixture(params=["inotify", "observer", "polling"])
def kind(request, monkeypatch):
    """Each way of watching there is."""
    monkeypatch.setattr(watching, "_QUIET_S", 0.1)
    monkeypatch.setattr(watching, "_LONGEST_S", 0.5)
    monkeypatch.setattr(watching, "_THERE_EVERY_S", 0.1)
    monkeypatch.setattr("engine.folders.polling._LEAST_S", 0.1)
    monkeypatch.setattr("engine.folders.polling._MOST_S", 1.0)
    if request.param == "observer":
        monkeypatch.setattr(watching, "tree_events", lambda: ObservedTree)
    return request.param


@pytest.fixture
def watch(kind):
    """Watches folders until the test ends."""
    told = []

    def begin(folder: Path, *patterns: str) -> Told:
        one = Told()
        one.watch = Recorded(
            folder,
            Excludes(patterns, folder=folder.name),
            changed=one.changes.put,
            said=one.sentences.append,
            settling=one.settling,
            polls=kind == "polling",
        )
        one.watch.start()
        told.append(one)
        assert one.watch.wait_until_ready(LONG_S)
        return one

    yield begin
    for one in told:
        one.watch.stop()
        one.watch.join(LONG_S)
        assert not one.watch.is_running


@pytest.fixture
def hand(photo_folder, tmp_path):
    outside, sources = tmp_path / "outside", tmp_path / "sources"
    outside.mkdir()
    shutil.copytree(photo_folder / "older", photo_folder / "left out 0")
    shutil.copytree(photo_folder, sources)

    def make(seed):
        return Hand(seed, photo_folder, outside, sorted(sources.rglob("*.png")))

    return make


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "photos"
    (folder / "older").mkdir(parents=True)
    (folder / "one.png").write_bytes(b"a photo")
    (folder / "older" / "two.png").write_bytes(b"a photo")
    for old in (folder / "older", folder):  # else a coarse clock may give a change the same time
        os.utime(old, (1e9, 1e9))
    return folder
