"""The screens."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The screens."""

    name = "tokimori.interfaces.web"
    label = "web"
