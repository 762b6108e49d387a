"""The field's zero-shot protocols: which classes of which data set are seen, and what is reported."""

from __future__ import annotations

import hashlib
import json
import logging
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from training.data.archives import LAYOUTS, Archive, absence, read_archive
from training.data.collection import Collection, Picture, normalise_label
from training.data.reading import read_collection
from training.errors import TrainingError

_log = logging.getLogger(__name__)

_HELD_OUT = 10  # one in so many seen classes is kept back, to choose by
_SHOWN = 5  # classes that a message names


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
        doubled: published galleries hold the data set's own photos twice.
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
"""The protocols by name; `split`, on data of another form, is in `training.evaluation.heldout`."""

_LISTS = {
    "sketchy_c100": "sketchy_c100",
    "sketchy": "sketchy_yelamarthi",
    "tuberlin": "tuberlin",
    "quickdraw": "quickdraw",
}


def _classes(file: str) -> list[str]:
    lines = resources.files("training.data").joinpath("splits", file).read_text("utf-8").splitlines()
    return [normalise_label(line) for line in lines if line.strip()]


@dataclass(frozen=True)
class Benchmark:
    """A protocol with the data set it is run on.

    Attributes:
        protocol: which classes.
        archive: the data set.
        collection: the part of it that the protocol's classes make up. Its split has the seen classes, less
            those held out, as `train`, those as `val`, and the unseen ones as `unseen`.
        left_out: unseen classes that do not count: the model has seen them in another data set.
    """

    protocol: Protocol
    archive: Archive
    collection: Collection
    left_out: frozenset[str] = frozenset()

    @property
    def queries(self) -> list[Picture]:
        """The sketches of the unseen classes that have photos: others could find nothing."""
        return [sketch for sketch in self._unseen(self.collection.sketches) if self._photos(sketch.label)]

    @property
    def photos(self) -> list[Picture]:
        """The photos of the unseen classes, each once."""
        return self._unseen(self.collection.photos)

    @property
    def published(self) -> list[Picture]:
        """The published gallery row by row, some photos more than once; empty where `photos` is all of it."""
        return self._unseen(self.archive.published) if self.protocol.doubled else []

    @property
    def sizes(self) -> tuple[int, int]:
        """How many queries there are, and rows of the published gallery."""
        return len(self.queries), len(self.published or self.photos)

    def shortcomings(self, *, learning: bool = True) -> list[str]:
        """Return in what the data differ from the protocol's; seen classes count only for `learning`."""
        title = self.protocol.title
        said = []
        if learning and (lacking := self._lacking(self.protocol.seen_classes())):
            said.append(f"{title}: {_of(lacking, self.protocol.seen, 'seen')}.")
        lacking = self._lacking(self.protocol.unseen_classes())
        sizes = self.sizes
        if lacking or sizes != self.protocol.sizes:
            said.append(
                f"{title}: {_of(lacking, self.protocol.unseen, 'unseen')}; {sizes[0]:,} queries of "
                f"{self.protocol.sizes[0]:,}, {sizes[1]:,} photos of {self.protocol.sizes[1]:,}."
            )
        idle = Counter(
            one.label for one in self._unseen(self.collection.sketches) if not self._photos(one.label)
        )
        if idle:
            shown = ", ".join(f"{label} ({count})" for label, count in idle.items())
            said.append(f"{title}: sketches are left out whose class has no photos: {shown}.")
        return said

    def _lacking(self, labels: Sequence[str]) -> list[str]:
        """Return which of some classes are not there, and what the others of them lack."""
        return [
            _describe_lack(label, names) for label, names in _domains_lacking(self.collection, labels).items()
        ]

    def _photos(self, label: str) -> list[Picture]:
        return self.collection.photos.get(label, [])

    def _unseen(self, pictures: Mapping[str, list[Picture]]) -> list[Picture]:
        labels = (label for label in self.protocol.unseen_classes() if label not in self.left_out)
        return [one for label in labels for one in pictures.get(label, ())]


def _of(lacking: Sequence[str], count: int, name: str) -> str:
    """Return how many classes are there, and which are not."""
    shown = ", ".join(lacking[:_SHOWN]) + (" ..." if len(lacking) > _SHOWN else "")
    return f"{count - len(lacking)} of {count} {name} classes are there" + (f", not {shown}" if shown else "")


def find(protocol: Protocol, root: Path, *, learning: bool = True) -> Benchmark:
    """Return a protocol with its data set; in what that is not whole goes to the log.

    Args:
        protocol: which classes.
        root: DIR.
        learning: whether the seen classes are needed, not the unseen ones alone.

    Raises:
        TrainingError: the data set was not found in DIR, or lacks the sketches or photos of all its classes.
    """
    unseen = protocol.unseen_classes()
    archive, title = read_archive(root, protocol.data, unseen), LAYOUTS[protocol.data].title
    if archive is None:
        raise TrainingError(absence(root, protocol.data))
    part = _part(protocol, archive, root)
    needed = {"seen": protocol.seen_classes()} if learning else {}
    for name, classes in {**needed, "unseen": unseen}.items():
        if not any(label in part.photos and label in part.sketches for label in classes):
            raise TrainingError(f"{title} in {root} has no {name} class with photos and sketches.")
    found = Benchmark(protocol, archive, part)
    for shortcoming in found.shortcomings(learning=learning):
        part.problems.append(shortcoming)
        _log.warning("%s", shortcoming)
    return found


def _part(protocol: Protocol, archive: Archive, root: Path) -> Collection:
    """Return the pictures of a protocol's classes, and their split."""
    whole, seen, unseen = archive.collection, protocol.seen_classes(), protocol.unseen_classes()
    lacking = _domains_lacking(whole, seen)
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
    return part


def data_of(name: str, root: Path) -> Collection | Benchmark:
    """Return what a run by this protocol is made with: plain data for `split`, else the protocol's data set.

    Raises:
        TrainingError: it is not there.
    """
    return plain(root) if name == "split" else find(PROTOCOLS[name], root)


def plain(root: Path) -> Collection:
    """Return a plain data folder, for the protocol `split`.

    Raises:
        TrainingError: as `read_collection`; where the folder holds a data set of the field instead, it says
            which protocols that is for.
    """
    try:
        return read_collection(root)
    except TrainingError as error:
        for name, layout in LAYOUTS.items() if root.is_dir() else ():
            if read_archive(root, name):
                ours = [one.name for one in PROTOCOLS.values() if one.data == name]
                raise TrainingError(
                    f"{root} holds {layout.title} as its archives unpack: that is for --protocol "
                    f"{' or '.join(ours)}."
                ) from error
        raise


def collection_of(data: Collection | Benchmark) -> Collection:
    """Return the pictures that a run has of its data, and their split."""
    return data.collection if isinstance(data, Benchmark) else data


def digits_of(data: Collection | Benchmark) -> str:
    """Return a few digits that change with the pictures a class has, with the split, or with the gallery."""
    part = collection_of(data)
    kinds = (part.photos, part.sketches, part.drawings)
    counts = {label: [len(kind.get(label, ())) for kind in kinds] for label in part.labels}
    said = [counts, part.split]
    if isinstance(data, Benchmark):
        said.append(Counter(photo.label for photo in data.published))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:10]


def missing(protocol: Protocol, archive: Archive) -> list[str]:
    """Return the protocol's classes that the archive lacks, and of which it lacks one domain, with that."""
    labels = (*protocol.seen_classes(), *protocol.unseen_classes())
    return [
        _describe_lack(label, names) for label, names in _domains_lacking(archive.collection, labels).items()
    ]


def _describe_lack(label: str, names: Sequence[str]) -> str:
    return label if len(names) > 1 else f"{label} (no {names[0]})"


def _domains_lacking(part: Collection, labels: Sequence[str]) -> dict[str, list[str]]:
    """Return which domains each of some classes lacks; only classes that lack any."""
    domains = {"photos": part.photos, "sketches": part.sketches}
    lacking = {label: [name for name, domain in domains.items() if not domain.get(label)] for label in labels}
    return {label: names for label, names in lacking.items() if names}
