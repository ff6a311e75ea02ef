"""Accounts and groups as a directory knows them."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Accounts and groups as a directory knows them."""

    name = "tokimori.foundation.provisioning"
    label = "provisioning"
