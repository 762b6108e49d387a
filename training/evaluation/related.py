"""The first matches of each query ordered anew by a network that judges pairs of a sketch and a photo.

Reference: Lin et al., Zero-Shot Everything Sketch-Based Image Retrieval, CVPR 2023, which judges every pair
there is; here it is the first few hundred that the embeddings find.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from training.data.collection import Picture
from training.evaluation.embedding import Embedded

Tokens = NDArray[np.float16]

_AT_ONCE = 32  # pictures


class Judge(Protocol):
    """A network that tells how a sketch and a photo relate."""

    def tokens(self, images: Sequence[Image.Image], *, sketches: bool) -> Tokens:
        """Return (n, t, c), what it makes of pictures one by one."""
        ...

    def relate(self, sketch: Tokens, photos: Tokens) -> NDArray[np.float32]:
        """Return (m,), how a sketch (t, c) relates to photos (m, t, c): the more the likelier."""
        ...


class Related:
    """Orders the first matches of queries anew; tokens lie in a file of their own as long as it is open."""

    def __init__(self, judge: Judge, depth: int, *, progress: bool = False) -> None:
        """Take the network, and how many matches of each query it is to judge.

        Args:
            judge: the network.
            depth: so many of the first matches; what follows stays as it is.
            progress: whether a bar is shown on stderr.
        """
        self._judge, self.depth, self._progress = judge, depth, progress
        self._folder = tempfile.TemporaryDirectory()
        self._place: dict[Any, int] = {}
        self._kept: Tokens | None = None

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the tokens."""
        self._kept = None
        self._folder.cleanup()

    def reorder(self, order: NDArray[np.int64], queries: Embedded, gallery: Embedded) -> None:
        """Order the first places of each query's ranking anew, in place; equals keep their order.

        Args:
            order: (queries, photos) places in the gallery, best first.
            queries: the sketches, with what they were made of.
            gallery: the photos, likewise.
        """
        first = order[:, : self.depth]
        self._see([gallery.items[place] for place in np.unique(first)])
        assert self._kept is not None
        rows = tqdm(range(len(order)), desc="pairs", unit="sketch", disable=not self._progress, leave=False)
        for row in rows:
            sketch = self._judge.tokens([queries.items[row].open()], sketches=True)[0]
            places = [self._place[gallery.items[place]] for place in first[row]]
            found = self._judge.relate(sketch, self._kept[places])
            first[row] = first[row][np.argsort(-found, kind="stable")]

    def _see(self, photos: Sequence[Picture]) -> None:
        """Make the tokens of photos that have none yet.

        Raises:
            OSError: they cannot be kept, as in a folder for temporary files that is full.
        """
        new = [photo for photo in dict.fromkeys(photos) if photo not in self._place]
        if not new:
            return
        self._kept = None
        file = Path(self._folder.name) / "tokens"
        for begin in tqdm(
            range(0, len(new), _AT_ONCE), desc="tokens", disable=not self._progress, leave=False
        ):
            some = new[begin : begin + _AT_ONCE]
            made = self._judge.tokens([photo.open() for photo in some], sketches=False)
            _append(made, file)
            self._place.update({photo: place for place, photo in enumerate(some, len(self._place))})
        self._kept = np.memmap(file, made.dtype, "r", shape=(len(self._place), *made.shape[1:]))


def _append(tokens: Tokens, file: Path) -> None:
    """Add to a file by writing: what is written to a map of a file on a full disk kills the process.

    Raises:
        OSError: it names the file.
    """
    try:
        with file.open("ab") as opened:
            opened.write(tokens.tobytes())
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error
