"""An ONNX network in 8-bit integers: nearly twice as fast on a processor, and smaller.

Reference: Jacob et al., Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference, CVPR 2018.
"""

from __future__ import annotations

import contextlib
import io
import logging
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

from engine.preprocess import batch, photo_square, render_strokes, sketch_square
from training.config import Config
from training.data.collection import Collection
from training.model import trunks

_OPERATORS = ("Conv", "MaxPool", "AveragePool", "Concat", "Relu")  # the trunk; what follows it is small
_PRODUCTS = ("Conv", "MatMul", "Gemm")  # of a transformer
_LARGE = 4096  # numbers of a weight
_EACH = 60  # photos, sketches and stroke drawings to calibrate on
_BATCH = 4


def calibration_squares(collection: Collection, config: Config) -> list[Image.Image]:
    """Return pictures of the run's own training classes, photos, sketches and drawings in equal parts."""
    rng = random.Random(config.seed)
    labels = set(collection.learned_labels(config))
    size, squares = config.input_size, list[Image.Image]()
    photos = [
        photo for label in sorted(labels & collection.photos.keys()) for photo in collection.photos[label]
    ]
    sketches = [
        s for label in sorted(labels & collection.sketches.keys()) for s in collection.sketches[label]
    ]
    drawings = [
        d for label in sorted(labels & collection.drawings.keys()) for d in collection.drawings[label]
    ]
    for prepared, pictures in ((photo_square, photos), (sketch_square, sketches)):
        for picture in _some(pictures, rng):
            with contextlib.suppress(OSError):  # one broken picture less to calibrate on
                squares.append(prepared(picture.open(), size))
    for drawing in _some(drawings, rng):
        squares.append(sketch_square(render_strokes(drawing.strokes), size))
    rng.shuffle(squares)
    return squares


def quantise(source: Path, target: Path, squares: Sequence[Image.Image], config: Config) -> None:
    """Write the network with its trunk in 8-bit integers.

    Weights keep 7 bits: processors without integer dot products (VNNI) would overflow at 8.

    Args:
        source: the single-precision ONNX file.
        target: the file to write.
        squares: pictures to find the range of each activation with.
        config: of the run, for the normalisation of its trunk.
    """
    prepared = target.with_suffix(".prepared.onnx")
    with _quiet(), contextlib.redirect_stdout(io.StringIO()):
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        blocks = _of_blocks(prepared) if trunks.trunk(config.backbone).transformer else []
        quantize_static(
            str(prepared),
            str(target),
            _Reader(squares, config),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(_PRODUCTS if blocks else _OPERATORS),
            nodes_to_quantize=blocks,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    prepared.unlink()


def _of_blocks(file: Path) -> list[str]:
    """Return a transformer's large products with fixed weights, not those of tokens with tokens."""
    graph = onnx.load(str(file)).graph
    sizes = {tensor.name: math.prod(tensor.dims) for tensor in graph.initializer}
    return [
        node.name
        for node in graph.node
        if node.op_type in _PRODUCTS and sizes.get(node.input[1], 0) >= _LARGE
    ]


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    """Feeds the calibration batch by batch."""

    def __init__(self, squares: Sequence[Image.Image], config: Config) -> None:
        self._squares, self._known = squares, trunks.trunk(config.backbone)
        self._starts = iter(range(0, len(squares), _BATCH))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """Return the next input, None at the end."""
        start = next(self._starts, None)
        if start is None:
            return None
        chunk = self._squares[start : start + _BATCH]
        return {"images": batch(chunk, mean=self._known.mean, std=self._known.std)}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the tool's advice on pre-processing, which has been followed, off the terminal."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def _some(items: Sequence[Any], rng: random.Random) -> list[Any]:
    return rng.sample(items, min(_EACH, len(items)))
