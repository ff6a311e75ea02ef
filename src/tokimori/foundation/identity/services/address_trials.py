"""A change of networks, tried on those who came lately: whom it would have hit, before it holds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import AccessToken, Account, AddressRule, SeenAddress
from tokimori.foundation.identity.networks import AddressAudience, AddressRules, Way
from tokimori.foundation.identity.principals import principal_of_token
from tokimori.foundation.identity.services.address_rules import (
    NewNetwork,
    limits_of,
    locks_out,
    refuse_unknown_country,
)
from tokimori.foundation.identity.services.addresses import (
    Visit,
    current_address_rules,
    decide,
    rules_of,
    visit_of,
    visit_of_token,
)

WINDOWS: Final = (1, 7, 30)
"""Days before today, over which a change can be tried."""
_SEEN_IS_KEPT: Final = timedelta(days=35)
"""Longer than the longest window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Somebody, or a token, whom a change would have kept out, with the addresses and the day when that was last so."""

    actor_id: UUID
    name: str
    audience: AddressAudience
    addresses: tuple[str, ...]
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressTrial:
    """What a change would have done to those who came: whom it would have hit, and in how many days back."""

    hits: tuple[Hit, ...]
    hit_within: Mapping[int, int]
    """How many of them came within so many days before today, or today."""
    seen: int
    """How many came in all, within the longest window."""
    locks_out: bool
    """Whether the one who asks would be kept out himself, now."""


def try_new_network(*, actor: Principal, new: NewNetwork, address: str, now: datetime) -> AddressTrial:
    """Return whom a network would have hit, had it been there; nothing is written."""
    authorise(actor, Permission.NETWORK_WRITE)
    present = current_address_rules(tenant=actor.tenant_id)
    refuse_unknown_country(new)
    proposed = rules_of((*present.limits, *new.limits()))
    return _tried(actor, present=present, proposed=proposed, address=address, now=now)


def try_removal(*, actor: Principal, rule_id: UUID, address: str, now: datetime) -> AddressTrial:
    """Return whom the removal of a network would have hit; nothing is written. Raise ``NotFound`` if it is not there."""
    authorise(actor, Permission.NETWORK_WRITE)
    rows = list(AddressRule.objects.filter(tenant_id=actor.tenant_id, removed_at=None))
    if rule_id not in {row.id for row in rows}:
        raise NotFound
    rest = rules_of(limits_of(row for row in rows if row.id != rule_id))
    return _tried(actor, present=rules_of(limits_of(rows)), proposed=rest, address=address, now=now)


def forget_seen_addresses(*, tenant: TenantId, today: date) -> int:
    """Remove who came from where, once no change can be tried on it any more; return how many rows."""
    count, _ = SeenAddress.objects.filter(tenant_id=tenant, day__lt=today - _SEEN_IS_KEPT).delete()
    return count


def _tried(
    actor: Principal, *, present: AddressRules, proposed: AddressRules, address: str, now: datetime
) -> AddressTrial:
    first = now.date() - timedelta(days=max(WINDOWS))
    rows = list(SeenAddress.objects.filter(tenant_id=actor.tenant_id, day__gte=first).order_by("-last_at", "id"))
    comers = _comers(actor.tenant_id, rows)
    hits: dict[tuple[UUID, str], list[SeenAddress]] = {}
    for row in rows:
        comer = comers.get(row.actor_id)
        if comer is not None and _is_hit(comer.visit(row), present=present, proposed=proposed, now=now):
            hits.setdefault((row.actor_id, row.audience), []).append(row)
    return AddressTrial(
        hits=tuple(_hit(comers[actor_id].name, found) for (actor_id, _), found in hits.items()),
        hit_within={
            days: len({key[0] for key, found in hits.items() if found[0].day >= now.date() - timedelta(days=days)})
            for days in WINDOWS
        },
        seen=len({row.actor_id for row in rows}),
        locks_out=locks_out(actor, rules=proposed, address=address, now=now),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comer:
    """Somebody who came: his name, and himself as he is today."""

    name: str
    account: Account | None
    token: AccessToken | None

    def visit(self, row: SeenAddress) -> Visit:
        """Return one of his visits, as it would be today."""
        if self.account is not None:
            way = Way.RECORDER if row.audience == AddressAudience.RECORDER.value else Way.PAGES
            return visit_of(self.account, way=way, address=row.address)
        if self.token is None:
            raise AssertionError("A comer is a person or a token.")
        return visit_of_token(principal_of_token(self.token), address=row.address)


def _comers(tenant: TenantId, rows: Collection[SeenAddress]) -> Mapping[UUID, _Comer]:
    """Return those who came and may still come; who has left cannot be hit."""
    ids = {row.actor_id for row in rows}
    accounts = Account.objects.filter(tenant_id=tenant, id__in=ids, is_active=True)
    tokens = AccessToken.objects.filter(tenant_id=tenant, id__in=ids, revoked_at=None)
    people = {one.id: _Comer(name=one.display_name, account=one, token=None) for one in accounts}
    return {**people, **{one.id: _Comer(name=one.name, account=None, token=one) for one in tokens}}


def _is_hit(visit: Visit, *, present: AddressRules, proposed: AddressRules, now: datetime) -> bool:
    is_admitted = decide(visit, rules=present, now=now).is_admitted
    return is_admitted and not decide(visit, rules=proposed, now=now).is_admitted


def _hit(name: str, rows: Sequence[SeenAddress]) -> Hit:
    """Return a hit of visits of one actor, the latest first."""
    return Hit(
        actor_id=rows[0].actor_id,
        name=name,
        audience=AddressAudience(rows[0].audience),
        addresses=tuple(dict.fromkeys(row.address for row in rows)),
        last_at=rows[0].last_at,
    )
