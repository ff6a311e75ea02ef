"""Reads about accounts."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import AccessToken, Account
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
    plain = normalised_address(name)
    rows = Account.objects.filter(Q(login_id=plain) | Q(email=plain), tenant_id=tenant, is_active=True)
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
    name = normalised_address(words)
    wanted = Q(login_id=name) | Q(email=name) | Q(display_name__icontains=words.strip())
    return frozenset(Account.objects.filter(wanted, tenant_id=tenant).values_list("id", flat=True)[:limit])
