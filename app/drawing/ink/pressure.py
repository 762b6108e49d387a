"""How hard the pen presses, where its driver tells: many give 0 or 1 whatever happens."""

from __future__ import annotations

_THINNEST, _THICKEST = 0.4, 1.6  # of the pen's width, at no pressure and at full pressure


class Pressure:
    """Finds out by itself whether pressure is told, and what it makes of the line.

    Attributes:
        enabled: whether the person wants lines to follow it.
        is_told: whether it was ever seen to vary between nothing and everything.
    """

    def __init__(self) -> None:
        self.enabled, self.is_told = True, False
        self._seen: float | None = None

    def thickness(self, pressure: float) -> float:
        """Return the line's width at this pressure, 0 to 1, as a share of the pen's."""
        if 0 < pressure < 1:
            self.is_told = self.is_told or self._seen not in (None, pressure)
            self._seen = pressure
        if not (self.enabled and self.is_told):
            return 1.0
        return _THINNEST + (_THICKEST - _THINNEST) * min(max(pressure, 0.0), 1.0)
