"""Published methods as settings of a run: `ffmln-train fit --method NAME`, and lines of `reproduce`.

What an article leaves open is as in its authors' published code, or as this program does it; docs/research.md
says which.

References:
    Zhao, Liu, Li: Feature Fusion and Metric Learning Network for Zero-Shot Sketch-Based Image Retrieval.
    Entropy 2023, 25(3), 502 (ffmln).
    Liu, Xie, Wang, Yuille: Semantic-Aware Knowledge Preservation for Zero-Shot Sketch-Based Image Retrieval.
    ICCV 2019 (sake).
    Sain, Bhunia, Chowdhury, Koley, Xiang, Song: CLIP for All Things Zero-Shot Sketch-Based Image Retrieval,
    Fine-Grained or Not. CVPR 2023 (clip-at for categories, clip-at-fine for single photos).
    Lin, Li, Li, Hospedales, Song, Qi: Zero-Shot Everything Sketch-Based Image Retrieval, and in Explainable
    Style. CVPR 2023 (zse-sbir).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SYSTEM: dict[str, Any] = {
    "attention": "published",
    "pooling": "max",
    "standardised": False,
    "centred": False,
    "frozen": "none",
    "batching": "shuffle",
    "unfinished": 0.0,
    "holes": 0.0,
    "cls": 1.0,
    "dat": 1.0,
    "ramped": False,
    "pair_loss": 0.0,
    "pair_smoothing": 0.0,
    "teacher_loss": 0.0,
    "name_loss": 0.0,
    "backbone_rate": 1e-5,
    "attention_rate": 1e-5,
    "head_rate": 1e-5,
    "proxy_rate": 1e-1,
    "head_start": 0.1,
    "schedule": "constant",
    "warmup": 1,
    "averaging": 0.0,
}
"""FFMLN's own system, as changes to this project's recipe: its network, losses, batches and rates."""


@dataclass(frozen=True)
class Method:
    """A published method.

    Attributes:
        settings: what it sets, whatever the recipe has.
        budget: its epochs, or its images where they were counted so.
        needs: files of DATA that it cannot do without.
    """

    settings: Mapping[str, Any]
    budget: Mapping[str, float]
    needs: tuple[str, ...] = ()

    def merge_settings(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Return its settings, and over them what was asked for; a budget asked for takes its own's place."""
        asked = "images" in said or "epochs" in said
        return {**self.settings, **({} if asked else self.budget), **said}


_PLAIN: dict[str, Any] = {
    **SYSTEM,
    "train_size": 224,
    "input_size": 224,
    "attention": "none",
    "fusion": "pooled",
    "ns": 0.0,
    "dat": 0.0,
    "cls": 0.0,
    "head_start": 0.0,
}
"""One trunk, its own pooling and no loss yet: what the other methods begin from."""

_CLIP_AT: dict[str, Any] = {
    **_PLAIN,
    "backbone": "open_clip:ViT-B-32/openai",
    "tuning": "norms",
    "prompts": 3,
    "prompt_sets": "domains",
    "projected": False,
    "dim": 512,
    "batching": "balanced",
    "batch_classes": 16,
    "batch_samples": 2,
    "batch_sketch_only": 0,
    "batch_contours": 0,
    "dat": 1.0,
    "triplet": "sketch-photo",
    "margin": 0.2,
    "cls": 0.5,
    "classifier": "text",
    "backbone_rate": 1e-4,
    "attention_rate": 1e-3,
    "weight_decay": 0.0,
    "validations": 10,
}
"""CLIP-AT for categories."""

METHODS = {
    "ffmln": Method(
        {
            **SYSTEM,
            "backbone": "seresnet50",
            "batch_norm": "train",
            "train_size": 224,
            "shuffle_batch": 64,
            "validations": 10,
        },
        budget={"epochs": 10},
    ),
    "sake": Method(
        {
            **_PLAIN,
            "backbone": "cse_resnet50",
            "batch_norm": "train",
            "dim": 512,
            "shuffle_batch": 40,
            "cls": 1.0,
            "classifier": "affine",
            "teacher_loss": 1.0,
            "teacher_of": "photos",
            "teacher_power": 1.0,
            "teacher_names": 0.3,
            "backbone_rate": 1e-4,
            "head_rate": 1e-4,
            "weight_decay": 5e-4,
            "schedule": "exponential",
            "validations": 20,
        },
        budget={"epochs": 20},
        needs=("imagenet_teacher.npz",),
    ),
    "clip-at": Method(_CLIP_AT, budget={"epochs": 60}),
    "clip-at-fine": Method(
        {
            **_CLIP_AT,
            "batch_classes": 8,
            "batch_samples": 4,
            "triplet": "instance",
            "separation_loss": 0.1,
            "patch_loss": 1.0,
        },
        budget={"epochs": 60},
    ),
    "zse-sbir": Method(
        {
            **_PLAIN,
            "backbone": "timm:vit_base_patch16_224.sam_in1k",
            "projected": False,
            "dim": 768,
            "batching": "balanced",
            "batch_classes": 15,
            "batch_samples": 2,
            "batch_sketch_only": 0,
            "batch_contours": 0,
            "relation_loss": 1.0,
            "weight_decay": 1e-2,
            "validations": 10,
        },
        budget={"images": 1_200_000, "epochs": 0.0},  # 30 times 10,000 pairs of right and wrong
    ),
}
"""The methods by name."""
