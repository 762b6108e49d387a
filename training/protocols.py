"""The field's zero-shot protocols: which classes of which data set are seen, and what is reported."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from training.archives import Archive, read_archive
from training.config import TrainingError
from training.data import Collection, Picture, normalised, read_collection

_HELD_OUT = 10  # one in so many seen classes is kept back, to choose by


@dataclass(frozen=True)
class Protocol:
    """One published protocol.

    Attributes:
        name: as the command line has it.
        title: as tables have it.
        data: name of its data set, see `archives.LAYOUTS`.
        seen: how many classes are trained on.
        unseen: how many are reported on.
        sizes: queries and gallery of the full data set, as published.
        doubled: published galleries hold each of the data set's own photos twice.
    """

    name: str
    title: str
    data: str
    seen: int
    unseen: int
    sizes: tuple[int, int]
    doubled: bool = False

    def seen_classes(self) -> list[str]:
        """Return the classes of the seen list, in label order."""
        return _classes(f"{_LISTS[self.name]}_seen{self.seen}.txt")

    def unseen_classes(self) -> list[str]:
        """Return the classes of the unseen list, in label order."""
        return _classes(f"{_LISTS[self.name]}_unseen{self.unseen}.txt")


PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "sketchy_c100",
            "Sketchy, 100/25",
            "sketchy",
            100,
            25,
            (15_229, 17_101),
            doubled=True,
        ),
        Protocol(
            "sketchy",
            "Sketchy, 104/21",
            "sketchy",
            104,
            21,
            (12_694, 12_553),
            doubled=True,
        ),
        Protocol("tuberlin", "TU-Berlin", "tuberlin", 220, 30, (2_400, 27_989)),
        Protocol("quickdraw", "QuickDraw", "quickdraw", 80, 30, (92_291, 54_151)),
    )
}
"""The protocols by name; `split`, on data of another form, is in `training.heldout`."""

_LISTS = {
    "sketchy_c100": "sketchy_c100",
    "sketchy": "sketchy_yelamarthi",
    "tuberlin": "tuberlin",
    "quickdraw": "quickdraw",
}


def _classes(file: str) -> list[str]:
    lines = resources.files("training").joinpath("splits", file).read_text("utf-8").splitlines()
    return [normalised(line) for line in lines if line.strip()]


@dataclass(frozen=True)
class Benchmark:
    """A protocol with the data set it is run on.

    Attributes:
        protocol: which classes.
        archive: the data set.
        collection: the part of it that the protocol's classes make up. Its split has the seen classes, less
            those held out, as `train`, those as `val`, and the unseen ones as `unseen`.
    """

    protocol: Protocol
    archive: Archive
    collection: Collection

    @property
    def queries(self) -> list[Picture]:
        """The sketches of the unseen classes."""
        return self._unseen(self.collection.sketches)

    @property
    def photos(self) -> list[Picture]:
        """The photos of the unseen classes, each once."""
        return self._unseen(self.collection.photos)

    @property
    def repeated(self) -> list[int]:
        """Places of the photos that the published gallery holds a second time: the data set's own."""
        if not self.protocol.doubled:
            return []
        return [place for place, photo in enumerate(self.photos) if photo not in self.archive.extension]

    def _unseen(self, pictures: Mapping[str, list[Picture]]) -> list[Picture]:
        return [one for label in self.protocol.unseen_classes() for one in pictures.get(label, ())]


def find(protocol: Protocol, root: Path) -> Benchmark:
    """Return a protocol with its data set.

    Raises:
        TrainingError: the data set was not found in DIR, or lacks the pictures of a whole side.
    """
    archive = read_archive(root, protocol.data)
    if archive is None:
        raise TrainingError(f"{protocol.data} was not found in {root}.")
    whole = archive.collection
    seen, unseen = protocol.seen_classes(), protocol.unseen_classes()
    lacking = set(missing(protocol, archive))
    there = sorted(label for label in seen if label not in lacking)
    share = max(1, len(there) // _HELD_OUT) if len(there) > 1 else 0
    held = sorted(random.Random(0).sample(there, share))
    part = Collection(root, problems=list(whole.problems))
    for label in (*seen, *unseen):
        for mine, theirs in ((part.photos, whole.photos), (part.sketches, whole.sketches)):
            if theirs.get(label):
                mine[label] = theirs[label]
    part.split = {
        "train": [label for label in seen if label not in held],
        "val": held,
        "unseen": unseen,
    }
    for label in sorted(lacking):
        part.problems.append(f"{protocol.title}: the class {label} lacks photos or sketches.")
    for name, classes in (("seen", seen), ("unseen", unseen)):
        if not any(label in part.photos and label in part.sketches for label in classes):
            raise TrainingError(f"{protocol.data} in {root} has no {name} class with photos and sketches.")
    return Benchmark(protocol, archive, part)


def data_of(name: str, root: Path) -> Collection | Benchmark:
    """Return what a run by this protocol is made with: plain data for `split`, else the protocol's data set.

    Raises:
        TrainingError: it is not there.
    """
    return read_collection(root) if name == "split" else find(PROTOCOLS[name], root)


def learnt_from(data: Collection | Benchmark) -> Collection:
    """Return the pictures that a run has of its data, and their split."""
    return data.collection if isinstance(data, Benchmark) else data


def missing(protocol: Protocol, archive: Archive) -> list[str]:
    """Return the protocol's classes of which the archive lacks the photos or the sketches."""
    whole = archive.collection
    wanted = (*protocol.seen_classes(), *protocol.unseen_classes())
    return [label for label in wanted if not (whole.photos.get(label) and whole.sketches.get(label))]
