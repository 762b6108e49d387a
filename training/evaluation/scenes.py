"""The measure `scenes`: real snapshots, with several things on each, large and small."""

from __future__ import annotations

import tarfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from engine.preprocess import render_strokes
from training.data.collection import Collection, Picture, StrokeDrawing, normalise_label
from training.errors import TrainingError
from training.evaluation.embedding import embed_items
from training.evaluation.first_screen import Figures
from training.evaluation.heldout import HeldOut, drawings_by_class
from training.evaluation.metrics import PerQuery, average_precision, hit_at, percent, rank

TAR = "scenes.tar"
"""The file in DATA: `images/*.jpg`; `labels/*.txt`, boxes as of YOLO; `names.txt`, the things' names."""

SIZES = {"large": (0.15, 1.0), "middle": (0.03, 0.15), "small": (0.0, 0.03)}
"""Shares of a photo that the largest box of a thing takes up: above the first, up to the second."""

_QUERIES = 30  # drawings of a class
_LEAST = 2  # photos that show what is searched for
_HITS = 5
_NO_DRAWINGS = f"DATA has no QuickDraw drawings of what is on the photos of {TAR}."


@dataclass(frozen=True, eq=False)
class Scenes:
    """Photos, and what is on them.

    Attributes:
        photos: n.
        shares: by class, (n,) the share of each photo that the largest box takes up; 0 where it is not shown.
    """

    photos: tuple[Picture, ...]
    shares: Mapping[str, NDArray[np.float64]]


def scenes(held: HeldOut, *, rerank: bool = False) -> Figures:
    """Return mAP and hit@5 in percent, over all, and by the size of what is searched for.

    Queries are QuickDraw drawings of every class that at least two of the photos show, trained on or not;
    relevant is each photo that shows it. By size, photos that show it in another size are left out.

    Args:
        held: the encoder and the data; its classes do not matter.
        rerank: as of `training.evaluation.split.evaluate`.

    Raises:
        TrainingError: DATA has no such photos, or no drawing of what they show.
    """
    there = read_scenes(held.collection.root / TAR)
    gallery = held.embed_photos(there.photos, "scenes")
    place = {photo: number for number, photo in enumerate(there.photos)}
    rows = [place[photo] for photo in gallery.items]
    found: dict[str, dict[str, list[PerQuery]]] = {
        name: {"mAP": [], f"hit@{_HITS}": []} for name in ("", *SIZES)
    }
    drawn = drawings_by_class(held.collection, there.shares)
    for label, shares in sorted(there.shares.items()):
        seen = shares[rows]
        drawings = drawn[label][:_QUERIES]
        if np.count_nonzero(seen) < _LEAST or not drawings:
            continue
        queries = embed_items(
            drawings, held.encoder.embed_sketches, _paint, False, kind="ink 1.0", how=held.how
        )
        order = rank(queries.vectors, gallery.vectors, rerank)
        for name, (above, most) in {"": (0.0, 1.0), **SIZES}.items():
            is_right = (seen > above) & (seen <= most)
            if not is_right.any():
                continue
            kept = (seen == 0) | is_right
            relevant = is_right[order[kept[order]].reshape(len(order), -1)]
            found[name]["mAP"].append(average_precision(relevant))
            found[name][f"hit@{_HITS}"].append(hit_at(relevant, _HITS))
    if not found[""]["mAP"]:
        raise TrainingError(_NO_DRAWINGS)
    figures = {
        name: {metric: percent(np.concatenate(values)) for metric, values in of.items()}
        for name, of in found.items()
        if of["mAP"]
    }
    return {**figures.pop(""), **figures}


def must_have_scenes(collection: Collection) -> None:
    """See that the measure has something to measure on, before others are taken.

    Raises:
        TrainingError: as `scenes`.
    """
    shares = read_scenes(collection.root / TAR).shares
    drawn = drawings_by_class(collection, shares)
    if not any(np.count_nonzero(of) >= _LEAST and drawn[label] for label, of in shares.items()):
        raise TrainingError(_NO_DRAWINGS)


def read_scenes(tar: Path) -> Scenes:
    """Return the photos of such a file, and what is on them.

    Raises:
        TrainingError: it is not there, or holds something else.
    """
    boxes: dict[str, dict[str, float]] = defaultdict(dict)
    photos, names, texts = list[Picture](), list[str](), dict[str, str]()
    try:
        with tarfile.open(tar, "r:") as archive:
            for member in archive:
                path = PurePath(member.name)
                if member.isfile() and path.parent.name == "images":
                    photos.append(Picture("", path.stem, tar, member.offset_data, member.size))
                elif member.isfile() and (opened := archive.extractfile(member)) is not None:
                    texts[str(path) if path.parent.name == "labels" else path.name] = opened.read().decode()
        names = [normalise_label(line) for line in texts.pop("names.txt").splitlines() if line.strip()]
        for name, text in texts.items():
            of = boxes[PurePath(name).stem]
            for number, _, _, width, height in (line.split() for line in text.splitlines() if line.strip()):
                share, label = float(width) * float(height), names[int(number)]
                of[label] = max(of.get(label, 0.0), share)
    except FileNotFoundError:
        raise TrainingError(f"The measure scenes needs {tar}, which is not there.") from None
    except (OSError, tarfile.TarError, UnicodeDecodeError, ValueError, LookupError) as error:
        raise TrainingError(f"{tar} is not as the measure scenes needs it: {error}.") from error
    photos.sort(key=lambda photo: photo.name)
    shown = sorted({label for of in boxes.values() for label in of})
    shares = {label: np.array([boxes[photo.name].get(label, 0.0) for photo in photos]) for label in shown}
    return Scenes(tuple(photos), shares)


def _paint(drawing: StrokeDrawing) -> Image.Image:
    return render_strokes(drawing.strokes)
