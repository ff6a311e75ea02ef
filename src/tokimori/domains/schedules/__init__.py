"""Planned days."""
