"""Subscriptions to changes of the sheet."""

from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    """Who is told when the sheet changes."""

    name = "tokimori.assurance.subscriptions"
    label = "subscriptions"
