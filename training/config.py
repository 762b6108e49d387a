"""The settings of a training run: one frozen dataclass, turned into command-line options by training.cli."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from training.all_settings import LOSSES, OF_THE_MACHINE, Settings
from training.errors import TrainingError
from training.settings import BEFORE, FORMER_NAMES, setting_of


@dataclass(frozen=True)
class Config(Settings):
    """What one training does."""

    @property
    def batch_size(self) -> int:
        """Pictures of a batch."""
        if self.batching == "shuffle":
            return self.shuffle_batch
        pairs = 2 * self.batch_classes * self.batch_samples
        return pairs + self.batch_sketch_only * self.batch_samples + self.batch_contours

    @property
    def step_size(self) -> int:
        """Pictures a step trains on: those of the batches whose gradients it averages."""
        return self.batch_size * self.accumulate

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return max(1, self.images // self.step_size)

    def size_at(self, step: int) -> int:
        """Return the side of the pictures at this step, in pixels."""
        return self.input_size if step >= self.steps * (1 - self.finish_share) else self.train_size

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values."""
        return asdict(self)

    def what_counts(self) -> dict[str, Any]:
        """Return the settings that the result depends on; the others speak of the machine."""
        return {name: value for name, value in self.as_dict().items() if name not in OF_THE_MACHINE}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Config:
        """Return the config of what a run set, also by former names or before some settings were there.

        Raises:
            TrainingError: a name this version does not know.
        """
        known = {field.name for field in fields(cls)}
        values = BEFORE | {FORMER_NAMES.get(name, name): value for name, value in values.items()}
        if strange := sorted(values.keys() - known):
            raise TrainingError(f"The run was made by another version: it sets {', '.join(strange)}.")
        return cls(**values)

    def __post_init__(self) -> None:
        """Refuse values that make no sense."""
        for field in fields(self):
            setting_of(field.metadata).check(field.name, getattr(self, field.name))
        idle = {"dat" if self.triplet == "ce" else "", "guide_loss" if not self.guide else ""}
        if not any(getattr(self, name) for name in LOSSES if name not in idle):
            raise TrainingError("Every loss has weight 0: there is nothing to learn; raise --ns, for one.")
