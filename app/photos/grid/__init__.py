"""The photos in a grid: as rows, as tiles, and in their seats."""
