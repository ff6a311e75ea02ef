"""How long records are kept."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """How long records are kept."""

    name = "tokimori.foundation.retention"
    label = "retention"
