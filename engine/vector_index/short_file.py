"""The short vectors of an index, kept between two runs: a cache that spares reading all vectors."""

from __future__ import annotations

import json
import logging
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.state.vectors import widened
from engine.vector_index.projection import Projection

_log = logging.getLogger(__name__)
_FORMAT = 1
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


@dataclass(frozen=True)
class ShortFile:
    """Where they are kept, and what they must match to be used again.

    Attributes:
        path: the file.
        identity: names the catalog whose numbers are the ids.
        model_id: names the model that made the vectors.
        dim: length of those.
    """

    path: Path
    identity: str
    model_id: str
    dim: int

    def load(self) -> Short | None:
        """Return what is kept, None if there is nothing or it does not match; its checksums are compared."""
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                about = json.loads(str(kept["about"]))
                if about != {**self._about(), "count": about.get("count")}:
                    raise ValueError("it belongs to another model or catalog")
                basis = kept["basis"].astype(np.float32)
                ids, rest = kept["ids"], kept["rest"].astype(np.float32)
                short = _widened(kept["short"])
            if basis.shape[0] != self.dim or short.shape != (len(ids), basis.shape[1]) or len(ids) < 1:
                raise ValueError("its parts do not match")
            if not (np.isfinite(basis).all() and rest.shape == ids.shape and (ids[1:] > ids[:-1]).all()):
                raise ValueError("its parts do not match")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, EOFError, zipfile.BadZipFile) as error:
            _log.info("The short vectors %s are made anew: %s", self.path, error)
            return None
        projection = Projection(basis, int(about["count"]))
        return Short(ids, short, rest, projection)

    def save(self, short: Short) -> None:
        """Keep these; if the disk does not take them, the log says so, and they are made anew next time."""
        temporary = self.path.with_suffix(".part")
        about = json.dumps({**self._about(), "count": short.projection.count})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                np.savez(
                    file,
                    about=np.array(about),
                    basis=short.projection.basis,
                    ids=short.ids,
                    short=short.short.astype(np.float16),
                    rest=short.rest.astype(np.float16),
                )
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except OSError as error:
            _log.info("The short vectors %s are not kept: %s", self.path, error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _about(self) -> dict[str, object]:
        return {"format": _FORMAT, "identity": self.identity, "model_id": self.model_id, "dim": self.dim}


def _widened(kept: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return the same in single precision, block by block, as each fits the processor's cache."""
    if kept.dtype != np.float16 or kept.ndim != 2:
        raise ValueError("its parts do not match")
    short = np.empty(kept.shape, np.float32)
    for start in range(0, len(kept), _AT_ONCE):
        short[start : start + _AT_ONCE] = widened(kept[start : start + _AT_ONCE])
    return short
