"""Dated rule sets of working time."""
