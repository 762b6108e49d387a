"""What encoders cost, side by side in one run: size, parameters, a drawing, photos a second.

    uv run --extra train python benchmarks/encoders.py                          # the shipped ones
    uv run --extra train python benchmarks/encoders.py A.onnx B.onnx            # ratios are against the first

Each round runs every model once, in turn, so that what else the machine does falls on all of them; times are
medians over the rounds, ratios the medians of each round's ratio. `of its trunk` is the network's time
for one picture as a multiple of its trunk's, cut out of the same file: what the attention branch, the fusion
and the projection add.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from one_line import exit_with
from onnx import numpy_helper
from PIL import Image, ImageDraw

from engine.encoding.encoder import Encoder
from engine.paths import ASSETS

_PHOTOS = 16
_PAUSE = 0.03  # seconds, until the threads of the model before have stopped waiting for more


def main() -> None:
    """Print a line a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("models", nargs="*", type=Path, default=sorted((ASSETS / "weights").glob("*.onnx")))
    parser.add_argument("--rounds", type=int, default=40, help="(default: 40)")
    parser.add_argument("--threads", type=int, default=2, help="(default: 2)")
    options = parser.parse_args()
    encoders = [Encoder(file, threads=options.threads) for file in options.models]
    with tempfile.TemporaryDirectory() as scratch:
        trunks = [_trunk(file, Path(scratch), options.threads) for file in options.models]
        drawing, photos = _drawing(), [_photo(seed) for seed in range(_PHOTOS)]
        pixels = [np.zeros((1, 3, e.input_size, e.input_size), np.float32) for e in encoders]
        whole = [_session(file, options.threads) for file in options.models]
        single = _time_calls([partial(e.embed_sketches, [drawing]) for e in encoders], options.rounds)
        many = _time_calls([partial(e.embed_photos, photos) for e in encoders], max(3, options.rounds // 8))
        pairs = [
            run
            for full, bare, tensor in zip(whole, trunks, pixels, strict=True)
            for run in (partial(_run, full, tensor), partial(_run, bare, tensor))
        ]
        parts = _time_calls(pairs, options.rounds)
    print(
        f"{'model':52} {'MB':>5} {'M par.':>6} {'ms a drawing':>12} {'':>6} {'photos/s':>8} "
        f"{'of its trunk':>12}"
    )
    for number, (file, encoder) in enumerate(zip(options.models, encoders, strict=True)):
        print(
            f"{encoder.model_id:52} {file.stat().st_size / 1e6:5.1f} {_parameters(file) / 1e6:6.1f} "
            f"{1000 * median(single[number]):12.1f} {_ratio(single[number], single[0]):5.2f}x "
            f"{_PHOTOS / median(many[number]):8.0f} {_ratio(parts[2 * number], parts[2 * number + 1]):11.2f}x"
        )


def _time_calls(runs: Sequence[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Return the seconds of each in each round, measured in turns."""
    for run in runs:
        run()
    seconds: list[list[float]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, taken in zip(runs, seconds, strict=True):
            time.sleep(_PAUSE)
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
    return seconds


def _ratio(seconds: Sequence[float], others: Sequence[float]) -> float:
    return median(one / other for one, other in zip(seconds, others, strict=True))


def _trunk(file: Path, scratch: Path, threads: int) -> onnxruntime.InferenceSession:
    """Return the model up to the feature levels: what the global maxima are taken of."""
    graph = onnx.load(str(file)).graph
    levels = [node.input[0] for node in graph.node if node.op_type == "ReduceMax"]
    cut = scratch / f"{file.stem}-{len(list(scratch.iterdir()))}.onnx"
    onnx.utils.extract_model(str(file), str(cut), [graph.input[0].name], levels[:3], check_model=False)
    return _session(cut, threads)


def _session(file: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _run(session: onnxruntime.InferenceSession, pixels: NDArray[np.float32]) -> None:
    session.run(None, {session.get_inputs()[0].name: pixels})


def _parameters(file: Path) -> int:
    """Return how many numbers the model's larger tensors hold."""
    tensors = onnx.load(str(file)).graph.initializer
    return sum(numpy_helper.to_array(tensor).size for tensor in tensors if len(tensor.dims) > 0)


def _drawing() -> Image.Image:
    page = Image.new("L", (512, 512), 255)
    ImageDraw.Draw(page).ellipse((80, 150, 430, 380), outline=0, width=4)
    return page


def _photo(seed: int) -> Image.Image:
    tones = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), np.uint8)
    return Image.fromarray(tones).resize((640, 480), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    exit_with(main)
