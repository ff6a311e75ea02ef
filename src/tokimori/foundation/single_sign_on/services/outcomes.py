"""Whose account somebody is whom a provider vouches for: decided without writing, so that a test shows the same."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.models import Account, ExternalIdentity, IdentityProvider
from tokimori.foundation.identity.principals import roles_of
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.queries import has_address, owners_of_name
from tokimori.foundation.identity.security_rules import ADMINISTRATORS
from tokimori.foundation.single_sign_on.values import Arrival, LinksBy, SecondFactor

_LOGIN_ID: Final = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
_TWO_FACTORS: Final = frozenset(
    {
        "mfa",  # RFC 8176
        "phr",  # OpenID Connect Extended Authentication Profile
        "phrh",
        "https://refeds.org/profile/mfa",
        "http://schemas.microsoft.com/claims/multipleauthn",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
    }
)
"""Names under which providers everywhere say that they asked for more than one factor."""


class What(StrEnum):
    """What happens to somebody who arrives."""

    KNOWN = "known"
    LINKED = "linked"
    CREATED = "created"
    REFUSED = "refused"


class Why(StrEnum):
    """Why somebody is refused although his provider vouches for him; for the administrator's eyes alone."""

    NOTHING = ""
    ACCOUNT_CLOSED = "account_closed"
    ADMINISTRATOR = "administrator"
    LINK_ENDED = "link_ended"
    LINKED_OTHERWISE = "linked_otherwise"
    UNKNOWN = "unknown"
    NO_NAME = "no_name"
    NAME_TAKEN = "name_taken"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happens, to which account, under which name a new one would be made, and what was proved."""

    what: What
    why: Why = Why.NOTHING
    account_id: UUID | None = None
    login_id: str = ""
    proofs: frozenset[Proof] = frozenset()


def decide(provider: IdentityProvider, arrival: Arrival) -> Outcome:
    """Return what happens to somebody who arrives: by his link, else by a name that may be vouched for, else anew."""
    proofs = proofs_of(provider, arrival)
    link = ExternalIdentity.objects.filter(
        tenant_id=provider.tenant_id, provider_id=provider.id, subject=arrival.subject
    ).first()
    if link is not None and link.ended_at is None:
        if not _accounts(provider).filter(id=link.account_id, is_active=True).exists():
            return Outcome(what=What.REFUSED, why=Why.ACCOUNT_CLOSED, account_id=link.account_id)
        return Outcome(what=What.KNOWN, account_id=link.account_id, proofs=proofs)
    named = _by_name(provider, arrival)
    if link is not None and (named is None or named.id != link.account_id):
        return Outcome(what=What.REFUSED, why=Why.LINK_ENDED, account_id=link.account_id)
    if named is not None:
        return _linked(provider, named, proofs)
    if not provider.creates_accounts:
        return Outcome(what=What.REFUSED, why=Why.UNKNOWN)
    return _created(provider, arrival, proofs)


def proofs_of(provider: IdentityProvider, arrival: Arrival) -> frozenset[Proof]:
    """Return what signing in with a provider proved: itself, and two factors where it says so or is known for it."""
    counts = SecondFactor(provider.second_factor)
    says_so = bool((_TWO_FACTORS | set(provider.strong_contexts)) & set(arrival.contexts))
    is_strong = counts is SecondFactor.ALWAYS or (counts is SecondFactor.TOLD and says_so)
    return frozenset({Proof.SINGLE_SIGN_ON, Proof.PROVIDER_FACTORS} if is_strong else {Proof.SINGLE_SIGN_ON})


def vouched_address(provider: IdentityProvider, arrival: Arrival) -> str | None:
    """Return the address, if it is of a domain that the company lets this provider vouch for."""
    if arrival.address is None or arrival.address.rsplit("@", 1)[1] not in provider.domains:
        return None
    return arrival.address


def _by_name(provider: IdentityProvider, arrival: Arrival) -> Account | None:
    tenant = TenantId(provider.tenant_id)
    match LinksBy(provider.links_by):
        case LinksBy.ADDRESS:
            address = vouched_address(provider, arrival)
            return _accounts(provider).filter(has_address(tenant=tenant, address=address)).first() if address else None
        case LinksBy.LOGIN_ID:
            name = _login_id(arrival.login_name)
            return _accounts(provider).filter(login_id=name).first() if name else None
        case LinksBy.NOTHING:
            return None


def _linked(provider: IdentityProvider, account: Account, proofs: frozenset[Proof]) -> Outcome:
    if not account.is_active:
        return Outcome(what=What.REFUSED, why=Why.ACCOUNT_CLOSED, account_id=account.id)
    # A name that people can choose at the provider must not make an administrator of anybody; a verified address may.
    is_chosen = LinksBy(provider.links_by) is LinksBy.LOGIN_ID
    if is_chosen and roles_of(account) & ADMINISTRATORS:
        return Outcome(what=What.REFUSED, why=Why.ADMINISTRATOR, account_id=account.id)
    # He has come as another subject before: an address that was given to somebody new there opens nobody's account here.
    others = ExternalIdentity.objects.filter(
        tenant_id=provider.tenant_id, provider_id=provider.id, account_id=account.id, ended_at=None
    )
    if others.exists():
        return Outcome(what=What.REFUSED, why=Why.LINKED_OTHERWISE, account_id=account.id)
    return Outcome(what=What.LINKED, account_id=account.id, proofs=proofs)


def _created(provider: IdentityProvider, arrival: Arrival, proofs: frozenset[Proof]) -> Outcome:
    address = vouched_address(provider, arrival)
    wanted = arrival.login_name if LinksBy(provider.links_by) is LinksBy.LOGIN_ID else address or ""
    name = _login_id(wanted)
    if not name:
        return Outcome(what=What.REFUSED, why=Why.NO_NAME)
    tenant = TenantId(provider.tenant_id)
    if any(owners_of_name(tenant=tenant, name=one) for one in {name, address} if one):
        return Outcome(what=What.REFUSED, why=Why.NAME_TAKEN)
    return Outcome(what=What.CREATED, login_id=name, proofs=proofs)


def _login_id(text: str) -> str:
    """Return a name in the form of a login id, or nothing when it has none."""
    plain = text.strip().lower()
    return plain if _LOGIN_ID.fullmatch(plain) else ""


def _accounts(provider: IdentityProvider) -> QuerySet[Account]:
    return Account.objects.filter(tenant_id=provider.tenant_id)
