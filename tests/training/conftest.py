"""A miniature data set of coloured shapes, laid out as the real ones are."""

import importlib.util
import json
import math
import random
import tarfile
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

if importlib.util.find_spec("torch") is None:  # the app installs without it: `train` is an extra
    collect_ignore_glob = ["test_*.py", "model/test_*.py"]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Keep the small networks on one thread: on a busy machine two only wait for each other."""
    import torch

    torch.set_num_threads(1)


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
def own_shapes(tmp_path: Path) -> Path:
    """The data as folders, to be broken at will."""
    root = tmp_path / "data"
    write_shapes(root)
    return root


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


@pytest.fixture
def small_run() -> dict[str, object]:
    """Settings under which a run takes seconds."""
    return {
        "backbone": "mobilenet_v2",
        "frozen": "none",
        "weights": "none",
        "dim": 16,
        "input_size": 64,
        "train_size": 64,
        "images": 120,
        "batch_classes": 3,
        "batch_samples": 2,
        "batch_contours": 3,
        "workers": 0,
        "validations": 1,
        "precision": "fp32",
        "device": "cpu",
    }
