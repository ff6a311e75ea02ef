"""Planned days."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Planned days."""

    name = "tokimori.domains.schedules"
    label = "schedules"
