"""What stops a run with a sentence: numbers that are none, and steps that cannot be computed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import Tensor, nn

from training.errors import TrainingError
from training.fit.distributed import Ranks


@contextlib.contextmanager
def computing(size: int) -> Iterator[None]:
    """Say in one sentence why what is computed within, of pictures of this side, cannot be.

    Raises:
        TrainingError: the GPU's memory does not suffice, or sizes do not fit together.
    """
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        raise too_little_memory() from error
    except (RuntimeError, AssertionError, ValueError) as error:
        raise TrainingError(f"A step at {size} pixels cannot be computed: {first_line(error)}") from error


def too_little_memory() -> TrainingError:
    """Return what is said where a GPU cannot hold a step."""
    return TrainingError(
        "The GPU has too little memory for this batch: lower --batch-classes (--shuffle-batch), with "
        "--accumulate to make up for it, and begin in a new --out."
    )


def first_line(error: Exception) -> str:
    """Return what PyTorch says of what went wrong, without its traces: they follow it, or lead to it."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[-1 if lines[0].startswith("Caught ") else 0]  # of a loader's process


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


class FiniteCheck:
    """Sees that the numbers of the steps are finite.

    To look at a number makes the host wait for the GPU. There `note` only keeps what is to be looked at, and
    every process has to `look` at the same steps, and before a checkpoint is written.

    Attributes:
        at_once: whether each step is looked at as it is noted.
    """

    def __init__(self, ranks: Ranks, *, at_once: bool = True) -> None:
        self.at_once, self._ranks = at_once, ranks
        self._names: list[tuple[int, str]] = []
        self._sound: list[Tensor] = []

    def note(self, numbers: Mapping[str, Tensor], step: int) -> None:
        """Take in single numbers, by what they are, of a step; in every process.

        Raises:
            TrainingError: as `look`, where steps are looked at at once.
        """
        device = next(iter(numbers.values())).device
        values = [value.detach().to(device, torch.float32) for value in numbers.values()]
        self._names += [(step, name) for name in numbers]
        self._sound.append(torch.stack(values).isfinite())
        if self.at_once:
            self.look()

    def look(self) -> None:
        """Stop the run, in all its processes, where a number noted in any of them is not finite.

        Raises:
            TrainingError: one is infinite or NaN; the first is named.
        """
        if not self._sound:
            return
        sound = self._ranks.all_true(torch.cat(self._sound)).tolist()
        names, self._names, self._sound = self._names, [], []
        for (step, name), finite in zip(names, sound, strict=True):
            if not finite:
                raise TrainingError(
                    f"Training stopped at step {step}: the {name} is not a finite number; what was saved "
                    "before is kept. Go on with --precision fp32, or begin in a new --out with lower "
                    "learning rates."
                )


def are_finite(tensors: Iterable[Tensor]) -> bool:
    """Tell whether tensors hold nothing but finite numbers."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors)
