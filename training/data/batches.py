"""Which pictures a step trains on, and their loading.

A batch depends on seed and step alone, and each of its pictures on its place there too: of several processes
each can load its own.
"""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from engine.cores import usable_cores
from training.config import Config
from training.data.augment import contour_view, photo_view, sketch_view, strokes_view
from training.data.batch import Batch
from training.data.collection import PHOTO, SKETCH, Collection, Picture, StrokeDrawing
from training.data.likeness import likeness
from training.data.pages import Pages
from training.data.plan import Entry, Item, digits_of_photo, each_photo_once, kinds_of, shuffled_order
from training.data.teacher import TEACHER_FILE, Teacher
from training.errors import TrainingError

_log = logging.getLogger(__name__)

_TRACEABLE = 100  # photos with a shorter side below this many pixels have no contours worth tracing
_KIND_WEIGHTS = (0.5, 0.35, 0.15)  # how often raster, QuickDraw and other drawings are drawn, where present
_OWN_PHOTO = 0.7  # how often a sketch comes with the photo it was drawn from, where that is here
_SHOWN = 3.2  # times a view's side: as large a photo is opened, at least, of which a view shows a part
_TRIES = 3  # unreadable pictures in a row before the run gives up


class Batches(Dataset[Batch]):
    """The batches of a run, by step: the same seed and step always give the same batch.

    Attributes:
        rows: gives, of the number of rows, the stretch that this process loads; None for all. Contours are
            drawn of what was loaded: with any, all is.
        alike: by class, its likeness to ImageNet's, where the teacher's opinion is raised by that.
        teacher: whose opinion is learned from, None where there is none.
    """

    def __init__(self, collection: Collection, config: Config) -> None:
        """Take what the config allows of the collection.

        In the batches' own config epochs become images, and a batch has no more classes than there are.

        Raises:
            TrainingError: no training class has both photos and drawings.
        """
        self.config = config
        self.rows: Callable[[int], slice] | None = None
        self._pages = Pages()
        self.classes = tuple(collection.learned_labels(config))
        self._index = {label: place for place, label in enumerate(self.classes)}
        self._photos: dict[str, list[Picture]] = {}
        self._kinds: dict[str, list[list[Item]]] = {}
        for label in self.classes:
            self._photos[label] = collection.photos.get(label, [])
            self._kinds[label] = kinds_of(collection, label)
        drawn = [label for label in self.classes if any(self._kinds[label])]
        self._both = [label for label in drawn if self._photos[label]]
        self._sketch_only = [label for label in drawn if not self._photos[label]]
        if not self._both:
            raise TrainingError("No training class has both photos and drawings.")
        if config.batching == "balanced":
            classes = min(config.batch_classes, len(self._both))
            only = min(config.batch_sketch_only, len(self._sketch_only))
            self.config = config = replace(config, batch_classes=classes, batch_sketch_only=only)
        sketches = [sketch for label in self._both for sketch in collection.sketches.get(label, ())]
        self._photo_of = {sketch: collection.photo_of(sketch) for sketch in sketches}
        if config.epochs:
            self.config = replace(config, images=max(1, round(config.epochs * self.picture_count)))
        named = config.teacher_loss and config.teacher_names
        self.alike = likeness(self.classes, collection.root) if named else {}
        self.teacher = self._teacher(collection.root) if config.teacher_loss else None

    def _teacher(self, root: Path) -> Teacher | None:
        power, names = self.config.teacher_power, self.config.teacher_names
        raised = {label: np.exp(names * row) for label, row in self.alike.items()}
        return Teacher.read(root / TEACHER_FILE, self.classes, power=power, raised=raised)

    def __len__(self) -> int:
        """Return how many batches there are: as many as steps, or `accumulate` times that."""
        return self.config.steps * self.config.accumulate

    @property
    def drawn_classes(self) -> tuple[str, ...]:
        """The classes that batches are drawn from: balanced ones have none of photos alone."""
        if self.config.batching == "shuffle":
            return self.classes
        return (*self._both, *(self._sketch_only if self.config.batch_sketch_only else ()))

    @property
    def picture_count(self) -> int:
        """How many pictures there are to learn from: an epoch."""
        drawings = (len(kind) for label in self.drawn_classes for kind in self._kinds[label])
        return len(self.photos) + sum(drawings)

    @property
    def photos(self) -> list[Picture]:
        """The photos to learn from."""
        return [photo for label in self.drawn_classes for photo in self._photos[label]]

    @property
    def has_pairs(self) -> bool:
        """Whether any batch can have a sketch, or a contour, beside the photo it was drawn from."""
        own = self.config.batch_contours > 0 or any(self._photo_of.values())
        return own and self.config.batching == "balanced"

    def __getitem__(self, place: int) -> Batch:
        """Load the batch of this place; a picture that cannot be read is replaced by another of its class.

        Raises:
            TrainingError: nothing readable was found in a class.
        """
        rng = random.Random(f"{self.config.seed}/{place}")
        size = self.config.size_at(place // self.config.accumulate)
        plan = (
            self._shuffled_plan(place, rng) if self.config.batching == "shuffle" else self._balanced_plan(rng)
        )
        places = range(len(plan))
        contours = self.config.batch_contours and self.config.batching == "balanced"
        rows = None if contours else self.rows
        if rows is not None:
            places = places[rows(len(plan))]
        images, traceable = [], []
        for row in places:
            own = random.Random(f"{self.config.seed}/{place}/{row}")
            image, sharp = self._view(plan, row, size, own)
            images.append(image)
            if sharp and plan[row].domain == PHOTO:
                traceable.append(row)
        if contours:
            traceable = each_photo_once(plan, traceable)
            rng.shuffle(traceable)
            self._add_contours(plan, images, traceable, size, rng)
        return self._batch(plan, images, size, part=rows is not None)

    def _balanced_plan(self, rng: random.Random) -> list[Entry]:
        """Return P classes x (K sketches + K photos), and K sketches of each sketch-only class."""
        plan: list[Entry] = []
        for label in rng.sample(self._both, self.config.batch_classes):
            for _ in range(self.config.batch_samples):
                plan += self._couple(label, plan, rng)
        for label in rng.sample(self._sketch_only, self.config.batch_sketch_only):
            plan += [
                Entry(SKETCH, self._sketch(label, rng), flip=rng.random() < 0.5)
                for _ in range(self.config.batch_samples)
            ]
        return plan

    def _couple(self, label: str, plan: Sequence[Entry], rng: random.Random) -> tuple[Entry, Entry]:
        """Return a photo and a sketch of a class, drawn from that photo where one such is at hand.

        Sketches of one photo are all paired with the first place that shows it: at any other it would count
        as another photo.
        """
        sketch, flip = self._sketch(label, rng), rng.random() < 0.5
        own = self._photo_of.get(sketch) if isinstance(sketch, Picture) else None
        if own is not None and rng.random() < _OWN_PHOTO:
            photo = Entry(PHOTO, own, flip=flip, whole=True)
            there = (place for place, entry in enumerate(plan) if entry.whole and entry.item == own)
            first = next(there, len(plan))
            flip = plan[first].flip if first < len(plan) else flip
            return photo, Entry(SKETCH, sketch, pair=first, flip=flip)
        other = rng.choice(self._photos[label])
        return Entry(PHOTO, other, flip=rng.random() < 0.5), Entry(SKETCH, sketch, flip=flip)

    def _sketch(self, label: str, rng: random.Random) -> Item:
        kinds = self._kinds[label]
        weights = [weight if kind else 0 for kind, weight in zip(kinds, _KIND_WEIGHTS, strict=True)]
        return rng.choice(rng.choices(kinds, weights)[0])

    def _shuffled_plan(self, step: int, rng: random.Random) -> list[Entry]:
        """Return the next pictures of a shuffle of everything, sketches and photos mixed."""
        everything = self._everything
        size, total = self.config.shuffle_batch, len(everything)
        plan = []
        for place in range(step * size, (step + 1) * size):
            epoch, rank = divmod(place, total)
            domain, item = everything[shuffled_order(total, epoch=epoch, seed=self.config.seed)[rank]]
            plan.append(Entry(domain, item, flip=rng.random() < 0.5))
        return plan

    @cached_property
    def _everything(self) -> list[tuple[int, Item]]:
        both: list[tuple[int, Item]] = []
        for label in self.classes:
            both += [(PHOTO, photo) for photo in self._photos[label]]
            both += [(SKETCH, item) for kind in self._kinds[label] for item in kind]
        return both

    def _view(self, plan: list[Entry], place: int, size: int, rng: random.Random) -> tuple[Image.Image, bool]:
        """Return a random view of a place of the plan, and whether it is sharp enough to be traced.

        Where the picture cannot be read, another one takes its place in the plan.
        """
        for tried in range(2 * _TRIES):
            entry = plan[place]
            if isinstance(entry.item, StrokeDrawing):
                share = self.config.unfinished
                view = strokes_view(entry.item.strokes, size, flip=entry.flip, rng=rng, unfinished=share)
                return view, False
            try:
                if entry.domain == SKETCH:
                    image = self._pages.open(entry.item)
                else:
                    image = entry.item.open(round(_SHOWN * size))
            except OSError as error:
                _log.warning("%s cannot be read and is replaced by another: %s", entry.item.name, error)
                label = entry.item.label if tried < _TRIES - 1 else rng.choice(self._both)
                self._replace(plan, place, label, rng)
                continue
            if entry.domain == SKETCH:
                holes = self.config.holes
                return sketch_view(image, size, flip=entry.flip, rng=rng, holes=holes), False
            least = 0.8 if entry.whole else 0.4
            view = photo_view(image, size, flip=entry.flip, least=least, rng=rng)
            return view, min(image.size) >= _TRACEABLE
        raise TrainingError(f"Too many pictures cannot be read, such as {plan[place].item.name}.")

    def _replace(self, plan: list[Entry], place: int, label: str, rng: random.Random) -> None:
        """Put another picture of the domain into the plan; no sketch claims to be drawn from it."""
        old = plan[place]
        item = rng.choice(self._photos[label]) if old.domain == PHOTO else self._sketch(label, rng)
        plan[place] = Entry(old.domain, item, flip=old.flip)
        for other, entry in enumerate(plan):
            if entry.pair == place:
                plan[other] = replace(entry, pair=-1)

    def _add_contours(
        self,
        plan: list[Entry],
        images: list[Image.Image],
        traceable: list[int],
        size: int,
        rng: random.Random,
    ) -> None:
        """Add contour drawings of photos in the batch, as sketches of exactly those photos."""
        wanted = len(plan) + self.config.batch_contours
        for place in traceable:
            if len(plan) >= wanted:
                break
            contour = contour_view(images[place], size, rng=rng)
            if contour is not None:
                plan.append(Entry(SKETCH, plan[place].item, pair=place))
                images.append(contour)

    def _batch(self, plan: list[Entry], images: list[Image.Image], size: int, *, part: bool) -> Batch:
        pixels = np.empty((len(images), 3, size, size), np.uint8)
        for place, image in enumerate(images):
            pixels[place] = np.asarray(image.convert("RGB")).transpose(2, 0, 1)
        teacher = np.zeros((len(plan), Teacher.CLASSES), np.float32)
        if self.teacher is not None:
            for place, entry in enumerate(plan):
                if entry.domain == SKETCH and self.config.teacher_of == "photos":
                    continue
                photo = entry.item.name if entry.domain == PHOTO else None
                row = self.teacher.target(entry.item.label, photo)
                if row is not None:
                    teacher[place] = row
        return Batch(
            torch.from_numpy(pixels),
            torch.tensor([self._index[entry.item.label] for entry in plan]),
            torch.tensor([entry.domain for entry in plan]),
            torch.tensor([entry.pair for entry in plan]),
            torch.tensor([digits_of_photo(entry) for entry in plan]),
            torch.from_numpy(teacher),
            part,
        )

    def loader(self, start: int, *, pin: bool) -> Iterator[Batch]:
        """Return the batches from step `start` on, prepared by the config's worker processes."""
        workers = self.config.workers if self.config.workers >= 0 else _workers(cuda=pin)
        extra: dict[str, Any] = {"prefetch_factor": 4, "persistent_workers": True} if workers else {}
        return iter(
            DataLoader(
                self,
                batch_size=None,
                sampler=range(start, len(self)),
                num_workers=workers,
                pin_memory=pin,
                worker_init_fn=_one_thread,
                **extra,
            )
        )


def _workers(*, cuda: bool) -> int:
    """Return how many processes prepare batches: one a core where a GPU does the rest."""
    if not cuda:
        return 2
    return max(2, min(16, usable_cores() // int(os.environ.get("LOCAL_WORLD_SIZE", "1"))))


def _one_thread(_: int) -> None:
    """Keep a worker from taking the threads that the training step needs."""
    torch.set_num_threads(1)
