"""Drawings as strokes: drawn as pictures, and read back from files."""
