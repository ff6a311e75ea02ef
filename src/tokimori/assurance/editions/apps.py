"""Companies' own editions of the sheet."""

from django.apps import AppConfig


class EditionsConfig(AppConfig):
    """The published sheet with a company's own values."""

    name = "tokimori.assurance.editions"
    label = "editions"
