"""The accounts of a company as its administrators see them: who, in which state, protected by what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.duties import conflicts_between
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.limits import AttemptCount, account_key, attempt_counts, second_key, window
from tokimori.foundation.identity.models import (
    Account,
    Authenticator,
    Passkey,
    SharedAccountException,
    SignInLink,
)
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.queries import named_accounts
from tokimori.foundation.identity.security_rules import ADMINISTRATORS, Audience, SecurityRules, audience_of
from tokimori.foundation.identity.services.rules import current_rules

WARNED_DAYS_BEFORE: Final = 14
"""So many days before an account is closed for not being used, its administrators are told."""


class AccountState(StrEnum):
    """What an account is good for at this moment."""

    INVITED = "invited"
    ACTIVE = "active"
    LOCKED = "locked"
    DORMANT = "dormant"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account. ``unused_since`` is when it was last used, or made; ``closes_at`` when it is closed for that, if it is.

    ``link_until`` is until when an open one-time link works.
    """

    id: UUID
    login_id: str
    email: str | None
    display_name: str
    roles: frozenset[Role]
    language: str
    state: AccountState
    has_password: bool
    has_authenticator: bool
    passkeys: int
    is_shared: bool
    created_at: datetime
    last_signed_in_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    closing_reason: str
    link_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """One page of a list, and how many there are in all."""

    accounts: tuple[AccountView, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFilter:
    """Which accounts: whose names hold all the words, in a state, with a role. Nothing means any."""

    words: str = ""
    state: AccountState | None = None
    role: Role | None = None


def accounts_page(*, actor: Principal, wanted: AccountFilter, offset: int, limit: int, now: datetime) -> AccountPage:
    """Return a page of accounts, by name; raise ``NotAllowed`` for who may not read them."""
    authorise(actor, Permission.ACCOUNT_READ)
    rules = current_rules(tenant=actor.tenant_id)
    rows = Account.objects.filter(tenant_id=actor.tenant_id)
    if wanted.role is not None:
        rows = rows.filter(roles__contains=[wanted.role.value])
    rows = _in_state(rows, wanted.state, rules=rules, now=now)
    found = named_accounts(rows, wanted.words, order=lambda one: (one.display_name, one.login_id))
    ids = found[offset : offset + limit]
    described = _described(Account.objects.filter(tenant_id=actor.tenant_id, id__in=ids), now=now)
    page = sorted(described, key=lambda row: ids.index(row.id))
    return AccountPage(accounts=_views(page, rules=rules, now=now), total=len(found))


def account_view(*, actor: Principal, account_id: UUID, now: datetime) -> AccountView:
    """Return one account; raise ``NotFound`` when this company has none such."""
    authorise(actor, Permission.ACCOUNT_READ)
    rows = _described(Account.objects.filter(tenant_id=actor.tenant_id, id=account_id), now=now)
    found = _views(list(rows), rules=current_rules(tenant=actor.tenant_id), now=now)
    if not found:
        raise NotFound
    return found[0]


def count_by_state(*, actor: Principal, now: datetime) -> Mapping[AccountState, int]:
    """Return how many accounts are in each state."""
    authorise(actor, Permission.ACCOUNT_READ)
    rules = current_rules(tenant=actor.tenant_id)
    everybody = Account.objects.filter(tenant_id=actor.tenant_id)
    return {state: _in_state(everybody, state, rules=rules, now=now).count() for state in AccountState}


def conflicting_accounts(*, tenant: TenantId) -> tuple[tuple[UUID, Role, Role], ...]:
    """Return the open accounts that hold roles which one person must not hold together, with the first such pair."""
    rows = Account.objects.filter(tenant_id=tenant, is_active=True).order_by("id")
    return tuple((row.id, *pairs[0]) for row in rows if (pairs := conflicts_between(roles_of(row))))


UNUSED_SINCE: Final = Greatest("created_at", "last_signed_in_at", "password_set_at", "opened_again_at")
"""When an account was last signed in to, given a password, opened again, or else made."""


def dormant_accounts(*, tenant: TenantId, unused_before: datetime) -> QuerySet[Account]:
    """Return the open accounts with the rights of an administrator that nobody has used since a moment.

    Employees do not become dormant: theirs end with their employment.
    """
    rows = Account.objects.filter(tenant_id=tenant, is_active=True, roles__overlap=_ADMINISTRATORS)
    return rows.annotate(unused_since=UNUSED_SINCE).filter(unused_since__lte=unused_before)


_ADMINISTRATORS: Final = sorted(ADMINISTRATORS)


def _in_state(
    rows: QuerySet[Account], state: AccountState | None, *, rules: SecurityRules, now: datetime
) -> QuerySet[Account]:
    if state is None:
        return rows
    if state is AccountState.CLOSED:
        return rows.filter(is_active=False)
    rows = rows.filter(is_active=True)
    locked = _locked(list(rows.values_list("id", flat=True)), rules=rules, now=now)
    if state is AccountState.LOCKED:
        return rows.filter(id__in=locked)
    rows = rows.exclude(id__in=locked)
    if state is AccountState.INVITED:
        return rows.filter(last_signed_in_at=None)
    rows = rows.exclude(last_signed_in_at=None).annotate(unused_since=UNUSED_SINCE)
    dormant = Q(roles__overlap=_ADMINISTRATORS, unused_since__lte=now - _warning_after(rules))
    return rows.filter(dormant) if state is AccountState.DORMANT else rows.exclude(dormant)


def _warning_after(rules: SecurityRules) -> timedelta:
    return timedelta(days=rules.dormant_days - WARNED_DAYS_BEFORE)


def _described(rows: QuerySet[Account], *, now: datetime) -> QuerySet[Account]:
    own = {"tenant_id": OuterRef("tenant_id"), "account_id": OuterRef("id")}
    authenticators = Authenticator.objects.filter(**own, removed_at=None).exclude(confirmed_at=None)
    passkeys = Passkey.objects.filter(**own, removed_at=None).order_by().values("account_id")
    counted = Subquery(passkeys.annotate(count=Count("id")).values("count"), output_field=IntegerField())
    links = SignInLink.objects.filter(**own, used_at=None, expires_at__gt=now, purpose="enter").order_by("-expires_at")
    return rows.annotate(
        unused_since=UNUSED_SINCE,
        has_authenticator=Exists(authenticators),
        passkeys=Coalesce(counted, Value(0)),
        is_shared=Exists(SharedAccountException.objects.filter(**own)),
        link_until=Subquery(links.values("expires_at")[:1]),
    )


def _views(rows: Collection[Account], *, rules: SecurityRules, now: datetime) -> tuple[AccountView, ...]:
    locked = _locked([row.id for row in rows], rules=rules, now=now)
    return tuple(_view(row, is_locked=row.id in locked, rules=rules, now=now) for row in rows)


def _view(row: Account, *, is_locked: bool, rules: SecurityRules, now: datetime) -> AccountView:
    added = vars(row)  # what the query added, which the model does not know
    roles = roles_of(row)
    closes_at = None
    if row.is_active and audience_of(roles) is Audience.ADMINISTRATOR:
        closes_at = added["unused_since"] + timedelta(days=rules.dormant_days)
    is_dormant = closes_at is not None and closes_at - timedelta(days=WARNED_DAYS_BEFORE) <= now
    return AccountView(
        id=row.id,
        login_id=row.login_id,
        email=row.email,
        display_name=row.display_name,
        roles=roles,
        language=row.language,
        state=_state(row, is_locked=is_locked, is_dormant=is_dormant),
        has_password=row.has_usable_password(),
        has_authenticator=added["has_authenticator"],
        passkeys=added["passkeys"],
        is_shared=added["is_shared"],
        created_at=row.created_at,
        last_signed_in_at=row.last_signed_in_at,
        closes_at=closes_at if is_dormant else None,
        closed_at=row.closed_at,
        closing_reason=row.closing_reason,
        link_until=added["link_until"],
    )


def _state(row: Account, *, is_locked: bool, is_dormant: bool) -> AccountState:
    if not row.is_active:
        return AccountState.CLOSED
    if is_locked:
        return AccountState.LOCKED
    if row.last_signed_in_at is None:
        return AccountState.INVITED
    return AccountState.DORMANT if is_dormant else AccountState.ACTIVE


def _locked(account_ids: Collection[UUID], *, rules: SecurityRules, now: datetime) -> frozenset[UUID]:
    """Return which accounts must wait, at the password or at the second factor."""
    keys = {key: account_id for account_id in account_ids for key in (account_key(account_id), second_key(account_id))}
    counts = attempt_counts(keys)
    return frozenset(keys[key] for key, count in counts.items() if _is_locked(count, rules=rules, now=now))


def _is_locked(count: AttemptCount, *, rules: SecurityRules, now: datetime) -> bool:
    if count.locked_until is not None:
        return count.locked_until > now
    return count.attempts > rules.attempts and count.began_at > now - window()
