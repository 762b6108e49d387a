"""What tests of all rooms share: a real tiny model, a folder of pictures, and a state folder of their own."""

import errno
import gc
import io
import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

# One thread for the arithmetic of each worker: more of them only wait for each other. Said before numpy is
# imported; workers, and processes that tests start, inherit it.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import hypothesis
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image, ImageDraw

from engine import version
from engine.encoding import encoder, vetting
from engine.encoding.encoder import METADATA_KEY, Encoder

# How busy the machine is, is no fault. By default all runs try the same examples, so that a failure tells of
# the change; `pytest --hypothesis-profile explore` looks for new ones.
hypothesis.settings.register_profile("explore", deadline=None)
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")

# Each catalog and each file written at once waits for the disk several times, which is most of what the tests
# would wait for: memory holds their folders where there is room. Whoever sets TMPDIR decides.
IN_MEMORY, ROOM = "/dev/shm", 4 << 30
if "TMPDIR" not in os.environ and os.path.ismount(IN_MEMORY) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ["TMPDIR"], tempfile.tempdir = IN_MEMORY, None

# Bytecode is kept, whatever the shell says: each worker, and each process that a test starts, would otherwise
# compile PyTorch and its relatives anew. Workers and those processes inherit what is set here.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of windows and of processes wait half of their time."""
    return (os.cpu_count() or 1) + 1


SELDOM = 20_000, 20, 20
"""How much is made between two looks for waste: tests leave little of it, and windows make much else."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no waste among what is imported and collected: all of it stays to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(*SELDOM)
        gc.enable()


def pytest_unconfigure() -> None:
    """Let Python tidy up at its end as ever."""
    gc.unfreeze()


INPUT_SIZE = 32
SHAPES = ("circle", "square", "triangle", "cross")
COLOURS = ("crimson", "seagreen", "royalblue")
SUFFIXES = (".jpg", ".png", ".webp", ".gif", ".bmp", ".tif")


def write_model(path: Path, *, model_id: str = "tiny", dim: int = 32, seed: int = 0) -> Path:
    """Write a model that pools the picture to 8x8 and projects it at random."""
    weights = np.random.default_rng(seed).standard_normal((3 * 8 * 8, dim)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("AveragePool", ["image"], ["pooled"], kernel_shape=[4, 4], strides=[4, 4]),
            helper.make_node("Flatten", ["pooled"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weights"], ["embedding"]),
        ],
        "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, INPUT_SIZE, INPUT_SIZE])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", dim])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    about = {"model_id": model_id, "dim": dim, "input_size": INPUT_SIZE, "mean": [0.5] * 3, "std": [0.25] * 3}
    helper.set_model_props(model, {METADATA_KEY: json.dumps(about)})
    onnx.save(model, str(path))
    return path


def picture(shape: str, colour: str | tuple[int, int, int], size: tuple[int, int] = (96, 80)) -> Image.Image:
    """Return a coloured shape on a light ground."""
    image = Image.new("RGB", size, "ivory")
    brush, (width, height) = ImageDraw.Draw(image), size
    box = (width // 5, height // 5, width * 4 // 5, height * 4 // 5)
    left, top, right, bottom = box
    if shape == "circle":
        brush.ellipse(box, fill=colour)
    elif shape == "square":
        brush.rectangle(box, fill=colour)
    elif shape == "triangle":
        brush.polygon([(left, bottom), (right, bottom), (width // 2, top)], fill=colour)
    else:
        brush.line((left, top, right, bottom), fill=colour, width=12)
        brush.line((left, bottom, right, top), fill=colour, width=12)
    return image


@pytest.fixture(autouse=True)
def state_folder(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Give each test a state folder; `tmp_path`, made before, is removed when nothing is patched any more."""
    folder = Path(tempfile.mkdtemp(prefix="state", dir=tmp_path_factory.getbasetemp()))
    monkeypatch.setenv("FFMLN_DATA_DIR", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_hurry(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine is no fault: what is given up is given up by a test that says so."""
    monkeypatch.setattr(encoder, "_PATIENCE_S", 120.0)
    monkeypatch.setattr(vetting, "SECONDS", 120.0)
    monkeypatch.setattr(version, "_PATIENCE_S", 120.0)
    if (milvus := sys.modules.get("engine.collection.milvus")) is not None:  # to load it takes seconds
        monkeypatch.setattr(milvus, "_CONNECT_S", 60.0)
        monkeypatch.setattr(milvus, "_SEARCH_S", 60.0)


@pytest.fixture(scope="session")
def make_model() -> Callable[..., Path]:
    """Writes a tiny model: path, model_id, dim, seed."""
    return write_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a real tiny model."""
    return write_model(tmp_path_factory.mktemp("model") / "tiny.onnx")


@pytest.fixture(scope="session")
def tiny_encoder(tiny_model: Path) -> Encoder:
    """The tiny model, loaded."""
    return Encoder(tiny_model, threads=1)


@pytest.fixture(scope="session")
def draw_picture() -> Callable[..., Image.Image]:
    """Draws a coloured shape: shape, colour, size."""
    return picture


@pytest.fixture
def photo_folder(tmp_path: Path) -> Path:
    """A folder of twelve different pictures in six formats, three of them in a sub-folder."""
    folder = tmp_path / "photos"
    (folder / "older").mkdir(parents=True)
    for number, (shape, colour) in enumerate((s, c) for s in SHAPES for c in COLOURS):
        place = folder / "older" if number % 4 == 0 else folder
        suffix = SUFFIXES[number % len(SUFFIXES)]
        (place / f"{colour} {shape}{suffix}").write_bytes(_encoded(shape, colour, suffix))
    return folder


@cache
def _encoded(shape: str, colour: str | tuple[int, int, int], suffix: str) -> bytes:
    buffer = io.BytesIO()
    picture(shape, colour).save(buffer, Image.registered_extensions()[suffix])
    return buffer.getvalue()


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Makes folders of a name impossible to list, for the superuser too."""
    scandir, closed = os.scandir, set()

    def guarded(path):
        if os.path.basename(os.fspath(path)) in closed:
            raise PermissionError(errno.EACCES, "Permission denied", os.fspath(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)

    def close(*names: str) -> None:
        closed.clear()
        closed.update(names)

    return close


@pytest.fixture
def sketch(tmp_path, draw_picture):
    """A drawing in a file."""
    draw_picture("circle", "black").save(tmp_path / "sketch.png")
    return tmp_path / "sketch.png"


@pytest.fixture
def photos_in(tmp_path):
    """Makes a folder of n different pictures."""

    def make(count: int, name: str = "many"):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(count):
            colour = (number * 7 % 256, number * 3 % 256, number % 256)
            (folder / f"{number:03}.png").write_bytes(_encoded("circle", colour, ".png"))
        return folder

    return make


@pytest.fixture
def mute(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Lets a folder and all in it answer nothing to who asks the system, as on a network that went away."""
    gate, silent = threading.Event(), list[str]()

    def waiting(ask):
        def asked(path, *words, **options):
            if silent and not isinstance(path, int) and os.fsdecode(path).startswith(tuple(silent)):
                assert threading.current_thread() is not threading.main_thread(), f"{path} is waited for"
                gate.wait(20)
            return ask(path, *words, **options)

        return asked

    for name in ("stat", "lstat", "scandir", "readlink"):
        monkeypatch.setattr(os, name, waiting(getattr(os, name)))
    monkeypatch.setattr("engine.folders.patience.ANSWERS_S", 1.0)
    yield lambda folder: silent.append(str(folder))
    gate.set()


@pytest.fixture
def no_thread() -> Iterator[pytest.MonkeyPatch]:
    """The system gives no thread, until this is undone."""

    def fail(_: threading.Thread) -> None:
        raise RuntimeError("no thread here")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading.Thread, "start", fail)
        yield patch
