"""Measuring a model by one of the field's protocols, the way its papers report it."""

from __future__ import annotations

import contextlib
import random
from dataclasses import dataclass

from training.data.collection import Collection, Picture
from training.data.protocols import Benchmark
from training.errors import TrainingError
from training.evaluation.embedding import Embedded, EmbedOptions, ImageEncoder, embed_items
from training.evaluation.heldout import HeldOut
from training.evaluation.related import Related
from training.evaluation.retrieval import Codes, measure

_FITTED = 5_000  # training pictures of either domain that codes are fitted on


@dataclass(frozen=True)
class Measured:
    """What one model reaches by one protocol.

    Attributes:
        queries: how many sketches were searched with.
        photos: how many photos they were searched in, each once.
        published: how many rows the published gallery has; 0 where it holds each photo once.
        figures: by gallery, `as published` (where papers hold photos twice) and `each photo once`, and for
            codes with their number of bits, or `re-ranked`; each by metric, in percent.
    """

    queries: int
    photos: int
    published: int
    figures: dict[str, dict[str, float]]

    def counts(self) -> dict[str, int]:
        """Return how many queries and photos there were, as reports name them."""
        counts = {"queries": self.queries, "photos": self.photos}
        return counts | ({"published_photos": self.published} if self.published else {})


def hold_out(
    encoder: ImageEncoder,
    data: Benchmark,
    *,
    progress: bool = False,
    how: EmbedOptions = EmbedOptions(),  # noqa: B008 frozen
) -> HeldOut:
    """Return the queries and the gallery of a protocol, each photo once."""
    return HeldOut(encoder, data.collection, data.photos, data.queries, progress=progress, how=how)


def measure_protocol(
    held: HeldOut,
    data: Benchmark,
    *,
    bits: int = 0,
    rerank: bool = False,
    generalised: bool = False,
    related: Related | None = None,
    device: str = "cpu",
) -> Measured:
    """Measure an encoder on the unseen classes of a protocol.

    Args:
        held: these classes and the encoder, see `hold_out`.
        data: the protocol and its data set, see `protocols.find`.
        bits: length of binary codes to measure beside the embeddings, fitted on seen classes; 0: none.
        rerank: measure what stands after `engine.search.rerank` beside the plain order.
        related: measure what stands after it beside the plain order.
        generalised: search among the photos of the seen classes too, generalised zero-shot retrieval.
        device: where rankings are computed, see `retrieval.measure`.

    Raises:
        TrainingError: more bits than numbers in an embedding or training pictures.
    """
    codes = _codes(held, data.collection, bits) if bits else None
    once, published = held.gallery, _published_gallery(held, data)
    galleries = {"each photo once": once}
    if published is not None:
        galleries = {"as published": published, **galleries}
    queries = held.sketch_queries
    if generalised:
        galleries["each photo once, with the seen classes"] = once.join(_seen_photos(held, data.collection))
    figures = {name: measure(queries, gallery, device=device) for name, gallery in galleries.items()}
    if rerank:
        for name, gallery in galleries.items():
            figures[f"{name}, re-ranked"] = measure(queries, gallery, rerank=True, device=device)
    if related is not None:
        for name, gallery in galleries.items():
            figures[f"{name}, by relation"] = measure(queries, gallery, related=related, device=device)
    if codes is not None:
        short = Embedded(codes(queries.vectors), queries.labels)
        for name, gallery in galleries.items():
            shortened = Embedded(codes(gallery.vectors), gallery.labels)
            figures[f"{name}, {bits} bits"] = measure(short, shortened, device=device)
    rows = len(published.vectors) if published is not None else 0
    return Measured(len(queries.vectors), len(once.vectors), rows, figures)


def _published_gallery(held: HeldOut, data: Benchmark) -> Embedded | None:
    """Return the published gallery row by row; None where it holds each photo once."""
    if not data.published:
        return None
    every, known = held.gallery, set(held.photos)
    copies = [photo for photo in dict.fromkeys(data.published) if photo not in known]
    if copies:
        with contextlib.suppress(TrainingError):  # none of them can be read
            every = every.join(held.embed_photos(copies, "copies"))
    place = {photo: index for index, photo in enumerate(every.items)}
    return every.at([place[photo] for photo in data.published if photo in place])


def _seen_photos(held: HeldOut, part: Collection) -> Embedded:
    """Return the photos of all classes that are seen, those held out among them too."""
    labels = [*part.split["train"], *part.split["val"]]
    photos = [photo for label in labels for photo in part.photos.get(label, ())]
    return held.embed_photos(photos, "seen photos")


def _codes(held: HeldOut, part: Collection, bits: int) -> Codes:
    """Return codes fitted on pictures of seen classes."""
    rng, encoder = random.Random(0), held.encoder
    domains = []
    for name, pictures, embed in (
        ("photos", part.photos, encoder.embed_photos),
        ("sketches", part.sketches, encoder.embed_sketches),
    ):
        every = [picture for label in part.split["train"] for picture in pictures.get(label, ())]
        some = rng.sample(every, min(_FITTED, len(every)))
        domains.append(embed_items(some, embed, Picture.open, held.progress and f"seen {name}"))
    try:
        return Codes.fit(domains[0].join(domains[1]).vectors, bits)
    except ValueError as error:
        raise TrainingError(f"--bits {bits} cannot be had: {error}.") from error
