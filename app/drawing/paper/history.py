"""The steps of undo, as snapshots of the paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.drawing.paper.snapshot import Picture, Snapshot
from engine.sketches.drawing import Stroke

MOST_STEPS = 500
"""Steps that can be undone: photos and pictures among them would fill the memory in the end."""

PAUSE = 700
"""Milliseconds after which the next key of a kind that joins is another step of undo."""


class History:
    """Snapshots, the present one among them; the oldest of many are forgotten.

    Attributes:
        step: how many steps can be undone.
    """

    def __init__(self) -> None:
        self._snapshots = [Snapshot()]
        self.step = 0
        self._going_on: tuple[str, Snapshot] | None = None  # what the next one may join, and the newest of it

    def __len__(self) -> int:
        return len(self._snapshots)

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(self._snapshots)

    @property
    def present(self) -> Snapshot:
        """The paper now."""
        return self._snapshots[self.step]

    @property
    def can_redo(self) -> bool:
        """Whether redo() would change something."""
        return self.step + 1 < len(self._snapshots)

    def begin(self, snapshots: Sequence[Snapshot]) -> None:
        """Let these be the steps, the last of them the present."""
        self._snapshots = list(snapshots[-MOST_STEPS - 1 :])
        self.step, self._going_on = len(self._snapshots) - 1, None

    def add(self, snapshot: Snapshot, *, joins: str = "") -> None:
        """Make this the present; what could be redone is forgotten.

        Changes that come back to the paper before them are no step at all.

        Args:
            snapshot: the paper from now on.
            joins: a kind of change; those of one kind are one step until something else happens, or `pause`.
        """
        before = self.before(joins)
        if before is snapshot:
            self._take_back()
            return
        if before is not None:
            self.step -= 1
        self.step += 1
        self._snapshots[self.step :] = [snapshot]
        if self.step > MOST_STEPS:
            del self._snapshots[0]
            self.step -= 1
        self._going_on = (joins, snapshot) if joins else None

    def before(self, kind: str) -> Snapshot | None:
        """Return the paper before changes of this kind that still go on; None where there are none."""
        return self._snapshots[self.step - 1] if self._going_on == (kind, self.present) else None

    def _take_back(self) -> None:
        del self._snapshots[self.step :]
        self.step, self._going_on = self.step - 1, None

    def pause(self) -> None:
        """Let what comes next join nothing."""
        self._going_on = None

    def rewrite(self, change: Callable[[Snapshot], Snapshot]) -> None:
        """Let each step be what `change` makes of it; one that then does nothing is none any more."""
        kept: list[Snapshot] = []
        for number, after in enumerate(map(change, self._snapshots)):
            if not kept or not after.looks_like(kept[-1]):
                kept.append(after)
            if number == self.step:
                step = len(kept) - 1
        self._snapshots, self.step, self._going_on = kept, step, None

    def undo(self) -> None:
        """Take the last step back; ignored when there is none. On blank paper, what comes next is another."""
        before = self.present
        self.step, self._going_on = max(self.step - 1, 0), None
        if self.present.is_blank and not before.is_blank:
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Let what is drawn on the blank paper from here down, by more of undo, be another drawing."""
        begun, anew, step = self.present.begun, object(), self.step
        while step >= 0 and (one := self._snapshots[step]).is_blank and one.begun is begun:
            self._snapshots[step] = replace(one, begun=anew)
            step -= 1

    def redo(self) -> None:
        """Take back the last undo; ignored when there is none."""
        self.step, self._going_on = min(self.step + 1, len(self) - 1), None


def steps_to(strokes: Sequence[Stroke], picture: Picture | None, beside: Snapshot | None) -> list[Snapshot]:
    """Return the paper as it would have come to these strokes, the newest of them one by one.

    Args:
        strokes: in drawing order.
        picture: what lies under them.
        beside: has the photos that lie beside and behind them.
    """
    steps = [Snapshot()]
    if picture is not None:
        steps.append(steps[0].with_strokes((), picture))
    first = max(len(strokes) - MOST_STEPS, 1)
    counts = range(first, len(strokes) + 1)
    steps += [steps[0].with_strokes(tuple(strokes[:count]), picture) for count in counts]
    if beside is not None and (len(beside.prints) or beside.underlay is not None):
        steps.append(replace(steps[-1], prints=beside.prints, underlay=beside.underlay))
    return steps
