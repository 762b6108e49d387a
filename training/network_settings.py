"""All that can be set of the network that is trained."""

from __future__ import annotations

from dataclasses import dataclass

from training.settings import setting


@dataclass(frozen=True)
class NetworkSettings:
    """The settings of the network."""

    backbone: str = setting(
        "inception_v3",
        "pretrained network whose three feature levels are used: inception_v3, mobilenet_v2, "
        "efficientnet_lite0, efficientnet_lite2, resnet50, seresnet50, cse_resnet50 or vgg16; or any other "
        "of a library, as timm:NAME or open_clip:ARCH",
        group="network",
        form=True,
    )
    weights: str = setting(
        "",
        "its pretrained weights: a file, the folder of that file, library (torchvision's or timm's own), or "
        "none; if left out, looked for in DATA and beside it, else the library's",
        machine=True,
        path=True,
    )
    start: str = setting(
        "",
        "an .onnx file, or the folder of a run, to begin from in place of pretrained weights: the network "
        "has its form, and --images and the learning rates are lower unless they are given",
        machine=True,
        path=True,
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
        form=True,
    )
    tuning: str = setting(
        "full",
        "what learns of the pretrained network's other layers: all, those that normalise, or none",
        choices=("full", "norms", "none"),
        later=True,
    )
    prompts: int = setting(
        0,
        "learned tokens beside a picture's, in a vision transformer; they always learn",
        least=0,
        most=512,
        form=True,
        later=True,
    )
    prompt_sets: str = setting(
        "shared",
        "shared: sketches and photos have the same of these tokens; domains: each have their own, and the "
        "network cannot be exported",
        choices=("shared", "domains"),
        form=True,
        later=True,
    )
    towers: str = setting(
        "shared",
        "shared: one network for sketches and photos; siamese: one for each, which cannot be exported",
        choices=("shared", "siamese"),
        form=True,
    )
    fusion: str = setting(
        "amff",
        "how the three levels become one vector: attention map feature fusion, EGFF, or pooled, the mean of "
        "the last level alone",
        choices=("amff", "egff", "pooled"),
        form=True,
    )
    attention: str = setting(
        "none",
        "attention branch of amff: none, a slim one, or the large one of the article",
        choices=("none", "slim", "published"),
        form=True,
    )
    pooling: str = setting(
        "max+avg",
        "how amff pools the last level: its maximum, as in the article, or its maximum and average",
        choices=("max", "max+avg"),
        form=True,
    )
    dim: int = setting(512, "numbers of an embedding", least=1, form=True)
    projected: bool = setting(
        True,
        "whether a learned projection makes the embedding; else it is what the fusion makes",
        form=True,
        later=True,
    )
    standardised: bool = setting(
        True, "whether the projection starts from features brought to mean 0 and deviation 1"
    )
    centred: bool = setting(
        True, "whether the mean embedding is taken off before the last normalisation", form=True
    )
    input_size: int = setting(
        224, "side of the pictures the exported network sees, in pixels", least=32, form=True
    )
