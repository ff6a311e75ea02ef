"""Punches and corrections: the append-only heart."""

from django.apps import AppConfig


class TimekeepingConfig(AppConfig):
    """Punches and corrections: the append-only heart."""

    name = "tokimori.domains.timekeeping"
    label = "timekeeping"
