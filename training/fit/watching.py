"""Where a run's figures can be watched besides its CSV: TensorBoard, and Weights & Biases."""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from training.errors import TrainingError


class MetricWriter(Protocol):
    """What figures are shown by."""

    def write(self, values: Mapping[str, float], step: int) -> None:
        """Take figures of a step, by name."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class TensorBoard:
    """Events in the run's folder."""

    def __init__(self, out: Path, *, step: int) -> None:
        """Begin after a step; events of later ones no longer count.

        Raises:
            TrainingError: TensorBoard is not installed.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "TensorBoard is not installed: uv sync --extra train --extra tensorboard."
            ) from error
        self._events = SummaryWriter(str(out), purge_step=step + 1)

    def write(self, values: Mapping[str, float], step: int) -> None:
        """Take figures of a step, by name."""
        for name, value in values.items():
            self._events.add_scalar(name, value, step)
        self._events.flush()

    def close(self) -> None:
        """Write what is left."""
        self._events.close()


class WeightsAndBiases:
    """A run in the folder `wandb` of the run's; nothing is sent unless WANDB_MODE is `online`."""

    def __init__(self, out: Path, project: str, about: Mapping[str, Any]) -> None:
        """Begin a run of a project; `about` says how it is trained.

        Raises:
            TrainingError: the package is not installed, or cannot begin.
        """
        try:
            wandb = importlib.import_module("wandb")
        except ImportError as error:
            raise TrainingError("Weights & Biases is not installed: uv pip install wandb.") from error
        try:
            self._run = wandb.init(
                project=project,
                name=out.name,
                dir=str(out),
                mode=os.environ.get("WANDB_MODE", "offline"),
                config=dict(about),
                settings=wandb.Settings(silent=True, console="off", disable_git=True, disable_code=True),
            )
        except Exception as error:  # it has errors of its own, and of what it talks to
            said = " ".join(str(error).split())[:200]
            raise TrainingError(f"Weights & Biases cannot begin: {said}") from error

    def write(self, values: Mapping[str, float], step: int) -> None:
        """Take figures of a step, by name."""
        self._run.log(dict(values), step=step)

    def close(self) -> None:
        """Write what is left."""
        self._run.finish()
