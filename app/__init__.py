"""The desktop window: draw, and the photos that match come up. Qt lives here and nowhere else."""
