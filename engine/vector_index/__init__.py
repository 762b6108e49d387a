"""Vectors searched by other vectors: exactly, or through a graph where there are very many."""
