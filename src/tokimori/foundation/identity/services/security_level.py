"""How safe a company is, read from what is stored: every point that could be better, the weakest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import (
    AccessToken,
    Account,
    AddressRule,
    Authenticator,
    Passkey,
    TrustedDevice,
)
from tokimori.foundation.identity.networks import AddressAudience
from tokimori.foundation.identity.security_rules import Audience, SecurityRules, audience_of
from tokimori.foundation.identity.services.addresses import limited_audiences
from tokimori.foundation.identity.services.rules import current_rules

_SHORT_PASSWORD: Final = 12
_MANY_ATTEMPTS: Final = 10
_SHORT_LOCK_MINUTES: Final = 5


class Weight(IntEnum):
    """What a point asks for; the least is the worst."""

    ACT = 0
    CONSIDER = 1
    GOOD = 2


class Concern(StrEnum):
    """What is looked at, the gravest first."""

    ADMINISTRATORS_WITHOUT_FACTOR = "administrators_without_factor"
    DORMANT_ACCOUNTS = "dormant_accounts"
    MANAGERS_WITHOUT_FACTOR = "managers_without_factor"
    ADMINISTRATORS_ANYWHERE = "administrators_anywhere"
    TOKENS_ANYWHERE = "tokens_anywhere"
    ADMINISTRATORS_WITHOUT_PASSKEY = "administrators_without_passkey"
    EMPLOYEES_WITHOUT_FACTOR = "employees_without_factor"
    ONE_ADMINISTRATOR = "one_administrator"
    SHORT_PASSWORDS = "short_passwords"
    REUSED_PASSWORDS = "reused_passwords"
    OLDER_RULES = "older_rules"
    MANY_ATTEMPTS = "many_attempts"
    SHORT_LOCK = "short_lock"
    TRUSTED_DEVICES = "trusted_devices"
    EXCEPTIONS = "exceptions"
    IDLE_SESSIONS = "idle_sessions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One concern and how it stands: ``count`` of ``whole``, or a number of the rules, with nothing to compare it to."""

    concern: Concern
    weight: Weight
    count: int
    whole: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How many of an audience there are, how many have a second factor, and how many a passkey."""

    people: int
    with_factor: int
    with_passkey: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityLevel:
    """Every point, the weakest first, and how each audience is protected."""

    points: tuple[Point, ...]
    protection: Mapping[Audience, Protection]

    def of(self, weight: Weight) -> tuple[Point, ...]:
        """Return the points of one weight."""
        return tuple(point for point in self.points if point.weight is weight)


def security_level(*, actor: Principal, now: datetime) -> SecurityLevel:
    """Return how the company stands now."""
    authorise(actor, Permission.SECURITY_READ)
    tenant = actor.tenant_id
    rules = current_rules(tenant=tenant)
    accounts = list(
        Account.objects.filter(tenant_id=tenant, is_active=True).only("id", "roles", "last_signed_in_at", "created_at")
    )
    protection = _protection(tenant, accounts)
    administrators = sum(1 for account in accounts if Role.ADMINISTRATOR in account.roles)
    points = [
        *_factor_points(protection),
        _some(
            Concern.DORMANT_ACCOUNTS, _dormant(accounts, days=rules.dormant_days, now=now), len(accounts), Weight.ACT
        ),
        Point(
            concern=Concern.ONE_ADMINISTRATOR,
            weight=Weight.CONSIDER if administrators == 1 else Weight.GOOD,
            count=administrators,
        ),
        *_address_points(tenant, now=now),
        *_rule_points(tenant, rules, now=now),
    ]
    order = list(Concern)
    ordered = sorted(points, key=lambda point: (point.weight, order.index(point.concern)))
    return SecurityLevel(points=tuple(ordered), protection=protection)


def _some(concern: Concern, count: int, whole: int, weight: Weight) -> Point:
    """Return a point that weighs as soon as there is one."""
    return Point(concern=concern, weight=weight if count else Weight.GOOD, count=count, whole=whole)


def _protection(tenant: TenantId, accounts: Collection[Account]) -> Mapping[Audience, Protection]:
    passkeys = set(Passkey.objects.filter(tenant_id=tenant, removed_at=None).values_list("account_id", flat=True))
    confirmed = Authenticator.objects.filter(tenant_id=tenant, removed_at=None).exclude(confirmed_at=None)
    factors = passkeys | set(confirmed.values_list("account_id", flat=True))
    of: dict[Audience, set[UUID]] = {audience: set() for audience in Audience}
    for account in accounts:
        of[audience_of(frozenset(Role(role) for role in account.roles))].add(account.id)
    return {
        audience: Protection(people=len(ids), with_factor=len(ids & factors), with_passkey=len(ids & passkeys))
        for audience, ids in of.items()
    }


def _factor_points(protection: Mapping[Audience, Protection]) -> list[Point]:
    administrators = protection[Audience.ADMINISTRATOR]
    points = [
        _without(Concern.ADMINISTRATORS_WITHOUT_FACTOR, administrators, Weight.ACT),
        _without(Concern.MANAGERS_WITHOUT_FACTOR, protection[Audience.MANAGER], Weight.CONSIDER),
        _without(Concern.EMPLOYEES_WITHOUT_FACTOR, protection[Audience.EMPLOYEE], Weight.CONSIDER),
        _some(
            Concern.ADMINISTRATORS_WITHOUT_PASSKEY,
            administrators.people - administrators.with_passkey,
            administrators.people,
            Weight.CONSIDER,
        ),
    ]
    return [point for point in points if point.whole]


def _without(concern: Concern, found: Protection, weight: Weight) -> Point:
    return _some(concern, found.people - found.with_factor, found.people, weight)


def _dormant(accounts: Collection[Account], *, days: int, now: datetime) -> int:
    """Return how many have not been used for longer than the company's rule allows, or never since they were made."""
    return sum(1 for one in accounts if (one.last_signed_in_at or one.created_at) < now - timedelta(days=days))


def _address_points(tenant: TenantId, *, now: datetime) -> list[Point]:
    limited = limited_audiences(tenant=tenant)
    tokens = AccessToken.objects.filter(tenant_id=tenant, revoked_at=None, expires_at__gt=now)
    total = tokens.count()
    anywhere = 0 if AddressAudience.API in limited else tokens.filter(Q(networks=[])).count()
    exceptions = AddressRule.objects.filter(tenant_id=tenant, removed_at=None, expires_at__gt=now).count()
    return [
        Point(
            concern=Concern.ADMINISTRATORS_ANYWHERE,
            weight=Weight.GOOD if AddressAudience.ADMINISTRATOR in limited else Weight.CONSIDER,
            count=limited.get(AddressAudience.ADMINISTRATOR, 0),
        ),
        _some(Concern.TOKENS_ANYWHERE, anywhere, total, Weight.CONSIDER),
        _some(Concern.EXCEPTIONS, exceptions, 0, Weight.CONSIDER),
    ]


def _rule_points(tenant: TenantId, rules: SecurityRules, *, now: datetime) -> list[Point]:
    trusted = TrustedDevice.objects.filter(tenant_id=tenant, ended_at=None, expires_at__gt=now).count()
    weak = {
        Concern.SHORT_PASSWORDS: (rules.minimum_length < _SHORT_PASSWORD, rules.minimum_length),
        Concern.REUSED_PASSWORDS: (rules.history_depth == 0, rules.history_depth),
        Concern.OLDER_RULES: (rules.has_older_rules, int(rules.has_older_rules)),
        Concern.MANY_ATTEMPTS: (rules.attempts > _MANY_ATTEMPTS, rules.attempts),
        Concern.SHORT_LOCK: (rules.lock_minutes < _SHORT_LOCK_MINUTES, rules.lock_minutes),
        Concern.IDLE_SESSIONS: (False, rules.idle_minutes),
    }
    points = [
        Point(concern=concern, weight=Weight.CONSIDER if is_weak else Weight.GOOD, count=count)
        for concern, (is_weak, count) in weak.items()
    ]
    is_trusting = rules.trusted_device_days > 0
    weight = Weight.CONSIDER if is_trusting else Weight.GOOD
    return [*points, Point(concern=Concern.TRUSTED_DEVICES, weight=weight, count=trusted if is_trusting else 0)]
