"""The knobs of a training run: one frozen dataclass, turned into command-line options by training.cli."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


class TrainingError(Exception):
    """Something the person at the terminal can be told in one sentence."""


@dataclass(frozen=True)
class Config:
    """What one training does. Defaults: the first of the shipped encoder's two; see training.fit.soup."""

    # network
    backbone: str = "inception_v3"  # where the three feature levels come from: see training.model.trunks
    weights: str = (
        ""  # pretrained: file, its folder, library, or none; empty: beside DATA, else the library's
    )
    frozen: str = "stem"  # layers that stay as pretrained: none, stem, or c3 (all up to the first level)
    batch_norm: str = "fold"  # fold: into the convolutions, as pretrained; train: kept, and learning
    towers: str = "shared"  # shared: one for both domains; siamese: sketches and photos have their own
    fusion: str = "amff"  # what is made of the levels: amff, egff, or pooled (the last one's mean)
    attention: str = "slim"  # attention branch: none, slim or published
    pooling: str = "max+avg"  # how the top level is pooled besides the paper's max: max, or max+avg
    dim: int = 512  # length of the embedding
    standardised: bool = True  # whether the projection starts from features of mean 0 and deviation 1
    centred: bool = True  # whether the mean embedding is taken off before the last normalisation
    input_size: int = 224  # side of the picture the exported network sees, in pixels

    # budget
    images: int = 90_000  # training images in all
    epochs: float = 0.0  # or so many times all the pictures there are; 0: as many images as said
    train_size: int = 160  # side of the pictures the run begins with, in pixels
    finish_share: float = 0.75  # share of the images, at the end, that train at input_size

    # batches
    batching: str = "balanced"  # balanced: classes x (sketches + photos); shuffle: everything mixed
    batch_classes: int = 12  # classes of a balanced batch that have photos
    batch_samples: int = 3  # sketches, and photos, of each of them
    batch_sketch_only: int = 2  # further classes of the batch, of which only sketches exist
    batch_contours: int = 0  # photos of the batch that come with a contour drawing of themselves
    shuffle_batch: int = 64  # size of a batch when batching is shuffle
    unfinished: float = 0.5  # share of the stroke drawings of which only the first part is shown
    holes: float = 0.3  # share of the raster sketches that lack a piece
    protocol: str = "split"  # whose classes and data: split, sketchy_c100, sketchy, tuberlin, quickdraw
    classes: str = (
        "train"  # train: the training classes; all: every one, of a published protocol all but unseen
    )

    # losses: weight of each, 0 leaves it out
    ns: float = 1.0  # normalised softmax
    cls: float = 0.5  # cross entropy on the class logits
    dat: float = 6.0  # domain-aware triplet; 1 in the paper
    ramped: bool = True  # whether the triplets' weight rises from 0 while the new layers find their feet
    triplet: str = "weighted"  # ce (none), within, hybrid, cross, all, weighted, as-published
    pair: float = 0.5  # contrast of a sketch with the very photo it was drawn from
    teacher: float = 1.0  # cross entropy with the ImageNet teacher's distribution
    name: float = 1.0  # agreement with what a sentence encoder makes of the class names
    guide: str = ""  # folder of a run whose embeddings are imitated; empty: none
    guided: float = 10.0  # weight of the distance from them, where there is a guide
    margin: float = 0.2  # of the triplets, in Euclidean distance of unit vectors

    # optimisation
    backbone_rate: float = 6e-5  # learning rate of pretrained layers
    attention_rate: float = 3e-4  # learning rate of the attention branch
    head_rate: float = 1e-3  # learning rate of the projection and the other heads
    proxy_rate: float = 5e-3  # learning rate of the class proxies
    weight_decay: float = 5e-4  # AdamW's
    schedule: str = "cosine"  # cosine after a warm-up, or constant
    head_start: float = 60  # steps, or share below 1, in which only new layers learn; at most a quarter
    warmup: int = 50  # steps over which a rate rises; at most a quarter of the run
    accumulate: int = 1  # batches whose gradients are averaged before a step
    averaging: float = 0.998  # decay of the averaged weights, which are what is evaluated and exported
    precision: str = "auto"  # auto, bf16 or fp32

    # housekeeping
    device: str = "auto"  # auto, cpu, cuda, or one GPU of several, as cuda:1
    tensorboard: bool = False  # whether TensorBoard's events are written too
    workers: int = -1  # processes that prepare batches; -1: 2; beside a GPU one a core, 16 at most
    seed: int = 1  # of everything random
    validations: int = 4  # how often the run is measured on the validation classes

    @property
    def batch_size(self) -> int:
        """Pictures of a batch."""
        if self.batching == "shuffle":
            return self.shuffle_batch
        pairs = 2 * self.batch_classes * self.batch_samples
        return pairs + self.batch_sketch_only * self.batch_samples + self.batch_contours

    @property
    def step_size(self) -> int:
        """Pictures a step trains on: those of the batches whose gradients it averages."""
        return self.batch_size * self.accumulate

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return max(1, self.images // self.step_size)

    def size_at(self, step: int) -> int:
        """Return the side of the pictures at this step, in pixels."""
        return self.input_size if step >= self.steps * (1 - self.finish_share) else self.train_size

    def as_dict(self) -> dict[str, Any]:
        """Return the knobs as plain values."""
        return asdict(self)

    def what_counts(self) -> dict[str, Any]:
        """Return the knobs that the result depends on; the others speak of the machine."""
        return {name: value for name, value in self.as_dict().items() if name not in OF_THE_MACHINE}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Config:
        """Return the config of these values; unknown names (of a later version) are an error.

        Raises:
            TrainingError: a name this version does not know.
        """
        known = {field.name for field in fields(cls)}
        if strange := sorted(values.keys() - known):
            raise TrainingError(f"The run was made by another version: it sets {', '.join(strange)}.")
        return cls(**values)

    def __post_init__(self) -> None:
        """Refuse choices that do not exist."""
        for name, allowed in _CHOICES.items():
            if (value := getattr(self, name)) not in allowed:
                option = "--" + name.replace("_", "-")
                raise TrainingError(f"{option} is {value!r}; it can be {', '.join(allowed)}.")
        for name in (
            "dim",
            "input_size",
            "train_size",
            "images",
            "batch_classes",
            "batch_samples",
            "accumulate",
        ):
            if getattr(self, name) < 1:
                raise TrainingError(f"--{name.replace('_', '-')} must be at least 1.")


OF_THE_MACHINE = ("weights", "guide", "device", "workers", "precision", "tensorboard")
"""Knobs whose values name places and means: the same model may come of others."""

PROTOCOL_NAMES = ("split", "sketchy_c100", "sketchy", "tuberlin", "quickdraw")
"""What can be trained on and measured by; all but the first are the field's, see training.data.protocols."""

_CHOICES = {
    "protocol": PROTOCOL_NAMES,
    "batch_norm": ("fold", "train"),
    "towers": ("shared", "siamese"),
    "fusion": ("amff", "egff", "pooled"),
    "frozen": ("none", "stem", "c3"),
    "attention": ("none", "slim", "published"),
    "pooling": ("max", "max+avg"),
    "batching": ("balanced", "shuffle"),
    "classes": ("train", "all"),
    "triplet": ("ce", "within", "hybrid", "cross", "all", "weighted", "as-published"),
    "schedule": ("cosine", "constant"),
    "precision": ("auto", "bf16", "fp32"),
}


def choices(name: str) -> tuple[str, ...] | None:
    """Return what this knob can be set to, or None where any value of its type will do."""
    return _CHOICES.get(name)
