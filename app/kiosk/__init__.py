"""The window for a public place: it keeps nothing, opens nothing, and clears itself."""
