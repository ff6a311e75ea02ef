"""Sealing a period, and what may follow."""

from django.apps import AppConfig


class ClosingsConfig(AppConfig):
    """Sealing a period, and what may follow."""

    name = "tokimori.domains.closings"
    label = "closings"
