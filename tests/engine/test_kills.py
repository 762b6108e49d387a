"""Killed at any moment, while it indexes, watches, builds a graph, packs or takes over: nothing is lost.

Meanwhile files change, folders are renamed, and another process looks on.

FFMLN_KILLS=200 kills as often as that and wants each phase to be met; ten times are enough to notice a fault
that is there each time. What is killed says what it does, see `killed.py`.
"""

import hashlib
import io
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
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
from engine.vector_index.graph import hnswlib

from .conftest import LINE, refreshed
from .earlier_catalogs import as_version_1, as_version_4
from .killed import ENDED, PHASES

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("killed.py")
KILLS = int(os.environ.get("FFMLN_KILLS", "10"))
ALL_FROM = 200  # kills, from which on each phase has to be met
AIMS = (*PHASES[2:], *PHASES[:2], None)  # None: after any time
AT_WORK = ("scan", "encode", "graph", "pack", "follow")  # of a refresh
PATIENCE_S = 5.0  # for the phase that is aimed at: no graph is built each time
WORK_S = 30.0  # for what always comes, on a machine that stalls
LEFT = 40  # photos that are changed so that there is something to pack
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
            self.overwrite,
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

    def overwrite(self) -> None:
        self._made += 1
        self._write(self._some())

    def _rename_folder(self) -> None:
        inner = self._rng.choice(self.folders) / "inner"
        to = inner.with_name(f"was inner {self._made}")
        if inner.is_dir() and not to.exists():
            inner.rename(to)
            moved = {path: to / path.name for path in self.files if path.parent == inner}
            self.files.update({new: self.files.pop(old) for old, new in moved.items()})

    def rename_root(self) -> None:
        """Rename one of the library's own folders; what runs has it by its former name."""
        place = self._rng.randrange(len(self.folders))
        before, self._made = self.folders[place], self._made + 1
        after = self.folders[place] = before.rename(before.with_name(f"renamed {self._made}"))
        self.files = {
            after / path.relative_to(before) if path.is_relative_to(before) else path: digest
            for path, digest in self.files.items()
        }

    def check_untouched(self) -> None:
        """Nobody but this class has written here."""
        there = {path for folder in self.folders for path in folder.rglob("*") if path.is_file()}
        assert there == set(self.files)
        for path, digest in self.files.items():
            assert hashlib.blake2b(path.read_bytes(), digest_size=16).digest() == digest


def check_catalog(photos: Photos, model: str) -> None:
    """Nothing is doubled, and every vector is that of what it stands for."""
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


class Killer:
    """Starts what is killed, once at a time, and listens to what it says it does."""

    def __init__(self, model: str) -> None:
        self._model, self._said = model, queue.SimpleQueue()
        self._server = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._process: int | None = None
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._server.stdout:
            self._said.put(line.strip())

    def start(self, seed: int, folders: list[Path]) -> None:
        print(json.dumps([str(self._model), seed, *map(str, folders)]), file=self._server.stdin, flush=True)
        self._process, self._phase = int(self._said.get(timeout=60)), self._said.get(timeout=60)

    @property
    def phase(self) -> str:
        """What it did last that it said."""
        while not self._said.empty():
            self._phase = self._said.get()
            if self._phase == ENDED:
                self._process = None
                pytest.fail("it ended without being killed")
        return self._phase

    def kill(self) -> str:
        """Kill it, and return what it was doing."""
        before = self.phase
        self._stop()
        while (said := self._said.get(timeout=60)) != ENDED:
            before = said
        return before

    def _stop(self) -> None:
        if self._process is not None:
            os.kill(self._process, signal.SIGKILL)
            self._process = None

    def close(self) -> None:
        self._stop()
        self._server.stdin.close()  # it ends by that
        self._server.wait()
        self._listener.join()
        self._server.stdout.close()


def kill_once(number: int, killer: Killer, photos: Photos, encoder, rng: random.Random) -> str:
    """Let the program run while files change, mostly until it does what is aimed at, and kill it there."""
    aim = AIMS[number % len(AIMS)]
    with Upkeep(photos.folders[0]) as upkeep:
        upkeep.keep_days = 0 if aim == "pack" else rng.choice([0, 90])
    for _ in range(LEFT if aim == "pack" else 0):
        photos.overwrite()
    if aim == "migrate":
        rng.choice([as_version_1, as_version_4])(data_dir() / CATALOG_NAME)
    killer.start(number, photos.folders)
    patience = WORK_S if aim in ("encode", "pack") else PATIENCE_S if aim else rng.uniform(0.0, 2.0)
    end = time.monotonic() + patience
    while time.monotonic() < end and killer.phase != aim:
        photos.change()
        pause = time.monotonic() + rng.uniform(0.0, 0.1)
        while time.monotonic() < pause and killer.phase != aim:
            time.sleep(0.001)
        if rng.random() < 0.1:  # another process looks on
            with closing(Library(photos.folders, encoder)) as library:
                library.search(Query([LINE]), 5)
    if rng.random() < 0.15:
        photos.rename_root()
    time.sleep(rng.uniform(0.0, 0.05))
    return killer.kill()


@pytest.mark.slow
def test_however_often_it_is_killed_nothing_is_lost_doubled_or_wrong(
    tmp_path, tiny_model, tiny_encoder, monkeypatch
):
    monkeypatch.setattr("engine.indexing.refresh._CRASHES", 10**6)
    rng, met = random.Random(11), Counter()
    photos = Photos(tmp_path / "photos", tiny_encoder, rng)
    with closing(Killer(tiny_model)) as killer:
        for number in range(KILLS):
            met[kill_once(number, killer, photos, tiny_encoder, rng)] += 1
            check_catalog(photos, tiny_encoder.model_id)
            check_thumbnails(photos)
    with closing(Library(photos.folders, tiny_encoder)) as library:
        report = refreshed(library)
        assert report.skipped == ()
        hits = library.search(Query([LINE]), 10_000)
    assert sorted(hit.path for hit in hits) == sorted(photos.files)
    for hit in hits:
        assert hit.score == pytest.approx(score(photos, tiny_encoder, hit.path), abs=2e-3)
    assert check_thumbnails(photos) > 0
    photos.check_untouched()
    print("Kills by phase:", dict(met))  # `pytest -rP` shows it
    assert any(met[phase] for phase in AT_WORK), "each was killed while it did nothing"
    wanted = set(PHASES) if hnswlib is not None else set(PHASES) - {"graph"}
    assert KILLS < ALL_FROM or wanted <= met.keys(), f"not met: {wanted - met.keys()}"


def score(photos: Photos, encoder, path: Path) -> float:
    from engine.preprocess import render_strokes

    drawing = encoder.embed_sketches([render_strokes([LINE])])[0]
    return float(drawing @ photos.vectors[photos.files[path]])
