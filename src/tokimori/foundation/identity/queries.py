"""Reads about accounts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import AccessToken, Account, LoginName, SharedAccountException
from tokimori.foundation.sealed_fields import found_by
from tokimori.foundation.searching import has_words
from tokimori.foundation.tenancy.directory import normalised_address


def account_names(*, tenant: TenantId, account_ids: Collection[UUID | None]) -> Mapping[UUID | None, str]:
    """Return the display names of accounts; who is not a person of this company is missing."""
    rows = Account.objects.filter(tenant_id=tenant, id__in=[key for key in account_ids if key is not None])
    return dict(rows.values_list("id", "display_name"))


def accounts_without_password(*, tenant: TenantId, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those accounts whose person has not chosen a password yet."""
    rows = Account.objects.filter(tenant_id=tenant, id__in=account_ids, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return frozenset(rows.values_list("id", flat=True))


def account_of_login_id(*, tenant: TenantId, name: str) -> UUID | None:
    """Return the open account with this login id or address."""
    rows = Account.objects.filter(known_as(tenant=tenant, name=name), tenant_id=tenant, is_active=True)
    return rows.values_list("id", flat=True).first()


def open_accounts(*, tenant: TenantId, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of these accounts that are open."""
    rows = Account.objects.filter(tenant_id=tenant, id__in=account_ids, is_active=True)
    return frozenset(rows.values_list("id", flat=True))


def actor_names(*, tenant: TenantId, ids: Collection[UUID | None]) -> Mapping[UUID | None, str]:
    """Return the names of accounts and of tokens; what is neither is missing."""
    known = [key for key in ids if key is not None]
    tokens = AccessToken.objects.filter(tenant_id=tenant, id__in=known).values_list("id", "name")
    return {**dict(tokens), **account_names(tenant=tenant, account_ids=known)}


def accounts_named(*, tenant: TenantId, words: str, limit: int) -> frozenset[UUID]:
    """Return the accounts, up to a limit, that have this login id or address, or whose name has these words in it."""
    rows = Account.objects.filter(tenant_id=tenant)
    exact = rows.filter(known_as(tenant=tenant, name=words)).values_list("id", flat=True)
    part = words.strip().lower()
    named = (key for key, name in rows.values_list("id", "display_name") if part in name.lower())
    return frozenset(islice(chain(exact, named), limit))


def account_of_login(*, tenant: TenantId, login_id: str) -> UUID | None:
    """Return the account with a login id, or nothing."""
    rows = Account.objects.filter(tenant_id=tenant, login_id=login_id.strip().lower())
    return rows.values_list("id", flat=True).first()


def roles_by_account(
    *, tenant: TenantId, account_ids: Collection[UUID] | None = None
) -> Mapping[UUID, frozenset[Role]]:
    """Return the roles of active accounts, of some or of all."""
    rows = Account.objects.filter(tenant_id=tenant, is_active=True).order_by("login_id")
    if account_ids is not None:
        rows = rows.filter(id__in=account_ids)
    return {
        account_id: frozenset(Role(role) for role in roles) for account_id, roles in rows.values_list("id", "roles")
    }


def is_shared_account(*, tenant: TenantId, account_id: UUID) -> bool:
    """Whether an account is, or was, one that several people use."""
    return SharedAccountException.objects.filter(tenant_id=tenant, account_id=account_id).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountLine:
    """An account, as listed where it is about what its person may do."""

    id: UUID
    login_id: str
    name: str
    roles: frozenset[Role]
    is_active: bool


def account_line(*, tenant: TenantId, account_id: UUID) -> AccountLine:
    """Return one account; raise ``NotFound`` when there is none."""
    row = Account.objects.filter(tenant_id=tenant, id=account_id).first()
    if row is None:
        raise NotFound
    return _line(row)


def search_accounts(
    *, tenant: TenantId, words: str, also: Collection[UUID], offset: int, limit: int
) -> tuple[tuple[AccountLine, ...], int]:
    """Return a page of accounts by login id, and how many there are: those whose name or login id has the words.

    Without words, those who are more than employees, and ``also`` those.
    """
    rows = Account.objects.filter(tenant_id=tenant)
    if not words.split():
        rows = rows.filter(~Q(roles__contained_by=[Role.EMPLOYEE.value]) | Q(id__in=also))
    found = named_accounts(rows, words, order=lambda one: (one.login_id,), by_address=False)
    page = accounts_in_order(tenant=tenant, ids=found[offset : offset + limit])
    return tuple(_line(row) for row in page), len(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNames:
    """What an account is known by."""

    id: UUID
    login_id: str
    email: str | None
    display_name: str


def named_accounts(
    rows: QuerySet[Account], words: str, *, order: Callable[[AccountNames], tuple[str, ...]], by_address: bool = True
) -> list[UUID]:
    """Return those of some accounts whose names have all the words, in an order. Names are sealed: they are read here."""
    found = [
        AccountNames(id=key, login_id=login_id, email=email, display_name=name)
        for key, login_id, email, name in rows.values_list("id", "login_id", "email", "display_name")
    ]
    wanted = [
        one for one in found if has_words(words, (one.login_id, one.email if by_address else None, one.display_name))
    ]
    return [one.id for one in sorted(wanted, key=order)]


def accounts_in_order(*, tenant: TenantId, ids: Sequence[UUID]) -> list[Account]:
    """Return these accounts in this order."""
    rows = {row.id: row for row in Account.objects.filter(tenant_id=tenant, id__in=ids)}
    return [rows[key] for key in ids if key in rows]


def known_as(*, tenant: TenantId, name: str) -> Q:
    """Return the condition for who has this login id or this address."""
    plain = normalised_address(name)
    return Q(login_id=plain) | has_address(tenant=tenant, address=plain)


def has_address(*, tenant: TenantId, address: str) -> Q:
    """Return the condition for who has this address."""
    return Q(**found_by(Account, "email_index", normalised_address(address), tenant=tenant))


def owners_of_name(*, tenant: TenantId, name: str) -> frozenset[UUID]:
    """Return to whom a login id or an address was ever given."""
    rows = LoginName.objects.filter(tenant_id=tenant, **found_by(LoginName, "name_index", name, tenant=tenant))
    return frozenset(rows.values_list("account_id", flat=True))


def _line(row: Account) -> AccountLine:
    return AccountLine(
        id=row.id,
        login_id=row.login_id,
        name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles),
        is_active=row.is_active,
    )
