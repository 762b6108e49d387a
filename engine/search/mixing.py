"""One vector for a drawing and the photos laid beside it.

References:
    Rocchio: Relevance feedback in information retrieval. The SMART Retrieval System, 1971.
"""

from __future__ import annotations

import numpy as np

from engine.unit_vectors import Vectors, unit

BALANCE = 0.6
"""What photos count against the drawing unless the person says otherwise, 0 to 1."""

_REFUSED, _MORE, _MOST = 0.3, 0.1, 0.5
"""What one photo that it is not like takes away; what each further one adds to that; the most."""


def mix(drawing: Vectors | None, like: Vectors, unlike: Vectors, balance: float = BALANCE) -> Vectors:
    """Return the (dim,) unit vector to search with: Rocchio's rule over the means of the photos.

    With d the drawing, p the mean of what it is like and r the mean of what it is not like, both brought to
    unit length, that is (1 - balance) d + balance p, brought to unit length, less r, which weighs more if
    more photos agree on it. The weights are chosen on validation classes.

    Args:
        drawing: (dim,) unit vector, None where nothing is drawn.
        like: (n, dim) unit vectors of photos that it is like; n may be 0 if there is a drawing.
        unlike: (m, dim) unit vectors of photos that it is not like; m may be 0.
        balance: 0 counts the drawing alone, 1 the photos alone; where either is missing the other counts.
    """
    towards = drawing if drawing is not None else np.zeros(like.shape[1], np.float32)
    if len(like):
        photos = unit(like.mean(axis=0))
        towards = photos if drawing is None else unit((1 - balance) * drawing + balance * photos)
    if len(unlike):
        weight = min(_REFUSED + _MORE * (len(unlike) - 1), _MOST)
        towards = towards - weight * unit(unlike.mean(axis=0))
    return unit(towards)
