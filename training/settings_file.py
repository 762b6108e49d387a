"""Settings of a run from a file: what another run wrote beside itself, or part of that."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from training.config import Config
from training.errors import TrainingError
from training.settings import BEFORE, FORMER_NAMES, option

_NO_SETTINGS = ("pretrained",)  # what a run writes besides


def read_settings(file: Path) -> dict[str, Any]:
    """Return the settings that a JSON file names, by their names in `Config`; of a mean its first training's.

    In what a run wrote, settings that it did not know are as they were then.

    Raises:
        TrainingError: it cannot be read, or names something that is no setting, or gives it another kind of
            value.
    """
    said = _said_in(file)
    before = BEFORE if isinstance(said, dict) and "pretrained" in said else {}
    if isinstance(said, dict) and isinstance(said.get("mean_of"), list) and said["mean_of"]:
        said = said["mean_of"][0].get("config") if isinstance(said["mean_of"][0], dict) else None
    if not isinstance(said, dict):
        raise TrainingError(f"The settings {file} are no JSON object of names and values.")
    given: dict[str, Any] = before | {
        FORMER_NAMES.get(str(name), str(name)): value
        for name, value in said.items()
        if name not in _NO_SETTINGS
    }
    defaults: dict[str, Any] = {field.name: field.default for field in fields(Config)}
    if strange := sorted(given.keys() - defaults.keys()):
        raise TrainingError(f"The settings {file} name {', '.join(strange)}, which no run has.")
    for name, value in given.items():
        if not _is_like(value, defaults[name]):
            raise TrainingError(f"The settings {file} have {value!r} for {option(name)}.")
    return given


def asked_for(options: argparse.Namespace, given: Mapping[str, Any]) -> set[str]:
    """Return which settings were meant: those of the command line, and those that a file changes.

    What a run wrote as config.json names all settings, most of them as they always are. What a mean wrote
    tells more: where its two trainings have the same value, that was asked for, also if it is as always.

    Raises:
        TrainingError: the file cannot be read.
    """
    shared = _shared_by_two(_said_in(options.config)) if options.config else set()
    return {
        name
        for name, value in given.items()
        if getattr(options, name) is not None or value != getattr(Config, name) or name in shared
    }


def _said_in(file: Path) -> Any:
    """Return what the JSON of a file says.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        return json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"The settings {file} cannot be read: {error}.") from error


def _shared_by_two(said: Any) -> set[str]:
    """Return the settings that both trainings of a mean had alike; none of what is no mean of two."""
    members = said.get("mean_of") if isinstance(said, dict) else None
    found = [one.get("config") for one in members or () if isinstance(one, dict)]
    configs: list[dict[str, Any]] = [one for one in found if isinstance(one, dict)]
    if len(configs) != 2:
        return set()
    first, second = ({FORMER_NAMES.get(name, name): value for name, value in one.items()} for one in configs)
    return {name for name, value in first.items() if name in second and second[name] == value}


def _is_like(value: object, default: object) -> bool:
    """Tell whether a value is of a setting's kind; a whole number does for one with a fraction."""
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is type(default)
