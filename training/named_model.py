"""The model that a command line names, as what embeds pictures: an ONNX file, or the folder of a run."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cores import usable_cores
from training.errors import TrainingError

if TYPE_CHECKING:
    from training.evaluation.embedding import EmbedOptions, ImageEncoder

_log = logging.getLogger(__name__)


def encoder_of(options: argparse.Namespace) -> tuple[ImageEncoder, Sequence[str], EmbedOptions]:
    """Return the encoder, the classes it was trained on, and how pictures are embedded.

    Vectors are kept by the file of the weights, and by what computes with them.

    Raises:
        TrainingError: an option does not go with the model, or it is a run that cannot be read.
        EngineError: it is a file that cannot be read.
    """
    from training.evaluation.kept import identity

    model: Path = options.model
    if model.is_dir():
        from training.fit.checkpoint import NetworkEncoder, Run
        from training.fit.judge import JudgingEncoder

        file = Run.file(model, options.checkpoint)
        known = identity(file) if file.is_file() else ""  # of what is read, not of what takes its place then
        run = Run.load(model, device="auto", which=options.checkpoint)
        _log.info("%s", run.describe_checkpoint())
        name = f"{known}|{run.device}"
        judges = getattr(options, "relation", 0) > 0
        judging = JudgingEncoder(run.averaged) if judges else NetworkEncoder(run.averaged)
        return judging, run.learnt, _how(options, name)
    from engine.encoding.encoder import Encoder

    if options.checkpoint != "best":
        raise TrainingError("--checkpoint is for the folder of a run, not for an .onnx file.")
    known = identity(model) if model.is_file() else ""
    encoder = Encoder.load(model)
    return encoder, encoder.metadata.get("classes", []), _how(options, f"{known}|{encoder.provider}")


def _how(options: argparse.Namespace, name: str) -> EmbedOptions:
    """Return how pictures are embedded by a model of this identity."""
    from engine.paths import data_dir
    from training.evaluation.embedding import EmbedOptions
    from training.evaluation.kept import EmbeddingCache

    workers = options.workers if options.workers >= 0 else min(8, usable_cores())
    return EmbedOptions(workers, None if options.anew else EmbeddingCache(data_dir() / "embeddings", name))
