"""What is known of one setting of a run: its default, its explanation, and which values make sense."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training.errors import TrainingError

_KEY = "setting"

FORMER_NAMES = {
    "pair": "pair_loss",
    "teacher": "teacher_loss",
    "name": "name_loss",
    "guided": "guide_loss",
}
"""Names that older runs and exported models have for settings."""

BEFORE: dict[str, Any] = {"pair_smoothing": 0.0}
"""What settings were in runs made before they could be set, where that is not their default."""


@dataclass(frozen=True)
class Setting:
    """What is known of a setting.

    Attributes:
        help: what it does, for people.
        choices: the words it can be set to; any if empty.
        least: the smallest number it can be, None where it is no number.
        most: the largest.
        above: whether it must be larger than `least`, not equal to it.
        whole: whether only whole numbers will do.
        group: the heading that help has above it and those that follow; empty where it follows another.
        loss: whether it is the weight of a loss.
        form: whether a training takes it from the network it begins from.
        machine: whether it names places and means: the same model may come of another value.
        path: whether it is a path, or a word.
        later: whether it came after runs had been kept: as it was before, it changes nobody's key.
    """

    help: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float = math.inf
    above: bool = False
    whole: bool = False
    group: str = ""
    loss: bool = False
    form: bool = False
    machine: bool = False
    path: bool = False
    later: bool = False

    def check(self, name: str, value: object) -> None:
        """Refuse a value that makes no sense; NaN and infinity never do.

        Raises:
            TrainingError: it names the option, the value and what is allowed.
        """
        if self.choices and value not in self.choices:
            raise TrainingError(f"{option(name)} is {value!r}; it can be {', '.join(self.choices)}.")
        if self.least is not None and not self._allows(value, self.least):
            raise TrainingError(f"{option(name)} is {value}; it must be {self._range(self.least)}.")

    def _allows(self, value: object, least: float) -> bool:
        if not isinstance(value, int if self.whole else (int, float)) or not math.isfinite(value):
            return False
        return (value > least if self.above else value >= least) and value <= self.most

    def _range(self, least: float) -> str:
        number = "a whole number" if self.whole else "a number"
        if self.above:
            return f"{number} above {least:g}"
        return f"{number} from {least:g} " + ("up" if self.most == math.inf else f"to {self.most:.10g}")


def setting(default: Any, help: str, **known: Any) -> Any:
    """Return a dataclass field with a default and what is known of it, as `Setting` has it."""
    whole = isinstance(default, int) and not isinstance(default, bool)
    return field(default=default, metadata={_KEY: Setting(help, whole=whole, **known)})


def setting_of(metadata: Mapping[str, Any]) -> Setting:
    """Return what is known of the field with this metadata."""
    known: Setting = metadata[_KEY]
    return known


def option(name: str) -> str:
    """Return how the command line calls a setting."""
    return "--" + name.replace("_", "-")
