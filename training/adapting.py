"""`ffmln-train adapt`: from a person's pairs to an ONNX file, measured before and after."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from engine.preprocess import photo_square, sketch_square
from training.atomic_files import must_be_writable
from training.data.pairs import Named, Pairs, other_photos, read_pairs
from training.errors import TrainingError
from training.evaluation.embedding import Vectors
from training.evaluation.metrics import average_precision, hit_at, percent, precision_at, ranking
from training.export.onnx_file import PrecisionError, export
from training.fit.adapt import Recipe, adapt
from training.fit.checkpoint import NetworkEncoder, Run
from training.fit.room import within_room
from training.fit.start import read_start
from training.model import Network

_log = logging.getLogger(__name__)

_OTHERS = 120  # further photos that are to stay where they are
_FEWEST = 10  # drawings, of which some are held out
_LEAST = 2  # drawings to learn from
_AT_ONCE = 16  # pictures embedded
_FINER = {"int8": "fp16", "fp16": "fp32"}  # what weights are stored as where these are too coarse


@dataclass(frozen=True)
class Wish:
    """What is asked for.

    Attributes:
        start: an .onnx file, or the folder of a run.
        photos: folders of further photos; empty for those beside the pairs' photos.
        file: the .onnx file to write.
        held_out: share of the drawings that is only measured on, below 1.
        steps: 1 or more; None for the recipe's.
        share: above 0, up to 1; None for the recipe's.
        seed: of everything random.
    """

    start: Path
    photos: tuple[Path, ...]
    file: Path
    held_out: float = 0.2
    steps: int | None = None
    share: float | None = None
    seed: int = 1


def adapt_to(named: Sequence[Named], wish: Wish, *, progress: bool) -> dict[str, Any]:
    """Adapt a network to these pairs and export it.

    Returns:
        The `model`'s file; how many `drawings` and `photos` it learned from, and how many `others` and
        `held_out` there were; `before` and `after` on what was held out, see `found`.

    Raises:
        TrainingError: a folder of photos is none, too few pairs can be read, the network cannot be adapted,
            or finds less of what was held out than before; nothing is written then.
        OSError: the file cannot be written, which is seen first.
    """
    _must_be_possible(wish)
    start, pairs = read_start(wish.start), read_pairs(named)
    kinds = {folder for one in named for folder in one.of_kind}
    folders = wish.photos or (*(file.parent for file in pairs.files), *(folder.parent for folder in kinds))
    known = kinds | {one.drawing for one in named}
    others = other_photos(folders, _OTHERS, without=[*pairs.files, *known], seed=wish.seed)
    if wish.photos and not others:
        _log.warning("No further photos were found in --photos.")
    held = _choose_held_out(pairs, wish)
    learn = [place for place in range(len(pairs.drawings)) if place not in held]
    if len(learn) < _LEAST:
        raise TrainingError(
            f"--held-out {wish.held_out} leaves {len(learn)} of {len(pairs.drawings)} drawings to learn "
            f"from; at least {_LEAST} are needed."
        )
    some, beside, chosen = within_room(pairs, others, learn, seed=wish.seed)
    if len(chosen) < len(learn) or len(some.photos) < len(pairs.photos):
        _log.warning(
            "Of %d drawings and %d photos %d and %d are learned from, at random: more would fill the memory.",
            len(learn), len(pairs.photos), len(chosen), len(some.photos),
        )  # fmt: skip
    recipe = Recipe(seed=wish.seed)
    recipe = replace(recipe, steps=wish.steps or recipe.steps, share=wish.share or recipe.share)
    report: dict[str, Any] = {
        "drawings": len(chosen), "photos": len(some.photos), "others": len(beside), "held_out": len(held),
    }  # fmt: skip
    began = time.monotonic()
    _tell_of_figures(pairs, held, others)
    if held:
        report["before"] = measure_retrieval(start.network(), pairs, others, places=held)
    with tqdm(total=recipe.steps, unit="step", disable=not progress) as bar:
        network = adapt(start, some, beside, learn=chosen, recipe=recipe, progress=lambda _: bar.update())
    if held:
        report["after"] = measure_retrieval(network, pairs, others, places=held)
        if report["after"]["mAP"] < report["before"]["mAP"]:
            raise TrainingError(
                f"Of what was held out less is found than before (mAP {report['after']['mAP']:.1f}, before "
                f"{report['before']['mAP']:.1f}): nothing is written. More pairs may help."
            )
    told = {**report, "steps": recipe.steps, "share": recipe.share}
    run = start.with_network(network, told, minutes=(time.monotonic() - began) / 60)
    pictures = [*((sketch_square, one) for one in pairs.drawings)]
    pictures += [(photo_square, one) for one in (*pairs.photos, *others)]
    random.Random(wish.seed).shuffle(pictures)
    squares = [prepared(one, run.config.input_size) for prepared, one in pictures[:_OTHERS]]
    file = export_as(run, wish.file, str(start.history[-1].get("weights_type", "fp16")), squares)
    return {"model": str(file), **report}


def _tell_of_figures(pairs: Pairs, held: Sequence[int], others: Sequence[Image.Image]) -> None:
    """Say where there will be no figures, or such as say nothing."""
    if held and not others and bool(pairs.right[held].all()):
        _log.warning(
            "Each photo is right for each drawing held out: mAP, P@10 and hit@10 are 100 before and after, "
            "whatever is learned. A second kind in PAIRS, or --photos, makes figures of them."
        )
    elif not held and len(pairs.drawings) < _FEWEST:
        _log.warning("With fewer than %d drawings nothing is held out to measure on.", _FEWEST)
    elif not held:
        _log.warning("Nothing is held out to measure on.")


def _must_be_possible(wish: Wish) -> None:
    """Refuse what cannot be done, before anything is computed.

    Raises:
        TrainingError: a folder of photos is none.
        OSError: the file cannot be written.
    """
    for folder in wish.photos:
        if not folder.is_dir():
            raise TrainingError(f"--photos: {folder} is no folder.")
    must_be_writable(wish.file)


def export_as(run: Run, file: Path, stored: str, squares: Sequence[Image.Image]) -> Path:
    """Export a run with its weights stored so, or with more precision where that changes its embeddings.

    Args:
        run: what was trained.
        file: the .onnx file.
        stored: as of `export`.
        squares: prepared pictures to calibrate 8-bit integers on.

    Raises:
        TrainingError: as `export`.
    """
    try:
        return export(run, file, stored=stored, squares=squares)
    except PrecisionError as error:
        _log.warning("%s The file is written so: larger, and perhaps slower.", error)
        return export_as(run, file, _FINER[stored], squares)


def measure_retrieval(
    network: Network, pairs: Pairs, others: Sequence[Image.Image], *, places: Sequence[int]
) -> dict[str, float]:
    """Return how well some drawings find their photos among all, in percent.

    `mAP`, `P@10` and `hit@10` over the right photos; `R@10` of the very photo, where it is known.
    """
    encoder = NetworkEncoder(network)
    gallery = _by_parts(encoder.embed_photos, [*pairs.photos, *others])
    queries = _by_parts(encoder.embed_sketches, [pairs.drawings[place] for place in places])
    right = np.zeros((len(places), len(gallery)), np.bool_)
    right[:, : len(pairs.photos)] = pairs.right[list(places)]
    order = ranking(queries, gallery)
    relevance = np.take_along_axis(right, order, axis=1)
    figures = {
        "mAP": percent(average_precision(relevance)),
        "P@10": percent(precision_at(relevance, 10)),
        "hit@10": percent(hit_at(relevance, 10)),
    }
    own = pairs.own[list(places)]
    if (own >= 0).any():
        known = np.flatnonzero(own >= 0)
        figures["R@10"] = percent(hit_at(order[known] == own[known][:, None], 10))
    return figures


def _by_parts(embed: Callable[[Sequence[Image.Image]], Vectors], images: Sequence[Image.Image]) -> Vectors:
    """Return (n, d) embeddings, a few pictures at a time: a network's maps of all would fill the memory."""
    parts = [embed(images[begin : begin + _AT_ONCE]) for begin in range(0, len(images), _AT_ONCE)]
    return np.concatenate(parts)


def _choose_held_out(pairs: Pairs, wish: Wish) -> list[int]:
    """Return the places of drawings to measure on: at random, and of each kind alike."""
    count = len(pairs.drawings)
    if count < _FEWEST:
        return []
    places = list(range(count))
    random.Random(wish.seed).shuffle(places)
    places.sort(key=lambda place: pairs.kinds[place])  # stable
    wanted = round(wish.held_out * count)
    return sorted(places[(2 * one + 1) * count // (2 * wanted)] for one in range(wanted))
