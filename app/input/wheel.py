"""The wheel of a mouse."""

from __future__ import annotations

NOTCH = 120
"""What Qt calls a turn by one notch: eighths of a degree."""
