"""A run's network as an ONNX file that describes itself, checked against PyTorch before it is kept."""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from engine.encoding.encoder import METADATA_KEY, Encoder
from engine.version import commit
from training.data.collection import Collection
from training.errors import TrainingError
from training.evaluation.heldout import MOST_DRAWINGS, HeldOut, pictures_of
from training.evaluation.split import evaluate
from training.export.int8 import calibration_squares, quantise
from training.fit.checkpoint import NetworkEncoder, Run
from training.model import Embedder, trunks

_log = logging.getLogger(__name__)


class PrecisionError(TrainingError):
    """Weights stored smaller change the embeddings too much."""


NEEDS_DATA = "--weights-type int8 needs --data, to find the range of each activation."

TOLERANCE = 1e-4
"""Largest difference of any number between PyTorch's embeddings and the fp32 graph's."""

INT8_LOSS = 0.5
"""Most that 8-bit integers may cost, in points of the validation's mAP."""

_CHECKED = ("sketch", "quickdraw")
_INT8_COSINE = 0.98  # least mean of the same, in 8-bit integers
_HALF_COSINE = 0.9995  # least similarity of an embedding before and after its weights are halved
_OPSET = 18
_CHECKED_BATCHES = (1, 17)
_SMALL = 1024  # tensors of fewer numbers are not worth halving


def export(
    run: Run,
    file: Path,
    *,
    stored: str,
    collection: Collection | None = None,
    squares: Sequence[Image.Image] = (),
) -> Path:
    """Write the run's averaged network as ONNX.

    Args:
        run: what was trained.
        file: the .onnx file; replaced only once the new one has passed its checks.
        stored: `fp32`; `fp16`, weights in half precision, computed with in single precision; or `int8`, the
            trunk in 8-bit integers, the rest as in fp16.
        collection: the data, to calibrate and to check `int8` on; not needed otherwise. Where its validation
            has no two classes, vectors are compared.
        squares: prepared pictures to calibrate `int8` on in its place; vectors are then compared, not finds.

    Returns:
        The file.

    Raises:
        TrainingError: the network needs to know the domain; ONNX and PyTorch disagree by more than TOLERANCE;
            or 8-bit integers lose more than INT8_LOSS of the validation.
        PrecisionError: halving changes the embeddings, or 8-bit integers those of `squares`, or of the
            training's pictures.
    """
    if run.network.knows_domains:
        raise TrainingError("Only a network that treats sketches and photos alike can be exported.")
    if stored == "int8" and collection is None and not squares:
        raise TrainingError(NEEDS_DATA)
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as scratch:
        exact, final = Path(scratch) / "exact.onnx", Path(scratch) / "final.onnx"
        model = _graph(run)
        _describe(model, run, stored=stored)
        onnx.save(model, str(exact))
        difference = _difference(NetworkEncoder(run.averaged), _load(exact))
        if not (difference <= TOLERANCE):
            raise TrainingError(f"The ONNX graph differs from PyTorch by {difference:.1e}.")
        _log.info("ONNX against PyTorch: %.1e at most", difference)
        if stored == "fp16":
            _write_half(model, exact, final)
        elif stored == "int8" and squares:
            _quantise(run, squares, exact, final)
            _must_agree(exact, final, squares)
        elif stored == "int8" and collection is not None:
            own = calibration_squares(collection, run.config)
            _quantise(run, own, exact, final)
            _must_find_as_much(collection, exact, final, own)
        os.replace(exact if stored == "fp32" else final, file)
    return file


def _load(file: Path) -> Encoder:
    """Return a written graph on the processor, where PyTorch's side of each comparison is computed too."""
    return Encoder.load(file, on_processor=True)


def _write_half(model: onnx.ModelProto, exact: Path, final: Path) -> None:
    onnx.save(halve(model), str(final))
    cosine = _least_cosine(_load(exact), _load(final))
    if not (cosine >= _HALF_COSINE):
        raise PrecisionError(f"Half precision changes the embeddings (cosine {cosine:.5f}); use fp32.")
    _log.info("half against single precision: cosine %.6f at least", cosine)


def _quantise(run: Run, squares: Sequence[Image.Image], exact: Path, final: Path) -> None:
    quantise(exact, final, squares, run.config)
    model = onnx.load(str(final))
    del model.metadata_props[:]
    (entry,) = onnx.load(str(exact)).metadata_props
    model = halve(model)
    description = json.loads(entry.value)  # other pictures to calibrate on give other vectors
    description["model_id"] = description["model_id"].replace(_fingerprint(run), _digits_of(model))
    entry.value = json.dumps(description)
    model.metadata_props.append(entry)
    onnx.save(model, str(final))


def _must_agree(exact: Path, final: Path, squares: Sequence[Image.Image]) -> None:
    one, other = (_load(file).embed_photos(squares) for file in (exact, final))
    cosine = float((one * other).sum(axis=1).mean())
    _log.info("8-bit integers against single precision: cosine %.4f in the mean", cosine)
    if not (cosine >= _INT8_COSINE):
        raise PrecisionError(f"8-bit integers change the embeddings (cosine {cosine:.4f}); use fp16.")


def _must_find_as_much(
    collection: Collection, exact: Path, final: Path, squares: Sequence[Image.Image]
) -> None:
    """Compare what both find of the validation; their vectors of `squares` where it has no two classes.

    Of very many quick drawings of a class, some are searched with, as while training.
    """
    photos, *queries = pictures_of(collection, collection.split["val"])
    classes = {photo.label for photo in photos} if any(queries) else set()
    if len(classes) < 2:
        why = "has one class, of which every model finds all" if classes else "has no photos and sketches"
        _log.warning("The validation %s: vectors are compared.", why)
        _must_agree(exact, final, squares)
        return
    held = [
        HeldOut.of_split(_load(file), collection, classes="val", most_drawings=MOST_DRAWINGS)
        for file in (exact, final)
    ]
    before, after = (evaluate(one, measures=_CHECKED) for one in held)
    for measure in before:
        lost = before[measure]["mAP"] - after[measure]["mAP"]
        _log.info(
            "%s mAP in single precision %.2f, in int8 %.2f",
            measure,
            before[measure]["mAP"],
            after[measure]["mAP"],
        )
        if not (lost <= INT8_LOSS):
            raise TrainingError(f"8-bit integers cost {lost:.2f} of the {measure} mAP; use fp16.")


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the model with its large weights stored as float16, cast back to float32 on load."""
    smaller = onnx.ModelProto()
    smaller.CopyFrom(model)
    graph = smaller.graph
    casts = []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < _SMALL:
            continue
        name = tensor.name
        with np.errstate(over="ignore"):  # what comes of infinite weights, the embeddings show
            halved = values.astype(np.float16)
        tensor.CopyFrom(numpy_helper.from_array(halved, f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    return smaller


def _graph(run: Run) -> onnx.ModelProto:
    """Return the network as an ONNX model: `images` (n, 3, size, size) to `embeddings` (n, dim)."""
    size = run.config.input_size
    embedder = Embedder(run.averaged.cpu().to(memory_format=torch.contiguous_format)).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own deprecations
        program = torch.onnx.export(
            embedder,
            (torch.zeros(2, 3, size, size),),
            input_names=["images"],
            output_names=["embeddings"],
            dynamic_shapes=({0: torch.export.Dim("n", min=1)},),
            opset_version=_OPSET,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    for part in (
        *model.graph.node,
        *model.graph.value_info,
        *model.graph.input,
        *model.graph.output,
        model.graph,
    ):
        part.ClearField("metadata_props")  # the exporter's traces, full of paths of this machine
        part.ClearField("doc_string")
    return model


def _describe(model: onnx.ModelProto, run: Run, *, stored: str) -> None:
    """Write what a reader of the file must know into its metadata."""
    config = run.config
    known = trunks.trunk(config.backbone)
    form = config.attention if config.fusion == "amff" else config.fusion
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    description: dict[str, Any] = {
        "model_id": f"ffmln-{_plain(config.backbone)}-{form}-{config.dim}-{_fingerprint(run)}-{stored}",
        "dim": config.dim,
        "input_size": config.input_size,
        "mean": known.mean,
        "std": known.std,
        "backbone": config.backbone,
        "pretrained": run.pretrained,
        "attention": config.attention,
        "weights_type": stored,
        "classes": run.learnt,
        **run.description(),
        "mean_of": run.members,
        "history": run.history,
        "date": today,
        "commit": commit(),
        "distilled": bool(config.guide),
    }
    entry = model.metadata_props.add()
    entry.key, entry.value = METADATA_KEY, json.dumps(description)


def _plain(backbone: str) -> str:
    """Return a backbone's name as it may stand in file names."""
    return "".join(letter if letter.isalnum() or letter in "._" else "-" for letter in backbone)


def _fingerprint(run: Run) -> str:
    """Return eight digits that change with the weights."""
    digest = hashlib.sha256()
    for name, tensor in sorted(run.averaged.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:8]


def _digits_of(model: onnx.ModelProto) -> str:
    """Return eight digits that change with the numbers in a graph."""
    digest = hashlib.sha256()
    for tensor in sorted(model.graph.initializer, key=lambda one: one.name):
        digest.update(tensor.name.encode())
        digest.update(numpy_helper.to_array(tensor).tobytes())
    return digest.hexdigest()[:8]


def sample_pictures(count: int) -> list[Image.Image]:
    """Return pictures to compare encoders on: smooth random colours."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (count, 12, 12, 3), dtype=np.uint8)
    return [Image.fromarray(tones).resize((240, 180), Image.Resampling.BICUBIC) for tones in coarse]


def _difference(one: NetworkEncoder, other: Encoder) -> float:
    """Return the largest difference of any number of the embeddings, over all checked batch sizes."""
    differences = [
        np.abs(one.embed_photos(pictures) - other.embed_photos(pictures)).max()
        for pictures in map(sample_pictures, _CHECKED_BATCHES)
    ]
    return float(np.max(differences))  # NaN if any is, unlike Python's max


def _least_cosine(one: Encoder, other: Encoder) -> float:
    pictures = sample_pictures(_CHECKED_BATCHES[-1])
    return float((one.embed_photos(pictures) * other.embed_photos(pictures)).sum(axis=1).min())
