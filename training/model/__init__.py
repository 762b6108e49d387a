"""The networks: a trunk with three feature levels, what is made of the levels, and a projection."""

from training.model.network import Embedder, Heads, Network

__all__ = ["Embedder", "Heads", "Network"]
