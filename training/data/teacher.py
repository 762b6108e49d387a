"""An ImageNet classifier's opinion on the photos, from which the distillation loss learns.

To make the file of such opinions for the photos of DATA:

    python -m training.data.teacher DATA --weights library

References:
    Liu and others: Semantic-Aware Knowledge Preservation for Zero-Shot SBIR. ICCV 2019.
"""

from __future__ import annotations

import logging
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from tqdm import tqdm

from engine.arguments import ArgumentParser, path_argument, path_or_word_argument
from engine.errors import EngineError
from engine.preprocess import on_white, plain
from training.atomic_files import must_be_writable, save_arrays
from training.data.archives import LAYOUTS, read_archive
from training.data.collection import Collection, Picture, normalise_label
from training.data.reading import read_collection
from training.data.sparse_table import NoTableError, read_sparse
from training.errors import TrainingError
from training.terminal import open_terminal

_log = logging.getLogger("training.data.teacher")  # however this is started

TEACHER_FILE = "imagenet_teacher.npz"
"""Where in a data folder the teacher lies."""

LIBRARY = "library"
"""Weights as torchvision has them, in place of a file."""

_KEPT = 20  # likeliest classes of a photo
_CHUNK = 32  # photos classified at a time

FloatRow = NDArray[np.float32]


@dataclass(frozen=True)
class Teacher:
    """An ImageNet classifier's opinion on the photos, as a sparse distribution over 1,000 classes.

    What is taught is as in SAKE (Liu et al., ICCV 2019), q_m ~ exp(l1 t_m + l2 a_m), with t the classifier's
    logits and a_m the likeness of the picture's class to class m: of its probabilities p, q_m is proportional
    to p_m^l1 exp(l2 a_m). Classes that the file does not name stay at 0. A sketch is taught its class's
    average.

    Attributes:
        of_photo: classes and probabilities by class and name of a photo.
        of_class: by class, what a sketch is taught.
        power: l1.
        raised: by class, exp(l2 a), (1000,).
    """

    of_photo: dict[tuple[str, str], tuple[NDArray[np.int64], FloatRow]]
    of_class: dict[str, FloatRow]
    power: float = 0.7
    raised: Mapping[str, FloatRow] = field(default_factory=dict)

    CLASSES = 1000

    @classmethod
    def read(
        cls,
        file: Path,
        labels: Iterable[str],
        *,
        power: float = 0.7,
        raised: Mapping[str, FloatRow] = types.MappingProxyType({}),
    ) -> Teacher | None:
        """Return the teacher of these classes' photos, or None where there is no such file.

        Args:
            file: with the arrays photo (n,), `photo/<class>/<name>.<ending>`, index (n, k) and probability
                (n, k): the likeliest k of the 1,000 classes and their probabilities.
            labels: of the classes.
            power: of the probabilities.
            raised: by class, what the result is multiplied by, (1000,).

        Raises:
            TrainingError: it does not hold these.
        """
        if not file.is_file():
            return None
        wanted = set(labels)
        sums: dict[str, FloatRow] = {}
        of_photo: dict[tuple[str, str], tuple[NDArray[np.int64], FloatRow]] = {}
        for name, index, probability in zip(*cls._read(file), strict=True):
            path = Path(str(name))
            label = normalise_label(path.parent.name)
            if label not in wanted:
                continue
            of_photo[label, path.stem] = (index, probability)
            total = sums.setdefault(label, np.zeros(cls.CLASSES, np.float32))
            np.add.at(total, index, probability)
        of_class = {label: _as_distribution(total, power, raised.get(label)) for label, total in sums.items()}
        return cls(of_photo, of_class, power, raised)

    @classmethod
    def _read(cls, file: Path) -> tuple[NDArray[np.str_], NDArray[np.int64], FloatRow]:
        try:
            return read_sparse(file, ("photo", "index", "probability"), cls.CLASSES)
        except NoTableError as error:
            raise TrainingError(
                f"The teacher {file} cannot be read: it needs the arrays photo, index, probability."
            ) from error
        except ValueError as error:
            raise TrainingError(
                f"The teacher {file} holds no probabilities of {cls.CLASSES} classes."
            ) from error

    def target(self, label: str, photo: str | None) -> FloatRow | None:
        """Return the (1000,) distribution for a photo, or for a sketch of the class; None if unknown."""
        own = self.of_photo.get((label, photo)) if photo else None
        if own is None:
            return self.of_class.get(label)
        row = np.zeros(self.CLASSES, np.float32)
        row[own[0]] = own[1]
        return _as_distribution(row, self.power, self.raised.get(label))


def _as_distribution(row: FloatRow, power: float, raised: FloatRow | None) -> FloatRow:
    powered = (row / max(float(row.sum()), 1e-9)) ** power
    if raised is not None:
        powered = powered * raised
    return np.asarray(powered / max(float(powered.sum()), 1e-9), np.float32)


def make(data: Path, weights: Path | str, *, model: str = "mobilenet_v2", progress: bool = False) -> Path:
    """Write the teacher file of a data folder's photos, whole or not at all; return it.

    Photos that cannot be read are left out, with a warning.

    Args:
        data: the folder.
        weights: a state-dict file, .pth or .safetensors, or LIBRARY.
        model: name of a torchvision classifier of 1,000 classes.
        progress: whether a bar is shown on stderr.

    Raises:
        TrainingError: the file is there already, the folder, model or weights cannot be used, or no photo can
            be read.
        OSError: the file cannot be written, which is seen first.
    """
    target = data / TEACHER_FILE
    if target.exists():
        raise TrainingError(f"{target} is there already; move it away to make another.")
    if data.is_dir():
        must_be_writable(target)
    photos = _photos(data)
    network, prepare = _classifier(model, weights)
    names, indices, probabilities = list[str](), [], []
    bar = tqdm(total=len(photos), unit="photo", disable=not progress)
    for chunk, images in _chunks(photos, prepare, bar):
        index, probability = _classify(network, torch.stack(images))
        names += [_entry_name(photo) for photo in chunk]
        indices.append(index)
        probabilities.append(probability)
    bar.close()
    if not names:
        raise TrainingError(f"None of {len(photos)} photos can be read.")
    index, probability = np.concatenate(indices), np.concatenate(probabilities)
    save_arrays(target, photo=np.array(names), index=index, probability=probability)
    return target


def _photos(data: Path) -> list[Picture]:
    """Return the photos of a plain folder and of the field's data sets that lie in it, each once.

    Raises:
        TrainingError: it holds neither.
    """
    found, problem = list[Collection](), None
    try:
        found.append(read_collection(data))
    except TrainingError as error:
        problem = error
    archives = [read_archive(data, name) for name in LAYOUTS] if data.is_dir() else []
    found += [one.collection for one in archives if one]
    if problem and not found:
        raise problem
    every = (photo for one in found for some in one.photos.values() for photo in some)
    once: dict[tuple[str, str], Picture] = {}
    for photo in every:
        once.setdefault((photo.label, photo.name), photo)
    return list(once.values())


def _chunks(
    photos: Sequence[Picture], prepare: Callable[[Image.Image], torch.Tensor], bar: Any
) -> Iterator[tuple[list[Picture], list[torch.Tensor]]]:
    """Yield some photos at a time, each opened and prepared, less those that cannot be read."""
    for start in range(0, len(photos), _CHUNK):
        kept, images = list[Picture](), list[torch.Tensor]()
        for photo in photos[start : start + _CHUNK]:
            try:
                images.append(prepare(on_white(plain(photo.open())).convert("RGB")))
                kept.append(photo)
            except OSError as error:
                _log.warning("%s/%s cannot be read and is left out: %s", photo.label, photo.name, error)
            bar.update()
        if kept:
            yield kept, images


@torch.inference_mode()
def _classify(network: nn.Module, images: torch.Tensor) -> tuple[NDArray[np.uint16], NDArray[np.float16]]:
    """Return the likeliest classes (n, 20) of images (n, 3, h, w), and their probabilities."""
    logits = network(images.to(next(network.parameters()).device))
    if logits.shape[1] != Teacher.CLASSES or not bool(logits.isfinite().all()):
        raise TrainingError(f"The model does not give finite numbers for {Teacher.CLASSES} classes.")
    likeliest = logits.float().softmax(dim=1).topk(_KEPT, dim=1)
    probability, index = likeliest.values.cpu().numpy(), likeliest.indices.cpu().numpy()
    return index.astype(np.uint16), probability.astype(np.float16)


def _entry_name(photo: Picture) -> str:
    """Return a photo's name as `Teacher.read` looks for it; a photo in a tar is taken for a JPEG."""
    ending = photo.file.suffix if photo.offset < 0 else ".jpg"
    return f"photo/{photo.label}/{photo.name}{ending}"


def _classifier(name: str, weights: Path | str) -> tuple[nn.Module, Any]:
    """Return a classifier of torchvision, and what turns a picture into its input (3, h, w)."""
    models = torchvision.models
    if name not in models.list_models(module=models):
        raise TrainingError(f"torchvision has no classifier {name!r}.")
    preset = models.get_model_weights(name).DEFAULT
    try:
        if weights == LIBRARY:
            network = models.get_model(name, weights=preset)
        else:
            extra = {"init_weights": False} if name in ("inception_v3", "googlenet") else {}
            network = models.get_model(name, weights=None, **extra)
            network.load_state_dict(_read_weights(Path(weights)))
    except (OSError, RuntimeError) as error:
        source = "be fetched" if weights == LIBRARY else "be used, or belong to another network"
        first = str(error).strip().partition("\n")[0].rstrip(":.")
        raise TrainingError(f"The weights of {name}, {weights}, cannot {source}: {first}.") from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return network.eval().to(device), preset.transforms()


def _read_weights(file: Path) -> dict[str, torch.Tensor]:
    if not file.is_file():
        raise TrainingError(f"There is no file of weights {file}.")
    try:
        if file.suffix == ".safetensors":
            return load_file(file)
        state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # unpickling raises what it likes
        raise TrainingError(f"The weights {file} cannot be read.") from error
    if not isinstance(state, dict):
        raise TrainingError(f"The weights {file} are no state dict.")
    return state


def main(argv: Sequence[str] | None = None) -> int:
    """Make a teacher file; return the exit status: 0, or 2 with one line on stderr."""
    parser = ArgumentParser(prog="python -m training.data.teacher", description=f"Make DATA/{TEACHER_FILE}.")
    parser.add_argument("data", type=path_argument, metavar="DATA", help="folder of photos and sketches")
    weights = f"a state-dict file, .pth or .safetensors, or {LIBRARY}: torchvision's own"
    parser.add_argument(
        "--weights", type=path_or_word_argument, required=True, metavar=f"FILE|{LIBRARY}", help=weights
    )
    parser.add_argument("--model", default="mobilenet_v2", help="of torchvision (default: mobilenet_v2)")
    open_terminal()
    try:
        options = parser.parse_args(argv)
        print(make(options.data, options.weights, model=options.model, progress=sys.stderr.isatty()))
    except (TrainingError, EngineError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
