"""What a run computes on."""

from __future__ import annotations

import torch

from training.errors import TrainingError


def device_of(name: str) -> torch.device:
    """Return the device of a setting: `auto`, `cpu`, `cuda` or `cuda:NUMBER`.

    Raises:
        TrainingError: it is none of these, or not here.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(f"--device is {name!r}; it can be auto, cpu, cuda or cuda:NUMBER.") from error
    if device.type not in ("cpu", "cuda"):
        raise TrainingError(f"--device is {name!r}; it can be auto, cpu, cuda or cuda:NUMBER.")
    if device.type == "cuda" and not torch.cuda.is_available():
        raise TrainingError("There is no CUDA device; use --device cpu.")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise TrainingError(f"There is no device {name}; there are {torch.cuda.device_count()}, from cuda:0.")
    return device


def device_name(device: torch.device) -> str:
    """Return what is said of the machine that a run is trained on."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"CPU, {torch.get_num_threads()} threads"
