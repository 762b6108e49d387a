"""Bringing folders up to date: what is new is read and encoded, what is gone is dropped."""
