"""Pictures that are taken for photos."""

import io
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image


def noise_photo(path: Path, seed: int = 0) -> Path:
    """Write something colourful and textured; each picture is encoded once."""
    path.write_bytes(_encoded(seed, path.suffix))
    return path


@cache
def _encoded(seed: int, suffix: str) -> bytes:
    tones = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), np.uint8)
    picture, file = Image.fromarray(tones), io.BytesIO()
    picture.resize((320, 240), Image.Resampling.BICUBIC).save(file, Image.registered_extensions()[suffix])
    return file.getvalue()
