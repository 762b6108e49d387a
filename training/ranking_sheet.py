"""What the verb `rankings` does: what queries found first, drawn into a picture."""

from __future__ import annotations

import argparse

from engine.days import DAY_S
from engine.whole_files import replacing, sweep_leftovers
from training.atomic_files import must_be_writable
from training.errors import TrainingError
from training.named_model import encoder_of


def draw_rankings(options: argparse.Namespace) -> None:
    """Draw what the queries found first, as the command line says.

    Raises:
        TrainingError: the options do not go together, something cannot be read or measured, or the picture
            cannot be written.
        OSError: the same, seen before anything is measured.
    """
    from training.data.protocols import collection_of, data_of
    from training.evaluation.heldout import HeldOut
    from training.evaluation.rankings import choose, format_of, rankings, sheet

    try:
        written_as = format_of(options.to)
    except ValueError as error:
        raise TrainingError(f"{options.to} cannot be written: {error}.") from error
    must_be_writable(options.to)
    encoder, _, how = encoder_of(options)
    collection = collection_of(data_of(options.protocol, options.data))
    held = HeldOut.of_split(encoder, collection, classes=options.classes, how=how)
    found = rankings(held, rerank=options.rerank)
    drawn = sheet(choose(found, options.queries, worst=options.worst))
    try:
        options.to.parent.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(options.to.parent, older_s=DAY_S)
        with replacing(options.to) as new:
            drawn.save(new, written_as)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{options.to} cannot be written: {error}.") from error
    print(options.to)
