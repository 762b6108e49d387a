"""The network as the program runs it: an ONNX file through ONNX Runtime, on the GPU if that works."""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from engine.errors import ModelError
from engine.paths import ASSETS
from engine.preprocess import batch, photo_square, sketch_square

Vectors = NDArray[np.float32]

METADATA_KEY = "ffmln"
"""The ONNX metadata property that holds the model's description, as JSON."""

_log = logging.getLogger(__name__)
_BATCH = 16
_CPU = "CPUExecutionProvider"
_SILENT = 4  # ONNX Runtime's "fatal": a missing CUDA library is no message for the person, we log it


class Encoder:
    """Turns sketches and photos into unit vectors whose inner product says how well they match.

    One network serves both; what differs is how a picture is prepared (`engine.preprocess`). Safe to call
    from several threads at once.

    Attributes:
        model_id: names the weights; vectors of different models are never compared.
        dim: length of the vectors.
        input_size: side of the network's square input, in pixels.
        provider: the ONNX Runtime execution provider in use.
        metadata: everything the export wrote about the model.
    """

    def __init__(self, path: Path | str, *, threads: int = 0) -> None:
        """Load an ONNX file exported by `ffmln-train`.

        Args:
            path: the file.
            threads: processor threads a run may use; 0 lets ONNX Runtime choose.

        Raises:
            ModelError: the file is missing, is no ONNX model, or was not exported by `ffmln-train`.
        """
        self._path, self._threads = Path(path), threads
        self._session = _session(self._path, threads, _provider_choices())
        self.metadata = _metadata(self._session, self._path)
        self.model_id: str = self.metadata["model_id"]
        self.dim: int = self.metadata["dim"]
        self.input_size: int = self.metadata["input_size"]
        self._input = self._session.get_inputs()[0].name
        self.provider = str(self._session.get_providers()[0])
        _log.info("%s runs on %s", self.model_id, self.provider)

    @classmethod
    def load(cls, path: Path | str) -> Encoder:
        """Return the encoder of this ONNX file; see `Encoder` for what it raises."""
        return cls(path)

    @classmethod
    def default(cls) -> Encoder:
        """Return the shipped encoder."""
        return cls(ASSETS / "weights" / "ffmln-default.onnx")

    @classmethod
    def small(cls) -> Encoder:
        """Return the shipped encoder for slow machines."""
        return cls(ASSETS / "weights" / "ffmln-small.onnx")

    def embed_sketches(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, dim) unit vectors of n pictures of drawings, of any size and mode."""
        return self._embed([sketch_square(image, self.input_size) for image in images])

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, dim) unit vectors of n photos, upright, of any size and mode."""
        return self._embed([photo_square(image, self.input_size) for image in images])

    def _embed(self, squares: Sequence[Image.Image]) -> Vectors:
        parts = [np.empty((0, self.dim), np.float32)]
        for start in range(0, len(squares), _BATCH):
            chunk = squares[start : start + _BATCH]
            pixels = batch(chunk, mean=self.metadata["mean"], std=self.metadata["std"])
            parts.append(self._run(pixels))
        vectors = np.concatenate(parts)
        lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return np.asarray(vectors / lengths, np.float32)

    def _run(self, pixels: NDArray[np.float32]) -> Vectors:
        """Run the network; a GPU that loads the model but cannot run it gives way to the processor."""
        try:
            rows = self._session.run(None, {self._input: pixels})[0]
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            if self.provider == _CPU:
                raise ModelError(f"The model {self.model_id} cannot be run on a picture.") from error
            _log.warning("%s failed on %s and goes on without: %s", self.model_id, self.provider, error)
            self._session, self.provider = _session(self._path, self._threads, ((_CPU,),)), _CPU
            return self._run(pixels)
        vectors = np.asarray(rows, np.float32)
        if vectors.shape != (len(pixels), self.dim):
            raise ModelError(
                f"The model {self.model_id} gave vectors of another shape than its file declares."
            )
        return vectors


def _session(path: Path, threads: int, choices: Sequence[Sequence[str]]) -> onnxruntime.InferenceSession:
    if not os.path.isfile(path):
        raise ModelError(f"There is no model file {path}.")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _SILENT
    last: Exception | None = None
    for providers in choices:
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=list(providers))
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            last = error
    raise ModelError(f"{path} is not a model this program can run.") from last


@lru_cache
def _provider_choices() -> tuple[tuple[str, ...], ...]:
    """Return the providers to try, best first: CUDA where this build has it, then the CPU alone."""
    onnxruntime.set_default_logger_severity(_SILENT)
    onnxruntime.disable_telemetry_events()  # on Windows, where no variable is asked
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        return (("CUDAExecutionProvider", _CPU), (_CPU,))
    return ((_CPU,),)


def _metadata(session: onnxruntime.InferenceSession, path: Path) -> dict[str, Any]:
    """Return what the model says of itself, once it holds all that the encoder needs."""
    text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY, "")
    try:
        metadata = json.loads(text)
        sound = (
            isinstance(metadata["model_id"], str)
            and all(isinstance(metadata[name], int) and metadata[name] > 0 for name in ("dim", "input_size"))
            and all(len(metadata[name]) == 3 for name in ("mean", "std"))
            and all(abs(x) < math.inf for x in metadata["mean"])
            and all(0 < x < math.inf for x in metadata["std"])
        )
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise ModelError(
            f"{path} cannot be used: it lacks the description that `ffmln-train export` writes into a model."
        )
    return dict(metadata)
