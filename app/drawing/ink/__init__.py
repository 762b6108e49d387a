"""Strokes: how the pen makes them, where they lie, how they look."""
