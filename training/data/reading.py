"""A data folder read: folders of pictures, tars of them, QuickDraw's ndjson; which classes are held out."""

from __future__ import annotations

import json
import logging
import random
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from training.data.collection import Collection, Picture, StrokeDrawing, normalise_label
from training.data.endings import (
    count_out_of_place,
    in_folders_of_classes,
    is_out_of_place,
    is_taken,
    what_is_passed_over,
)
from training.errors import TrainingError

_log = logging.getLogger(__name__)

_HELD_OUT_OF = 20  # classes, of which a tenth is several


def read_collection(root: Path, *, told: bool = True) -> Collection:
    """Read what a data folder holds; problems are told in the log, unless somebody else tells them.

    `photo/<class>/*` and `sketch/<class>/*` as folders or inside `*.tar`, `*.ndjson` stroke files, and
    `split.json` with the lists `train`, `val`, `unseen`; without it, of 20 classes or more a tenth is held
    out: by a single one nothing can be chosen.

    Raises:
        TrainingError: the folder is not there or holds no photo, or no sketch and no drawing; or split.json
            has other than such lists, or a class in both val and unseen.
    """
    if not root.is_dir():
        raise TrainingError(f"There is no data folder {root}.")
    found, passed_over = Collection(root), Counter[str]()
    for domain, by_class in (("photo", found.photos), ("sketch", found.sketches)):
        count_out_of_place(root / domain, passed_over)
        for picture in _folder_pictures(root / domain, passed_over):
            by_class[picture.label].append(picture)
    for tar in sorted(root.glob("*.tar")):
        _read_tar(tar, found, passed_over)
    found.problems += what_is_passed_over(passed_over)
    for domain, by_class in (("photo", found.photos), ("sketch", found.sketches)):
        found.problems += _without_twins(domain, by_class)
    for file in sorted(root.glob("*.ndjson")):
        for drawing in _read_drawings(file, found.problems):
            found.drawings[drawing.label].append(drawing)
    if not found.photos or not (found.sketches or found.drawings):
        needs = f"{root} needs photos (photo/<class>/*) and sketches or stroke drawings."
        raise TrainingError(" ".join([needs, *what_is_passed_over(passed_over)]))
    for by_class in (found.photos, found.sketches):
        for pictures in by_class.values():
            pictures.sort(key=lambda picture: picture.name)
    found.split = _read_split(root / "split.json", found)
    for problem in found.problems if told else ():
        _log.warning("%s", problem)
    return found


def _without_twins(domain: str, by_class: dict[str, list[Picture]]) -> list[str]:
    """Leave out what has the name and the size of an earlier picture of its class; say how many, if any.

    Of one name and another size it is another picture, and gets a name of its own, with a number behind it.
    """
    left_out = 0
    for label, pictures in by_class.items():
        names, sizes = {picture.name for picture in pictures}, dict[str, set[int]]()
        first: dict[str, Picture] = {}
        for picture in pictures:
            if picture.name in first:
                known = sizes.setdefault(picture.name, {_bytes(first[picture.name])})
                if (size := _bytes(picture)) in known:
                    left_out += 1
                    continue
                known.add(size)
                name = next(new for n in count(2) if (new := f"{picture.name} ({n})") not in names)
                names.add(name)
                picture = replace(picture, name=name)
            first[picture.name] = picture
        by_class[label] = list(first.values())
    if not left_out:
        return []
    many = f"{domain}{'es' if domain.endswith('ch') else 's'} are"
    what = f"{left_out} {f'{domain} is' if left_out == 1 else many} left out"
    return [f"{what}: another of its class has the same name and size, as where a tar is unpacked too."]


def _bytes(picture: Picture) -> int:
    """Return how many bytes a picture has, -1 where its file cannot be looked at."""
    if picture.offset >= 0:
        return picture.size
    try:
        return picture.file.stat().st_size
    except OSError:
        return -1


def _folder_pictures(folder: Path, passed_over: Counter[str]) -> Iterator[Picture]:
    for file in in_folders_of_classes(folder):
        if is_taken(file, passed_over):
            yield Picture(normalise_label(file.parent.name), file.stem, file)


def _read_tar(tar: Path, found: Collection, passed_over: Counter[str]) -> None:
    """Note where each image of a tar begins, so that any process can read it without the tar's index."""
    try:
        if _is_compressed(tar):  # in which nothing can be found by its place
            found.problems.append(f"{tar.name} is compressed: unpack it to a plain tar.")
            return
        with tarfile.open(tar, "r:") as archive:
            for member in archive:
                path = PurePath(member.name)
                if not member.isfile() or is_out_of_place(path, passed_over):
                    continue
                domain, label = path.parts[-3], normalise_label(path.parts[-2])
                by_class = found.photos if domain == "photo" else found.sketches
                if is_taken(path, passed_over):
                    by_class[label].append(Picture(label, path.stem, tar, member.offset_data, member.size))
    except (tarfile.TarError, OSError) as error:
        found.problems.append(f"{tar.name} could not be read to its end: {error}.")


def _is_compressed(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(6).startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ"))


def _read_drawings(file: Path, problems: list[str]) -> Iterator[StrokeDrawing]:
    broken = 0
    with file.open("rb") as lines:
        for line in lines:
            try:
                yield _drawing(json.loads(line), file.stem)
            except (ValueError, KeyError, TypeError, AttributeError):
                broken += bool(line.strip())
    if broken:
        problems.append(f"{file.name}: {broken} broken {'line' if broken == 1 else 'lines'} left out.")


def _drawing(record: dict[str, Any], source: str) -> StrokeDrawing:
    strokes = []
    for x, y, *_ in record["drawing"]:
        if len(x) != len(y) or not x or not np.isfinite(np.asarray([x, y], np.float64)).all():
            raise ValueError("a stroke needs as many x as y")
        strokes.append((tuple(x), tuple(y)))
    if not strokes:
        raise ValueError("no strokes")
    return StrokeDrawing(normalise_label(record["word"]), str(record["key_id"]), source, tuple(strokes))


def _labels(names: object) -> list[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise TypeError("no list of names")
    return list(dict.fromkeys(map(normalise_label, names)))


def _read_split(file: Path, found: Collection) -> dict[str, list[str]]:
    if file.is_file():
        split = _split_of(file)
        there = set(found.labels)
        absent = [label for name in ("val", "unseen") for label in split[name] if label not in there]
        if absent:
            found.problems.append(
                f"{file.name} holds out what has no picture here: {', '.join(absent)}. A class that is spelt "
                "otherwise there is trained on."
            )
        return split
    both = sorted(found.photos.keys() & (found.sketches.keys() | found.drawings.keys()))
    held = sorted(random.Random(0).sample(both, len(both) // 10)) if len(both) >= _HELD_OUT_OF else []
    return {"train": [label for label in both if label not in held], "val": held, "unseen": []}


def _split_of(file: Path) -> dict[str, list[str]]:
    try:
        lists = json.loads(file.read_text("utf-8-sig"))
        split = {name: _labels(lists[name]) for name in ("train", "val", "unseen")}
    except json.JSONDecodeError as error:
        raise TrainingError(f"{file} is no JSON: {error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{file} needs the lists train, val and unseen, of class names.") from error
    if twice := sorted({*split["val"]} & {*split["unseen"]}):
        raise TrainingError(f"{file} has {', '.join(twice)} in val and in unseen: leave each in one.")
    return split
