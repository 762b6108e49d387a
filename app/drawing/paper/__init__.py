"""The paper: what is on it, what it was before, and how it is painted."""
