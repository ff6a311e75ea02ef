"""Assurance."""

from django.apps import AppConfig


class AssuranceConfig(AppConfig):
    """The sheet that answers itself."""

    name = "tokimori.assurance"
    label = "assurance"

    def ready(self) -> None:
        """Let the rail show how many changes somebody has not read, and registers name owners and ends."""
        from tokimori.assurance.compliance.from_registers import (  # noqa: PLC0415 -- models exist only from here on
            endings_in_registers,
            owners_in_registers,
        )
        from tokimori.assurance.compliance.queries import unread_notices  # noqa: PLC0415 -- as above
        from tokimori.assurance.stewards import add_expiries, add_owners  # noqa: PLC0415 -- as above
        from tokimori.interfaces.web.frame import count_at  # noqa: PLC0415 -- as above

        add_owners(owners_in_registers)
        add_expiries(endings_in_registers)
        count_at("compliance", lambda request: unread_notices(actor=request.principal))
