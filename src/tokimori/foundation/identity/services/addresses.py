"""Where somebody comes from, at each request: let in or kept out by the company's networks, and noted.

The rules, and whether today's visit was noted, are read within the statement that looks up the session or the token
(``ADDRESS_COLUMNS``). Where they cannot be read that statement fails, and with it the request. A visit is written down once
a minute at most.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.countries.table import StoredCountries
from tokimori.foundation.errors import Refusal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.models import Account, AddressRule, SeenAddress
from tokimori.foundation.identity.networks import (
    AddressAudience,
    AddressDecision,
    AddressLimit,
    AddressRules,
    Way,
    address_audience_of,
    place_of,
    read_address,
)
from tokimori.foundation.identity.principals import principal_of, roles_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction

_NOTED_EVERY: Final = timedelta(seconds=60)
ADDRESS_COLUMNS: Final = """
    (select coalesce(jsonb_agg(jsonb_build_object(
              'audience', audience, 'network', network, 'expires_at', expires_at)), '[]')
       from identity_addressrule
      where tenant_id = %(tenant)s and removed_at is null) as address_limits,
    (select coalesce(jsonb_agg(jsonb_build_object('audience', audience, 'address', address, 'last_at', last_at)), '[]')
       from identity_seenaddress
      where tenant_id = %(tenant)s and actor_id = came.actor_id and day = %(day)s) as seen_addresses
"""
"""What to read beside a session or a token, ``came``, whose ``actor_id`` says who comes; see ``known_addresses``.

Written out, since it is asked at every request: composing it took more time than asking it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who comes, by which way, from which address."""

    actor: Principal
    audience: AddressAudience
    way: Way
    may_record: bool
    address: str


class AddressRefused(Refusal):
    """Your company lets nobody in from your network. An administrator can add it, or make an exception for some days."""

    code = "address.refused"
    status = 403

    def __init__(self, *, visit: Visit, decision: AddressDecision) -> None:
        super().__init__(address=visit.address)
        self.visit = visit
        self.decision = decision


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddresses:
    """A company's networks, and when this actor was last seen today by audience and address."""

    rules: AddressRules = field(default_factory=AddressRules)
    seen: Mapping[tuple[str, str], datetime] = field(default_factory=dict)


def known_addresses(read: Mapping[str, Any]) -> KnownAddresses:
    """Return what was read beside a row by ``ADDRESS_COLUMNS``."""
    return KnownAddresses(
        rules=rules_of(_limit(one) for one in json.loads(read["address_limits"])),
        seen={
            (one["audience"], one["address"]): datetime.fromisoformat(one["last_at"])
            for one in json.loads(read["seen_addresses"])
        },
    )


def current_address_rules(*, tenant: TenantId) -> AddressRules:
    """Return the networks that hold now, with those that have ended and were not removed."""
    rows = AddressRule.objects.filter(tenant_id=tenant, removed_at=None).values("audience", "network", "expires_at")
    return rules_of(
        AddressLimit(
            audience=AddressAudience(row["audience"]),
            network=place_of(row["network"]),
            expires_at=row["expires_at"],
        )
        for row in rows
    )


def rules_of(limits: Iterable[AddressLimit]) -> AddressRules:
    """Return rules that know the countries of this installation's table."""
    return AddressRules(limits=tuple(limits), countries=StoredCountries())


def visit_of(account: Account, *, way: Way, address: str) -> Visit:
    """Return the visit of a person."""
    roles = roles_of(account)
    return Visit(
        actor=principal_of(account, employee_id=None),
        audience=address_audience_of(roles),
        way=way,
        may_record=may_record(roles),
        address=address,
    )


def may_record(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles has use for the recorder."""
    return Permission.PUNCH_RECORD_OWN in rights_of(frozenset(roles))


def visit_of_token(actor: Principal, *, address: str) -> Visit:
    """Return the visit of a machine."""
    return Visit(actor=actor, audience=AddressAudience.API, way=Way.PAGES, may_record=False, address=address)


def admit(visit: Visit, *, known: KnownAddresses, now: datetime) -> None:
    """Let a visit in and note it, or raise ``AddressRefused``; the door then calls ``note_refused_address``."""
    decision = decide(visit, rules=known.rules, now=now)
    if not decision.is_admitted:
        raise AddressRefused(visit=visit, decision=decision)
    audience, address = _noted_as(visit)
    last = known.seen.get((audience.value, address))
    if address and (last is None or last < now - _NOTED_EVERY):
        _note(visit, now=now)


def decide(visit: Visit, *, rules: AddressRules, now: datetime) -> AddressDecision:
    """Return whether a visit is let in, and why."""
    return rules.decide_for_person(
        visit.audience, way=visit.way, may_record=visit.may_record, address=visit.address, at=now
    )


def admit_at_sign_in(account: Account, *, address: str, now: datetime) -> None:
    """Let somebody in who has just proved who he is, or raise ``AddressRefused``.

    It is asked after the proof, so that nobody else learns from where a company lets its people in.
    """
    visit = visit_of(account, way=Way.PASSAGE, address=address)
    decision = decide(visit, rules=current_address_rules(tenant=TenantId(account.tenant_id)), now=now)
    if not decision.is_admitted:
        raise AddressRefused(visit=visit, decision=decision)


def note_refused_address(refusal: AddressRefused, *, now: datetime) -> None:
    """Record that somebody was kept out, once a minute for each address; to be called where it is not rolled back."""
    visit = refusal.visit
    with tenant_transaction(visit.actor.tenant_id):
        row = _row(replace(visit, way=Way.PAGES), now=now)
        if row is None or (row.refused_at is not None and row.refused_at > now - _NOTED_EVERY):
            return
        SeenAddress.objects.filter(tenant_id=row.tenant_id, id=row.id).update(refused_at=now)
        record_event(
            EventName.ADDRESS_REFUSED,
            actor=visit.actor,
            subject_id=visit.actor.account_id,
            at=now,
            audience=refusal.decision.audience.value,
            reason=refusal.decision.reason.value,
            address=visit.address[:45],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProbe:
    """What a company's rules answer to one address within its networks, and to one outside of them."""

    inside: AddressDecision
    outside: AddressDecision

    @property
    def is_as_it_should_be(self) -> bool:
        """Whether the one is let in and the other kept out."""
        return self.inside.is_admitted and not self.outside.is_admitted


def probe_addresses(
    *, tenant: TenantId, audience: AddressAudience, inside: str, outside: str, now: datetime
) -> AddressProbe:
    """Return what the rules that are stored now answer to two addresses; for the hourly proof that limits work."""
    rules = current_address_rules(tenant=tenant)
    return AddressProbe(inside=rules.decide(audience, inside, at=now), outside=rules.decide(audience, outside, at=now))


def limited_audiences(*, tenant: TenantId) -> Mapping[AddressAudience, int]:
    """Return how many networks each audience has; who has none may come from anywhere and is missing."""
    limits = current_address_rules(tenant=tenant).limits
    counted = {one: sum(1 for limit in limits if limit.audience is one) for one in AddressAudience}
    return {audience: count for audience, count in counted.items() if count}


def _limit(plain: Mapping[str, Any]) -> AddressLimit:
    expires_at = plain["expires_at"]
    return AddressLimit(
        audience=AddressAudience(plain["audience"]),
        network=place_of(plain["network"]),
        expires_at=None if expires_at is None else datetime.fromisoformat(expires_at),
    )


def _noted_as(visit: Visit) -> tuple[AddressAudience, str]:
    """Return under which audience and in which spelling a visit is noted; no spelling for an address that is none."""
    audience = AddressAudience.RECORDER if visit.way is Way.RECORDER and visit.may_record else visit.audience
    address = read_address(visit.address)
    return audience, "" if address is None else str(address)


def _note(visit: Visit, *, now: datetime) -> None:
    """Note a visit; where another request is noting the very same, leave it to that one."""
    row = _row(visit, now=now)
    if row is not None and row.last_at < now - _NOTED_EVERY:
        SeenAddress.objects.filter(tenant_id=row.tenant_id, id=row.id).update(last_at=now)


def _row(visit: Visit, *, now: datetime) -> SeenAddress | None:
    """Return today's row of a visit, made if need be, and locked; nothing while another request holds it."""
    audience, address = _noted_as(visit)
    key = {
        "tenant_id": visit.actor.tenant_id,
        "day": now.date(),
        "audience": audience.value,
        "actor_id": _actor_id(visit),
        "address": address,
    }
    row = SeenAddress(**key, id=new_id(at=now), last_at=now)
    SeenAddress.objects.bulk_create([row], ignore_conflicts=True)
    return SeenAddress.objects.filter(**key).select_for_update(no_key=True, skip_locked=True).first()


def _actor_id(visit: Visit) -> UUID:
    if visit.actor.account_id is None:
        raise AssertionError("Whoever comes in is a person or a machine with a token.")
    return visit.actor.account_id
