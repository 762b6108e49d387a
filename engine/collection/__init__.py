"""Photos of several machines in one collection."""
