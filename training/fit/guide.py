"""A network whose embeddings another one imitates: distillation.

Reference: Hinton, Vinyals, Dean: Distilling the knowledge in a neural network. 2015; here of embeddings.
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from training.config import Config
from training.errors import TrainingError
from training.fit.precision import autocast, precision_of
from training.fit.start import Start, read_start
from training.model import Network


def read_guide(config: Config) -> Start | None:
    """Return what is known of the network whose embeddings are imitated, None where the config names none."""
    return read_start(Path(config.guide)) if config.guide else None


def guide_of(start: Start | None, config: Config, device: torch.device) -> Network | None:
    """Return that network, as `read_guide` found it.

    Raises:
        TrainingError: its embeddings have other numbers, or its patches do not divide the run's pictures.
    """
    if start is None:
        return None
    guide: Network = start.network().to(device)
    if guide.config.dim != config.dim:
        raise TrainingError(f"The guide's embeddings have {guide.config.dim} numbers; set --dim to that.")
    guide.require_sides(config)
    return guide


@torch.no_grad()
def guiding(guide: Network, pixels: Tensor, domains: Tensor) -> Tensor:
    """Return the guide's unit embeddings (n, dim) of pixels (n, 3, h, w), in the device's fastest numbers.

    It learns nothing, so what the run's own products are computed in does not matter here.
    """
    images = guide.normalise(pixels).to(memory_format=torch.channels_last)
    with autocast(images.device, precision_of("auto", images.device)):
        projected = guide(images, domains)
    return F.normalize(projected.float(), dim=1)
