"""The first sign-in from a country in which somebody was not seen before, and two countries closer than anybody travels.

Both need the table of countries (``TOKIMORI_COUNTRIES``); without it nothing is said. A country is where a network is
registered, so a tunnel looks like a journey: a finding to be looked at, no proof, and nobody is kept out by it.
"""

from datetime import datetime, timedelta
from typing import Final

from tokimori.foundation.countries.table import CountryTable, country_table
from tokimori.foundation.identity.models import Account, Session
from tokimori.foundation.identity.networks import read_address
from tokimori.foundation.identity.principals import principal_of
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind

REMEMBERED: Final = timedelta(days=180)
"""A country from which somebody has not come for so long is new again."""
SHORTEST_JOURNEY: Final = timedelta(hours=2)
"""Nobody changes his country in less, the borders' neighbours excepted."""


def note_new_country(account: Account, *, address: str, now: datetime) -> None:
    """Write down, and tell the person, when a sign-in comes from a country that is new; his first sign-in is no news."""
    table = country_table()
    country = None if table is None else _country_of(address, table)
    if table is None or country is None:
        return
    before = Session.objects.filter(
        tenant_id=account.tenant_id,
        account_id=account.id,
        is_half=False,
        started_at__lt=now,
        last_used_at__gt=now - REMEMBERED,
    )
    used: dict[str, datetime] = {}
    for text, last_used_at in before.order_by("last_used_at", "id").values_list("address", "last_used_at"):
        known = _country_of(text, table)
        if known is not None:
            used[known] = last_used_at
    if not used or country in used:
        return
    last, at = max(used.items(), key=lambda one: one[1])
    minutes = max(0, int((now - at).total_seconds()) // 60)
    record_event(
        EventName.SIGN_IN_FROM_NEW_COUNTRY,
        actor=principal_of(account, employee_id=None),
        subject_id=account.id,
        at=now,
        country=country,
        country_before=last,
        minutes=minutes,
        is_closer_than_a_journey=now - at < SHORTEST_JOURNEY,
    )
    tell(account, NoticeKind.NEW_COUNTRY, now=now, country=country, origin=address)


def _country_of(text: str, table: CountryTable) -> str | None:
    address = read_address(text)
    return None if address is None else table.country_of(address)
