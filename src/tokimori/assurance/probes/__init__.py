"""Observations of the running system, each by trying what a row speaks of."""
