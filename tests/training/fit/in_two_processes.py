"""All that tests ask of two processes: gradients, a training, one that fails; `torchrun` starts them once.

Called as `in_two_processes.py PLAN`, a JSON file: `gradients` (the data, where to, and a list of settings),
`fit` and `spoiled` (command lines of `ffmln-train`). The exit status is that of the last.
"""

import json
import sys
from pathlib import Path
from unittest.mock import patch

import torch
from torch import Tensor

from training.cli import main
from training.config import Config
from training.fit import distributed, loop, losses
from training.fit.distributed import join

sys.path.insert(0, str(Path(__file__).parent))
from step_gradients import step_gradients


def save_gradients(data: str, folder: str, settings: list[dict[str, object]]) -> None:
    """Write this process's gradients, of some settings."""
    rank = join("cpu")[0].rank
    for number, changes in enumerate(settings):
        found = step_gradients(Path(data), Config(**changes))  # type: ignore[arg-type]
        torch.save(found, Path(folder) / f"{number}-of-rank-{rank}.pt")


def train_spoiled(words: list[str]) -> int:
    """Train with a loss that is no number at the third step of the second process."""
    real, calls = losses.normalised_softmax, 0

    def spoiled(*tensors: Tensor) -> Tensor:
        nonlocal calls
        calls += 1
        value = real(*tensors)
        return value * float("nan") if calls == 3 and join("cpu")[0].rank == 1 else value

    with patch.object(loop, "_SAVE_EVERY", 0.0), patch.object(losses, "normalised_softmax", spoiled):
        return main(words)


if __name__ == "__main__":
    torch.set_num_threads(1)
    plan = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    save_gradients(*plan["gradients"])
    with patch.object(distributed, "leave", lambda: None):  # the processes stay together for what follows
        sys.stdout.write(f"trained with {main(plan['fit'])}\n")  # at once: both write to one pipe
    sys.exit(train_spoiled(plan["spoiled"]))
