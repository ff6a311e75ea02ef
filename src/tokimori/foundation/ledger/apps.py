"""The record of who did what."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The record of who did what."""

    name = "tokimori.foundation.ledger"
    label = "ledger"
