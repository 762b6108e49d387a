"""The network as the program runs it: an ONNX file through ONNX Runtime, on the GPU if that works."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from engine.cores import whole_cores
from engine.encoding.guard import Guard, load_guard
from engine.encoding.vetting import try_model
from engine.errors import ModelError
from engine.paths import ASSETS
from engine.preprocess import batch, photo_square, sketch_square
from engine.unit_vectors import Space, Vectors, unit

METADATA_KEY = "ffmln"
"""The ONNX metadata property that holds the model's description, as JSON."""

SPINNING = "session.intra_op.allow_spinning"
"""The ONNX Runtime option by which threads that wait for each other keep their cores busy. It is off: what
they spin away is lacking where photos are decoded beside them, and alone a run takes as long without."""

BLOCKS = "session.dynamic_block_base"
"""The ONNX Runtime option by which a thread takes its work in pieces, the smaller the less is left. With one
piece for each thread all wait for the one whose core the window wants as well; vectors are the same."""

_log = logging.getLogger(__name__)
_BATCH = 16
_PIECES = 4  # for each thread at first, as ONNX Runtime proposes
_CPU = "CPUExecutionProvider"
_PATIENCE_S = 10.0  # for a picture; the shipped models take less than 0.1 on slow machines
_DIMS, _SIDES, _TONES = (1, 65_536), (16, 2048), 1e6  # what a description may say, for sanity's sake
_LONGEST_ID, _LONGEST_DESCRIPTION = 200, 1_000_000  # characters
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

    def __init__(self, path: Path | str, *, threads: int = 0, on_processor: bool = False) -> None:
        """Load an ONNX file exported by `ffmln-train`.

        Args:
            path: the file.
            threads: processor threads a run may use; 0 for one a core, where the system moves them.
            on_processor: whether a GPU is left alone: it may round the factors of products (TF32).

        Raises:
            ModelError: the file is missing, is no ONNX model, was not exported by `ffmln-train`, or does not
                take or give what it says it does.
        """
        self._path, self._threads = Path(path), threads
        self._is_ours = self._path.parent == ASSETS / "weights"
        choices = ((_CPU,),) if on_processor else _provider_choices()
        self._session = _session(self._path, threads, choices)
        self.metadata = _metadata(self._session, self._path)
        _must_fit(self._session, self.metadata)
        self.model_id: str = self.metadata["model_id"]
        self.dim: int = self.metadata["dim"]
        self.input_size: int = self.metadata["input_size"]
        self._input = self._session.get_inputs()[0].name
        self._output = self._session.get_outputs()[0].name
        self.provider = str(self._session.get_providers()[0])
        _log.info("%s runs on %s", self.model_id, self.provider)

    @classmethod
    def load(cls, path: Path | str, *, on_processor: bool = False) -> Encoder:
        """Return the encoder of an ONNX file from anywhere; a process of its own tries it first.

        Raises:
            ModelError: as `Encoder`, or it cannot be run on a picture in time.
        """
        try_model(Path(path))
        return cls(path, on_processor=on_processor)

    @classmethod
    def load_or_default(cls, path: Path | str | None, *, small: bool = False) -> Encoder:
        """Return the encoder of an ONNX file, or without one a shipped encoder; raises as `load`."""
        if path is not None:
            return cls.load(path)
        return cls.small() if small else cls.default()

    @classmethod
    def default(cls) -> Encoder:
        """Return the shipped encoder."""
        return cls(ASSETS / "weights" / "ffmln-default.onnx")

    @classmethod
    def small(cls) -> Encoder:
        """Return the shipped encoder for slow machines."""
        return cls(ASSETS / "weights" / "ffmln-small.onnx")

    @property
    def space(self) -> Space:
        """In which its vectors lie."""
        return Space(self.model_id, self.dim)

    @cached_property
    def guard(self) -> Guard | None:
        """Vectors of many kinds of drawings and photos that came with the model; None if none did."""
        return load_guard(self._path, self.model_id, self.dim)

    def warm_up(self) -> Self:
        """Run the network once, so that the first drawing does not wait for it; return the encoder."""
        self.embed_sketches([Image.new("L", (64, 64), 255)])
        return self

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
        return unit(np.concatenate(parts))

    def _run(self, pixels: NDArray[np.float32]) -> Vectors:
        """Run the network; a GPU that loads the model but cannot run it gives way to the processor."""
        options = onnxruntime.RunOptions()
        options.log_severity_level = _SILENT
        watch = threading.Timer(_PATIENCE_S * len(pixels), lambda: setattr(options, "terminate", True))
        watch.daemon = True
        if not self._is_ours:  # a thread for each drawing would cost the pen time
            watch.start()
        provider, session = self.provider, self._session  # another thread may change both meanwhile
        try:
            rows = session.run([self._output], {self._input: pixels}, options)[0]
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            if options.terminate:
                raise ModelError(f"The model {self.model_id} takes too long over one picture.") from error
            if provider == _CPU:
                raise ModelError(f"The model {self.model_id} cannot be run on a picture.") from error
            _log.warning("%s failed on %s and goes on without: %s", self.model_id, provider, error)
            self._session, self.provider = _session(self._path, self._threads, ((_CPU,),)), _CPU
            return self._run(pixels)
        finally:
            watch.cancel()
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
    options.intra_op_num_threads = threads or whole_cores()  # 0 would tie each thread to one core
    options.log_severity_level = _SILENT
    options.add_session_config_entry(SPINNING, "0")
    options.add_session_config_entry(BLOCKS, str(_PIECES))
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
    metadata: Any = None
    try:
        text = session.get_modelmeta().custom_metadata_map.get(METADATA_KEY, "")
        metadata = json.loads(text) if len(text) <= _LONGEST_DESCRIPTION else None
        sound = isinstance(metadata, dict) and _is_sound(metadata)
    except (ValueError, KeyError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise ModelError(
            f"{path} cannot be used: it lacks the description that `ffmln-train export` writes into a model."
        )
    return dict(metadata)


def _is_sound(metadata: dict[str, Any]) -> bool:
    """Return whether a description holds what the encoder needs, in numbers that make sense.

    Raises:
        KeyError: something is not there.
        TypeError: something is of another kind.
    """
    name, mean, std = metadata["model_id"], metadata["mean"], metadata["std"]
    return (
        isinstance(name, str)
        and 0 < len(name) <= _LONGEST_ID
        and name.isprintable()  # surrogates and control characters are not
        and _is_whole(metadata["dim"], *_DIMS)
        and _is_whole(metadata["input_size"], *_SIDES)
        and all(isinstance(tones, list) and len(tones) == 3 for tones in (mean, std))
        and not any(isinstance(tone, bool) for tone in (*mean, *std))
        and all(abs(tone) <= _TONES for tone in mean)  # written so that NaN fails
        and all(1 / _TONES <= tone <= _TONES for tone in std)
    )


def _is_whole(number: object, least: int, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and least <= number <= most


def _must_fit(session: onnxruntime.InferenceSession, metadata: dict[str, Any]) -> None:
    """Compare what the network takes and gives with its description.

    Raises:
        ModelError: pictures cannot be given to it, or it gives something else than vectors of its length.
    """
    name, side = metadata["model_id"], metadata["input_size"]
    if not _takes(session.get_inputs(), [3, side, side]):
        raise ModelError(f"The model {name} cannot be run on a picture.")
    if not _takes(session.get_outputs()[:1], [metadata["dim"]]):
        raise ModelError(f"The model {name} gave vectors of another shape than its file declares.")


def _takes(ends: Sequence[Any], shape: Sequence[int]) -> bool:
    """Return whether this is one end of a network, for any number of rows of this shape in floating point."""
    if len(ends) != 1 or ends[0].type != "tensor(float)":
        return False
    declared = ends[0].shape
    if len(declared) == 0:  # nothing is declared
        return True
    rows, *rest = declared
    sizes = zip(rest, shape, strict=False)
    return (
        not isinstance(rows, int)
        and len(rest) == len(shape)
        and all(not isinstance(given, int) or given == wanted for given, wanted in sizes)
    )


def reading_side(encoder: Encoder) -> int:
    """Return the short side photos are read at, in pixels: a little more than the network sees of them."""
    return encoder.input_size * 3 // 2
