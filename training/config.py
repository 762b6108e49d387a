"""The settings of a training run: one frozen dataclass, turned into command-line options by training.cli."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from training.errors import TrainingError
from training.settings import BEFORE, FORMER_NAMES, LOSSES, OF_THE_MACHINE, setting, setting_of

PROTOCOL_NAMES = ("split", "sketchy_c100", "sketchy", "tuberlin", "quickdraw")
"""What can be trained on and measured by; all but the first are the field's, see training.data.protocols."""


@dataclass(frozen=True)
class Config:
    """What one training does. Defaults: the first of the shipped encoder's two; see training.fit.soup."""

    backbone: str = setting(
        "inception_v3",
        "pretrained network whose three feature levels are used: inception_v3, mobilenet_v2, "
        "efficientnet_lite0, efficientnet_lite2, resnet50, seresnet50, cse_resnet50 or vgg16; or any other "
        "of a library, as timm:NAME or open_clip:ARCH",
    )
    weights: str = setting(
        "",
        "its pretrained weights: a file, the folder of that file, library (torchvision's or timm's own), or "
        "none; if left out, looked for in DATA and beside it, else the library's",
    )
    start: str = setting(
        "",
        "an .onnx file, or the folder of a run, to begin from in place of pretrained weights: the network "
        "has its form, and --images and the learning rates are lower unless they are given",
    )
    frozen: str = setting(
        "stem",
        "layers that stay as pretrained: none, the stem, or c3, all up to the first of the three levels",
        choices=("none", "stem", "c3"),
    )
    batch_norm: str = setting(
        "fold",
        "batch normalisation of the pretrained network: fold it into the convolutions, or train it",
        choices=("fold", "train"),
    )
    tuning: str = setting(
        "full",
        "what learns of the pretrained network's other layers: all, those that normalise, or none",
        choices=("full", "norms", "none"),
    )
    prompts: int = setting(
        0, "learned tokens beside a picture's, in a vision transformer; they always learn", least=0, most=512
    )
    prompt_sets: str = setting(
        "shared",
        "shared: sketches and photos have the same of these tokens; domains: each have their own, and the "
        "network cannot be exported",
        choices=("shared", "domains"),
    )
    towers: str = setting(
        "shared",
        "shared: one network for sketches and photos; siamese: one for each, which cannot be exported",
        choices=("shared", "siamese"),
    )
    fusion: str = setting(
        "amff",
        "how the three levels become one vector: attention map feature fusion, EGFF, or pooled, the mean of "
        "the last level alone",
        choices=("amff", "egff", "pooled"),
    )
    attention: str = setting(
        "none",
        "attention branch of amff: none, a slim one, or the large one of the article",
        choices=("none", "slim", "published"),
    )
    pooling: str = setting(
        "max+avg",
        "how amff pools the last level: its maximum, as in the article, or its maximum and average",
        choices=("max", "max+avg"),
    )
    dim: int = setting(512, "numbers of an embedding", least=1)
    projected: bool = setting(
        True, "whether a learned projection makes the embedding; else it is what the fusion makes"
    )
    standardised: bool = setting(
        True, "whether the projection starts from features brought to mean 0 and deviation 1"
    )
    centred: bool = setting(True, "whether the mean embedding is taken off before the last normalisation")
    input_size: int = setting(224, "side of the pictures the exported network sees, in pixels", least=32)

    images: int = setting(90_000, "training images in all, each counted as often as it is seen", least=1)
    epochs: float = setting(
        0.0, "budget in place of --images: so many times all the pictures there are; 0: --images", least=0
    )
    train_size: int = setting(160, "side of the pictures at the beginning of the run, in pixels", least=32)
    finish_share: float = setting(
        0.75, "share of the images, at the end of the run, seen at --input-size", least=0, most=1
    )

    batching: str = setting(
        "balanced",
        "balanced: each batch has as many sketches as photos of a few classes; shuffle: all pictures mixed",
        choices=("balanced", "shuffle"),
    )
    batch_classes: int = setting(12, "classes of a balanced batch", least=1)
    batch_samples: int = setting(3, "sketches, and photos, of each class of a balanced batch", least=1)
    batch_sketch_only: int = setting(
        2, "further classes of a balanced batch, of which there are sketches and no photos", least=0
    )
    batch_contours: int = setting(
        0, "photos of a balanced batch to which a drawing of their contours is added", least=0
    )
    shuffle_batch: int = setting(64, "pictures of a batch with --batching shuffle", least=1)
    unfinished: float = setting(
        0.5, "share of the stroke drawings of which only the first part is shown", least=0, most=1
    )
    holes: float = setting(0.3, "share of the raster sketches that lack a piece", least=0, most=1)
    protocol: str = setting(
        "split",
        "whose classes and data: those of split.json, or of a published protocol",
        choices=PROTOCOL_NAMES,
    )
    classes: str = setting(
        "train",
        "train: learn from every class but those of val and unseen, in split.json's list train or not; all: "
        "from these too, with a published protocol from every one but the unseen",
        choices=("train", "all"),
    )

    ns: float = setting(1.0, "weight of the normalised softmax; a weight of 0 leaves a loss out", least=0)
    cls: float = setting(0.5, "weight of the classification loss", least=0)
    classifier: str = setting(
        "linear",
        "what scores the classes in it: W p; affine, W p + b; or text, the cosines with CLIP's vectors of "
        "their names, at CLIP's temperature",
        choices=("linear", "affine", "text"),
    )
    dat: float = setting(6.0, "weight of the domain-aware triplets; 1 in the article", least=0)
    ramped: bool = setting(
        True, "whether the triplets' weight rises from 0 while the new layers learn their first"
    )
    triplet: str = setting(
        "weighted",
        "which triplets: ce (none), those within, hybrid or across the domains alone, all of them, all "
        "weighted by how far they are from satisfied, or weighted as in the published code; or, in place of "
        "them, sketch-photo: every sketch with any photo of its class and any of another; or instance: every "
        "sketch with the photo it was drawn from and any other of its class",
        choices=(
            "ce",
            "within",
            "hybrid",
            "cross",
            "all",
            "weighted",
            "as-published",
            "sketch-photo",
            "instance",
        ),
    )
    pair_loss: float = setting(
        3.0, "weight of the contrast between a sketch and the very photo it was drawn from", least=0
    )
    pair_smoothing: float = setting(0.2, "label smoothing of that contrast", least=0, most=1)
    teacher_loss: float = setting(
        1.0,
        "weight of the agreement with an ImageNet classifier's opinion, from imagenet_teacher.npz in DATA",
        least=0,
    )
    teacher_of: str = setting(
        "all",
        "which pictures are taught that opinion: all, sketches by their class's average; or photos alone",
        choices=("all", "photos"),
    )
    teacher_power: float = setting(
        0.7, "power of the opinion's probabilities: 1 leaves them as they are", least=0, above=True
    )
    teacher_names: float = setting(
        0.0,
        "how much ImageNet's classes are raised in that opinion by the likeness of their names to the "
        "picture's own; 0.3 in SAKE",
        least=0,
    )
    name_loss: float = setting(
        1.0, "weight of the agreement with what a sentence encoder makes of the class names", least=0
    )
    separation_loss: float = setting(
        0.0, "weight of how unlike classes are in how far a sketch is from its photo and others", least=0
    )
    patch_loss: float = setting(
        0.0,
        "weight of finding the photo whose pieces, 2 by 2, are in the order of the sketch's; CLIP-AT",
        least=0,
    )
    relation_loss: float = setting(
        0.0,
        "weight of what teaches a second network to judge pairs of a sketch and a photo by their patches, as "
        "in ZSE-SBIR; `evaluate --relation N` orders the first N photos by it",
        least=0,
    )
    guide: str = setting(
        "", "an .onnx file, or the folder of a run, whose embeddings are imitated (distillation)"
    )
    guide_loss: float = setting(10.0, "weight of the distance from the --guide's embeddings", least=0)
    margin: float = setting(
        0.2, "margin of the triplets, in Euclidean distance of unit vectors", least=0, most=2
    )

    backbone_rate: float = setting(6e-5, "learning rate of the pretrained layers", least=0, above=True)
    attention_rate: float = setting(3e-4, "learning rate of the fusion's own layers", least=0, above=True)
    head_rate: float = setting(
        1e-3, "learning rate of the projection and of the classifiers behind it", least=0, above=True
    )
    proxy_rate: float = setting(
        5e-3, "learning rate of the vectors that stand for the classes", least=0, above=True
    )
    weight_decay: float = setting(5e-4, "weight decay of the optimiser, AdamW", least=0)
    schedule: str = setting(
        "cosine",
        "learning rates after their rise: falling as half a cosine, constant, or falling by the same factor "
        "each step, to a thousandth",
        choices=("cosine", "constant", "exponential"),
    )
    head_start: float = setting(
        60.0,
        "steps, or if below 1 a share of all steps, in which the pretrained layers stand still; at most a "
        "quarter of the run",
        least=0,
    )
    warmup: int = setting(
        50, "steps over which a learning rate rises from 0; at most a quarter of the run", least=0
    )
    accumulate: int = setting(1, "batches whose gradients make one step", least=1)
    averaging: float = setting(
        0.998,
        "how slowly the averaged weights, which are measured and exported, follow the others; 0: at once",
        least=0,
        most=1,
    )
    precision: str = setting(
        "auto",
        "numbers that products are computed in; auto: bf16 where the hardware multiplies it, else fp16 on a "
        "GPU, fp32 on a processor",
        choices=("auto", "bf16", "fp16", "tf32", "fp32"),
    )

    device: str = setting("auto", "auto, cpu, cuda, or one GPU of several, as cuda:1")
    deterministic: bool = setting(
        True, "whether a GPU computes the same run twice; false: by the fastest ways it finds"
    )
    compile: bool = setting(
        False, "whether PyTorch compiles the network first: minutes at the start, then faster steps"
    )
    tensorboard: bool = setting(False, "whether events for TensorBoard are written too")
    wandb: str = setting(
        "",
        "project of Weights & Biases that the figures are written for too, in the run's folder; they are "
        "sent only if the environment has WANDB_MODE=online",
    )
    workers: int = setting(
        -1, "processes that prepare batches; -1: 2, beside a GPU one a core and 16 at most", least=-1
    )
    seed: int = setting(1, "of everything random", least=0, most=2**32 - 1)
    validations: int = setting(
        4, "how often the run is measured on the validation classes; 0: never", least=0
    )
    patience: int = setting(
        0,
        "validations in a row without a better one, after which the run ends; 0: it goes on",
        least=0,
    )

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
        """Return the settings as plain values."""
        return asdict(self)

    def what_counts(self) -> dict[str, Any]:
        """Return the settings that the result depends on; the others speak of the machine."""
        return {name: value for name, value in self.as_dict().items() if name not in OF_THE_MACHINE}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Config:
        """Return the config of what a run set, also by former names or before some settings were there.

        Raises:
            TrainingError: a name this version does not know.
        """
        known = {field.name for field in fields(cls)}
        values = BEFORE | {FORMER_NAMES.get(name, name): value for name, value in values.items()}
        if strange := sorted(values.keys() - known):
            raise TrainingError(f"The run was made by another version: it sets {', '.join(strange)}.")
        return cls(**values)

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        for field in fields(self):
            setting_of(field.metadata).check(field.name, getattr(self, field.name))
        idle = {"dat" if self.triplet == "ce" else "", "guide_loss" if not self.guide else ""}
        if not any(getattr(self, name) for name in LOSSES if name not in idle):
            raise TrainingError("Every loss has weight 0: there is nothing to learn; raise --ns, for one.")
