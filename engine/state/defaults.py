"""What is kept unless the person chose otherwise, known without opening anything."""

from __future__ import annotations

KEEP_DAYS = 90
"""For how long what disappeared is remembered, in days."""

THUMBNAIL_MB = 1200
"""Megabytes of thumbnails that are kept: about 100,000."""
