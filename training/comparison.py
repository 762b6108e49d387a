"""Measuring a model by one of the field's protocols, the way its papers report it."""

from __future__ import annotations

import random
from dataclasses import dataclass

from training.config import TrainingError
from training.data import Collection, Picture
from training.embedding import Embedded, ImageEncoder, embedded
from training.heldout import HeldOut
from training.protocols import Benchmark
from training.retrieval import Codes, measure

_FITTED = 5_000  # training pictures of either domain that codes are fitted on


@dataclass(frozen=True)
class Comparison:
    """What one model reaches by one protocol.

    Attributes:
        queries: how many sketches were searched with.
        photos: how many photos they were searched in, each once.
        figures: by gallery, `as published` (where papers hold photos twice) and `each photo once`, and for
            codes with their number of bits; each by metric, in percent.
    """

    queries: int
    photos: int
    figures: dict[str, dict[str, float]]


def held_out(encoder: ImageEncoder, data: Benchmark, *, progress: bool = False) -> HeldOut:
    """Return the queries and the gallery of a protocol, each photo once."""
    return HeldOut(encoder, data.collection, data.photos, data.queries, progress=progress)


def compare(held: HeldOut, data: Benchmark, *, bits: int = 0, device: str = "cpu") -> Comparison:
    """Measure an encoder on the unseen classes of a protocol.

    Args:
        held: these classes and the encoder, see `held_out`.
        data: the protocol and its data set, see `protocols.find`.
        bits: length of binary codes to measure beside the embeddings, fitted on seen classes; 0: none.
        device: where rankings are computed, see `retrieval.measure`.

    Raises:
        TrainingError: more bits than numbers in an embedding or training pictures.
    """
    codes = _codes(held, data.collection, bits) if bits else None
    queries, once = held.sketched, held.gallery
    galleries = {"each photo once": once}
    if data.repeated:
        galleries = {"as published": once.joined(once.at(data.repeated)), **galleries}
    figures = {name: measure(queries, gallery, device=device) for name, gallery in galleries.items()}
    if codes is not None:
        short = Embedded(codes(queries.vectors), queries.labels)
        for name, gallery in galleries.items():
            shortened = Embedded(codes(gallery.vectors), gallery.labels)
            figures[f"{name}, {bits} bits"] = measure(short, shortened, device=device)
    return Comparison(len(queries.vectors), len(once.vectors), figures)


def _codes(held: HeldOut, part: Collection, bits: int) -> Codes:
    """Return codes fitted on pictures of seen classes."""
    rng, encoder = random.Random(0), held.encoder
    sides = []
    for name, pictures, embed in (
        ("photos", part.photos, encoder.embed_photos),
        ("sketches", part.sketches, encoder.embed_sketches),
    ):
        every = [picture for label in part.split["train"] for picture in pictures.get(label, ())]
        some = rng.sample(every, min(_FITTED, len(every)))
        sides.append(embedded(some, embed, Picture.open, held.progress and f"seen {name}"))
    try:
        return Codes.fit(sides[0].joined(sides[1]).vectors, bits)
    except ValueError as error:
        raise TrainingError(f"--bits {bits} cannot be had: {error}.") from error
