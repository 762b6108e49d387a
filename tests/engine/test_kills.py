"""Killed at any moment, while it indexes, watches, builds a graph or takes over a catalog: nothing is lost.

Meanwhile files change, and another process looks on.

FFMLN_KILLS=200 kills as often as that; ten times are enough to notice a fault that is there each time.
"""

import hashlib
import io
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.encoding.encoder import reading_side
from engine.library import Library
from engine.paths import data_dir
from engine.pictures.photos import open_photo
from engine.search.query import Query
from engine.state.catalog import CATALOG_NAME, Catalog
from engine.state.thumbnail_file import ThumbnailFile
from engine.upkeep import Upkeep

from .conftest import LINE, refreshed

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("FFMLN_KILLS", "10"))
INDEXING = """
import queue, random, sys, time
import engine.indexing.loading, engine.indexing.refresh, engine.state.vector_store, engine.folders.watching
from engine.encoding.encoder import Encoder
from engine.errors import EngineError
from engine.library import Library
from engine.folders.watching import FolderWatch

engine.folders.watching._QUIET_S = 0.05
engine.indexing.refresh._CRASHES = 10**6  # a photo that is read at two kills is not to blame
engine.indexing.loading.GRAPH_FROM, engine.indexing.loading.WHOLE_TO = 20, 10
engine.state.vector_store._PACKED_FROM = 8
model, seed, *folders = sys.argv[1:]
rng, encoder = random.Random(int(seed)), Encoder(model, threads=1)
embed = encoder.embed_photos
encoder.embed_photos = lambda images: time.sleep(0.02) or embed(images)

def watch(library, seconds):
    told, end = queue.Queue(), time.monotonic() + seconds
    watches = [
        FolderWatch(one.folder, library.excludes(one.folder), changed=told.put) for one in library.folders
    ]
    for one in watches:
        one.start()
    try:
        while time.monotonic() < end:
            try:
                change = told.get(timeout=0.05)
            except queue.Empty:
                continue
            for step in library.refresh(only={change.folder: change.scope}):
                pass
    finally:
        for one in watches:
            one.stop()

print("begun", flush=True)
while True:
    try:
        library = Library(folders, encoder)
        for step in library.refresh(recheck=rng.random() < 0.3):
            pass
        if rng.random() < 0.6:
            watch(library, rng.uniform(0.2, 2.0))
        library.close()
    except EngineError as error:  # a file that went meanwhile, or the lock of a process just killed
        print(error, file=sys.stderr, flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


class Photos:
    """Two folders whose files change at random; knows what is in them, and what each is encoded to."""

    def __init__(self, place: Path, encoder, rng: random.Random) -> None:
        self.folders = [place / "one", place / "two"]
        self._encoder, self._rng, self._made = encoder, rng, 0
        self.vectors: dict[bytes, np.ndarray] = {}
        self.pictures: dict[bytes, np.ndarray] = {}
        self.files: dict[Path, bytes] = {}
        for folder in self.folders:
            (folder / "inner").mkdir(parents=True)
        for _ in range(40):
            self.add()

    def add(self) -> None:
        self._made += 1
        folder = self._rng.choice(self.folders)
        path = self._rng.choice([folder, folder / "inner"]) / f"{self._made}.png"
        path.parent.mkdir(exist_ok=True)
        self._write(path)

    def _write(self, path: Path) -> None:
        pixels = np.random.default_rng(self._made * 7 + len(self.files)).integers(
            0, 255, (24, 24, 3), np.uint8
        )
        whole = path.with_name(f".{path.name}.part")  # as programs write that write well
        Image.fromarray(pixels).resize((96, 96), Image.Resampling.NEAREST).save(whole, "PNG")
        whole.replace(path)
        digest = hashlib.blake2b(path.read_bytes(), digest_size=16).digest()
        self.files[path] = digest
        picture = open_photo(path, side=reading_side(self._encoder))
        self.pictures[digest] = np.asarray(picture.convert("RGB"), np.float32)
        self.vectors[digest] = self._encoder.embed_photos([picture])[0]

    def change(self) -> None:
        """Do one thing that people do to photos."""
        deeds = [
            self.add,
            self._remove,
            self._rename,
            self._move,
            self._copy,
            self._overwrite,
            self._rename_folder,
        ]
        self._rng.choice(deeds)()

    def _some(self) -> Path:
        return self._rng.choice(sorted(self.files))

    def _remove(self) -> None:
        if len(self.files) > 30:
            path = self._some()
            path.unlink()
            del self.files[path]

    def _rename(self) -> None:
        path = self._some()
        self._put(path, path.with_name(f"renamed {path.name[-20:]}"))

    def _move(self) -> None:
        path = self._some()
        self._put(path, self._rng.choice(self.folders) / path.name)

    def _put(self, path: Path, to: Path) -> None:
        if to not in self.files:
            path.rename(to)
            self.files[to] = self.files.pop(path)

    def _copy(self) -> None:
        path = self._some()
        to = path.with_name(f"copy {path.name[-20:]}")
        if to not in self.files:
            shutil.copy(path, to)
            self.files[to] = self.files[path]

    def _overwrite(self) -> None:
        self._made += 1
        self._write(self._some())

    def _rename_folder(self) -> None:
        inner = self._rng.choice(self.folders) / "inner"
        to = inner.with_name(f"was inner {self._made}")
        if inner.is_dir() and not to.exists():
            inner.rename(to)
            moved = {path: to / path.name for path in self.files if path.parent == inner}
            self.files.update({new: self.files.pop(old) for old, new in moved.items()})

    def check_untouched(self) -> None:
        """Nobody but this class has written here."""
        there = {path for folder in self.folders for path in folder.rglob("*") if path.is_file()}
        assert there == set(self.files)
        for path, digest in self.files.items():
            assert hashlib.blake2b(path.read_bytes(), digest_size=16).digest() == digest


def is_at_work() -> bool:
    """Whether photos are being read now."""
    catalog = f"file:{data_dir() / CATALOG_NAME}?mode=ro"
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(catalog, uri=True)) as db:
        return bool(db.execute("SELECT 1 FROM in_flight LIMIT 1").fetchone())
    return False


def check_catalog(photos: Photos, model: str) -> bool:
    """Nothing is doubled, and every vector is that of what it stands for; return whether photos were read."""
    catalog = Catalog(data_dir())
    try:
        assert catalog._db.all("PRAGMA integrity_check") == [("ok",)]
        assert catalog._db.all("PRAGMA foreign_key_check") == []
        hashes = dict(catalog._db.all("SELECT id, hash FROM contents"))
        assert len(set(hashes.values())) == len(hashes)
        for content, digest in hashes.items():
            vector = catalog.vectors.vector(content, model)
            if vector is not None and digest in photos.vectors:
                assert float(vector @ photos.vectors[digest]) == pytest.approx(1.0, abs=2e-3)
        return bool(catalog._db.all("SELECT 1 FROM in_flight LIMIT 1"))
    finally:
        catalog.close()


def check_thumbnails(photos: Photos) -> int:
    """Each thumbnail is a picture of what it stands for; return how many there are."""
    file = ThumbnailFile(data_dir())
    with closing(file):
        kept = {digest: file.get(digest) for digest in photos.pictures}
    for digest, picture in kept.items():
        if picture is not None:
            small = Image.open(io.BytesIO(picture)).convert("RGB")
            whole = Image.fromarray(photos.pictures[digest].astype(np.uint8)).resize(small.size)
            assert np.abs(np.asarray(small, np.float32) - np.asarray(whole, np.float32)).mean() < 30
    return sum(picture is not None for picture in kept.values())


@pytest.mark.slow
def test_however_often_it_is_killed_nothing_is_lost_doubled_or_wrong(
    tmp_path, tiny_model, tiny_encoder, as_version_4, monkeypatch
):
    monkeypatch.setattr("engine.indexing.refresh._CRASHES", 10**6)
    rng = random.Random(11)
    photos, at_work = Photos(tmp_path / "photos", tiny_encoder, rng), 0
    for number in range(KILLS):
        with Upkeep(photos.folders[0]) as upkeep:
            upkeep.keep_days = rng.choice([0, 90])
        takes_over = number > 0 and rng.random() < 0.2
        if takes_over:
            as_version_4(data_dir() / CATALOG_NAME)
        command = [sys.executable, "-c", INDEXING, tiny_model, str(number), *photos.folders]
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        child.stdout.readline()
        end = time.monotonic() + rng.uniform(0.0, 0.1 if takes_over else 2.0)
        while time.monotonic() < end:
            photos.change()
            time.sleep(rng.uniform(0.0, 0.1))
            if rng.random() < 0.1:  # another process looks on
                with closing(Library(photos.folders, tiny_encoder)) as library:
                    library.search(Query([LINE]), 5)
        end = time.monotonic() + 30
        while number % 3 == 0 and not is_at_work() and time.monotonic() < end:
            photos.change()
            time.sleep(0.02)
        assert child.poll() is None
        child.kill()
        child.communicate()
        at_work += check_catalog(photos, tiny_encoder.model_id)
        check_thumbnails(photos)
    assert at_work > 0, "each was killed while it did nothing"
    with closing(Library(photos.folders, tiny_encoder)) as library:
        report = refreshed(library)
        assert report.skipped == ()
        hits = library.search(Query([LINE]), 10_000)
    assert sorted(hit.path for hit in hits) == sorted(photos.files)
    for hit in hits:
        assert hit.score == pytest.approx(score(photos, tiny_encoder, hit.path), abs=2e-3)
    assert check_thumbnails(photos) > 0
    photos.check_untouched()


def score(photos: Photos, encoder, path: Path) -> float:
    from engine.preprocess import render_strokes

    drawing = encoder.embed_sketches([render_strokes([LINE])])[0]
    return float(drawing @ photos.vectors[photos.files[path]])
