"""What the losses of a run read beside the pictures: digits that change with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from training.data import class_names
from training.data.batches import Batches
from training.data.teacher import Teacher
from training.fit.start import Start
from training.settings import option

_DIGITS = 10


def sources_of(batches: Batches, imitated: Start | None) -> dict[str, str]:
    """Return, by setting, a few digits of what each loss with a weight reads; empty if that is not there.

    They are of numbers as files hold them: what is computed differs between machines in its last digits.

    Args:
        batches: of the run.
        imitated: the network whose embeddings are imitated, if one is.
    """
    config, found = batches.config, dict[str, str]()
    if config.teacher_loss:
        found["teacher_loss"] = _of_teacher(batches.teacher) if batches.teacher else ""
    if config.teacher_loss and config.teacher_names:
        found["teacher_names"] = _digits({label: row.tobytes() for label, row in batches.alike.items()})
    if config.name_loss:
        known = class_names.known_rows(batches.classes)
        found["name_loss"] = _digits({label: row.tobytes() for label, row in known.items()})
    if imitated is not None and config.guide_loss:
        state = {name: tensor.cpu().numpy().tobytes() for name, tensor in imitated.state.items()}
        found["guide"] = _digits(state)
    return found


def find_changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the options whose losses read something else now; what was never noted counts as the same."""
    return [option(name) for name, digits in now.items() if before.get(name, digits) != digits]


def _of_teacher(teacher: Teacher) -> str:
    rows = {
        f"{label}/{photo}": index.tobytes() + probability.tobytes()
        for (label, photo), (index, probability) in teacher.of_photo.items()
    }
    return _digits(rows)


def _digits(parts: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for name in sorted(parts):
        found.update(f"{len(name)}/{name}/{len(parts[name])}/".encode("utf-8", "surrogatepass"))
        found.update(parts[name])
    return found.hexdigest()[:_DIGITS]
