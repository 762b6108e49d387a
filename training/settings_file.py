"""Settings of a run from a file: what another run wrote beside itself, or part of that."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from training.config import Config
from training.errors import TrainingError
from training.settings import BEFORE, FORMER_NAMES, option

_NO_SETTINGS = ("pretrained",)  # what a run writes besides


@dataclass(frozen=True)
class FileSettings:
    """What a file says.

    Attributes:
        given: the settings that it names, by their names in `Config`; of a mean its first training's.
        shared: those of a mean that its two trainings had alike.
    """

    given: dict[str, Any]
    shared: frozenset[str] = frozenset()


def read_settings(file: Path) -> FileSettings:
    """Return what a JSON file says, which is read once: it may be a pipe.

    In what a run wrote, settings that it did not know are as they were then.

    Raises:
        TrainingError: it cannot be read, or names something that is no setting, or gives it another kind of
            value.
    """
    whole = said = _read_json(file)
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
    return FileSettings(given, _shared_settings(whole))


def _read_json(file: Path) -> Any:
    """Return what the JSON of a file says.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        return json.loads(file.read_text("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"The settings {file} cannot be read: {error}.") from error


def _shared_settings(said: Any) -> frozenset[str]:
    """Return the settings that both trainings of a mean had alike; none of what is no mean of two."""
    members = said.get("mean_of") if isinstance(said, dict) else None
    found = [one.get("config") for one in members or () if isinstance(one, dict)]
    configs: list[dict[str, Any]] = [one for one in found if isinstance(one, dict)]
    if len(configs) != 2:
        return frozenset()
    first, second = ({FORMER_NAMES.get(name, name): value for name, value in one.items()} for one in configs)
    return frozenset(name for name, value in first.items() if name in second and second[name] == value)


def _is_like(value: object, default: object) -> bool:
    """Tell whether a value is of a setting's kind; a whole number does for one with a fraction."""
    if isinstance(default, float):
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return type(value) is type(default)
