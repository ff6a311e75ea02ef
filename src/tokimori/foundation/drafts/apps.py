"""What somebody began to type."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """What somebody began to type."""

    name = "tokimori.foundation.drafts"
    label = "drafts"
