"""Keys of tenants and of persons."""

from django.apps import AppConfig


class KeysConfig(AppConfig):
    """Keys of tenants and of persons."""

    name = "tokimori.foundation.keys"
    label = "keys"
