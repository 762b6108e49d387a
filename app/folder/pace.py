"""How fast indexing goes."""

from __future__ import annotations

from collections import deque

_WINDOW = 20.0  # seconds the pace is measured over
_SHORTEST, _FEWEST = 2.0, 16  # seconds, and photos, that say nothing of the pace yet


class Pace:
    """How fast indexing goes, over the last seconds, and how long it will take."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def note(self, done: int, now: float) -> None:
        """Note how many photos are done at a time in seconds."""
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW and len(self._marks) > 2:
            self._marks.popleft()

    def reset(self) -> None:
        """Forget everything: the time that passed was a pause."""
        self._marks.clear()

    def seconds_left(self, remaining: int) -> float | None:
        """Return the seconds the remaining photos will take; None while that is anyone's guess."""
        if len(self._marks) < 2:
            return None
        (then, few), (now, many) = self._marks[0], self._marks[-1]
        if many - few < _FEWEST or now - then < _SHORTEST:
            return None
        return remaining * (now - then) / (many - few)
