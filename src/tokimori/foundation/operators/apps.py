"""The provider's own people and their grants."""

from django.apps import AppConfig


class OperatorsConfig(AppConfig):
    """The provider's own people and their grants."""

    name = "tokimori.foundation.operators"
    label = "operators"
