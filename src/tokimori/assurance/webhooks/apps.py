"""Webhooks about changes of the sheet."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Which programs are told when the sheet changes."""

    name = "tokimori.assurance.webhooks"
    label = "webhooks"
