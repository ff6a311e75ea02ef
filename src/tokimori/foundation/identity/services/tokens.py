"""Access tokens of machines."""

from datetime import datetime

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import CarriedSecret, new_carried_secret, secret_digest
from tokimori.foundation.identity.errors import TokenNotUsable
from tokimori.foundation.identity.models import AccessToken
from tokimori.foundation.identity.principals import principal_of_token
from tokimori.foundation.identity.services.addresses import address_columns, admit, known_addresses, visit_of_token
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

TOKEN_PREFIX = "tkm"  # noqa: S105 -- the mark by which such secrets are known, not one


@transaction.atomic
def issue_access_token(
    *, actor: Principal, name: str, rights: frozenset[Permission], expires_at: datetime, now: datetime
) -> str:
    """Return the secret of a new token; it is shown this once."""
    authorise(actor, Permission.SETUP_WRITE)
    secret = new_carried_secret(prefix=TOKEN_PREFIX, tenant_id=actor.tenant_id)
    token = AccessToken.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        name=name,
        secret_digest=secret_digest(secret),
        rights=sorted(rights),
        issued_at=now,
        expires_at=expires_at,
    )
    record_event(EventName.ACCESS_TOKEN_ISSUED, actor=actor, subject_id=token.id, at=now)
    return secret


def principal_of_access_token(*, carried: CarriedSecret, address: str, now: datetime) -> Principal:
    """Return the machine that carries the token; raise ``TokenNotUsable`` when it is unknown, expired or revoked.

    Raise ``AddressRefused`` when it comes from where the company's rules for the API, or its own networks, keep it out.
    """
    token = (
        AccessToken.objects.filter(
            tenant_id=carried.tenant_id, secret_digest=carried.digest, revoked_at=None, expires_at__gt=now
        )
        .annotate(**address_columns(actor_column="id", now=now))
        .first()
    )
    if token is None:
        raise TokenNotUsable
    actor = principal_of_token(token)
    visit = visit_of_token(actor, address=address)
    admit(visit, known=known_addresses(token), own_networks=token.networks, now=now)
    return actor
