"""Defaults that the command line tells and training keeps to, known without PyTorch."""

from __future__ import annotations

MEASURES = ("sketch", "quickdraw", "instance", "haystack", "early")
"""What `evaluate` measures; the haystack, which embeds every photo there is, takes the longest."""

MORE_MEASURES = ("explore", "feedback", "personal", "paper", "scenes")
"""What it measures only if it is asked for."""

ADAPT_STEPS = 100
"""Steps of the optimiser when a network is adapted to a person."""

ADAPT_SHARE = 0.25
"""How much of each weight's change is kept then."""
