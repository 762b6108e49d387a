"""Somebody who judges which photos resemble each other, and is not the encoder that is measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from engine.preprocess import batch, photo_square
from training.data.collection import Picture
from training.model.trunks import build, trunk

_TRUNK = "inception_v3"
_SIDE = 224  # pixels
_CHUNK = 32


class Onlooker:
    """A pretrained trunk as it came: photos resemble each other as far as its pooled features do.

    Photos are looked at when first asked for, and remembered.
    """

    def __init__(self, photos: Sequence[Picture], weights: Path | str | None) -> None:
        """Take the photos, and the weights of Inception-v3.

        Raises:
            TrainingError: the weights do not fit.
        """
        self._photos = photos
        self._trunk: nn.Module = build(_TRUNK, weights).eval()
        self._seen: dict[int, NDArray[np.float32]] = {}

    def likeness(self, photo: int, others: Sequence[int]) -> NDArray[np.float32]:
        """Return (n,) cosines of one photo's features with others', photos by their place."""
        self._look_at([place for place in {photo, *others} if place not in self._seen])
        return np.stack([self._seen[place] for place in others]) @ self._seen[photo]

    def _look_at(self, places: Sequence[int]) -> None:
        for start in range(0, len(places), _CHUNK):
            some = places[start : start + _CHUNK]
            features = self._features([self._photos[place].open() for place in some])
            self._seen.update(zip(some, features, strict=True))

    def _features(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        squares = [photo_square(image, _SIDE) for image in images]
        known = trunk(_TRUNK)
        pixels = torch.from_numpy(batch(squares, mean=known.mean, std=known.std))
        with torch.inference_mode():
            pooled = self._trunk(pixels)["c5"].mean(dim=(2, 3))
            return np.asarray(nn.functional.normalize(pooled, dim=1).numpy(), np.float32)
