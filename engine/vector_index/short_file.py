"""The short vectors of an index, kept between two runs: a cache that spares reading all vectors."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import CatalogError
from engine.state.row_forms import to_single_precision
from engine.vector_index.projection import Projection
from engine.whole_files import replacing

_log = logging.getLogger(__name__)
_FORMAT = 2
_AT_ONCE = 4_096


@dataclass(frozen=True, eq=False)
class Short:
    """Short vectors by id.

    Attributes:
        ids: (n,) ascending.
        short: (n, p) in the components of the projection.
        rest: (n,) how long their rests are.
        projection: the components.
    """

    ids: NDArray[np.int64]
    short: NDArray[np.float32]
    rest: NDArray[np.float32]
    projection: Projection


class Stamps(Protocol):
    """Says whether what was kept beside a catalog is of that catalog, see `engine.state.stamps`.

    Both raise CatalogError if the catalog cannot be read or written.
    """

    def new(self) -> str:
        """Give out a stamp for what is made of the catalog as it is now."""

    def knows(self, stamp: str) -> bool:
        """Return whether ids that were kept under this stamp still mean the same contents."""


@dataclass(frozen=True)
class ShortFile:
    """Where they are kept, and what they must match to be used again.

    Attributes:
        path: the file.
        stamps: of the catalog whose numbers are the ids.
        model_id: names the model that made the vectors.
        dim: length of those.
    """

    path: Path
    stamps: Stamps
    model_id: str
    dim: int

    def load(self) -> Short | None:
        """Return what is kept, None if there is nothing or it does not match; its checksums are compared.

        What the disk could not give when it was kept is left out: it may have been made anew since.
        """
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                about = json.loads(str(kept["about"]))
                stamp = str(about.get("stamp"))
                if about != self._about(about.get("count"), stamp) or not self.stamps.knows(stamp):
                    raise ValueError("it belongs to another model, or to the catalog at another time")
                basis = kept["basis"].astype(np.float32)
                ids, rest = kept["ids"], kept["rest"].astype(np.float32)
                short = _widen(kept["short"])
            ids, short, rest = _without_lost(ids, short, rest)
            if basis.shape[0] != self.dim or short.shape != (len(ids), basis.shape[1]) or len(ids) < 1:
                raise ValueError("its parts do not match")
            if not (np.isfinite(basis).all() and rest.shape == ids.shape and (ids[1:] > ids[:-1]).all()):
                raise ValueError("its parts do not match")
        except FileNotFoundError:
            return None
        except Exception as error:  # damage makes zipfile, zlib and numpy raise almost anything
            _log.info("The short vectors %s are made anew: %s", self.path, error)
            return None
        projection = Projection(basis, int(about["count"]))
        return Short(ids, short, rest, projection)

    def save(self, short: Short) -> None:
        """Keep these; if the disk does not take them, the log says so, and they are made anew next time."""
        try:
            about = json.dumps(self._about(short.projection.count, self.stamps.new()))
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as new, new.open("wb") as file:
                np.savez(
                    file,
                    about=np.array(about),
                    basis=short.projection.basis,
                    ids=short.ids,
                    short=short.short.astype(np.float16),
                    rest=short.rest.astype(np.float16),
                )
        except (OSError, CatalogError) as error:
            _log.info("The short vectors %s are not kept: %s", self.path, error)

    def _about(self, count: object, stamp: str) -> dict[str, object]:
        kind = {"format": _FORMAT, "model_id": self.model_id, "dim": self.dim}
        return {**kind, "count": count, "stamp": stamp}


def _without_lost(
    ids: NDArray[np.int64], short: NDArray[np.float32], rest: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """Return these without the rows that are zero: they stand for vectors that could not be read."""
    if short.shape[:1] != ids.shape or rest.shape != ids.shape:
        raise ValueError("its parts do not match")
    likely = np.flatnonzero((rest >= 1) | (rest == 0))  # in some components alone a zero row is all rest
    lost = likely[~short[likely].any(axis=1)]
    if not len(lost):
        return ids, short, rest
    return np.delete(ids, lost), np.delete(short, lost, axis=0), np.delete(rest, lost)


def _widen(kept: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the same in single precision, block by block, as each fits the processor's cache."""
    if kept.dtype != np.float16 or kept.ndim != 2:
        raise ValueError("its parts do not match")
    short = np.empty(kept.shape, np.float32)
    for start in range(0, len(kept), _AT_ONCE):
        short[start : start + _AT_ONCE] = to_single_precision(kept[start : start + _AT_ONCE])
    return short
