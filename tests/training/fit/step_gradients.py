"""The gradients of a run's first step: of this process alone, or, started by `torchrun`, of several as one.

Called as `step_gradients.py DATA OUT SETTINGS...`, each process writes those of some settings (JSON) to OUT.
"""

import json
import math
import sys
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from training.config import Config
from training.data.batches import Batches
from training.data.collection import read_collection
from training.fit import loop
from training.fit.checkpoint import Run
from training.fit.distributed import Wrapped, join, leave


def step_gradients(data: Path, config: Config) -> dict[str, Tensor]:
    """Return the gradient of each parameter that learns, not clipped, over the batches of the first step.

    The network computes in double precision: in single, an untrained trunk's first layers have mostly noise.
    """
    batches = Batches(read_collection(data), config)
    run = Run(batches.config, batches.classes)
    run.network.double().centre = run.network.centre.float()
    run.averaged.double()
    run.optimizer.step = lambda *_: None  # type: ignore[method-assign]
    micro = [batches[place] for place in range(config.accumulate)]
    with patch.object(loop, "_CLIP", math.inf):
        loop._step(run, micro, torch.float32, None, Wrapped(run.network, join("cpu")[0]))
    named = [*run.network.named_parameters("network"), *run.heads.named_parameters("heads")]
    return {name: parameter.grad for name, parameter in named if parameter.grad is not None}


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[2])
    for number, settings in enumerate(sys.argv[3:]):
        found = step_gradients(Path(sys.argv[1]), Config(**json.loads(settings)))
        torch.save(found, folder / f"{number}-of-rank-{join('cpu')[0].rank}.pt")
    leave()
