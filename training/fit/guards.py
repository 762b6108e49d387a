"""What stops a run before numbers that are none reach its weights or its checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from training.errors import TrainingError
from training.fit.distributed import Ranks


def clip_gradients(
    clipped: Iterable[nn.Parameter], others: Iterable[nn.Parameter], largest: float
) -> dict[str, Tensor]:
    """Scale gradients down to a norm; return that norm as it was, and that of others, which stay as they are.

    Args:
        clipped: the network's.
        others: the heads'.
        largest: norm allowed.
    """
    given = [parameter.grad for parameter in others if parameter.grad is not None]
    return {
        "gradient of the network": torch.nn.utils.clip_grad_norm_(clipped, largest),
        "gradient of the heads": torch.nn.utils.get_total_norm(given),
    }


def require_finite(numbers: Mapping[str, Tensor], step: int, ranks: Ranks) -> None:
    """Stop the run, in all its processes, where any number in any of them is not finite.

    Args:
        numbers: single ones, by what they are; the first that is not finite is named.
        step: that they belong to.
        ranks: the processes, all of which must come here.

    Raises:
        TrainingError: one is infinite or NaN.
    """
    device = next(iter(numbers.values())).device
    values = [value.detach().to(device, torch.float32) for value in numbers.values()]
    sound = torch.stack(values).isfinite()
    for name, finite in zip(numbers, ranks.all_true(sound).tolist(), strict=True):
        if not finite:
            raise TrainingError(
                f"Training stopped at step {step}: the {name} is not a finite number; what was saved before "
                "is kept. Go on with --precision fp32, or begin in a new --out with lower learning rates."
            )


def are_finite(tensors: Iterable[Tensor]) -> bool:
    """Tell whether tensors hold nothing but finite numbers."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors)
