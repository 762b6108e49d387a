"""The gradients of a first step: of this process alone, or, started by `torchrun`, of several as one."""

import math
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.fit import loop
from training.fit.checkpoint import Run
from training.fit.distributed import Wrapped, join


def step_gradients(data: Path, config: Config) -> dict[str, Tensor]:
    """Return the gradient of each parameter that learns, not clipped, over the batches of the first step.

    The network computes in double precision: in single, an untrained trunk's first layers have mostly noise.
    """
    batches = Batches(read_collection(data), config)
    run = Run(batches.config, batches.classes)
    run.network.double().centre = run.network.centre.float()
    run.averaged.double()
    run.optimizer.step = lambda *_: None  # type: ignore[method-assign]
    ranks, _ = join("cpu")
    batches.rows = ranks.rows if ranks.size > 1 else None
    micro = [ranks.whole(batches[place]) for place in range(config.accumulate)]
    with patch.object(loop, "_CLIP", math.inf):
        loop.take_step(run, micro, torch.float32, None, Wrapped(run.network, ranks))
    named = [*run.network.named_parameters("network"), *run.heads.named_parameters("heads")]
    return {name: parameter.grad for name, parameter in named if parameter.grad is not None}
