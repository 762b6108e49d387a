"""One line of a table from several runs that differ in their seed alone: means, with standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, stdev
from typing import Any

from training.experiments.job import Job


class Mean(float):
    """A mean over seeds.

    Attributes:
        deviation: standard deviation over them, of the sample.
    """

    deviation: float

    def __new__(cls, values: Sequence[float]) -> Mean:
        """Return the mean of two values or more."""
        made = super().__new__(cls, fmean(values))
        made.deviation = stdev(values)
        return made


def with_seeds(job: Job, count: int) -> list[Job]:
    """Return the run, and those that differ from it by the seeds that follow its own."""
    first = job.config.seed
    return [replace(job, config=replace(job.config, seed=first + number)) for number in range(count)]


def average_reports(reports: Sequence[Any]) -> Any:
    """Return reports as one: each number the mean, where there are several; of all else the first's.

    What not all of them have is left out.
    """
    first = reports[0]
    if len(reports) == 1:
        return first
    if isinstance(first, dict):
        shared = [name for name in first if all(name in one for one in reports)]
        return {name: average_reports([one[name] for one in reports]) for name in shared}
    if isinstance(first, (int, float)) and not isinstance(first, bool):
        return first if all(one == first and isinstance(one, int) for one in reports) else Mean(reports)
    return first


def format_value(value: float, digits: int = 1) -> str:
    """Return a number, with its deviation where it is a mean over seeds."""
    said = f"{value:.{digits}f}"
    return f"{said}±{value.deviation:.{digits}f}" if isinstance(value, Mean) else said
