"""All that can be set of a training: defaults, explanations, bounds, and what each setting is."""

from __future__ import annotations

from dataclasses import dataclass, fields

from training.network_settings import NetworkSettings
from training.settings import setting, setting_of

PROTOCOL_NAMES = ("split", "sketchy_c100", "sketchy", "tuberlin", "quickdraw")
"""What can be trained on and measured by; all but the first are the field's, see training.data.protocols."""


@dataclass(frozen=True)
class Settings(NetworkSettings):
    """The settings of a training. Defaults: the first of the shipped encoder's two; see training.fit.soup."""

    images: int = setting(
        90_000, "training images in all, each counted as often as it is seen", least=1, group="budget"
    )
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
        group="batches",
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

    ns: float = setting(
        1.0,
        "weight of the normalised softmax; a weight of 0 leaves a loss out",
        least=0,
        group="losses",
        loss=True,
    )
    cls: float = setting(0.5, "weight of the classification loss", least=0, loss=True)
    classifier: str = setting(
        "linear",
        "what scores the classes in it: W p; affine, W p + b; or text, the cosines with CLIP's vectors of "
        "their names, at CLIP's temperature",
        choices=("linear", "affine", "text"),
        later=True,
    )
    dat: float = setting(6.0, "weight of the domain-aware triplets; 1 in the article", least=0, loss=True)
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
        3.0,
        "weight of the contrast between a sketch and the very photo it was drawn from",
        least=0,
        loss=True,
    )
    pair_smoothing: float = setting(0.2, "label smoothing of that contrast", least=0, most=1, later=True)
    teacher_loss: float = setting(
        1.0,
        "weight of the agreement with an ImageNet classifier's opinion, from imagenet_teacher.npz in DATA",
        least=0,
        loss=True,
    )
    teacher_of: str = setting(
        "all",
        "which pictures are taught that opinion: all, sketches by their class's average; or photos alone",
        choices=("all", "photos"),
        later=True,
    )
    teacher_power: float = setting(
        0.7,
        "power of the opinion's probabilities: 1 leaves them as they are",
        least=0,
        above=True,
        later=True,
    )
    teacher_names: float = setting(
        0.0,
        "how much ImageNet's classes are raised in that opinion by the likeness of their names to the "
        "picture's own; 0.3 in SAKE",
        least=0,
        later=True,
    )
    name_loss: float = setting(
        1.0,
        "weight of the agreement with what a sentence encoder makes of the class names",
        least=0,
        loss=True,
    )
    separation_loss: float = setting(
        0.0,
        "weight of how unlike classes are in how far a sketch is from its photo and others",
        least=0,
        loss=True,
        later=True,
    )
    patch_loss: float = setting(
        0.0,
        "weight of finding the photo whose pieces, 2 by 2, are in the order of the sketch's; CLIP-AT",
        least=0,
        loss=True,
        later=True,
    )
    relation_loss: float = setting(
        0.0,
        "weight of what teaches a second network to judge pairs of a sketch and a photo by their patches, as "
        "in ZSE-SBIR; `evaluate --relation N` orders the first N photos by it",
        least=0,
        loss=True,
        later=True,
    )
    guide: str = setting(
        "",
        "an .onnx file, or the folder of a run, whose embeddings are imitated (distillation)",
        machine=True,
        path=True,
    )
    guide_loss: float = setting(
        10.0, "weight of the distance from the --guide's embeddings", least=0, loss=True
    )
    margin: float = setting(
        0.2, "margin of the triplets, in Euclidean distance of unit vectors", least=0, most=2
    )

    backbone_rate: float = setting(
        6e-5, "learning rate of the pretrained layers", least=0, above=True, group="optimisation"
    )
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
        machine=True,
    )

    device: str = setting(
        "auto", "auto, cpu, cuda, or one GPU of several, as cuda:1", group="housekeeping", machine=True
    )
    deterministic: bool = setting(
        True, "whether a GPU computes the same run twice; false: by the fastest ways it finds", machine=True
    )
    compile: bool = setting(
        False,
        "whether PyTorch compiles the network first: minutes at the start, then faster steps",
        machine=True,
    )
    tensorboard: bool = setting(False, "whether events for TensorBoard are written too", machine=True)
    wandb: str = setting(
        "",
        "project of Weights & Biases that the figures are written for too, in the run's folder; they are "
        "sent only if the environment has WANDB_MODE=online",
        machine=True,
    )
    workers: int = setting(
        -1,
        "processes that prepare batches; -1: 2, beside a GPU one a core and 16 at most",
        least=-1,
        machine=True,
    )
    seed: int = setting(1, "of everything random", least=0, most=2**32 - 1)
    validations: int = setting(
        4, "how often the run is measured on the validation classes; 0: never", least=0
    )
    patience: int = setting(
        0,
        "validations in a row without a better one, after which the run ends; 0: it goes on",
        least=0,
        later=True,
    )


def _names_marked(mark: str) -> tuple[str, ...]:
    return tuple(one.name for one in fields(Settings) if getattr(setting_of(one.metadata), mark))


LOSSES = _names_marked("loss")
"""Settings that are weights of losses."""

FORM = _names_marked("form")
"""Settings that a training takes from the network it begins from."""

OF_THE_MACHINE = _names_marked("machine")
"""Settings whose values name places and means: the same model may come of others."""

LATER = _names_marked("later")
"""Settings that came after runs had been kept: as they were before, they change nobody's key."""
