"""The state of a training run on disk and in memory, and its network as an encoder."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from engine.preprocess import photo_square, sketch_square
from training.all_settings import FORM
from training.atomic_files import fill_atomically
from training.config import Config
from training.data import class_names
from training.data.collection import PHOTO, SKETCH
from training.data.teacher import Teacher
from training.errors import TrainingError
from training.evaluation.embedding import Vectors
from training.fit.device import device_name, device_of
from training.fit.guards import are_finite
from training.fit.precision import autocast, precision_of, scaler_for
from training.model import Embedder, Heads, Network
from training.model.any_trunk import has_quick_gelu
from training.model.trunks import weights_name

CHECKPOINT = "checkpoint.pt"
"""Where a run stands: it is gone on with from here."""

BEST = "best.pt"
"""Where it found most on the validation classes; not there where that is where it stands."""


_TOLD = (
    "step", "minutes", "pretrained", "data", "sources", "guide", "guide_classes", "machine", "validation",
    "members", "history", "unlogged", "quick_gelu",
)  # fmt: skip
"""What a checkpoint holds of a run beside its settings, classes and weights."""

_GONE_ON_WITH = ("network", "heads", "optimizer")


class Run:
    """The state of a run: networks, optimiser, step, and what was measured so far."""

    def __init__(self, config: Config, classes: Sequence[str], weights: Path | str | None = None) -> None:
        """Build everything at step 0; `weights` are the trunk's, see `trunks.build`."""
        torch.manual_seed(config.seed)
        self.config, self.classes, self.step = config, tuple(classes), 0
        self.device = device_of(config.device)
        self.pretrained = weights_name(weights, config.backbone)
        self.quick_gelu = has_quick_gelu(config.backbone)
        self.machine = device_name(self.device)
        self.minutes = 0.0
        self.validation: list[dict[str, Any]] = []
        self.data = ""  # digits of what it learned from, see `protocols.digits_of`
        self.sources: dict[str, str] = {}  # and of what its losses read besides, see training.fit.sources
        self.guide = ""  # what the network that it imitates is called
        self.guide_classes: tuple[str, ...] = ()  # and what that was trained on
        self.members: list[dict[str, Any]] = []  # what it is the mean of, each as `description` has it
        self.history: list[Mapping[str, Any]] = []  # of what it began from, see training.fit.start
        self.unlogged: dict[str, list[float]] = {}  # losses since the log's last line
        self.adapted: dict[str, Any] = {}  # how it was adapted to a person, see training.fit.adapt
        self.network = Network(config, weights).to(memory_format=torch.channels_last)
        self.network.to(self.device)
        meant = torch.from_numpy(class_names.vectors(classes))
        self.heads = Heads(config.dim, meant, Teacher.CLASSES, classifier=config.classifier).to(self.device)
        self.averaged = copy.deepcopy(self.network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(self._groups(), weight_decay=config.weight_decay, fused=True)
        self.scaler = scaler_for(precision_of(config.precision, self.device), self.device)

    def _groups(self) -> list[dict[str, Any]]:
        """Return the parameters by learning rate."""
        config, heads, begun = self.config, self.heads, bool(self.config.start)
        parts: dict[str, list[nn.Parameter]] = {"trunk": [], "fusion": [], "project": []}
        for name, parameter in self.network.named_parameters():
            if parameter.requires_grad:
                new = name.endswith(".trunk.prompts") or name.startswith("relation.")
                parts["fusion" if new else name.split(".")[2]].append(parameter)  # towers.0.trunk...
        taught = config.ns or config.teacher_loss or config.name_loss or (config.cls and heads.scoring())
        layers = not begun and (parts["fusion"] or parts["project"])
        waits = bool(taught or layers)  # what is pretrained, for something new that learns meanwhile
        old = parts["project"] if begun else ()
        groups = [
            (parts["trunk"], config.backbone_rate, waits and (begun or bool(self.pretrained))),
            ([*parts["fusion"], *old], config.attention_rate, waits and begun),
            ([*(() if begun else parts["project"]), *heads.scoring()], config.head_rate, False),
            ([*heads.teach.parameters(), *heads.name.parameters()], config.head_rate, False),
            ([heads.proxies], config.proxy_rate, False),
        ]
        return [
            {"params": params, "lr": rate, "rate": rate, "pretrained": pretrained}
            for params, rate, pretrained in groups
            if params
        ]

    @property
    def images(self) -> int:
        """Pictures trained on so far, by all members together if it is a mean."""
        if self.members:
            return sum(member["images"] for member in self.members)
        return self.step * self.config.step_size

    @property
    def learnt(self) -> tuple[str, ...]:
        """All classes it was trained on, before it began too, and those that what it imitates knew."""
        earlier = [name for one in self.history for name in one.get("classes", ())]
        return tuple(dict.fromkeys((*self.classes, *earlier, *self.guide_classes)))

    def description(self) -> dict[str, Any]:
        """Return what this training was: its settings, pictures and minutes."""
        config, more = self.config.what_counts(), {"adapted": self.adapted} if self.adapted else {}
        return {
            **more,
            "config": {name: one for name, one in config.items() if name in FORM or not self.adapted},
            "images": self.images,
            "minutes": round(self.minutes, 1),
            "machine": self.machine,
        }

    @property
    def compared(self) -> list[Mapping[str, Any]]:
        """The validations to choose by: with photos of one class every model finds all."""
        return [check for check in self.validation if check.get("classes", 2) > 1]

    @property
    def best_step(self) -> int:
        """Step of the validation that found most, the last of equal ones; the last step without any."""
        return max(((score(check), check["step"]) for check in self.compared), default=(0, self.step))[1]

    @property
    def since_best(self) -> int:
        """How many validations there were since one found more than all before."""
        scores = [score(check) for check in self.compared]
        return len(scores) - 1 - scores.index(max(scores)) if scores else 0

    def save_best(self, folder: Path) -> None:
        """Keep what is measured and exported where the last validation is the best so far.

        Where the run is at its end, its checkpoint will be that.

        Raises:
            TrainingError, OSError: as `save`.
        """
        if self.compared and self.best_step == self.step < self.config.steps:
            self.save(folder, BEST)

    def drop_best(self, folder: Path) -> None:
        """Remove what would be taken for its best, where that is its checkpoint or nothing yet."""
        ended = self.members or self.step >= self.config.steps
        if self.best_step == self.step and (ended or not self.compared):
            (folder / BEST).unlink(missing_ok=True)

    def save(self, folder: Path, name: str = CHECKPOINT) -> None:
        """Write a checkpoint, whole or not at all; it loads with `weights_only`.

        BEST holds the averaged weights alone: nobody goes on from there.

        Raises:
            TrainingError: a weight is not a finite number; what was there is kept.
            OSError: it cannot be written, as on a full disk; likewise.
        """
        if not are_finite(self._tensors()):
            raise TrainingError(
                f"A weight, or the optimiser's memory of one, is not finite after step {self.step}; what was "
                f"saved before in {folder} is kept."
            )
        state = {
            "config": self.config.as_dict(),
            "classes": list(self.classes),
            **{told: getattr(self, told) for told in _TOLD},
            "averaged": self.averaged.state_dict(),
        }
        if name == CHECKPOINT:
            state |= {one: getattr(self, one).state_dict() for one in (*_GONE_ON_WITH, "scaler")}

        def write(file: Path) -> None:
            with file.open(
                "wb"
            ) as opened:  # of a path PyTorch notes the name, and does not say why it is full
                torch.save(state, opened)

        fill_atomically(folder / name, write)
        if name == CHECKPOINT:
            self.drop_best(folder)

    def _tensors(self) -> Iterator[torch.Tensor]:
        """Yield all that a checkpoint holds of networks and optimiser."""
        for part in (self.network, self.averaged, self.heads):
            yield from part.state_dict().values()
        for kept in self.optimizer.state.values():
            yield from kept.values()

    @classmethod
    def load(cls, folder: Path, *, device: str | None = None, which: str = "last") -> Run:
        """Return the run a folder holds.

        Args:
            folder: of the run.
            device: to use in place of the run's own.
            which: `last`, to go on with; or `best`, to be measured, which may be all there is: where that is
                not the last, its averaged weights are the network too.

        Raises:
            TrainingError: there is none, or it cannot be read, or it was trained with another activation.
        """
        file = cls.file(folder, which)
        if not file.is_file():
            raise TrainingError(_no_run(folder))
        try:
            state = torch.load(file, map_location="cpu", weights_only=True)
            values = {**state["config"], **({"device": device} if device else {})}
            run = cls(Config.from_dict(values), state["classes"])
            if run.quick_gelu and not state.get("quick_gelu"):
                raise TrainingError(_other_activation(folder, run.config.backbone))
            run.averaged.load_state_dict(state["averaged"])
            run.network.load_state_dict(state["averaged"])
            for name in _GONE_ON_WITH if file.name == CHECKPOINT else ():
                getattr(run, name).load_state_dict(state[name])
            if state.get("scaler"):  # there is something in it where products are in fp16
                run.scaler.load_state_dict(state["scaler"])
        except TrainingError:
            raise
        except Exception as error:  # unpickling raises what it likes
            raise TrainingError(f"The checkpoint {file} cannot be read.") from error
        for name in _TOLD:  # earlier versions noted fewer
            empty = getattr(run, name)
            setattr(run, name, type(empty)(state.get(name, empty)))
        return run

    @staticmethod
    def peek(folder: Path) -> dict[str, Any]:
        """Return what the checkpoint of a folder holds, the weights not read yet.

        Raises:
            TrainingError: it cannot be read.
        """
        file = folder / CHECKPOINT
        try:
            return dict(torch.load(file, map_location="cpu", weights_only=True, mmap=True))
        except Exception as error:  # unpickling raises what it likes
            raise TrainingError(f"The checkpoint {file} cannot be read.") from error

    @staticmethod
    def file(folder: Path, which: str) -> Path:
        """Return where the best or the last checkpoint of a run lies; the best may be the last."""
        best = folder / BEST
        return best if which == "best" and best.is_file() else folder / CHECKPOINT

    def describe_checkpoint(self) -> str:
        """Return which checkpoint of its training this is, in a sentence."""
        if self.members:
            return f"The mean of {len(self.members)} trainings."
        place = f"step {self.step:,} of {self.config.steps:,}"
        if not self.compared:
            return f"The last checkpoint, {place}; there was no validation to choose by."
        best = max(map(score, self.compared))
        if self.step == self.best_step:
            return f"The checkpoint of the best validation, {place} (mAP {best:.1f})."
        return f"The last checkpoint, {place}; the best validation was after step {self.best_step:,}."


def _no_run(folder: Path) -> str:
    """Return what a folder holds that has no checkpoint to go on from."""
    if (folder / BEST).is_file():
        return f"{folder} holds the best weights of a run alone: leave out --checkpoint."
    return f"{folder} holds no run: there is no {CHECKPOINT} in it."


def _other_activation(folder: Path, backbone: str) -> str:
    """Return that a run's weights never saw the activation that its network has now."""
    return (
        f"{folder} holds a run of an earlier version, which gave {backbone} another activation than its "
        "pretrained weights have: train it anew, in another folder."
    )


def score(validation: Mapping[str, Any]) -> float:
    """Return what validations are compared by: the mAP of careful sketches, else of quick drawings."""
    return float(validation.get("sketch/mAP", validation.get("quickdraw/mAP", 0.0)))


class NetworkEncoder:
    """A network behind the methods of engine.Encoder, for measuring a run before it is exported."""

    def __init__(self, network: Network, *, precision: torch.dtype = torch.float32) -> None:
        self._embedder = Embedder(network).eval()
        self._size, self._precision = network.config.input_size, precision

    def embed_sketches(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._embed([sketch_square(image, self._size) for image in images], SKETCH)

    def embed_photos(self, images: Sequence[Image.Image]) -> Vectors:
        """Return (n, d) unit rows."""
        return self._embed([photo_square(image, self._size) for image in images], PHOTO)

    @torch.inference_mode()
    def _embed(self, squares: Sequence[Image.Image], domain: int) -> Vectors:
        images, domains = self._input(squares, domain)
        with autocast(images.device, self._precision):
            vectors = self._embedder(images, domains)
        return np.asarray(vectors.float().cpu().numpy(), np.float32)

    def _input(self, squares: Sequence[Image.Image], domain: int) -> tuple[torch.Tensor, torch.Tensor]:
        network = self._embedder.network
        pixels = np.stack([np.asarray(square.convert("RGB")) for square in squares]).transpose(0, 3, 1, 2)
        images = network.normalise(torch.from_numpy(pixels.copy()).to(network.mean.device))
        domains = torch.full((len(images),), domain, device=images.device)
        return images.to(memory_format=torch.channels_last), domains
