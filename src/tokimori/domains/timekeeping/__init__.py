"""Punches and corrections: the append-only heart."""
