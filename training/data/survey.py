"""What a data folder holds, what is wrong with it, and which protocols it can run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from engine.cores import usable_cores
from engine.visible import visible
from training.data.archives import LAYOUTS, Archive, absence, read_archive, unfit_lists
from training.data.collection import Collection, Picture
from training.data.protocols import PROTOCOLS, Protocol, missing
from training.data.reading import read_collection
from training.errors import TrainingError

NEAR = 3
"""Bits, of 64, in which the fingerprints of two near-duplicates may differ."""

_BLOCK = 512
_SHOWN = 5  # of a kind, where not all are listed
_TELLING = 10  # bits of a fingerprint that must be set, and unset
_POPULATION = np.array([bin(byte).count("1") for byte in range(256)], np.uint8)


@dataclass
class Survey:
    """What was found under one name: a plain data folder, or a data set of the field.

    Attributes:
        name: `split` for the former, else the data set's.
        collection: classes, pictures, and what was wrong.
        unreadable: pictures that cannot be decoded.
        twins: pairs of a photo of a seen and one of an unseen class that are nearly the same picture.
        protocols: what can be run, with what stands in the way of the others.
    """

    name: str
    collection: Collection
    unreadable: list[Picture] = field(default_factory=list)
    twins: list[tuple[Picture, Picture]] = field(default_factory=list)
    protocols: dict[str, str] = field(default_factory=dict)


def survey(root: Path, *, progress: bool = False) -> list[Survey]:
    """Look at everything under DIR; every picture is decoded.

    Raises:
        TrainingError: there is no such folder, or nothing to train on in it.
    """
    found: list[Survey] = []
    archives = {name: read_archive(root, name, told=False) for name in LAYOUTS}
    try:
        plain = read_collection(root, told=False)
    except TrainingError:
        if not any(archives.values()):
            raise
    else:
        found.append(_survey("split", plain, [set(plain.split["unseen"])], progress))
        found[-1].protocols = {"split": _obstacle_to_split(plain)}
    for name, archive in archives.items():
        ours = [protocol for protocol in PROTOCOLS.values() if protocol.data == name]
        if archive is None:
            continue
        asides = [set(protocol.unseen_classes()) for protocol in ours]
        found.append(_survey(name, archive.collection, asides, progress))
        found[-1].protocols = {protocol.name: _obstacle(protocol, archive, root) for protocol in ours}
    return found


def _survey(name: str, collection: Collection, asides: Sequence[set[str]], progress: bool) -> Survey:
    """Look at a collection; `asides` are the unseen classes of each protocol it is used by."""
    made = Survey(name, collection)
    photos = [photo for label in sorted(collection.photos) for photo in collection.photos[label]]
    sketches = [sketch for label in sorted(collection.sketches) for sketch in collection.sketches[label]]
    prints = dict(_fingerprints([*photos, *sketches], progress))
    made.unreadable = [picture for picture, print_ in prints.items() if print_ is None]
    telling = [photo for photo in photos if _tells(prints[photo])]
    for aside in asides:
        seen = [photo for photo in telling if photo.label not in aside]
        unseen = [photo for photo in telling if photo.label in aside]
        made.twins += [pair for pair in _twins(seen, unseen, prints) if pair not in made.twins]
    return made


def _fingerprints(
    pictures: Sequence[Picture], progress: bool
) -> Iterable[tuple[Picture, NDArray[np.uint8] | None]]:
    """Return each picture with its fingerprint, (8,) bytes; None where it cannot be decoded."""
    with ThreadPoolExecutor(usable_cores()) as pool:
        prints = pool.map(_fingerprint, pictures)
        yield from zip(
            pictures, tqdm(prints, total=len(pictures), unit="picture", disable=not progress), strict=True
        )


def _fingerprint(picture: Picture) -> NDArray[np.uint8] | None:
    """Return which of the lowest 64 frequencies are stronger than their median, as bits (a "pHash").

    Reference: Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010.
    """
    try:
        tones = picture.open().convert("L").resize((32, 32), Image.Resampling.BOX)
    except OSError:
        return None
    lowest = cv2.dct(np.asarray(tones, np.float32))[:8, :8].copy()
    lowest[0, 0] = 0  # brightness
    lowest[np.abs(lowest) < 1e-3] = 0
    return np.packbits(lowest > np.median(lowest))


def _tells(fingerprint: NDArray[np.uint8] | None) -> bool:
    """Tell whether a picture has enough in it to be recognised by its fingerprint; a blank one has not."""
    return fingerprint is not None and _TELLING <= int(_POPULATION[fingerprint].sum()) <= 64 - _TELLING


def _twins(
    seen: Sequence[Picture], unseen: Sequence[Picture], prints: dict[Picture, NDArray[np.uint8] | None]
) -> list[tuple[Picture, Picture]]:
    if not seen or not unseen:
        return []
    known, new = (
        np.stack([print_ for photo in photos if (print_ := prints[photo]) is not None])
        for photos in (seen, unseen)
    )
    pairs = []
    for start in range(0, len(new), _BLOCK):
        differing = new[start : start + _BLOCK, None] ^ known[None]
        distance = _POPULATION[differing].sum(axis=2, dtype=np.uint8)
        for row, column in np.argwhere(distance <= NEAR):
            pairs.append((seen[column], unseen[start + row]))
    return pairs


def _obstacle_to_split(collection: Collection) -> str:
    lacking = [
        name
        for name in ("val", "unseen")
        if not any(
            label in collection.photos and (label in collection.sketches or label in collection.drawings)
            for label in collection.split[name]
        )
    ]
    return f"no {' and no '.join(lacking)} class with photos and sketches" if lacking else ""


def _obstacle(protocol: Protocol, archive: Archive, root: Path) -> str:
    """Return which data of a protocol are not there, and what is wrong with its lists; empty if nothing."""
    lacking = missing(protocol, archive)
    said = [f"{len(lacking)} classes lack photos or sketches: {', '.join(lacking)}"] if lacking else []
    said += [problem.rstrip(".") for problem in unfit_lists(archive, root, protocol.unseen_classes())]
    return "; ".join(said)


def describe(found: Sequence[Survey], *, absent: Sequence[str], whole: bool = False) -> str:
    """Return surveys as text: first which protocols can run, then what stands behind that.

    Args:
        found: the surveys.
        absent: which data sets were looked for in vain.
        whole: name all classes and everything that is wrong, not the first few.
    """
    most = None if whole else _SHOWN
    verdicts = [verdict for one in found for verdict in one.protocols.items()]
    lines = [_verdict(protocol, obstacle, most) for protocol, obstacle in verdicts]
    for one in found:
        lines += ["", *_account(one, most)]
    folded = any(_is_long(one) for one in found) and not whole
    more = ["--whole lists all of it, class by class."] if folded else []
    return "\n".join(map(visible, [*lines, "", *absent, *more]))


def _verdict(protocol: str, obstacle: str, most: int | None) -> str:
    parts = [part.split(", ") for part in obstacle.split("; ")]
    if most is not None:
        parts = [[*part[:most], "..."] if len(part) > most else part for part in parts]
    obstacle = "; ".join(", ".join(part) for part in parts)
    return f"protocol {protocol}: " + (f"not whole, {obstacle}" if obstacle else "can run")


def _is_long(one: Survey) -> bool:
    texts = any(obstacle.count(", ") >= _SHOWN for obstacle in one.protocols.values())
    return texts or any(len(part) > _SHOWN for part in (one.collection.labels, *_wrong(one).values()))


def _wrong(one: Survey) -> dict[str, list[str]]:
    """Return what is wrong with a collection, by kind."""
    return {
        "problem": one.collection.problems,
        "unreadable": [f"{picture.label}/{picture.name} in {picture.file}" for picture in one.unreadable],
        "near-duplicate": [
            f"{a.label}/{a.name} (seen) and {b.label}/{b.name} (unseen)" for a, b in one.twins
        ],
    }


def _account(one: Survey, most: int | None) -> list[str]:
    """Return how much a collection holds and what is wrong with it, line by line."""
    held = one.collection
    kinds = (held.photos, held.sketches, held.drawings)
    totals = [sum(map(len, kind.values())) for kind in kinds]
    lines = [
        f"{one.name} in {held.root}: {len(held.labels)} classes, {totals[0]:,} photos, "
        f"{totals[1]:,} sketches, {totals[2]:,} drawings"
    ]
    for kind, said in _wrong(one).items():
        lines += [f"{kind}: {text}" for text in said[:most]]
        if most is not None and len(said) > most:
            lines.append(f"{kind}: and {len(said) - most:,} more")
    if most is None:
        lines.append(f"{'class':32} {'photos':>7} {'sketches':>8} {'drawings':>8}")
        for label in held.labels:
            counts = (len(kind.get(label, ())) for kind in kinds)
            cells = (f"{n:{w}}" for n, w in zip(counts, (7, 8, 8), strict=True))
            lines.append(f"{label:32} {' '.join(cells)}")
    return lines


def absent_from(found: Sequence[Survey], root: Path) -> list[str]:
    """Return which data sets of the field the surveys do not hold, a sentence each."""
    there = {one.name for one in found}
    return [absence(root, name) for name in LAYOUTS if name not in there]
