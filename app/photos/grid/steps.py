"""Where a key leads to in a grid of equal tiles."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView

Action = QAbstractItemView.CursorAction


def step(action: Action, *, row: int, count: int, wide: int, lines: int) -> int:
    """Return the tile that a key leads to; up, down and pages keep their column, and stop at both ends.

    Args:
        action: what the key stands for.
        row: the tile it starts from.
        count: how many tiles there are.
        wide: how many stand side by side.
        lines: how many lines of them a page has.
    """
    steps = {
        Action.MoveLeft: -1, Action.MovePrevious: -1, Action.MoveRight: 1, Action.MoveNext: 1,
        Action.MoveUp: -wide, Action.MoveDown: wide,
        Action.MovePageUp: -lines * wide, Action.MovePageDown: lines * wide,
        Action.MoveHome: -count, Action.MoveEnd: count,
    }  # fmt: skip
    far = steps[action]
    if abs(far) < max(wide, 2) or action in (Action.MoveHome, Action.MoveEnd):
        return min(max(row + far, 0), count - 1)
    if far < 0:
        return row + far if row + far >= 0 else row % wide
    line = min((row + far) // wide, (count - 1) // wide)
    return min(line * wide + row % wide, count - 1)
