"""Background work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Background work."""

    name = "tokimori.jobs"
    label = "jobs"
