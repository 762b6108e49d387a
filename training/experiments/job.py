"""One run of a table, before it is run."""

from __future__ import annotations

from dataclasses import dataclass

from training.config import Config


@dataclass(frozen=True)
class Job:
    """One run: what it is called, its settings, and files of the data folder that it cannot do without."""

    name: str
    config: Config
    needs: tuple[str, ...] = ()
