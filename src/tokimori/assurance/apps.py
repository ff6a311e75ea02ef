"""Assurance."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """The sheet that answers itself."""

    name = "tokimori.assurance"
    label = "assurance"

    def ready(self) -> None:
        """Let the rail show how many changes of the sheet somebody has not read."""
        from tokimori.assurance.compliance.queries import unread_notices  # noqa: PLC0415 -- models exist only from here on
        from tokimori.interfaces.web.frame import count_at  # noqa: PLC0415 -- as above

        count_at("compliance", lambda request: unread_notices(actor=request.principal))
