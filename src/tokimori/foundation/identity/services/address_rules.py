"""The networks that a company lets its people and machines come from: shown, added, removed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.countries.table import country_table
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.errors import (
    AddressRuleKnown,
    AddressRuleLocksOut,
    AddressRuleNotLasting,
    AddressRuleNotValid,
    CountriesNotThere,
    CountryNotReadable,
    TooManyAddressRules,
)
from tokimori.foundation.identity.models import Account, AddressRule
from tokimori.foundation.identity.networks import (
    AddressAudience,
    AddressLimit,
    AddressRules,
    Country,
    Place,
    address_audience_of,
    place_of,
)
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.services.addresses import rules_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events

LONGEST_NOTE: Final = 120
MOST_RULES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRuleView:
    """A network of an audience. ``network`` is its text; ``added_by`` the account, if a person added it."""

    id: UUID
    audience: AddressAudience
    network: str
    note: str
    added_at: datetime
    added_by: UUID | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNetwork:
    """A network, or a country, for one or several audiences; with an end it is a temporary exception."""

    audiences: tuple[AddressAudience, ...]
    network: Place
    note: str = ""
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.audiences or len(self.note) > LONGEST_NOTE:
            raise AddressRuleNotValid

    @property
    def is_exception(self) -> bool:
        """Whether it lets in for some days only."""
        return self.expires_at is not None and not (isinstance(self.network, Country) and self.network.is_barred)

    def limits(self) -> tuple[AddressLimit, ...]:
        """Return what it means for each audience."""
        return tuple(
            AddressLimit(audience=one, network=self.network, expires_at=self.expires_at) for one in self.audiences
        )


def address_rules(*, actor: Principal) -> tuple[AddressRuleView, ...]:
    """Return every network that was not removed, by audience and network; those that have ended as well."""
    authorise(actor, Permission.SECURITY_READ)
    rows = AddressRule.objects.filter(tenant_id=actor.tenant_id, removed_at=None).order_by("added_at", "id")
    order = list(AddressAudience)
    return tuple(
        sorted(
            (
                AddressRuleView(
                    id=row.id,
                    audience=AddressAudience(row.audience),
                    network=row.network,
                    note=row.note,
                    added_at=row.added_at,
                    added_by=row.added_by,
                    expires_at=row.expires_at,
                )
                for row in rows
            ),
            key=lambda view: order.index(view.audience),
        )
    )


@transaction.atomic
def add_network(*, actor: Principal, new: NewNetwork, address: str, now: datetime) -> tuple[UUID, ...]:
    """Let audiences come from a network; from the first one on an audience may come from its networks alone.

    ``address`` is where the actor acts from. Raise ``AddressRuleLocksOut`` when he would be kept out himself,
    ``AddressRuleNotLasting`` for an exception without a network that stays, ``AddressRuleKnown`` when it is there already.
    """
    authorise(actor, Permission.NETWORK_WRITE)
    if new.expires_at is not None and new.expires_at <= now:
        raise AddressRuleNotValid
    refuse_unknown_country(new)
    rows = _locked_rows(actor.tenant_id)
    if len(rows) + len(new.audiences) > MOST_RULES:
        raise TooManyAddressRules(most=MOST_RULES)
    for audience in new.audiences:
        own = [row for row in rows if row.audience == audience.value]
        if any(row.network == str(new.network) and row.expires_at == new.expires_at for row in own):
            raise AddressRuleKnown
        if new.is_exception and not any(row.expires_at is None and not is_bar(row) for row in own):
            raise AddressRuleNotLasting
    _refuse_lock_out(actor, rules=rules_of((*limits_of(rows), *new.limits())), address=address, now=now)
    added = [
        AddressRule(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            audience=audience.value,
            network=str(new.network),
            note=new.note.strip(),
            added_at=now,
            added_by=actor.account_id if actor.kind is PrincipalKind.PERSON else None,
            expires_at=new.expires_at,
        )
        for audience in dict.fromkeys(new.audiences)
    ]
    AddressRule.objects.bulk_create(added)
    record_events(
        [_event(EventName.ADDRESS_RULE_ADDED, row, before=len(rows), after=len(rows) + len(added)) for row in added],
        actor=actor,
        at=now,
    )
    return tuple(row.id for row in added)


@transaction.atomic
def remove_network(*, actor: Principal, rule_id: UUID, address: str, now: datetime) -> None:
    """Take a network away; without its last one an audience may come from anywhere again.

    Raise ``NotFound`` for one that is not there, ``AddressRuleLocksOut`` when the actor would be kept out himself, and
    ``AddressRuleNotLasting`` when exceptions alone would be left.
    """
    authorise(actor, Permission.NETWORK_WRITE)
    rows = _locked_rows(actor.tenant_id)
    row = next((one for one in rows if one.id == rule_id), None)
    if row is None:
        raise NotFound
    rest = [one for one in rows if one.id != rule_id]
    own = [one for one in rest if one.audience == row.audience]
    letting_in = [one for one in own if not is_bar(one)]
    if row.expires_at is None and not is_bar(row) and letting_in and all(one.expires_at for one in letting_in):
        raise AddressRuleNotLasting
    _refuse_lock_out(actor, rules=rules_of(limits_of(rest)), address=address, now=now)
    AddressRule.objects.filter(tenant_id=actor.tenant_id, id=rule_id).update(removed_at=now)
    record_events([_event(EventName.ADDRESS_RULE_REMOVED, row, before=len(rows), after=len(rest))], actor=actor, at=now)


def _locked_rows(tenant: TenantId) -> Sequence[AddressRule]:
    """Return the rules, locked, so that of two changes at once the second sees the first."""
    rows = AddressRule.objects.filter(tenant_id=tenant, removed_at=None).order_by("id")
    return list(rows.select_for_update(no_key=True))


def is_bar(row: AddressRule) -> bool:
    """Whether a stored rule keeps a country out."""
    place = place_of(row.network)
    return isinstance(place, Country) and place.is_barred


def refuse_unknown_country(new: NewNetwork) -> None:
    """Refuse a rule about a country where no table is loaded, or the table has no address of it."""
    if not isinstance(new.network, Country):
        return
    table = country_table()
    if table is None:
        raise CountriesNotThere
    if new.network.code not in table.countries:
        raise CountryNotReadable


def limits_of(rows: Iterable[AddressRule]) -> tuple[AddressLimit, ...]:
    """Return what stored networks mean."""
    return tuple(
        AddressLimit(audience=AddressAudience(row.audience), network=place_of(row.network), expires_at=row.expires_at)
        for row in rows
    )


def _refuse_lock_out(actor: Principal, *, rules: AddressRules, address: str, now: datetime) -> None:
    if locks_out(actor, rules=rules, address=address, now=now):
        raise AddressRuleLocksOut(address=address)


def locks_out(actor: Principal, *, rules: AddressRules, address: str, now: datetime) -> bool:
    """Whether a person could not come back to these very pages, nor a machine; the service itself comes from nowhere."""
    if actor.kind is PrincipalKind.TOKEN:
        return not rules.decide(AddressAudience.API, address, at=now).is_admitted
    if actor.kind is not PrincipalKind.PERSON or actor.account_id is None:
        return False
    account = Account.objects.get(tenant_id=actor.tenant_id, id=actor.account_id)
    audience = address_audience_of(roles_of(account))
    return not rules.decide(audience, address, at=now).is_admitted


def _event(name: EventName, row: AddressRule, *, before: int, after: int) -> Event:
    return Event(
        name=name,
        subject_id=row.id,
        details={
            "audience": row.audience,
            "network": row.network,
            "expires_at": row.expires_at.isoformat() if row.expires_at else None,
            "rules_before": before,
            "rules_after": after,
        },
    )
