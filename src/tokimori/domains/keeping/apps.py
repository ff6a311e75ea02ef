"""Which of a company's records are old."""

from django.apps import AppConfig


class KeepingConfig(AppConfig):
    """Which of a company's records are old. No table is its own; its migrations make functions over the others'."""

    name = "tokimori.domains.keeping"
    label = "keeping"
