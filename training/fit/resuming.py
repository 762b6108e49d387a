"""Whether a run may be gone on with, and how."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from training.atomic_files import remove_leftovers
from training.config import Config
from training.errors import TrainingError
from training.fit.checkpoint import BEST, CHECKPOINT, Run
from training.fit.device import device_name
from training.fit.precision import precision_of, scaler_for
from training.model.trunks import LIBRARY, weights_name
from training.settings import option

_log = logging.getLogger(__name__)

LOCK = "training.lock"
"""A file in a run's folder that whoever trains there holds."""

FOLDERS = ("first", "second")
"""Where below a mean the trainings lie that it is made of."""

REPORT = "report.json"
"""What a run of a table leaves when it has ended, its weights beside it where they are kept."""

_NO_NAMES = ("", "..")  # what earlier versions called the folders `.` and `..`


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Hold the right to train in a folder; the system takes it back from a process that is killed.

    What such a process left half written goes. Where the right cannot be had, as on a file system without
    flock, the log says so, and the folder is trained in all the same.

    Raises:
        TrainingError: another training holds it.
    """
    try:
        # a marker in place of flock would stay, and refuse for good, where its process was killed elsewhere
        lock = FileLock(out / LOCK, timeout=0, fallback_to_soft=False).acquire()
    except Timeout:
        raise TrainingError(
            f"Another training is at work and holds {out / LOCK}: let it end, or choose another --out."
        ) from None
    except (OSError, NotImplementedError) as error:
        _log.warning("Nothing keeps a second training out of %s: %s", out, error)
        yield
        return
    with lock:
        remove_leftovers(out, (CHECKPOINT, BEST))
        yield


def keeps_weights(out: Path) -> bool:
    """Tell whether a folder holds the weights of a table's run that ended, and nothing to go on from.

    BEST alone does not say so: a training that was killed before its first checkpoint leaves it too.
    """
    return not (out / CHECKPOINT).exists() and (out / BEST).exists() and (out / REPORT).exists()


def refuse_kept(out: Path) -> None:
    """Refuse to train where `keeps_weights`: those of the new training would take their place.

    Raises:
        TrainingError: it does.
    """
    if keeps_weights(out):
        raise TrainingError(f"{out} keeps the weights of a table's run; choose another --out.")


def resume(out: Path, config: Config, classes: Sequence[str], pretrained: str, guide: str = "") -> Run | None:
    """Return the run that `out` holds, or None; its settings, classes, trunk and guide must be the same.

    The images that so many epochs came to when it began stay its own, however many pictures there are now.
    What it began from or imitates counts as the same where an earlier version kept no name of it, or of a
    library's weights not which.

    Raises:
        TrainingError: they are not; or the run is a mean, or one is begun here, or it cannot be read; or
            weights alone are kept here.
    """
    refuse_kept(out)
    if not (out / CHECKPOINT).exists():
        if (out / FOLDERS[0] / CHECKPOINT).exists():
            raise TrainingError(
                f"{out} holds the first of two trainings; choose another --out, or go on without --single."
            )
        return None
    run = Run.load(out, device=config.device)
    if run.members:
        raise TrainingError(f"{out} holds the mean of two trainings; choose another --out.")
    if config.epochs and config.epochs == run.config.epochs:
        config = replace(config, images=run.config.images)
    mine, before = config.what_counts(), run.config.what_counts()
    changed = sorted(name for name in mine if mine[name] != before[name])
    if changed:
        options = ", ".join(option(name) for name in changed)
        raise TrainingError(
            f"{out} holds a run of other settings ({options}); choose another --out, or go on with its own, "
            f"--config {out / 'config.json'}."
        )
    if config.start and run.config.start and run.pretrained in _NO_NAMES:
        run.pretrained = pretrained
    if run.guide in _NO_NAMES:
        run.guide = ""
    known = (pretrained, LIBRARY) if pretrained == weights_name(LIBRARY, config.backbone) else (pretrained,)
    if bool(run.pretrained) != bool(pretrained) or (
        (config.weights or config.start) and run.pretrained not in known
    ):
        raise TrainingError(
            f"{out} holds a run begun with other weights ({run.pretrained or 'none'}); choose another --out."
        )
    if run.classes != tuple(classes):
        raise TrainingError(
            f"{out} holds a run on other classes than the data have now; choose another --out."
        )
    if bool(guide) != bool(run.config.guide) or guide != (run.guide or guide):
        theirs = run.guide or run.config.guide or "none"
        raise TrainingError(f"{out} holds a run with another --guide ({theirs}); choose another --out.")
    if run.step < config.steps and (here := device_name(run.device)) not in run.machine.split(" + "):
        run.machine = f"{run.machine} + {here}"
    run.config = run.network.config = run.averaged.config = config
    scaler = scaler_for(precision_of(config.precision, run.device), run.device)
    if scaler.is_enabled() != run.scaler.is_enabled():
        run.scaler = scaler
    return run
