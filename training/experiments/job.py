"""One run of a table, before it is run, and what tells its settings from others."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from training.config import Config
from training.model.trunks import LIBRARY
from training.settings import BEFORE


@dataclass(frozen=True)
class Job:
    """One run: what it is called, its settings, and files of the data folder that it cannot do without."""

    name: str
    config: Config
    needs: tuple[str, ...] = ()


LATER = (
    "patience", "tuning", "prompts", "prompt_sets", "projected", "classifier", "relation_loss",
    "separation_loss", "patch_loss",
    "teacher_of", "teacher_power", "teacher_names", "pair_smoothing",
)  # fmt: skip
"""Settings that came after runs had been kept: as they were before, they change nobody's key."""


def key_of(config: Config) -> str:
    """Return a few digits of a run's settings, by which its folder and its report are found again."""
    settings = config.what_counts()
    for name in LATER:
        if settings[name] == BEFORE.get(name, getattr(Config, name)):
            del settings[name]
    if config.weights not in ("", LIBRARY):
        settings["weights"] = Path(config.weights).name
    if config.guide:
        settings["guide"] = config.guide
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:10]
