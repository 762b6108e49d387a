"""Photo folders looked at every few seconds, where the system tells of no changes."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from engine.folders import patience
from engine.folders.excludes import Excludes
from engine.folders.folder import Visit, identity_of, visit_folder, visits

_SHARE, _CPU_SHARE = 1 / 20, 1 / 200  # of the time, and of a core, at most, goes into looking
_LEAST_S, _MOST_S = 3.0, 60.0  # between two looks
_DEEP_S = 600.0  # between two looks at every file: one changed in its place leaves its folder's time as it is
_DEEP_SHARE = 1 / 500
_GONE = 0, 0, 0  # the times of a folder that is not there


class Polled:
    """One folder. A look costs a question to the system a folder; where a folder changed, it is listed.

    Attributes:
        interval_s: how long to wait until the next look, by what the last one took.
    """

    def __init__(self, folder: Path, excludes: Excludes) -> None:
        """Take the folder, and what is left out of it."""
        self._folder, self._excludes = folder, excludes
        self._times: dict[str, tuple[int, int, int]] = {}
        self._prints: dict[str, int] = {}
        self._fresh = set[str]()  # whose times were others at the last look
        self._next_deep, self._is_silent = 0.0, False
        self.interval_s = _LEAST_S

    def start(self) -> None:
        """Look at everything, to tell later what changed."""
        began = time.monotonic()
        self._times, self._prints = {}, {}
        self._take_in("")
        self._times.setdefault("", _GONE)
        now = time.monotonic()
        self._next_deep = now + max(_DEEP_S, (now - began) / _DEEP_SHARE)

    def look(self) -> bool:
        """Return whether a walk would find something else than at the last look.

        A folder that changed is listed once more at the next look: on some disks its time is in whole
        seconds, the same for what comes just after it was listed.
        """
        began, spent = time.monotonic(), time.thread_time()
        before = self._times.copy()
        if began >= self._next_deep:
            prints = self._prints
            self.start()
            changed = self._prints != prints
        else:
            was_silent, self._is_silent = self._is_silent, False
            changed = self._list([name for name, times in before.items() if self._may_differ(name, times)])
            changed |= self._is_silent and not was_silent  # whoever asked meanwhile took it for away
            cost_s = max((time.monotonic() - began) / _SHARE, (time.thread_time() - spent) / _CPU_SHARE)
            self.interval_s = min(max(_LEAST_S, cost_s), _MOST_S)
        self._fresh = {name for name, times in self._times.items() if times != before.get(name)}
        return changed

    def _may_differ(self, name: str, times: tuple[int, int, int]) -> bool:
        asked = time.monotonic()
        differs = _times(self._folder / name) != times
        self._is_silent |= time.monotonic() - asked > patience.ANSWERS_S
        return differs or name in self._fresh

    def _list(self, touched: Sequence[str]) -> bool:
        """List folders again, and those new in them; what is left out may be all that changed their times."""
        before = {name: self._prints.pop(name, None) for name in touched}
        for name in touched:  # another one may be what this was
            del self._times[name]
        for name in touched:
            visit = None
            if name not in self._times:
                visit = visit_folder(self._folder, name, self._excludes, closed=True)
            if visit is not None:
                self._keep(visit)
                for folder in visit.folders:
                    if folder not in self._times:
                        self._take_in(folder)
        self._times.setdefault("", _GONE)  # it may come back
        return any(self._prints.get(name) != print_ for name, print_ in before.items())

    def _take_in(self, start: str) -> None:
        known = [(device, number) for _, device, number in self._times.values()]
        for visit in visits(self._folder, self._excludes, closed=True, start=start, known=known):
            self._keep(visit)

    def _keep(self, visit: Visit) -> None:
        self._times[visit.name] = (visit.mtime_ns, *visit.identity)
        self._prints[visit.name] = _fingerprint(visit)


def _times(folder: Path) -> tuple[int, int, int]:
    """Return what is another one when something comes into a folder or goes."""
    try:
        details = os.stat(folder)
    except OSError:
        return _GONE
    return details.st_mtime_ns, *identity_of(folder, details)


def _fingerprint(visit: Visit) -> int:
    """Return one number for the photos and folders in a folder; some disks number files anew meanwhile."""
    listing = visit.listing
    return hash((listing.photos.without_numbers(), listing.trouble, listing.unasked, visit.folders))
