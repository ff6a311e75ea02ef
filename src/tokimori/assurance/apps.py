"""Assurance."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """The sheet that answers itself."""

    name = "tokimori.assurance"
    label = "assurance"
