"""Assurance."""
