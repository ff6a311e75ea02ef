"""Access tokens of machines: issued, renewed, revoked by people; known again at each request."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role, rights_of
from tokimori.foundation.access.principal import Principal, PrincipalKind
from tokimori.foundation.access.scopes import Scope, rights_of_scopes, scopes_within
from tokimori.foundation.client_address import Network
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.identity.carried_rows import carried_row
from tokimori.foundation.identity.carried_secrets import CarriedSecret, new_carried_secret, secret_digest
from tokimori.foundation.identity.errors import (
    TokenBeyondOwnRights,
    TokenNotUsable,
    TokenNotValid,
    TokenOver,
    TokenSuspended,
    TokenWrongAddress,
)
from tokimori.foundation.identity.models import AccessToken, Account
from tokimori.foundation.identity.principals import principal_of_token
from tokimori.foundation.identity.services.addresses import (
    ADDRESS_COLUMNS,
    AddressRefused,
    admit,
    known_addresses,
    note_refused_address,
    visit_of_token,
)
from tokimori.foundation.identity.token_networks import is_within
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.foundation.vouching.models import TokenIssuer

TOKEN_PREFIX: Final = "tkm"  # noqa: S105 -- the mark by which such secrets are known, not one
LONGEST_NAME: Final = 80
LONGEST_LIFE: Final = timedelta(days=365)
LONGEST_OVERLAP: Final = timedelta(days=7)
_LONGEST_ADDRESS: Final = 45
_USE_IS_NOTED_EVERY: Final = timedelta(seconds=60)
_CARRIED: Final = (
    # The parts are constants; every value is a parameter.
    """
    select came.*,
           (select jsonb_build_object('id', account.id, 'is_active', account.is_active, 'roles', account.roles)
              from vouching_tokenissuer as issued
              join identity_account as account on account.tenant_id = issued.tenant_id and account.id = issued.account_id
             where issued.tenant_id = came.tenant_id and issued.token_id = came.id) as issuer_now,
    """  # noqa: S608 -- as above
    + ADDRESS_COLUMNS
    + """
      from (select *, id as actor_id from identity_accesstoken) as came
     where came.tenant_id = %(tenant)s and came.secret_digest = %(digest)s
       and came.revoked_at is null and came.expires_at > %(now)s
    """
)
"""A token that is valid now, with its issuer and with what is known of addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """What a token is for, where it may be used from (anywhere, when no network is named), and when it ends."""

    name: str
    scopes: frozenset[Scope]
    networks: tuple[Network, ...] = ()
    expires_at: datetime


class Standing(StrEnum):
    """Whether somebody still answers for a token: it rests while its issuer is not there or may not do what it does."""

    HELD = "held"
    ISSUER_CLOSED = "issuer_closed"
    ISSUER_LACKS_RIGHT = "issuer_lacks_right"
    ISSUER_UNKNOWN = "issuer_unknown"
    """Made by the service itself, or before issuers were kept. It works, and is better renewed by somebody."""

    @property
    def is_suspended(self) -> bool:
        """Whether the token opens nothing at present."""
        return self in {Standing.ISSUER_CLOSED, Standing.ISSUER_LACKS_RIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token as people see it; its secret is known to nobody any more. ``may_renew`` is about the reader."""

    id: UUID
    name: str
    issuer_id: UUID | None
    standing: Standing
    scopes: frozenset[Scope]
    networks: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None
    last_used_from: str
    last_refused_at: datetime | None
    last_refused_from: str
    is_renewed: bool
    may_renew: bool


@transaction.atomic
def issue_token(*, actor: Principal, token: NewToken, now: datetime) -> str:
    """Return the secret of a new token; it is shown this once. Nobody gives a token more than he may do himself."""
    authorise(actor, Permission.ACCESS_TOKEN_WRITE)
    name = token.name.strip()
    is_named = 0 < len(name) <= LONGEST_NAME and name.isprintable()
    if not is_named or not token.scopes or not now < token.expires_at <= now + LONGEST_LIFE:
        raise TokenNotValid
    rights = rights_of_scopes(token.scopes)
    _require_own(actor, rights)
    networks = [str(network) for network in token.networks]
    row = AccessToken(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        name=name,
        rights=sorted(rights),
        networks=networks,
        issued_at=now,
        expires_at=token.expires_at,
    )
    secret = _keep(row, actor=actor, now=now)
    record_event(EventName.ACCESS_TOKEN_ISSUED, actor=actor, subject_id=row.id, at=now)
    return secret


@transaction.atomic
def rotate_token(*, actor: Principal, token_id: UUID, overlap: timedelta, now: datetime) -> str:
    """Return the secret of a token's successor, which may do the same from the same places for as long again.

    The old one ends after the overlap, of at most a week, in which the machine is given the new one. Raise ``TokenOver``
    for one that has ended or has a successor already, and ``TokenBeyondOwnRights`` as at its issue.
    """
    authorise(actor, Permission.ACCESS_TOKEN_WRITE)
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise TokenNotValid
    old = _locked(actor, token_id)
    is_renewed = AccessToken.objects.filter(tenant_id=actor.tenant_id, replaces_id=old.id).exists()
    if old.revoked_at is not None or old.expires_at <= now or is_renewed:
        raise TokenOver
    _require_own(actor, frozenset(Permission(right) for right in old.rights))
    row = AccessToken(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        name=old.name,
        rights=old.rights,
        networks=old.networks,
        issued_at=now,
        expires_at=now + min(old.expires_at - old.issued_at, LONGEST_LIFE),
        replaces_id=old.id,
    )
    secret = _keep(row, actor=actor, now=now)
    ends_at = min(old.expires_at, now + overlap)
    AccessToken.objects.filter(tenant_id=actor.tenant_id, id=old.id).update(expires_at=ends_at)
    record_event(EventName.ACCESS_TOKEN_ROTATED, actor=actor, subject_id=old.id, at=now, successor=str(row.id))
    return secret


@transaction.atomic
def revoke_token(*, actor: Principal, token_id: UUID, now: datetime) -> None:
    """End a token at once; one that has ended stays as it is."""
    authorise(actor, Permission.ACCESS_TOKEN_WRITE)
    token = _locked(actor, token_id)
    if token.revoked_at is not None:
        return
    AccessToken.objects.filter(tenant_id=actor.tenant_id, id=token.id).update(revoked_at=now)
    record_event(EventName.ACCESS_TOKEN_REVOKED, actor=actor, subject_id=token.id, at=now)


def tokens_of(*, actor: Principal) -> tuple[TokenView, ...]:
    """Return every token of the company, the newest first."""
    authorise(actor, Permission.ACCESS_TOKEN_WRITE)
    found = AccessToken.objects.filter(tenant_id=actor.tenant_id).annotate(issuer=_issuer())
    rows = list(found.order_by("-issued_at", "-id"))
    renewed = {row.replaces_id for row in rows}
    return tuple(_view(row, actor=actor, is_renewed=row.id in renewed) for row in rows)


def token_of(*, actor: Principal, token_id: UUID) -> TokenView:
    """Return one token of the company; raise ``NotFound`` for any other."""
    found = [token for token in tokens_of(actor=actor) if token.id == token_id]
    if not found:
        raise NotFound
    return found[0]


@contextmanager
def machine_transaction(*, carried: CarriedSecret, address: str, now: datetime) -> Iterator[Principal]:
    """Open the tenant of a token for the machine that carries it.

    Where it comes from is noted although everything else about a refused request is forgotten.
    """
    try:
        with tenant_transaction(carried.tenant_id):
            yield principal_of_access_token(carried=carried, address=address, now=now)
    except TokenWrongAddress:
        with tenant_transaction(carried.tenant_id):
            note_wrong_address(carried=carried, address=address, now=now)
        raise
    except AddressRefused as refusal:
        note_refused_address(refusal, now=now)
        raise


def principal_of_access_token(*, carried: CarriedSecret, address: str, now: datetime) -> Principal:
    """Return the machine that carries the token, and note its use at most once a minute.

    Raise ``TokenNotUsable`` when the token is unknown, expired or revoked, ``TokenSuspended`` when whoever issued it is
    closed or may no longer do himself what it does, ``TokenWrongAddress`` when it is right, but
    comes from outside of its networks, and ``AddressRefused`` when the company's rules for the API keep it out: whoever
    holds it should learn what to mend.
    """
    found = carried_row(AccessToken, _CARRIED, carried=carried, now=now)
    if found is None:
        raise TokenNotUsable
    token, issuer = found.row, found.beside["issuer_now"]
    if _standing(token, issuer=None if issuer is None else json.loads(issuer)).is_suspended:
        raise TokenSuspended
    if token.networks and not is_within(address, token.networks):
        raise TokenWrongAddress
    actor = principal_of_token(token)
    admit(visit_of_token(actor, address=address), known=known_addresses(found.beside), now=now)
    if token.last_used_at is None or token.last_used_at < now - _USE_IS_NOTED_EVERY:
        _note(token.tenant_id, token.id, "last_used", address=address, now=now)
    return actor


def note_wrong_address(*, carried: CarriedSecret, address: str, now: datetime) -> None:
    """Keep and record, at most once a minute, that a token was shown from where it may not be used."""
    token = AccessToken.objects.filter(tenant_id=carried.tenant_id, secret_digest=carried.digest).first()
    if token is not None and _note(token.tenant_id, token.id, "last_refused", address=address, now=now):
        record_event(EventName.ADDRESS_REFUSED, actor=principal_of_token(token), subject_id=token.id, at=now)


def _note(tenant_id: UUID, token_id: UUID, what: str, *, address: str, now: datetime) -> bool:
    """Write the time and the address down, unless somebody just did or is about to: no request waits for another's note."""
    is_due = Q(**{f"{what}_at": None}) | Q(**{f"{what}_at__lt": now - _USE_IS_NOTED_EVERY})
    rows = AccessToken.objects.filter(is_due, tenant_id=TenantId(tenant_id), id=token_id)
    if rows.select_for_update(skip_locked=True, no_key=True).values_list("id", flat=True).first() is None:
        return False
    noted = {f"{what}_at": now, f"{what}_from": address[:_LONGEST_ADDRESS]}
    AccessToken.objects.filter(tenant_id=tenant_id, id=token_id).update(**noted)
    return True


def _keep(row: AccessToken, *, actor: Principal, now: datetime) -> str:
    secret = new_carried_secret(prefix=TOKEN_PREFIX, tenant_id=TenantId(row.tenant_id))
    row.secret_digest = secret_digest(secret)
    row.save(force_insert=True)
    if actor.kind is PrincipalKind.PERSON and actor.account_id is not None:
        TokenIssuer.objects.create(
            tenant_id=row.tenant_id, id=new_id(at=now), token_id=row.id, account_id=actor.account_id, issued_at=now
        )
    return secret


def _issuer() -> Subquery:
    """Return what to read beside a token: whose it is, and what that account is now."""
    issued = TokenIssuer.objects.filter(tenant_id=OuterRef(OuterRef("tenant_id")), token_id=OuterRef(OuterRef("id")))
    accounts = Account.objects.filter(tenant_id=OuterRef("tenant_id"), id=Subquery(issued.values("account_id")[:1]))
    return Subquery(accounts.values(row=JSONObject(id="id", is_active="is_active", roles="roles"))[:1])


def _standing(row: AccessToken, *, issuer: Mapping[str, Any] | None) -> Standing:
    """Return whether the issuer, read by ``_issuer`` or ``_CARRIED``, still answers for the token."""
    if issuer is None:
        return Standing.ISSUER_UNKNOWN
    if not issuer["is_active"]:
        return Standing.ISSUER_CLOSED
    held = rights_of(frozenset(Role(one) for one in issuer["roles"]))
    needed = frozenset(Permission(right) for right in row.rights) | {Permission.ACCESS_TOKEN_WRITE}
    return Standing.HELD if needed <= held else Standing.ISSUER_LACKS_RIGHT


def _locked(actor: Principal, token_id: UUID) -> AccessToken:
    rows = AccessToken.objects.filter(tenant_id=actor.tenant_id, id=token_id)
    token = rows.select_for_update(no_key=True).first()
    if token is None:
        raise NotFound
    return token


def _require_own(actor: Principal, rights: frozenset[Permission]) -> None:
    if not rights <= actor.rights:
        raise TokenBeyondOwnRights


def _view(row: AccessToken, *, actor: Principal, is_renewed: bool) -> TokenView:
    rights = frozenset(Permission(right) for right in row.rights)
    issuer = vars(row)["issuer"]
    return TokenView(
        id=row.id,
        name=row.name,
        issuer_id=UUID(issuer["id"]) if issuer else None,
        standing=_standing(row, issuer=issuer),
        scopes=scopes_within(rights),
        networks=tuple(row.networks),
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        last_used_from=row.last_used_from,
        last_refused_at=row.last_refused_at,
        last_refused_from=row.last_refused_from,
        is_renewed=is_renewed,
        may_renew=rights <= actor.rights,
    )
