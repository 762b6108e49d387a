"""What kept runs are found again by."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from training.all_settings import LATER
from training.config import Config
from training.model.any_trunk import has_quick_gelu
from training.model.trunks import LIBRARY
from training.settings import BEFORE


def run_key(config: Config) -> str:
    """Return what the settings that count come to; those that came later count only where they differ."""
    settings = config.what_counts()
    for name in LATER:
        if settings[name] == BEFORE.get(name, getattr(Config, name)):
            del settings[name]
    if has_quick_gelu(config.backbone):  # which runs of earlier versions were without
        settings["quick_gelu"] = True
    if config.weights not in ("", LIBRARY):
        settings["weights"] = Path(config.weights).name
    if config.guide:
        settings["guide"] = config.guide
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:10]
