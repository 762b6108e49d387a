"""How fast the program is here: indexing, encoding, searching, and from pointer event to photos seen.

    uv run python benchmarks/live.py                        # 20,000 generated photos
    uv run python benchmarks/live.py --photos 2000
    uv run python benchmarks/live.py --folder ~/Pictures
    uv run python benchmarks/live.py --folder ~/Pictures --drawings drawings.ndjson    # QuickDraw's format
    uv run python benchmarks/live.py --photos 100000 --vectors EMBEDDINGS.npz --keep DIR    # twice

Generated photos are of ten years, so that the strip of time is painted with them. They are coloured shapes,
much like one another. With --vectors, the first of them have the vectors of the photos in EMBEDDINGS.npz, in
arrays whose names contain neither "sketch" nor "quick", and the others' are made of these with noise; with
--encoded the first so many are encoded, and the others' are made of theirs. Then indexing is not measured.
With --keep, photos, index and thumbnails stay for the next run, in which none are made anew: it is the second
that counts.

Without a screen the window runs on Qt's offscreen platform; under Xvfb or on a desktop, on the real one.
Figures of different runs or machines are not comparable; those of one run are.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from drawn import read_drawings
from noisy import NoisyEncoder
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.encoding.encoder import Encoder, reading_side
from engine.folders.folder import walk
from engine.folders.names import local_path
from engine.folders.patience import to_the_end
from engine.indexing.decoder import THREADS
from engine.library import Library
from engine.paths import ASSETS
from engine.pictures.photos import open_photo
from engine.preprocess import render_strokes
from engine.search.ordering import Order
from engine.sketches.drawing import Stroke

_STROKES = 12
_POINTS = 60  # a stroke: half a second of a pen
_SAMPLE = 400  # photos decoded for the ceiling
_REPEATS = 30
_DEFAULT = ASSETS / "weights" / "ffmln-default.onnx"
_FIRST_S, _TEN_YEARS_S = 1_420_113_600, 10 * 365 * 86_400  # from 2015 on


def main() -> int:
    """Print every figure, a line each."""
    options = _options()
    with photos_apart(options.folder, options.photos, keep=options.keep) as folder:
        encoder = _encoder(options.model, options.encoded, options.vectors)
        drawings = _drawings(options.drawings)
        print(f"model            {encoder.model_id} on {encoder.provider}")
        library = Library(folder, encoder)
        _print_indexing(library)
        if isinstance(encoder, NoisyEncoder):
            print(f"vectors          {encoder.made} made of those of other photos, with noise, in this run")
        _print_encoding(encoder, drawings[0])
        _print_searching(library, drawings)
        library.close()
        from repaint import Session  # late: Qt after ONNX Runtime

        session = Session(folder, encoder)
        for drawing in drawings[: options.count]:
            session.draw(drawing)
        ages, unseen = session.close()
        print(f"event to photos  {quantiles(ages)} over {len(ages)} pointer events, {unseen} never shown")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how fast ffmln is here.")
    parser.add_argument("--photos", type=int, default=20_000, help="photos to generate (default: 20000)")
    parser.add_argument("--folder", type=Path, help="measure on these photos instead")
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the shipped model")
    parser.add_argument("--drawings", type=Path, help="an NDJSON file in QuickDraw's format")
    parser.add_argument("--count", type=int, default=6, help="drawings to draw (default: 6)")
    parser.add_argument("--vectors", type=Path, help="embeddings to make the generated photos' of")
    parser.add_argument("--encoded", type=int, help="encode so many photos, and make up the others' vectors")
    parser.add_argument("--keep", type=Path, help="keep generated photos and index in this folder")
    return parser.parse_args()


def _encoder(model: Path | None, encoded: int | None, vectors: Path | None) -> Encoder:
    if vectors is not None:
        return NoisyEncoder(model or _DEFAULT, vectors=vectors)
    if encoded is not None:
        return NoisyEncoder(model or _DEFAULT, encoded=encoded)
    return Encoder.load(model) if model else Encoder.default()


def _drawings(file: Path | None) -> list[list[Stroke]]:
    """Return those of a file, _REPEATS of them chosen at random, or some of random curves."""
    rng = random.Random(4)
    if file is None:
        return [strokes(rng) for _ in range(_REPEATS)]
    return rng.sample(list(read_drawings(file)), _REPEATS)


@contextmanager
def photos_apart(folder: Path | None, count: int, *, keep: Path | None = None) -> Iterator[Path]:
    """Meanwhile keep all state in a folder of its own; yield the photos, generated there if none are named.

    Args:
        folder: the photos; None to generate some.
        count: how many.
        keep: where generated photos and state stay; None for a folder that goes in the end.
    """
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(keep or scratch)
        os.environ["FFMLN_DATA_DIR"] = str(place / "state")
        yield folder or generate_photos(place / "photos", count)


def generate_photos(folder: Path, count: int) -> Path:
    """Make `count` different small photos of coloured shapes, of ten years, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        file, rng = folder / f"{number:06}.jpg", random.Random(number)
        taken = _FIRST_S + rng.randrange(_TEN_YEARS_S)
        if file.exists():
            os.utime(file, (taken, taken))
            continue
        photo = Image.new("RGB", (320, 240), _colour(rng))
        brush = ImageDraw.Draw(photo)
        for _ in range(rng.randint(1, 4)):
            corners = [(rng.uniform(0, 320), rng.uniform(0, 240)) for _ in range(rng.randint(3, 7))]
            brush.polygon(corners, fill=_colour(rng))
        photo.save(file, quality=80)
        os.utime(file, (taken, taken))
    return folder


def _colour(rng: random.Random) -> tuple[int, int, int]:
    return rng.randrange(256), rng.randrange(256), rng.randrange(256)


def _print_indexing(library: Library) -> None:
    """Index what is new, and print photos a second as a share of what decoding alone allows."""
    folder = library.folder
    files = [local_path(folder, photo.name) for listing in walk(folder) for photo in listing.photos]
    sample = random.Random(1).sample(files, min(_SAMPLE, len(files)))
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(partial(open_photo, side=reading_side(library.encoder)), sample))
    ceiling = len(sample) / (time.perf_counter() - start)
    before, start = library.photo_count, time.perf_counter()
    report = to_the_end(library.refresh())
    seconds = time.perf_counter() - start
    print(f"photos           {report.photos}, {len(report.skipped)} skipped")
    print(f"decode only      {ceiling:.0f} photos/s with {THREADS} threads")
    if report.photos - before >= _SAMPLE and not isinstance(library.encoder, NoisyEncoder):
        rate = (report.photos - before) / seconds
        print(f"indexed          {rate:.0f} photos/s, graph included: {rate / ceiling:.0%} of decode only")


def _print_encoding(encoder: Encoder, drawing: Sequence[Stroke]) -> None:
    sketch = render_strokes(drawing)
    times = [_time_calls(lambda: encoder.embed_sketches([sketch])) for _ in range(_REPEATS)]
    print(f"encode a drawing {quantiles(times)}")


def _print_searching(library: Library, drawings: Sequence[Sequence[Stroke]]) -> None:
    """Time finding the 80 nearest of all photos for each drawing, without encoding it."""
    vectors = library.encoder.embed_sketches([render_strokes(drawing) for drawing in drawings])
    gallery = library._gallery
    for order in Order:

        def search(vector: NDArray[np.float32], order: Order = order) -> None:
            gallery.rank(vector, order=order, grouped=True).take(80)

        times = [_time_calls(partial(search, vector)) for vector in vectors]
        name = f"search, {order.value}"
        print(f"{name:24} {quantiles(times)}")


def _time_calls(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def quantiles(seconds: Sequence[float]) -> str:
    """Return the median and the 95th percentile, in milliseconds."""
    p50, p95 = np.percentile(np.asarray(seconds) * 1000, [50, 95])
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms"


def strokes(rng: random.Random) -> list[Stroke]:
    """Return a drawing of random curves."""
    return [Stroke.through(list(_curve(rng))) for _ in range(_STROKES)]


def _curve(rng: random.Random) -> Iterator[tuple[float, float]]:
    """Yield the points of a curved stroke on the paper, 0 to 1."""
    x, y, heading = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7), rng.uniform(0, 2 * math.pi)
    for _ in range(_POINTS):
        yield x, y
        heading += rng.gauss(0, 0.3)
        x = min(max(x + 0.012 * math.cos(heading), 0.05), 0.95)
        y = min(max(y + 0.012 * math.sin(heading), 0.05), 0.95)


if __name__ == "__main__":
    sys.exit(main())
