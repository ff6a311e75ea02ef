"""The tenancy app: the wall's functions and the roles behind it."""

from django.apps import AppConfig


class TenancyConfig(AppConfig):
    """Schema ``tokimori`` and its functions."""

    name = "tokimori.foundation.tenancy"
    label = "tenancy"
