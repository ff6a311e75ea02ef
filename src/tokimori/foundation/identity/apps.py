"""Accounts, sign-in, sessions and access tokens."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts, sign-in, sessions and access tokens."""

    name = "tokimori.foundation.identity"
    label = "identity"
