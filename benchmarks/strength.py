"""What the words for a match's strength rest on: fits the chance of engine/strength.py, and tests it.

    uv run --extra train python benchmarks/strength.py --data DATA
    uv run --extra train python benchmarks/strength.py --data DATA --model MODEL.onnx

Drawings are matched with libraries that hold what they show and with others that do not; dots, lines and
scribbles with all of them. The constants are fitted on `val`; for `unseen` is printed how many of the first
ten photos were right where each word was said. The shipped encoder has learnt from both; one that has not
(`ffmln-train fit` without `--classes all`) is met with fewer strong matches.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.drawing import Stroke
from engine.encoder import Encoder
from engine.preprocess import render_strokes
from engine.strength import FIRST, chance, judge, numbers
from training.data.collection import read_collection
from training.evaluation.embedding import Embedded
from training.evaluation.heldout import HeldOut

_SIZES = (300, 1500, 5000)  # photos of smaller libraries, taken from all
_MEANINGLESS = 6  # times as many as one generator makes
_SAMPLE = 1_000
_STEPS = 30
_RIDGE = 1e-2

Rows = list[tuple[tuple[float, float, float], float, str]]
"""For each drawing and library: the numbers, the share of the first ten that is right, the word."""


def main() -> int:
    """Print the constants, and what each word is worth."""
    parser = argparse.ArgumentParser(description="Fit and test the words for a match's strength.")
    parser.add_argument("--data", type=Path, required=True, help="folder of photos and sketches")
    parser.add_argument("--model", type=Path, help="an ONNX file instead of the shipped model")
    options = parser.parse_args()
    encoder = Encoder.load(options.model) if options.model else Encoder.default()
    collection = read_collection(options.data)
    rows = {
        name: list(_measure(HeldOut.of_split(encoder, collection, classes=name), encoder))
        for name in ("val", "unseen")
    }
    names = ("excess", "likeness", "logarithm", "constant")
    fitted = zip(names, _fit(rows["val"]), strict=True)
    print("fitted on val   ", "  ".join(f"{name} {value:.3f}" for name, value in fitted))
    for name, measured in rows.items():
        print(name)
        for word in ("strong", "fair", "weak", "none"):
            said = [share for _, share, given in measured if given == word]
            right = f"{100 * float(np.mean(said)):.0f}% of the first ten right" if said else ""
            print(f"  {word:8}{len(said):6} times  {right}")
        expected = [chance(*one) for one, _, _ in measured]
        print(
            f"  mean chance {np.mean(expected):.3f}, mean share {np.mean([row[1] for row in measured]):.3f}"
        )
    return 0


def _measure(held: HeldOut, encoder: Encoder) -> Iterator[tuple[tuple[float, float, float], float, str]]:
    drawn = [held.sketch_queries, held.drawing_queries()]
    scrawls = [one for seed in range(_MEANINGLESS) for one in _meaningless(random.Random(seed))]
    nothing = encoder.embed_sketches([render_strokes(strokes) for strokes in scrawls])
    drawn.append(Embedded(nothing, np.array([""] * len(nothing))))
    for library in _libraries(held):
        for queries in drawn:
            yield from _match(queries, library)


def _libraries(held: HeldOut) -> Iterator[Embedded]:
    """Yield libraries with what the drawings show in them, and without."""
    generator, hay = np.random.default_rng(0), held.haystack
    without = range(len(held.gallery.vectors), len(hay.vectors))
    yield from (held.gallery, hay, hay.at(without))
    for size in _SIZES:
        yield hay.at(generator.choice(len(hay.vectors), size, replace=False).tolist())
        yield hay.at(generator.choice(without, size, replace=False).tolist())


def _match(queries: Embedded, library: Embedded) -> Iterator[tuple[tuple[float, float, float], float, str]]:
    count = len(library.vectors)
    sample = library.vectors[:: -(-count // _SAMPLE)]
    for query, label in zip(queries.vectors, queries.labels, strict=True):
        scores: NDArray[np.float32] = library.vectors @ query
        first = np.argsort(-scores, kind="stable")[:10]
        given = library.vectors[first[:FIRST]], float(scores[first[0]]), sample @ query, count
        word = judge(*given)
        yield numbers(*given), float(np.mean(library.labels[first] == label)), word.value if word else ""


def _fit(rows: Rows) -> NDArray[np.float64]:
    """Return the logistic regression's weights, the constant last, by Newton's method."""
    x = np.array([[*one, 1.0] for one, _, _ in rows])
    y = np.array([share for _, share, _ in rows])
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + _RIDGE * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights


def _meaningless(rng: random.Random) -> Iterator[list[Stroke]]:
    """Yield dots, lines and scribbles."""
    for number in range(6):
        yield [Stroke.through([(0.3 + 0.04 * number, 0.5)], width=0.005 + 0.01 * number)]
        yield [Stroke.through([(0.2, 0.2 + 0.1 * number), (0.8, 0.8 - 0.15 * number)])]
    for _ in range(40):
        points = [(0.5, 0.5)]
        for _ in range(60):
            x, y = points[-1]
            steps = x + rng.gauss(0, 0.12), y + rng.gauss(0, 0.12)
            points.append((min(max(steps[0], 0.05), 0.95), min(max(steps[1], 0.05), 0.95)))
        yield [Stroke.through(points)]


if __name__ == "__main__":
    sys.exit(main())
