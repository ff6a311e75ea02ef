"""What went wrong at the door, written down for the company although nobody came in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tokimori.foundation.access.principal import nobody
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.identity.carried_secrets import CarriedSecret
from tokimori.foundation.identity.models import AccessToken
from tokimori.foundation.identity.principals import principal_of_token
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.refusals import record_refusal
from tokimori.foundation.tenancy.context import tenant_transaction


class FailedBy(StrEnum):
    """What did not open the door."""

    LINK = "link"
    LOCKED = "locked"
    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 -- a word for what was wrong, not a secret
    UNKNOWN_NAME = "unknown_name"


def note_failed_sign_in(*, tenant_id: TenantId, account_id: UUID | None, by: FailedBy, now: datetime) -> None:
    """Write down that somebody unknown did not come in; ``account_id`` is the account he tried, if there is one."""
    name = EventName.SIGN_IN_LIMITED if by is FailedBy.LOCKED else EventName.SIGN_IN_FAILED
    record_refusal(name, actor=nobody(tenant_id), subject_id=account_id, at=now, by=by.value)


def note_refused_token(*, carried: CarriedSecret, code: str, route: str, now: datetime) -> None:
    """Write down that a machine was refused; which one, if its token is one of the company's, even an ended one."""
    with tenant_transaction(carried.tenant_id):
        token = AccessToken.objects.filter(tenant_id=carried.tenant_id, secret_digest=carried.digest).first()
    actor = principal_of_token(token) if token else nobody(carried.tenant_id)
    record_refusal(EventName.REQUEST_REFUSED, actor=actor, subject_id=None, at=now, code=code, route=route)
