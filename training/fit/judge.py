"""A network as a judge of pairs, for measuring a run that learned to be one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from engine.preprocess import photo_square, sketch_square
from training.data.collection import PHOTO, SKETCH
from training.errors import TrainingError
from training.fit.checkpoint import NetworkEncoder
from training.model import Network

_AT_ONCE = 64  # pairs


class JudgingEncoder(NetworkEncoder):
    """A network that embeds pictures, and tells how a sketch and a photo relate."""

    def __init__(self, network: Network) -> None:
        """Take the network.

        Raises:
            TrainingError: it has not learned to judge pairs.
        """
        super().__init__(network)
        if network.relation is None:
            raise TrainingError(
                "--relation is for the folder of a run that was trained with --relation-loss."
            )
        self._relation, self._network = network.relation, network

    @torch.inference_mode()
    def tokens(self, images: Sequence[Image.Image], *, sketches: bool) -> NDArray[np.float16]:
        """Return (n, t, c), what a judge of pairs makes of pictures one by one."""
        square = sketch_square if sketches else photo_square
        squares = [square(image, self._size) for image in images]
        _, found = self._network.see(*self._input(squares, SKETCH if sketches else PHOTO))
        return np.asarray(found.half().cpu().numpy(), np.float16)

    @torch.inference_mode()
    def relate(self, sketch: NDArray[np.float16], photos: NDArray[np.float16]) -> NDArray[np.float32]:
        """Return (m,), how a sketch's tokens (t, c) relate to photos' (m, t, c), 0 to 1."""
        device = self._network.mean.device
        own = torch.from_numpy(sketch).to(device).float()
        parts = []
        for begin in range(0, len(photos), _AT_ONCE):
            some = torch.from_numpy(photos[begin : begin + _AT_ONCE]).to(device).float()
            parts.append(self._relation(own.expand(len(some), -1, -1), some)[2])
        return np.asarray(torch.cat(parts).cpu().numpy(), np.float32)
