"""Letters to people, by e-mail."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Letters to people, by e-mail."""

    name = "tokimori.foundation.notices"
    label = "notices"
