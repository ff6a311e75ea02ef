"""The registers."""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """What people answer for."""

    name = "tokimori.assurance.registers"
    label = "registers"
