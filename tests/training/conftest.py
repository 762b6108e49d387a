"""A miniature data set of coloured shapes, laid out as the real ones are."""

import importlib.util
import itertools
import json
import math
import random
import shutil
import tarfile
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.whole_files import replacing

if importlib.util.find_spec("torch") is None:  # the app installs without it: `train` is an extra
    collect_ignore_glob = ["test_*.py", "*/test_*.py"]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep the small networks on one thread: on a busy machine two only wait for each other."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="module")
def own_models() -> Iterator[None]:
    """Try no model in a process of its own: those that are loaded here were just made here."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("engine.encoding.encoder.try_model", lambda path: None)
        yield


@pytest.fixture
def broken_off() -> Callable[[Path], Path]:
    """Return what leaves half a file as a writer does that is killed, and says where."""

    def leave(file: Path) -> Path:
        with suppress(KeyboardInterrupt), replacing(file) as new:
            raise KeyboardInterrupt
        new.write_bytes(b"half")  # a kill tidies nothing up
        return new

    return leave


SHAPES = {"triangle": 3, "square": 4, "pentagon": 5, "hexagon": 6, "octagon": 8, "star ball": 10}
SPLIT = {"train": ["triangle", "square", "pentagon", "hexagon"], "val": ["octagon"], "unseen": ["star ball"]}
PER_CLASS = 6


def corners(sides: int, rng: random.Random, side: int) -> list[tuple[float, float]]:
    turn, radius = rng.uniform(0, 6.3), rng.uniform(0.25, 0.4) * side
    angles = [turn + 2 * math.pi * k / sides for k in range(sides)]
    return [(side / 2 + radius * math.cos(a), side / 2 + radius * math.sin(a)) for a in angles]


def write_shapes(root: Path) -> None:
    rng = random.Random(3)
    lines = []
    for label, sides in SHAPES.items():
        (root / "photo" / label).mkdir(parents=True)
        (root / "sketch" / label).mkdir(parents=True)
        for number in range(PER_CLASS):
            source = "sketchy" if number < 4 else "other"
            points = corners(sides, rng, 128)
            photo = Image.new("RGB", (128, 128), tuple(rng.randrange(256) for _ in range(3)))
            ImageDraw.Draw(photo).polygon(points, fill=tuple(rng.randrange(256) for _ in range(3)))
            photo.save(root / "photo" / label / f"{source}_{number}.jpg")
            sketch = Image.new("L", (128, 128), 255)
            ImageDraw.Draw(sketch).line([*points, points[0]], fill=0, width=2)
            sketch.save(root / "sketch" / label / f"{source}_{number}-1.png")
            ring = [*points, points[0]]
            stroke = [[round(x) for x, _ in ring], [round(y) for _, y in ring]]
            lines.append(json.dumps({"word": label, "key_id": str(number), "drawing": [stroke]}))
    (root / "quickdraw.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    (root / "split.json").write_text(json.dumps(SPLIT), "utf-8")


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data as folders; not to be changed."""
    root = tmp_path_factory.mktemp("shapes")
    write_shapes(root)
    return root


@pytest.fixture
def own_shapes(shapes: Path, tmp_path: Path) -> Path:
    """The data as folders, to be broken at will."""
    return Path(shutil.copytree(shapes, tmp_path / "data"))


@pytest.fixture(scope="session")
def tarred_shapes(shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same data with the pictures in tars."""
    root = tmp_path_factory.mktemp("tars")
    for name, domain in (("photo-1", "photo"), ("sketch-1", "sketch")):
        with tarfile.open(root / f"{name}.tar", "w") as archive:
            archive.add(shapes / domain, domain)
    for file in ("quickdraw.ndjson", "split.json"):
        (root / file).write_bytes((shapes / file).read_bytes())
    return root


def five_blocks(_: bool) -> Any:
    """Return a trunk that is built, traced and trained in milliseconds: each block halves the sides."""
    from torch import nn
    from torchvision.ops import Conv2dNormActivation

    names, widths = ("stem", "lower", "third", "fourth", "fifth"), (3, 8, 8, 12, 16, 24)
    blocks = [Conv2dNormActivation(*pair, stride=2) for pair in itertools.pairwise(widths)]
    net = nn.Sequential(OrderedDict(zip(names, blocks, strict=True)))
    net.add_module("classifier", nn.Identity())
    return net


@pytest.fixture(autouse=True, scope="session")
def tiny_trunk() -> Iterator[None]:
    """Have a trunk called `tiny` among the others."""
    from training.model.own_trunks import TRUNKS, Trunk

    tiny = Trunk(
        five_blocks,
        levels=("third", "fourth", "fifth"),
        channels=(12, 16, 24),
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        file="tiny_imagenet.safetensors",
        stem=("stem.",),
        lower=("lower.", "third."),
        after=("classifier.",),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(TRUNKS, "tiny", tiny)
        yield


SMALL_RUN: dict[str, object] = {
    "backbone": "tiny",
    "frozen": "none",
    "weights": "none",
    "dim": 16,
    "input_size": 64,
    "train_size": 64,
    "images": 95,
    "batch_classes": 3,
    "batch_samples": 2,
    "batch_sketch_only": 0,
    "batch_contours": 3,
    "workers": 0,
    "validations": 1,
    "precision": "fp32",
    "device": "cpu",
}


@pytest.fixture
def small_run() -> dict[str, object]:
    """Settings under which a run takes seconds."""
    return dict(SMALL_RUN)


def picture(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = sum(map(ord, path.parent.name)) % 256
    Image.new("L", (8, 8), tone).save(path)


def class_folder(label: str) -> str:
    """Return a class as the archives spell it: words apart, capitals."""
    return label.replace("_", " ").capitalize()


def write_sketchy(root: Path, classes: list[str], ready: str = "") -> None:
    for label in classes:
        for number in range(2):
            picture(root / f"256x256/photo/tx_000000000000{ready}" / class_folder(label) / f"n1_{number}.jpg")
            for take in (1, 2):
                name = f"n1_{number}-{take}.png"
                picture(root / f"256x256/sketch/tx_000000000000{ready}" / class_folder(label) / name)
        picture(root / f"EXTEND_image_sketchy{ready}" / class_folder(label) / "ext_1.jpg")


def write_tuberlin(root: Path, classes: list[str]) -> None:
    for label in classes:
        picture(root / "png" / class_folder(label) / "1.png")
        picture(root / "ImageResized" / class_folder(label) / "a.JPEG")


def write_quickdraw(root: Path, classes: list[str]) -> None:
    for label in classes:
        picture(root / "QuickDraw_sketches_final" / label / "1.png")
        picture(root / "QuickDraw_images_final" / label / "1.jpg")


ARCHIVE_WRITERS = {"sketchy": write_sketchy, "tuberlin": write_tuberlin, "quickdraw": write_quickdraw}


def options(settings: dict[str, object]) -> list[str]:
    """Return settings as a command line has them."""
    return [part for name, value in settings.items() for part in ("--" + name.replace("_", "-"), str(value))]


class Colours:
    """An encoder that sees nothing but mean tones: deterministic, and poor."""

    def embed_sketches(self, images: Sequence[Image.Image]) -> np.ndarray:
        rows = [np.asarray(image.convert("RGB").resize((4, 4)), np.float32).ravel() for image in images]
        vectors = np.stack(rows)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    embed_photos = embed_sketches


def held_out(**known: object) -> Any:
    """Return a HeldOut whose vectors are known, so that it embeds nothing."""
    from training.evaluation.heldout import HeldOut

    held = object.__new__(HeldOut)
    vars(held).update(known)
    return held
