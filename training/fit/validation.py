"""A run measured on the validation classes on its way."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection as Group

import torch
from tqdm import tqdm

from training.config import Config
from training.data.collection import Collection
from training.errors import TrainingError
from training.evaluation.embedding import BrokenEmbeddingsError
from training.evaluation.heldout import MOST_DRAWINGS, HeldOut, doubts, gallery_photos, query_sketches
from training.evaluation.split import evaluate
from training.fit.checkpoint import NetworkEncoder, Run

_log = logging.getLogger(__name__)


def doubts_about(collection: Collection, config: Config, *, learnt: Group[str] = ()) -> list[str]:
    """Return, in sentences, which figures of the validations will say nothing.

    `learnt` are the classes that the run learns, and those that what it begins from or imitates did.
    """
    labels = collection.split["val"]
    if not config.validations:
        return []
    if not labels:
        return ["There are no validation classes: nothing is measured on the way. Name some in split.json."]
    photos, sketches = gallery_photos(collection, labels), query_sketches(collection, labels)
    if not photos:
        return []
    said = doubts(collection, photos, sketches)
    if len({photo.label for photo in photos}) == 1:
        said.append("with one class no checkpoint is chosen by them: the last one is taken.")
    if config.classes == "all":
        said.append("all classes are known from training: the figures say nothing of new ones.")
    elif known := len({*labels} & {*learnt}):
        said.append(
            f"{known} of {len(labels)} classes are known to what this begins from or imitates: the figures "
            "say little of new ones."
        )
    return [f"In validation: {one}" for one in said]


def explain_held_back(collection: Collection, config: Config) -> list[str]:
    """Return, in a sentence, which classes are not learned though nobody said so, if there are any."""
    named = config.protocol == "split" and (collection.root / "split.json").is_file()
    if config.classes == "all" or named:
        return []
    held = ", ".join(collection.split["val"])
    return [f"Held out to choose by, not learned: {held}."] if held else []


def advice(config: Config) -> str:
    """Return what `fit` advises where classes are held back; verbs of tables do not."""
    if config.protocol == "split":
        return "Name others in split.json, or --classes all."
    return "--classes all learns them too, as the papers do."


def note_classes(run: Run, collection: Collection) -> None:
    """Give the validations that an earlier version measured the number of classes that there are now."""
    if count := sum(bool(collection.photos.get(label)) for label in collection.split["val"]):
        for check in run.validation:
            check.setdefault("classes", count)


def validate(run: Run, collection: Collection, precision: torch.dtype) -> dict[str, float]:
    """Measure a run on the validation classes, and note it in the run; nothing where these are not there.

    Of very many quick drawings of a class, some are searched with.
    """
    encoder = NetworkEncoder(run.averaged, precision=precision)
    try:
        held = HeldOut.of_split(encoder, collection, classes="val", most_drawings=MOST_DRAWINGS)
        report = evaluate(held, measures=("sketch", "quickdraw", "instance"))
    except BrokenEmbeddingsError:
        raise
    except TrainingError as error:  # the split may name classes that are not there, or that cannot be read
        _log.warning("Not validated: %s", error)
        return {}
    flat = {
        f"{measure}/{name}": value for measure, values in report.items() for name, value in values.items()
    }
    classes = len({photo.label for photo in held.photos})
    run.validation.append({"step": run.step, "classes": classes, **flat})
    figures = "  ".join(f"{name} {value:.1f}" for name, value in flat.items())
    tqdm.write(f"step {run.step}: {figures}", file=sys.stderr)  # stdout is for what a verb is asked for
    return flat
