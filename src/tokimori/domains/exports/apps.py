"""Files for payroll, made from sealed periods."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Files for payroll, made from sealed periods."""

    name = "tokimori.domains.exports"
    label = "exports"
