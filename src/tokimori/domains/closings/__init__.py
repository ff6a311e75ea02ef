"""Sealing a period, and what may follow."""
