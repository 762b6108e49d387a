"""What lies on disk, and what a step trains on."""
