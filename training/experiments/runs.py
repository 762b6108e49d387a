"""Runs that tables are made of: each is trained, measured and drawn once, and remembered by its settings."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from training.atomic_files import write_atomically
from training.config import Config
from training.data.batches import Batches
from training.data.collection import Collection
from training.data.protocols import Benchmark, collection_of, data_of, digits_of
from training.errors import TrainingError
from training.evaluation.heldout import pictures_of
from training.experiments.costs import describe_run
from training.experiments.job import Job
from training.experiments.measured import draw, measure
from training.experiments.run_key import run_key
from training.experiments.seeds import average_reports, with_seeds
from training.fit.checkpoint import BEST, CHECKPOINT, NetworkEncoder, Run
from training.fit.guards import first_line
from training.fit.guide import read_guide
from training.fit.idle import idle_losses, partly_taught
from training.fit.loop import fit
from training.fit.precision import precision_of
from training.fit.resuming import REPORT, alone_in, keeps_weights
from training.fit.sources import find_changed, sources_of
from training.fit.validation import explain_held_back
from training.model.trunks import LIBRARY, fetch, find_weights, trunk

_log = logging.getLogger(__name__)

_REPORTED = ("unseen", "val")  # classes of split, the first of which there are some


class Study:
    """The runs of a table or several, in one folder: `<name>-<key>/report.json` each.

    The key is made of the settings, so that tables share a run, and other settings never pass for these.
    """

    def __init__(
        self, root: Path, out: Path, *, drawn: bool = False, seeds: int = 1, keep: bool = False
    ) -> None:
        """Take a data folder and the folder of the runs.

        Args:
            root: the data.
            out: of the runs.
            drawn: whether pictures are added to each run.
            seeds: how many runs that differ in their seed make a line.
            keep: whether the weights of a run that ends are kept, as BEST, to be measured and exported.
        """
        self.root, self.out, self._drawn, self.seeds, self._keep = root, out, drawn, seeds, keep
        self._data: dict[str, Collection | Benchmark | str] = {}
        self._summaries: dict[str, str] = {}
        self._read: dict[tuple[object, ...], dict[str, str]] = {}
        self._failed: dict[str, str] = {}
        self._no_weights: dict[tuple[str, str], str] = {}
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            raise TrainingError("Tables are made by one process; torchrun is for `fit`.")

    def report(self, job: Job) -> dict[str, Any] | None:
        """Return what a finished run reported, None where it has not run to its end or on other data.

        None also where its losses read something else besides, as another teacher or none, and where it
        learned the classes that it would be measured on.

        Raises:
            TrainingError: the report cannot be read.
        """
        if _knows_all(job.config):
            return None
        for file in sorted(self.out.glob(f"*-{run_key(job.config)}/{REPORT}")):
            known = _read(file)
            same_data = self._summary(job.config.protocol) in ("", known.get("data"))
            if same_data and not find_changed(known.get("sources", {}), self._sources(job.config)):
                return known
        return None

    def line(self, job: Job) -> dict[str, Any] | None:
        """Return what a job reported over all seeds, as `average_reports` has it; None where none has run.

        `seeds` in it says how many have.

        Raises:
            TrainingError: as `report`.
        """
        found = [report for one in with_seeds(job, self.seeds) if (report := self.report(one))]
        return {**average_reports(found), "seeds": len(found)} if found else None

    def pending_jobs(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """Yield the runs, of all seeds, that have not run and that nothing is in the way of."""
        for job in jobs:
            for one in with_seeds(job, self.seeds):
                if self.report(one) is None and not self.obstacle(one):
                    yield one

    def folder(self, job: Job) -> Path:
        """Return where a run lies: under the name of whichever table ran it first."""
        there = sorted(self.out.glob(f"*-{run_key(job.config)}"))
        return there[0] if there else self.out / f"{job.name}-{run_key(job.config)}"

    def obstacle(self, job: Job) -> str:
        """Return why a run cannot be: no data, nothing to measure on, no weights, or a failure; or ""."""
        if failed := self._failed.get(run_key(job.config)):
            return failed
        if _knows_all(job.config):
            return "with --classes all it learns the classes that protocol split measures it on"
        found = self._find(job.config.protocol)
        if isinstance(found, str):
            return found
        root = collection_of(found).root
        if job.config.protocol == "split" and self.subset() is None:
            lacking = f"{' or '.join(reversed(_REPORTED))} class with photos and sketches"
            return f"{root} has no {lacking} to measure on: name some in split.json"
        absent = [name for name in job.needs if not (root / name).is_file()]
        return f"{root} has no {absent[0]}" if absent else self.no_weights(job.config)

    def no_weights(self, config: Config) -> str:
        """Return why pretrained weights cannot be had, empty if they can; fetches the library's."""
        try:
            wanted = trunk(config.backbone).file, config.weights  # which trunks may share
        except TrainingError as error:  # its library is not installed
            return _reason(error)
        if wanted not in self._no_weights:
            self._no_weights[wanted] = ""
            try:
                if find_weights(config, self.root) == LIBRARY:
                    fetch(config.backbone)
            except TrainingError as error:
                self._no_weights[wanted] = _reason(error)
        return self._no_weights[wanted]

    def subset(self) -> tuple[str, int, int] | None:
        """Return which classes of the protocol `split` are reported, how many sketches, and how many photos.

        The unseen ones, or where nothing of them can be measured those of `val`; None where no data are.
        """
        data = self._find("split")
        if not isinstance(data, Collection):
            return None
        for classes in _REPORTED:
            photos, sketches, drawings = pictures_of(data, data.split[classes])
            if photos and (sketches or drawings):
                return classes, len(sketches), len(photos)
        return None

    def batch_size(self, config: Config) -> int:
        """Return the pictures of a batch, of no more classes than the data have."""
        data = self._find(config.protocol)
        with suppress(TrainingError):  # which is in the way of the run itself
            config = config if isinstance(data, str) else Batches(collection_of(data), config).config
        return config.batch_size

    def attempt(self, job: Job) -> dict[str, Any] | None:
        """Return a run's report as `run` does, None if that cannot be: `obstacle` then says why."""
        try:
            return self.run(job)
        except (TrainingError, RuntimeError) as error:  # the other is PyTorch's
            self._failed[run_key(job.config)] = _reason(error)
            _log.warning("%s: %s", job.name, self._failed[run_key(job.config)])
            return None

    def run(self, job: Job) -> dict[str, Any]:
        """Return a run's report; train it first, or on from where it was interrupted, if need be.

        Raises:
            TrainingError: it cannot be run, see `obstacle`, was begun on other data, or is at work elsewhere.
        """
        known = self.report(job)
        if known is not None:
            return known
        if obstacle := self.obstacle(job):
            raise TrainingError(f"{obstacle}.")
        out = self.folder(job)
        out.mkdir(parents=True, exist_ok=True)
        with alone_in(out):  # to the end: another process would take up what is measured, or drop it
            known = self.report(job)  # of one that has ended since
            return self._run(job, out) if known is None else known

    def _run(self, job: Job, out: Path) -> dict[str, Any]:
        """Train, measure and draw a run in a folder that is held; return its report."""
        data = self._find(job.config.protocol)
        assert not isinstance(data, str)
        collection = collection_of(data)
        if (out / CHECKPOINT).is_file():
            self._refuse_other(Run.peek(out), job.config, digits_of(collection), out)
        elif keeps_weights(out):  # as what `report` found to be no answer
            self._refuse_other(_read(out / REPORT), job.config, self._summary(job.config.protocol), out)
        _log.info("%s (%s)", job.name, out.name)
        for reason in explain_held_back(collection, job.config):
            _log.info("%s", reason)
        fit(collection, job.config, out, weights=find_weights(job.config, self.root), held=True)
        run = Run.load(out, device=job.config.device, which="best")  # its step, minutes and figures alike
        encoder = NetworkEncoder(run.averaged, precision=precision_of(run.config.precision, run.device))
        figures, pictures = measure(run, encoder, data)
        batches = Batches(collection, run.config)
        report = describe_run(run, encoder, batches.picture_count) | figures
        report |= {"data": self._summary(job.config.protocol), "sources": run.sources}
        report |= {"idle": idle_losses(batches, run.heads.names), "taught": partly_taught(batches)}
        if self._drawn:
            draw(pictures, out)
        if self._keep and not (out / BEST).is_file():  # as where the best is the last
            run.save(out, BEST)
        write_atomically(out / REPORT, json.dumps(report, indent=1))
        for file in (CHECKPOINT, *(() if self._keep else (BEST,))):
            (out / file).unlink(missing_ok=True)
        return report

    def _refuse_other(self, begun: Mapping[str, Any], config: Config, data: str, out: Path) -> None:
        """Refuse to go on with a run that learned from something else."""
        if begun.get("data", "") not in ("", data):
            raise TrainingError(f"{out} holds a run that began on other data; remove that folder.")
        if others := find_changed(begun.get("sources", {}), self._sources(config)):
            raise TrainingError(
                f"{out} holds a run that read something else for {', '.join(others)}; remove that folder."
            )

    def _find(self, protocol: str) -> Collection | Benchmark | str:
        """Return a protocol's data, or why there are none."""
        if protocol not in self._data:
            try:
                self._data[protocol] = data_of(protocol, self.root)
            except TrainingError as error:
                self._data[protocol] = _reason(error)
        return self._data[protocol]

    def _summary(self, protocol: str) -> str:
        """Return a few digits that change with a protocol's data; empty where they are not there."""
        if protocol not in self._summaries:
            data = self._find(protocol)
            self._summaries[protocol] = "" if isinstance(data, str) else digits_of(data)
        return self._summaries[protocol]

    def _sources(self, config: Config) -> dict[str, str]:
        """Return digits of what a run's losses read besides; none where that cannot be read."""
        losses = ("teacher_loss", "teacher_names", "name_loss", "guide_loss")
        reads = tuple(bool(getattr(config, name)) for name in losses)
        key = (config.protocol, config.classes, config.guide, *reads)
        if key not in self._read:
            self._read[key] = {}
            data = self._find(config.protocol)
            with suppress(TrainingError, EngineError):  # which is in the way of the run itself
                if not isinstance(data, str):
                    self._read[key] = sources_of(Batches(collection_of(data), config), read_guide(config))
        return self._read[key]


def _knows_all(config: Config) -> bool:
    """Tell whether a run learns all classes there are, so that nothing is left to measure it on."""
    return config.protocol == "split" and config.classes == "all"


def _read(file: Path) -> dict[str, Any]:
    """Return what a report says.

    Raises:
        TrainingError: it cannot be read.
    """
    try:
        known: dict[str, Any] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"{file} cannot be read: {error}.") from error
    return known


def _reason(error: Exception) -> str:
    """Return what went wrong in one line, as a cell of a table takes it."""
    said = str(error) if isinstance(error, TrainingError) else first_line(error)
    return " ".join(said.split()).rstrip(".")
