"""What the verb `evaluate` does: a model measured, and its figures printed."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.atomic_files import must_be_writable
from training.config import Config
from training.defaults import MEASURES, MORE_MEASURES
from training.errors import TrainingError
from training.named_model import encoder_of
from training.settings import option

if TYPE_CHECKING:
    from training.evaluation.breakdown import Find
    from training.evaluation.embedding import Embedded, ImageEncoder
    from training.evaluation.first_screen import Likeness
    from training.evaluation.heldout import HeldOut
    from training.evaluation.related import Related

_log = logging.getLogger(__name__)

_OF_MODELS: dict[str, Any] = {
    "protocol": "split", "bits": 0, "classes": "unseen", "measures": "", "generalised": False, "cross": False,
    "checkpoint": "best", "workers": -1, "anew": False, "save_embeddings": None,
}  # fmt: skip
"""Options of `evaluate` that mean nothing for embeddings made elsewhere, as they are unless given."""


_TABLES = "--per-class, --per-query and --save-embeddings"

_RANKED = {"sketch", "quickdraw", "instance", "haystack", "early", "paper", "scenes"}
"""Measures of the order of all photos; the others have orders of their own."""


def evaluate_model(options: argparse.Namespace) -> None:
    """Measure what the command line names, and print what was found.

    Raises:
        TrainingError: the options do not go together, or something cannot be read or measured.
    """
    if options.embeddings:
        _evaluate_foreign(options)
        return
    if options.model is None or options.data is None:
        raise TrainingError("evaluate needs MODEL and --data, or --embeddings FILE.")
    measures = _measures(options)
    if options.protocol == "split":
        _evaluate_split(options, measures)
    else:
        _evaluate_protocol(options)


def _measures(options: argparse.Namespace) -> tuple[str, ...]:
    """Return what is to be measured on the split; options that do not go together are refused."""
    measures = tuple(options.measures.split(",")) if options.measures else MEASURES
    known = MEASURES + MORE_MEASURES
    if unknown := set(measures) - set(known):
        raise TrainingError(f"--measures has {', '.join(sorted(unknown))}; it can be {', '.join(known)}.")
    if options.rerank and not {*measures} & _RANKED:
        raise TrainingError(f"--rerank is for the measures {', '.join(sorted(_RANKED))}.")
    if options.protocol == "split" and options.bits:
        raise TrainingError("--bits is for the published protocols, not for split.")
    if options.protocol == "split" and options.generalised:
        raise TrainingError("--generalised is for the published protocols; in split the haystack is that.")
    if options.protocol != "split" and (options.measures or options.classes != "unseen"):
        raise TrainingError(
            "--measures and --classes are for the protocol split: the others define what is measured."
        )
    if options.distance != "cosine":
        raise TrainingError("--distance is for --embeddings.")
    broken_down = _wants_breakdown(options)
    if broken_down and options.relation:
        raise TrainingError(f"{_TABLES} show the plain order: leave out --relation.")
    if options.protocol == "split" and broken_down and not {*measures} & {"sketch", "quickdraw"}:
        raise TrainingError(f"{_TABLES} are for the measures sketch and quickdraw.")
    return measures


def _wants_breakdown(options: argparse.Namespace) -> bool:
    """Return whether tables of classes or of queries, or their vectors, are asked for.

    Raises:
        OSError: one cannot be written: that is seen before anything is measured.
    """
    wanted = (options.per_class, options.per_query, options.save_embeddings)
    files = [file for file in wanted if file is not None]
    for file in files:
        must_be_writable(file)
    return bool(files)


def _evaluate_split(options: argparse.Namespace, measures: Sequence[str]) -> None:
    from training.data.protocols import plain
    from training.evaluation.guard_vectors import guard_vectors
    from training.evaluation.heldout import HeldOut
    from training.evaluation.scenes import must_have_scenes
    from training.evaluation.split import area_under, evaluate, per_query

    encoder, learnt, how = encoder_of(options)
    collection = plain(options.data)
    there = set(collection.labels)
    labels = [label for label in collection.split[options.classes] if label in there]
    if options.cross:
        labels = _unknown_to(learnt, labels)
    held = HeldOut.of_split(
        encoder,
        collection,
        classes=options.classes,
        labels=labels,
        progress=sys.stderr.isatty(),
        how=how,
    )
    for doubt in held.doubts():
        _log.warning("%s", doubt)
    _warn_of_seen(learnt, labels)
    if "scenes" in measures:
        must_have_scenes(collection)
    likeness = _likeness(held, options.data) if "feedback" in measures else None
    guard = guard_vectors(encoder, collection).guard() if "personal" in measures else None
    with _relate(encoder, options.relation) as related:
        report = evaluate(
            held,
            measures=measures,
            rerank=options.rerank,
            likeness=likeness,
            guard=guard,
            related=related,
        )
    _tell_of_nothing(report, measures, asked=bool(options.measures))
    if options.json:
        print(json.dumps(report), flush=True)
    else:
        if "early" in report:
            report["early"]["area"] = area_under(report["early"])
        for measure, values in report.items():
            print_figures(measure, values)
    asked = {name: (queries, held.gallery) for name, queries in held.queries(measures)}
    _break_down(options, asked, partial(per_query, rerank=options.rerank))


def _tell_of_nothing(report: Mapping[str, Any], measures: Sequence[str], *, asked: bool) -> None:
    """Say which measures there was nothing for, where they were `asked` for by name.

    Raises:
        TrainingError: there was nothing for any.
    """
    without = [measure for measure in measures if not report.get(measure)]
    if len(without) == len(measures):
        raise TrainingError(f"The data hold nothing to measure: {', '.join(without)}.")
    if without and asked:
        _log.warning("The data hold nothing to measure: %s.", ", ".join(without))


def _break_down(
    options: argparse.Namespace, asked: Mapping[str, tuple[Embedded, Embedded]], find: Find
) -> None:
    """Write the tables and vectors that are asked for: after all figures are printed, which `find` found."""
    from training.evaluation.breakdown import save_embeddings, write_breakdown

    if options.save_embeddings:
        save_embeddings(options.save_embeddings, asked)
    if options.per_class or options.per_query:
        write_breakdown(asked, per_class=options.per_class, per_query=options.per_query, find=find)


def _evaluate_foreign(options: argparse.Namespace) -> None:
    """Measure vectors that another program made."""
    from training.evaluation.embedding import answerable
    from training.evaluation.foreign import read_embeddings
    from training.evaluation.retrieval import measure, per_query

    if options.model is not None or options.data is not None:
        raise TrainingError("--embeddings stands for MODEL and --data; give one or the other.")
    if options.relation:
        raise TrainingError("--relation is for the folder of a run that was trained with --relation-loss.")
    if options.rerank and options.distance != "cosine":
        raise TrainingError("--rerank is for --distance cosine.")
    _wants_breakdown(options)
    if given := [option(name) for name, usual in _OF_MODELS.items() if getattr(options, name) != usual]:
        raise TrainingError(f"{', '.join(given)}: for a MODEL, not for --embeddings.")
    sketches, photos = read_embeddings(options.embeddings, distance=options.distance)
    sketches = answerable(sketches, photos)
    figures = {"plain": measure(sketches, photos)}
    if options.rerank:
        figures["re-ranked"] = measure(sketches, photos, rerank=True)
    counts = {"queries": len(sketches.vectors), "photos": len(photos.vectors)}
    if options.json:
        print(json.dumps({**counts, **figures}), flush=True)
    else:
        print(f"{counts['queries']} sketches, {counts['photos']} photos")
        for name, values in figures.items():
            print_figures(name, values)
    _break_down(options, {"embeddings": (sketches, photos)}, partial(per_query, rerank=options.rerank))


def print_figures(name: str, figures: Mapping[str, Any]) -> None:
    """Print a measure's figures in a line, and those of its groups in lines below."""
    own = {metric: value for metric, value in figures.items() if not isinstance(value, Mapping)}
    if own:
        print(f"{name:10}", "  ".join(f"{metric} {value:.1f}" for metric, value in own.items()))
    for group, values in figures.items():
        if isinstance(values, Mapping):
            print_figures(f"{name} {group}", values)


def _relate(encoder: ImageEncoder, depth: int) -> AbstractContextManager[Related | None]:
    """Return what orders the first matches anew by how pictures relate; None where it is not asked for.

    Raises:
        TrainingError: the model has not learned to judge pairs.
    """
    from training.evaluation.related import Related

    if not depth:
        return nullcontext()
    from training.fit.judge import JudgingEncoder

    if not isinstance(encoder, JudgingEncoder):
        raise TrainingError("--relation is for the folder of a run that was trained with --relation-loss.")
    return Related(encoder, depth, progress=sys.stderr.isatty())


def _likeness(held: HeldOut, data: Path) -> Likeness | None:
    """Return who judges the resemblance of photos for `feedback`; None, with a warning, without a trunk."""
    from training.evaluation.onlooker import Onlooker
    from training.model.trunks import find_weights, trunk

    weights = find_weights(Config(), data)
    if not isinstance(weights, Path):  # nothing is fetched for a measurement
        _log.warning("Without %s in DATA feedback leaves out the very photo.", trunk("inception_v3").file)
        return None
    return Onlooker(held.haystack.items, weights).likeness


def _warn_of_seen(learnt: Sequence[str], measured: Sequence[str]) -> None:
    """Say it where a model is measured on classes it was trained on: that is no zero-shot figure."""
    seen = sorted({*learnt} & {*measured})
    if seen:
        _log.warning("The model was trained on %d of the %d classes measured.", len(seen), len(measured))


def _unknown_to(learnt: Sequence[str], labels: Sequence[str]) -> list[str]:
    """Return the classes that a model was not trained on.

    Raises:
        TrainingError: there is none among some.
    """
    left = [label for label in labels if label not in set(learnt)]
    if labels and not left:
        raise TrainingError("The model was trained on all of the classes measured.")
    _log.info("%d of %d classes measured: the model was not trained on them", len(left), len(labels))
    return left


def _evaluate_protocol(options: argparse.Namespace) -> None:
    import torch

    from training.data.protocols import PROTOCOLS, find
    from training.evaluation.published import hold_out, measure_protocol
    from training.evaluation.retrieval import per_query

    encoder, learnt, how = encoder_of(options)
    learning = options.bits > 0 or options.generalised
    data = find(PROTOCOLS[options.protocol], options.data, learning=learning)
    unseen = list(dict.fromkeys(photo.label for photo in data.photos))
    if options.cross:
        left = _unknown_to(learnt, unseen)
        data = dataclasses.replace(data, left_out=frozenset(unseen) - set(left))
    else:
        _warn_of_seen(learnt, unseen)
    held = hold_out(encoder, data, progress=sys.stderr.isatty(), how=how)
    for doubt in held.doubts(pairs=False):
        _log.warning("%s", doubt)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    with _relate(encoder, options.relation) as related:
        found = measure_protocol(
            held,
            data,
            bits=options.bits,
            rerank=options.rerank,
            generalised=options.generalised,
            related=related,
            device=device,
        )
    if options.json:
        print(json.dumps({**found.counts(), **found.figures}), flush=True)
    else:
        rows = f", {found.published} rows as published" if found.published else ""
        print(f"{found.queries} sketches, {found.photos} photos{rows}")
        for name, figures in found.figures.items():
            print(f"{name:24}", "  ".join(f"{metric} {value:.1f}" for metric, value in figures.items()))
    find_each = partial(per_query, rerank=options.rerank, device=device)
    _break_down(options, {"each photo once": (held.sketch_queries, held.gallery)}, find_each)
