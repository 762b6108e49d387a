"""What an ImageNet classifier makes of the photos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.collection import normalise_label

FloatRow = NDArray[np.float32]


@dataclass(frozen=True)
class Teacher:
    """An ImageNet classifier's opinion on the photos, as a sparse distribution over 1,000 classes.

    The sharpening follows SAKE (Liu et al., ICCV 2019): a student that keeps the teacher's classes apart
    forgets less of them. A sketch is taught its class's average.
    """

    of_photo: dict[tuple[str, str], tuple[NDArray[np.int64], FloatRow]]
    of_class: dict[str, FloatRow]

    CLASSES = 1000
    POWER = 0.7

    @classmethod
    def read(cls, file: Path, labels: Iterable[str]) -> Teacher | None:
        """Return the teacher of these classes' photos, or None where there is no such file."""
        if not file.is_file():
            return None
        wanted = set(labels)
        sums: dict[str, FloatRow] = {}
        of_photo: dict[tuple[str, str], tuple[NDArray[np.int64], FloatRow]] = {}
        with np.load(file) as table:
            rows = zip(table["photo"], table["index"], table["probability"], strict=True)
            for name, index, probability in rows:
                path = Path(str(name))
                label = normalise_label(path.parent.name)
                if label not in wanted:
                    continue
                index, probability = index.astype(np.int64), probability.astype(np.float32)
                of_photo[label, path.stem] = (index, probability)
                total = sums.setdefault(label, np.zeros(cls.CLASSES, np.float32))
                np.add.at(total, index, probability)
        of_class = {label: _sharpen(total) for label, total in sums.items()}
        return cls(of_photo, of_class)

    def target(self, label: str, photo: str | None) -> FloatRow | None:
        """Return the (1000,) distribution for a photo, or for a sketch of the class; None if unknown."""
        own = self.of_photo.get((label, photo)) if photo else None
        if own is None:
            return self.of_class.get(label)
        row = np.zeros(self.CLASSES, np.float32)
        row[own[0]] = own[1]
        return _sharpen(row)


def _sharpen(row: FloatRow) -> FloatRow:
    powered = (row / max(float(row.sum()), 1e-9)) ** Teacher.POWER
    return np.asarray(powered / max(float(powered.sum()), 1e-9), np.float32)
