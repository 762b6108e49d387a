"""What is kept unless the person chose otherwise, and at most, known without opening anything."""

from __future__ import annotations

KEEP_DAYS = 90
"""For how long what disappeared is remembered, in days."""

MOST_DAYS = 36_500
"""For how long at most: a hundred years."""

THUMBNAIL_MB = 1200
"""Megabytes of thumbnails that are kept: about 100,000."""

MOST_THUMBNAIL_MB = 1_000_000
"""How many at most: a terabyte."""
