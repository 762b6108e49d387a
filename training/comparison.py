"""Measuring a model by one of the field's protocols, the way its papers report it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from training.archives import Archive
from training.data import Collection, Picture
from training.evaluate import Embedded, ImageEncoder, Vectors, embedded
from training.protocols import Protocol, find, gallery
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


def compare(
    encoder: ImageEncoder,
    protocol: Protocol,
    root: Path,
    *,
    bits: int = 0,
    device: str = "cpu",
    progress: bool = False,
) -> Comparison:
    """Measure an encoder on the unseen classes of a protocol.

    Args:
        encoder: what embeds.
        protocol: which classes.
        root: the data folder.
        bits: length of binary codes to measure beside the embeddings, fitted on seen classes; 0: none.
        device: where rankings are computed, see `retrieval.measure`.
        progress: show progress bars on stderr.

    Raises:
        TrainingError: the data set is not there.
    """
    archive, part = find(protocol, root)
    sketches = [sketch for label in protocol.unseen_classes() for sketch in part.sketches.get(label, ())]
    photos = gallery(protocol, archive, part, doubled=False)
    queries = embedded(sketches, encoder.embed_sketches, Picture.open, progress and "sketches")
    held = embedded(photos, encoder.embed_photos, Picture.open, progress and "photos")
    galleries = _galleries(protocol, archive, photos, held)
    figures = {name: measure(queries, held, device=device) for name, held in galleries.items()}
    if bits:
        codes = Codes.fit(_training_features(encoder, part, progress), bits)
        short = Embedded(codes(queries.vectors), queries.labels)
        for name, held in galleries.items():
            shortened = Embedded(codes(held.vectors), held.labels)
            figures[f"{name}, {bits} bits"] = measure(short, shortened, device=device)
    return Comparison(len(sketches), len(photos), figures)


def _galleries(
    protocol: Protocol, archive: Archive, photos: list[Picture], once: Embedded
) -> dict[str, Embedded]:
    if not protocol.doubled:
        return {"each photo once": once}
    own = [place for place, photo in enumerate(photos) if photo not in archive.extension]
    return {
        "as published": once.joined(Embedded(once.vectors[own], once.labels[own])),
        "each photo once": once,
    }


def _training_features(encoder: ImageEncoder, part: Collection, progress: bool) -> Vectors:
    rng = random.Random(0)
    sides = []
    for pictures, embed in ((part.photos, encoder.embed_photos), (part.sketches, encoder.embed_sketches)):
        every = [picture for label in part.split["train"] for picture in pictures.get(label, ())]
        some = rng.sample(every, min(_FITTED, len(every)))
        sides.append(embedded(some, embed, Picture.open, progress and "training pictures"))
    return sides[0].joined(sides[1]).vectors
