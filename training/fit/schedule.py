"""Learning rates by step, and what waits until the new layers have found their feet."""

from __future__ import annotations

import math

from torch.optim import Optimizer

from training.config import Config

_FALL = 0.001  # of the rates, over a whole run of schedule "exponential"


def opening(config: Config) -> tuple[int, int]:
    """Return how many steps the trunk stands still, and over how many a rate rises."""
    quarter = config.steps // 4
    still = config.head_start if config.head_start >= 1 else config.head_start * config.steps
    return min(round(still), quarter), max(1, min(config.warmup, quarter))


def triplet_ramp(config: Config, step: int) -> float:
    """Return the share of its weight that the triplet loss has at this step, 1 once the trunk learns fully.

    Among embeddings that know no classes yet, the hardest triplets are best served by one point for all.
    """
    return min(1.0, step / sum(opening(config))) if config.ramped else 1.0


def set_rates(optimizer: Optimizer, config: Config, step: int) -> None:
    """Set the learning rates of this step: a linear rise, then half a cosine down to a hundredth, or as set.

    The trunk stands still at first: while the new layers know nothing, all it could learn from them is noise,
    and Adam takes steps of the same length for noise. Without new layers it does not wait.
    """
    still, rise = opening(config)
    for group in optimizer.param_groups:
        first = still if group["pretrained"] else 0
        scale = min(1.0, max(0.0, (step + 1 - first) / rise))
        if config.schedule == "cosine":
            left = 1 - max(0, step - rise) / max(1, config.steps - rise)
            scale *= 0.01 + 0.99 * (1 - math.cos(math.pi * min(left, 1))) / 2
        elif config.schedule == "exponential":
            scale *= _FALL ** (step / config.steps)
        group["lr"] = group["rate"] * scale
        if group["pretrained"]:
            for parameter in group["params"]:
                parameter.requires_grad_(scale > 0)
