"""The photos that were found."""
