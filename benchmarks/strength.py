"""What the words for a match's strength rest on: fits the chance of engine/search/strength.py, and tests it.

    uv run --extra train python benchmarks/strength.py --data DATA
    uv run --extra train python benchmarks/strength.py --data DATA --model MODEL.onnx --model OTHER.onnx

Drawings are matched with libraries that hold what they show, often or once, and with others that do not;
dots, lines, plain shapes and scribbles with all of them. The constants are fitted on `val`, for all models
together; for `unseen` is printed how often one of the first three photos was right where each word was said,
what was said in small libraries, and what of drawings that mean nothing. The shipped encoder has learnt from
both; one that has not (`ffmln-train fit` without `--classes all`) is met with fewer strong matches. The
constants that ship are of such a fit with the default encoder before this one and one that has not.

At the end is printed what photos would be paler if each whose own score lies in the background were, among
the first forty by score: how many of the right ones and of the wrong ones lie below a limit, held against
the same photos as the words are. The limit is such that few right photos of quick drawings of `val` lie
below it; beside it, what one of its own would give each row. None is in the program: ARCHITECTURE.md.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from meaningless import meaningless
from numpy.typing import NDArray
from one_line import exit_with

from engine.cores import usable_cores
from engine.encoding.encoder import Encoder
from engine.paths import ASSETS, data_dir
from engine.preprocess import render_strokes
from engine.search.strength import FIRST, Measures, Strength, chance, judge, numbers
from training.data.collection import Collection
from training.data.reading import read_collection
from training.evaluation.embedding import Embedded, EmbedOptions
from training.evaluation.guard_vectors import guard_vectors
from training.evaluation.heldout import HeldOut
from training.evaluation.kept import EmbeddingCache, identity

_SIZES = (30, 54, 150, 300, 600, 1500, 5000)  # photos of smaller libraries, taken from all
_KINDS = 5  # of what is drawn, in half of a smaller library
_FEW = (1, 2, 3)  # photos of a kind that is rare in a library
_SMALL = 100  # photos of a small library at most
_SEEN = 40  # photos that are seen without scrolling
_LOST = 0.02  # share of right photos that may be paler
_UP_TO = (_SMALL, 2000, math.inf)  # photos of the libraries that are told together
_STEPS = 30
_RIDGE = 1e-2

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """A drawing matched with a library.

    Attributes:
        numbers: what the chance follows from.
        right: 1 where one of the first photos is right, else 0.
        count: how many photos there were.
        there: whether any of them is right.
        word: what was said.
        drawn: what it is if it means nothing, else empty.
        quick: whether it is a quick drawing.
        above: how far the score of each of the first photos lies above the background's.
        hits: for each of these whether it is right.
    """

    numbers: Measures
    right: float
    word: Strength | None
    drawn: str
    count: int
    there: bool
    quick: bool
    above: Vectors
    hits: NDArray[np.bool_]


def main() -> int:
    """Print the constants, and what each word is worth."""
    parser = argparse.ArgumentParser(description="Fit and test the words for a match's strength.")
    parser.add_argument("--data", type=Path, required=True, help="folder of photos and sketches")
    parser.add_argument(
        "--model", type=Path, action="append", help="ONNX file instead of the shipped model; may be repeated"
    )
    options = parser.parse_args()
    encoders = {
        path: Encoder.load(path) for path in options.model or [ASSETS / "weights" / "ffmln-default.onnx"]
    }
    collection = read_collection(options.data)
    rows = {
        name: {one.model_id: list(_measure(one, path, collection, name)) for path, one in encoders.items()}
        for name in ("val", "unseen")
    }
    names = ("score", "elsewhere", "likeness", "logarithm", "constant")
    fitted = zip(names, _fit([row for of in rows["val"].values() for row in of]), strict=True)
    print("fitted on val  ", "  ".join(f"{name} {value:.2f}" for name, value in fitted))
    for name, measured in rows.items():
        for model, of in measured.items():
            print(name, model)
            _tell(of)
    limit = limit_of([row for of in rows["val"].values() for row in of if row.quick])
    for name, measured in rows.items():
        for model, of in measured.items():
            print("paler,", name, model)
            tell_paler(of, limit)
    return 0


def limit_of(rows: list[Row]) -> float:
    """Return below what hardly any right photo lies."""
    right = np.concatenate([row.above[row.hits] for row in rows])
    return float(np.quantile(right, _LOST)) if len(right) else -math.inf


def tell_paler(rows: list[Row], limit: float) -> None:
    """Print how many of the first photos would be paler, of those right and those wrong."""
    for quick in (False, True):
        fewer = 0.0
        for most in _UP_TO:
            some = [row for row in rows if row.quick == quick and row.there and fewer < row.count <= most]
            fewer = most
            if some:
                print(f"  {'quick' if quick else 'careful':8}up to {most:<5.0f}photos ", _paler(some, limit))


def _paler(rows: list[Row], limit: float) -> str:
    above, hits = np.concatenate([row.above for row in rows]), np.concatenate([row.hits for row in rows])
    right, wrong = above[hits], above[~hits]
    shares = [100 * float(np.mean(part)) for part in (right < limit, wrong < limit, wrong < limit_of(rows))]
    return "{:.0f}% of right ones, {:.0f}% of wrong ones; by its own limit {:.0f}% of wrong ones".format(
        *shares
    )


def _tell(rows: list[Row]) -> None:
    """Print how often each word was said, and how often one of the first three photos was right then."""
    for word in Strength:
        said = [row.right for row in rows if row.word is word]
        right = f"one of the first three right in {100 * float(np.mean(said)):.0f}%" if said else ""
        print(f"  {word.value:10}{len(said):6} times  {right}")
    for there in (True, False):
        small = [row for row in rows if row.count <= _SMALL and not row.drawn and row.there == there]
        print(f"  small, {'with' if there else 'without'} it  ", _shares(small))
    expected = [chance(row.numbers) for row in rows]
    print(f"  mean chance {np.mean(expected):.3f}, right {np.mean([row.right for row in rows]):.3f}")
    for drawn in sorted({row.drawn for row in rows} - {""}):
        print(f"  {drawn:10}", _shares([row for row in rows if row.drawn == drawn]))


def _shares(rows: list[Row]) -> str:
    words = Counter(row.word for row in rows)
    return "  ".join(f"{word.value} {100 * words[word] / max(words.total(), 1):.0f}%" for word in Strength)


def _measure(encoder: Encoder, path: Path, collection: Collection, name: str) -> Iterator[Row]:
    kept = EmbeddingCache(data_dir() / "embeddings", identity(path, [encoder.provider]))
    held = HeldOut.of_split(encoder, collection, classes=name, how=EmbedOptions(usable_cores(), kept))
    guard = encoder.guard or guard_vectors(encoder, collection).guard()
    scrawls = meaningless()
    nothing = encoder.embed_sketches([render_strokes(strokes) for _, strokes in scrawls])
    unnamed = Embedded(nothing, np.array([""] * len(nothing)))
    for library in libraries(held):
        for queries, quick in ((held.sketch_queries, False), (held.drawing_queries(), True)):
            yield from match(queries, [""] * len(queries.vectors), library, guard.photos, quick=quick)
        yield from match(unnamed, [kind for kind, _ in scrawls], library, guard.photos)


def libraries(held: HeldOut) -> Iterator[Embedded]:
    """Yield libraries with what the drawings show in them, and without."""
    generator, hay = np.random.default_rng(0), held.haystack
    drawn = np.unique(held.gallery.labels)
    without = np.arange(len(held.gallery.vectors), len(hay.vectors))
    yield from (held.gallery, hay, hay.at(without.tolist()))
    for size in _SIZES:
        yield hay.at(generator.choice(len(hay.vectors), size, replace=False).tolist())
        yield hay.at(generator.choice(without, size, replace=False).tolist())
        kinds = generator.choice(drawn, min(_KINDS, len(drawn)), replace=False)
        some = generator.permutation(np.flatnonzero(np.isin(held.gallery.labels, kinds)))[: size // 2]
        rest = generator.choice(without, size - len(some), replace=False)
        yield hay.at([*some.tolist(), *rest.tolist()])
        few = list[int]()
        for kind in generator.choice(drawn, min(len(drawn), max(size // 10, 2)), replace=False):
            own = np.flatnonzero(held.gallery.labels == kind)
            few += generator.choice(own, min(len(own), int(generator.choice(_FEW))), replace=False).tolist()
        yield hay.at([*few, *generator.choice(without, size - len(few), replace=False).tolist()])


def match(
    queries: Embedded, drawn: list[str], library: Embedded, others: Vectors, *, quick: bool = False
) -> Iterator[Row]:
    """Yield a row for each drawing; `drawn`, `others` and `quick` as of `Row` and `judge`."""
    count, kinds = len(library.vectors), set(library.labels)
    seen = min(_SEEN, count - 1)
    for query, label, kind in zip(queries.vectors, queries.labels, drawn, strict=True):
        scores: Vectors = library.vectors @ query
        some = np.argpartition(-scores, seen)[:seen]
        some = some[np.argsort(-scores[some])]
        best = library.vectors[some[:FIRST]]
        measures = numbers(best, query=query, others=others, count=count)
        word = judge(best, query=query, others=others, count=count)
        hits = library.labels[some] == label
        right, there = float(np.any(hits[:FIRST])), label in kinds
        yield Row(measures, right, word, kind, count, there, quick, scores[some] - measures[1], hits)


def _fit(rows: list[Row]) -> NDArray[np.float64]:
    """Return the logistic regression's weights, the constant last, by Newton's method."""
    x = np.array([[*row.numbers, 1.0] for row in rows])
    y = np.array([row.right for row in rows])
    weights = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - y) + _RIDGE * weights
        curve = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights


if __name__ == "__main__":
    exit_with(main)
