"""What kept thumbnails cost, by format and side, by where they lie, and what indexing takes with them.

uv run python benchmarks/thumbnails.py FOLDER
"""

from __future__ import annotations

import argparse
import io
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from PIL import Image

from engine.encoding.encoder import Encoder
from engine.library import Library
from engine.pictures.formats import is_photo
from engine.pictures.photos import open_photo
from engine.upkeep import Upkeep

_Thing = TypeVar("_Thing")
_READ_AT = 336  # pixels of the short side: at which photos are indexed
_FORMATS: dict[str, tuple[str, dict[str, int]]] = {
    "JPEG 80": ("JPEG", {"quality": 80}),
    "JPEG 85": ("JPEG", {"quality": 85}),
    "WebP 75, method 0": ("WEBP", {"quality": 75, "method": 0}),
    "WebP 75, method 4": ("WEBP", {"quality": 75, "method": 4}),
    "PNG": ("PNG", {}),
}
_BLOCK = 4096  # bytes: what a file takes at least on the disk


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="photos")
    parser.add_argument("--photos", type=int, default=200, help="how many of them are measured")
    parser.add_argument("--kept", type=int, default=20_000, help="how many thumbnails lie on the disk")
    parser.add_argument("--rounds", type=int, default=5, help="how often the folder is indexed")
    arguments = parser.parse_args()
    paths = sorted(path for path in arguments.folder.rglob("*") if path.is_file() and is_photo(path.name))
    began = time.perf_counter()
    pictures = [open_photo(path, side=_READ_AT) for path in paths[: arguments.photos]]
    each = 1000 * (time.perf_counter() - began) / len(pictures)
    print(f"{len(pictures)} photos of {arguments.folder}, read in {each:.1f} ms each\n")
    print("| format | side | KB each | reduce and encode, ms | decode, ms |\n|---|---|---|---|---|")
    for side in (192, 256, 320, 384):
        for name in _FORMATS:
            print(f"| {name} | {side} | " + " | ".join(_measure(pictures, name, side)) + " |")
    blobs = [_encode(picture, "JPEG 80", 320) for picture in pictures]
    print(f"\n{arguments.kept:,} thumbnails of JPEG 80, 320 pixels:\n")
    print("| kept as | write, ms each | read at random, ms each | disk, MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        print(_in_files(Path(folder), blobs, arguments.kept))
    for page in (1024, 4096, 16384):
        with tempfile.TemporaryDirectory() as folder:
            print(_in_sqlite(Path(folder), blobs, arguments.kept, page))

    encoder = Encoder.default().warm_up()
    times = [
        (_pace(arguments.folder, encoder, 0), _pace(arguments.folder, encoder, 1200))
        for _ in range(arguments.rounds)
    ]
    without, with_them = (statistics.median(one) for one in zip(*times, strict=True))
    medians = f"medians of {arguments.rounds}, in turns"
    print(f"\nindexing: {with_them:.2f} s with thumbnails, {without:.2f} s without, {medians}")


def _pace(folder: Path, encoder: Encoder, megabytes: int) -> float:
    """Return the seconds that indexing a folder takes, from nothing."""
    with tempfile.TemporaryDirectory() as state:
        os.environ["FFMLN_DATA_DIR"] = state
        with Upkeep(folder) as upkeep:
            upkeep.thumbnail_mb = megabytes
        with closing(Library(folder, encoder)) as library:
            began = time.perf_counter()
            for _ in library.refresh():
                pass
            return time.perf_counter() - began


def _encode(picture: Image.Image, name: str, side: int) -> bytes:
    small, buffer = picture.copy(), io.BytesIO()
    small.thumbnail((side, side), Image.Resampling.HAMMING, reducing_gap=2.0)
    kind, options = _FORMATS[name]
    small.save(buffer, kind, **options)
    return buffer.getvalue()


def _decode(blob: bytes) -> None:
    with Image.open(io.BytesIO(blob)) as picture:
        picture.load()


def _measure(pictures: Sequence[Image.Image], name: str, side: int) -> list[str]:
    blobs: list[bytes] = []
    encoding = _times(lambda picture: blobs.append(_encode(picture, name, side)), pictures)
    size = statistics.mean(len(blob) for blob in blobs) / 1000
    return [f"{size:.1f}", f"{encoding:.2f}", f"{_times(_decode, blobs):.2f}"]


def _times(deed: Callable[[_Thing], object], things: Iterable[_Thing]) -> float:
    """Return the median, in milliseconds."""
    times = []
    for thing in things:
        began = time.perf_counter()
        deed(thing)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


def _in_files(folder: Path, blobs: Sequence[bytes], count: int) -> str:
    def path(number: int) -> Path:
        return folder / f"{number % 256:02x}" / f"{number}.jpg"

    for number in range(256):
        (folder / f"{number:02x}").mkdir()

    def write(number: int) -> None:  # whole or not at all
        new = path(number).with_suffix(".new")
        new.write_bytes(blobs[number % len(blobs)])
        os.replace(new, path(number))

    began = time.perf_counter()
    for number in range(count):
        write(number)
    wrote = 1000 * (time.perf_counter() - began) / count
    read = _times(lambda number: path(number).read_bytes(), _shuffle(count))
    disk = sum(-(-path(number).stat().st_size // _BLOCK) * _BLOCK for number in range(count))
    return f"| files in 256 folders | {wrote:.3f} | {read:.3f} | {disk / 1e6:.0f} |"


def _in_sqlite(folder: Path, blobs: Sequence[bytes], count: int, page: int) -> str:
    file = folder / "thumbnails.sqlite3"
    database = sqlite3.connect(file, isolation_level=None)
    database.execute(f"PRAGMA page_size={page}")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=NORMAL")
    database.execute("CREATE TABLE thumbnails (digest BLOB PRIMARY KEY, used INTEGER, jpeg BLOB)")
    began = time.perf_counter()
    for first in range(0, count, 16):  # as photos are indexed
        rows = [
            (number.to_bytes(16, "big"), 0, blobs[number % len(blobs)])
            for number in range(first, min(first + 16, count))
        ]
        database.execute("BEGIN")
        database.executemany("INSERT INTO thumbnails VALUES (?, ?, ?)", rows)
        database.execute("COMMIT")
    wrote = 1000 * (time.perf_counter() - began) / count
    query = "SELECT jpeg FROM thumbnails WHERE digest = ?"
    read = _times(
        lambda number: database.execute(query, (number.to_bytes(16, "big"),)).fetchone(), _shuffle(count)
    )
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    disk = file.stat().st_size / 1e6
    return f"| one SQLite file, pages of {page} bytes | {wrote:.3f} | {read:.3f} | {disk:.0f} |"


def _shuffle(count: int) -> list[int]:
    return [number * 7919 % count for number in range(min(count, 2000))]


if __name__ == "__main__":
    main()
