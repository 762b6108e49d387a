"""Runs that tables are made of."""
