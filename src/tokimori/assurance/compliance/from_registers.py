"""What the registers say of owners and of ends, for the pages of the sheet."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from django.urls import reverse

from tokimori.assurance.compliance.values import Ending, Expiry
from tokimori.assurance.registers.entries import State
from tokimori.assurance.registers.queries.overview import what_expires
from tokimori.assurance.registers.queries.reading import entries_of
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal

_ACCOUNTABILITIES: Final = "accountabilities"


def owners_in_registers(now: datetime) -> Mapping[int, str]:
    """Return who does the work for a row, as the register of accountabilities words it: a post, not a person's name.

    Samples name nobody, and neither does what was not approved or is out of date.
    """
    return {
        row: entry.text("responsible")
        for entry in entries_of({_ACCOUNTABILITIES})
        if entry.state is State.APPROVED and not entry.is_sample and entry.ends_at > now
        for row in entry.rows()
    }


def endings_in_registers(actor: Principal, now: datetime) -> Iterable[Expiry]:
    """Return the entries of registers that end within 90 days; none to who may not read them."""
    if not actor.has(Permission.COMPLIANCE_READ):
        return ()
    return tuple(
        Expiry(
            kind=Ending.REGISTER_ENTRY,
            at=one.entry.ends_at,
            name=one.entry.content.title,
            url=reverse("register_entry", args=[one.entry.id]),
        )
        for one in what_expires(actor=actor, now=now)
    )
