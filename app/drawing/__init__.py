"""The paper and what is on it."""
