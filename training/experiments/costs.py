"""What a run was, and what it cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from PIL import Image

from training.fit.checkpoint import NetworkEncoder, Run

_TIMED = 20  # pictures
_BLANK = Image.new("L", (256, 256), 255)


def describe_run(run: Run, encoder: NetworkEncoder, picture_count: int) -> dict[str, Any]:
    """Return what a run was and what it cost; an epoch has `picture_count` pictures."""
    return {
        "config": run.config.as_dict(),
        "pretrained": run.pretrained or "none",
        "parameters": sum(parameter.numel() for parameter in run.averaged.parameters()),
        "minutes": round(run.minutes, 1),
        "machine": run.machine,
        "ms a picture": round(1000 * _seconds(lambda: encoder.embed_sketches([_BLANK])), 1),
        "steps": run.step,
        "best epoch": round(run.step * run.config.step_size / picture_count, 2),
    }


def _seconds(run: Callable[[], object]) -> float:
    """Return the median time of a call."""
    run()
    taken = []
    for _ in range(_TIMED):
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))
