"""Photos read off the GUI thread, small and at full size."""
