"""One vector for a drawing and the photos laid beside it (Rocchio's relevance feedback).

References:
    Rocchio: Relevance feedback in information retrieval. The SMART Retrieval System, 1971.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BALANCE = 0.7
"""What photos count against the drawing unless the person says otherwise, 0 to 1."""

_REFUSED = 0.3  # weight of what it is not like

Vectors = NDArray[np.float32]


def mix(drawing: Vectors | None, like: Vectors, unlike: Vectors, balance: float = BALANCE) -> Vectors:
    """Return the (dim,) unit vector to search with.

    Args:
        drawing: (dim,) unit vector, None where nothing is drawn.
        like: (n, dim) unit vectors of photos that it is like; n may be 0 if there is a drawing.
        unlike: (m, dim) unit vectors of photos that it is not like; m may be 0.
        balance: 0 counts the drawing alone, 1 the photos alone; where either is missing the other counts.
    """
    if drawing is None:
        towards = _unit(like.mean(axis=0))
    elif not len(like):
        towards = drawing
    else:
        towards = (1 - balance) * drawing + balance * _unit(like.mean(axis=0))
    if len(unlike):
        towards = towards - _REFUSED * _unit(unlike.mean(axis=0))
    return _unit(towards)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
