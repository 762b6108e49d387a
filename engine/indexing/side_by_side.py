"""Several folders brought up to date in turns, so that none waits for another one's end."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FolderError
from engine.progress import Progress

Work = Generator[Progress, None, bool]
"""What `engine.indexing.refresh.Refresh.run` gives: whether the folder was there comes at its end."""

_AT_ONCE = 3  # folders whose photos are read ahead at one time


@dataclass(frozen=True)
class Outcome:
    """How the work on one folder ended: whether it was there, or why it could not be read."""

    was_there: bool = False
    trouble: FolderError | None = None


def take_turns(works: Mapping[Path, Work]) -> Generator[Progress, None, dict[Path, Outcome]]:
    """Do these works in turns, a step at a time; closing the generator closes them all.

    A folder that cannot be read does not stop the others.

    Raises:
        CatalogError: the catalog cannot be used; nothing is done any more.
    """
    waiting, running = deque(works.items()), deque[tuple[Path, Work]]()
    outcomes: dict[Path, Outcome] = {}
    latest: dict[Path, Progress] = {}
    try:
        while waiting or running:
            while waiting and len(running) < _AT_ONCE:
                running.append(waiting.popleft())
            folder, work = running.popleft()
            try:
                latest[folder] = next(work)
            except StopIteration as end:
                outcomes[folder] = Outcome(was_there=end.value)
            except FolderError as error:
                outcomes[folder] = Outcome(trouble=error)
            else:
                running.append((folder, work))
                yield latest[folder] if len(works) == 1 else Progress.of(list(latest.items()))
            if folder in outcomes:
                latest.pop(folder, None)
    finally:
        for work in works.values():
            work.close()
    return outcomes
