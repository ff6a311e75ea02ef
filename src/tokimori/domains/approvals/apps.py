"""Submit, return, approve."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Submit, return, approve."""

    name = "tokimori.domains.approvals"
    label = "approvals"
