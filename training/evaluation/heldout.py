"""Classes held out from training: photos and queries, embedded once; which of them `split` takes."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from PIL import Image

from engine.preprocess import render_strokes
from engine.sketches.drawing import prefix
from training.data.collection import Collection, Picture, StrokeDrawing
from training.errors import TrainingError
from training.evaluation.embedding import (
    Embedded,
    EmbedOptions,
    ImageEncoder,
    answerable,
    embed_items,
    tell_of_idle,
)
from training.evaluation.paper_photos import photograph

MOST_DRAWINGS = 300
"""Of a class, where a model is only judged on its way: Google's files hold 120,000 of one."""

_OTHERS = 75  # photos of each class in the gallery beside Sketchy's
_QUERY_TAR = "sketch-1"


class HeldOut:
    """Photos and queries seen through one encoder. Everything is embedded when first asked for, and kept.

    Queries whose class has no photo that can be read are left out, and the log says so.

    Attributes:
        encoder: what embeds.
        collection: the data.
        photos: the gallery.
        sketches: careful sketches to search with.
        drawings: drawings made of strokes to search with.
        progress: whether embedding shows bars on stderr.
    """

    def __init__(
        self,
        encoder: ImageEncoder,
        collection: Collection,
        photos: Sequence[Picture],
        sketches: Sequence[Picture],
        drawings: Sequence[StrokeDrawing] = (),
        *,
        progress: bool = False,
        how: EmbedOptions = EmbedOptions(),  # noqa: B008 frozen
    ) -> None:
        """Take pictures of a collection, to be embedded `how` it says."""
        self.encoder, self.photos, self.sketches, self.drawings = encoder, photos, sketches, drawings
        self.collection, self.progress, self.how = collection, progress, how
        self._by_ink: dict[float, Embedded] = {}
        self._told = set[str]()

    @classmethod
    def of_split(
        cls,
        encoder: ImageEncoder,
        collection: Collection,
        *,
        classes: str = "unseen",
        labels: Sequence[str] | None = None,
        most_drawings: int = 0,
        progress: bool = False,
        how: EmbedOptions = EmbedOptions(),  # noqa: B008 frozen
    ) -> HeldOut:
        """Return some classes of the split: `unseen` to report, `val` to choose by; those that have photos.

        Args:
            encoder: what embeds.
            collection: the data.
            classes: the split's list.
            labels: of that list, only these; None for all.
            most_drawings: of each class, spread over all of them; 0: all.
            progress: whether embedding shows bars on stderr.
            how: pictures are embedded.

        Raises:
            TrainingError: the split's list is empty, or its classes have no photos or no queries.
        """
        asked = collection.split[classes] if labels is None else labels
        photos, sketches, drawings = pictures_of(collection, asked)
        if not photos or not (sketches or drawings):
            way = "" if asked else ": name some in DATA/split.json"
            way += ", or take --classes val" if way and classes != "val" and collection.split["val"] else ""
            raise TrainingError(
                f"The data hold no photos and sketches of the split's {classes} classes{way}."
            )
        if most_drawings:
            drawings = _spread(drawings, most_drawings)
        drawn = {*collection.sketches, *collection.drawings}
        tell_of_idle({label for label in asked if label in drawn and not collection.photos.get(label)})
        return cls(encoder, collection, photos, sketches, drawings, progress=progress, how=how)

    def doubts(self, *, pairs: bool = True) -> list[str]:
        """Return, in sentences, which figures say nothing of a model; `pairs`: of sketch and photo too."""
        return doubts(self.collection, self.photos, self.sketches if pairs else ())

    @cached_property
    def gallery(self) -> Embedded:
        """The photos."""
        return self.embed_photos(self.photos, "gallery")

    @cached_property
    def sketch_queries(self) -> Embedded:
        """The careful sketches."""
        return self._embed_sketches(self.sketches, Picture.open, "sketches", "sketch")

    def drawing_queries(self, share: float = 1.0) -> Embedded:
        """Return the drawings, each with the first `share` of its ink."""

        def paint(drawing: StrokeDrawing) -> Image.Image:
            return render_strokes(prefix(drawing.strokes, share))

        if share not in self._by_ink:
            named = f"ink {share:.0%}"
            self._by_ink[share] = self._embed_sketches(self.drawings, paint, named, f"ink {share}")
        return self._by_ink[share]

    def queries(self, kinds: Container[str] = ("sketch", "quickdraw")) -> Iterator[tuple[str, Embedded]]:
        """Yield each of these kinds of query that there are, by name; one is embedded when its turn comes."""
        if self.sketches and "sketch" in kinds:
            yield "sketch", self.sketch_queries
        if self.drawings and "quickdraw" in kinds:
            yield "quickdraw", self.drawing_queries()

    def paper_queries(self, condition: str, most: int) -> Embedded:
        """Return sketches as a phone photographs them on paper: at most so many, from all classes.

        Args:
            condition: of `paper_photos.photograph`; "" for the sketches as they are.
            most: how many.
        """

        def load(sketch: Picture) -> Image.Image:
            seed = zlib.crc32(f"{sketch.label}/{sketch.name}".encode("utf-8", "surrogatepass"))
            return photograph(sketch.open(), condition, seed) if condition else sketch.open()

        some = self.sketches[:: max(-(-len(self.sketches) // most), 1)]
        named = f"on paper: {condition or 'clean'}"
        return self._embed_sketches(some, load, named, "" if condition else "sketch")

    @cached_property
    def haystack(self) -> Embedded:
        """The gallery, and with it every photo of the classes that are neither validation nor unseen."""
        aside = {*self.collection.split["val"], *self.collection.split["unseen"]}
        labels = sorted(self.collection.photos.keys() - aside)
        foreign = [photo for label in labels for photo in self.collection.photos[label]]
        if not foreign:
            return self.gallery
        return self.gallery.join(self.embed_photos(foreign, "haystack"))

    def embed_photos(self, photos: Sequence[Picture], name: str) -> Embedded:
        """Return photos as this encoder sees them; `name` stands at the bar.

        Raises:
            TrainingError: as `embed_items`.
        """
        embed, title = self.encoder.embed_photos, self.progress and name
        return embed_items(photos, embed, Picture.open, title, kind="photo", how=self.how)

    def _embed_sketches(
        self, items: Sequence[Any], load: Callable[[Any], Image.Image], name: str, kind: str
    ) -> Embedded:
        embed, title = self.encoder.embed_sketches, self.progress and name
        found = embed_items(items, embed, load, title, kind=kind, how=self.how)
        return answerable(found, self.gallery, told=self._told)

    def own_places(self) -> list[int]:
        """Return where in the gallery the photo stands that each sketch was drawn from; -1 if it does not."""
        place = {photo: index for index, photo in enumerate(self.gallery.items)}
        own = (self.collection.photo_of(sketch) for sketch in self.sketch_queries.items)
        return [-1 if photo is None else place.get(photo, -1) for photo in own]


def doubts(collection: Collection, photos: Sequence[Picture], sketches: Sequence[Picture]) -> list[str]:
    """Return, in sentences, which figures of these photos and sketches say nothing of a model."""
    said = []
    if len({photo.label for photo in photos}) == 1:
        said.append("All photos are of one class: mAP, P@k and hit@k are 100 whatever the model does.")
    there = set(photos)
    if sketches and not any(collection.photo_of(sketch) in there for sketch in sketches):
        said.append("No sketch was drawn from one of the photos: there is no recall of the very photo.")
    return said


def pictures_of(
    collection: Collection, labels: Sequence[str]
) -> tuple[list[Picture], list[Picture], list[StrokeDrawing]]:
    """Return the gallery, and the sketches and drawings to search with, of those classes that have photos."""
    there = [label for label in labels if collection.photos.get(label)]
    return (
        gallery_photos(collection, there),
        query_sketches(collection, there),
        query_drawings(collection, there),
    )


def gallery_photos(collection: Collection, labels: Sequence[str]) -> list[Picture]:
    """Return each class's Sketchy photos and 75 of its others, chosen once and for all.

    Where no photo is named `sketchy_*`, as in data of another making, all count.
    """
    chosen: list[Picture] = []
    every = [photo for label in labels for photo in collection.photos.get(label, ())]
    if not any(photo.source == "sketchy" for photo in every):
        return every
    for label in labels:
        photos = sorted(collection.photos.get(label, ()), key=lambda photo: photo.name)
        others = [photo for photo in photos if photo.source != "sketchy"]
        if len(others) > _OTHERS:
            others = random.Random(0).sample(others, _OTHERS)
        chosen += [photo for photo in photos if photo.source == "sketchy"] + others
    return chosen


def query_sketches(collection: Collection, labels: Sequence[str]) -> list[Picture]:
    """Return the classes' `sketchy_*` sketches of sketch-1.tar, or all of these where they are not in tars.

    Where no sketch is named so, as in data of another making, all count.
    """
    every = [sketch for label in labels for sketch in collection.sketches.get(label, ())]
    sketches = [sketch for sketch in every if sketch.source == "sketchy"]
    if not sketches:
        return every
    return [sketch for sketch in sketches if sketch.offset < 0 or sketch.file.stem == _QUERY_TAR]


def query_drawings(collection: Collection, labels: Sequence[str]) -> list[StrokeDrawing]:
    """Return the classes' drawings of quickdraw.ndjson; where none is of a file so named, all count."""
    every = [drawing for label in labels for drawing in collection.drawings.get(label, ())]
    return [drawing for drawing in every if drawing.source == "quickdraw"] or every


def _spread(drawings: Sequence[StrokeDrawing], most: int) -> list[StrokeDrawing]:
    """Return at most so many drawings of each class, from all along it; all of a class that has no more."""
    by_class: dict[str, list[StrokeDrawing]] = {}
    for drawing in drawings:
        by_class.setdefault(drawing.label, []).append(drawing)
    return [some[place] for some in by_class.values() for place in even_places(len(some), most)]


def even_places(count: int, most: int) -> list[int]:
    """Return `most` of so many places, evenly spaced from the first on; all if there are no more."""
    return [place * count // most for place in range(most)] if count > most else list(range(count))


def drawings_by_class(collection: Collection, labels: Iterable[str]) -> dict[str, list[StrokeDrawing]]:
    """Return the same by class; whether all count is asked of all these classes together."""
    found: dict[str, list[StrokeDrawing]] = {label: [] for label in labels}
    for drawing in query_drawings(collection, list(found)):
        found[drawing.label].append(drawing)
    return found
