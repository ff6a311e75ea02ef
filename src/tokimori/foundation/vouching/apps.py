"""Who answers for what."""

from django.apps import AppConfig


class VouchingConfig(AppConfig):
    """Who answers for what."""

    name = "tokimori.foundation.vouching"
    label = "vouching"
