"""Companies and their sites."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    """Companies and their sites."""

    name = "tokimori.domains.organisations"
    label = "organisations"
