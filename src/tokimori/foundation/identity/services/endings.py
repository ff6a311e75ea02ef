"""Tell administrators in time that an access token or a network ends: what stops by itself stops at a bad moment."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from tokimori.foundation.access.permissions import RIGHTS_OF_ROLES, Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identity.models import AccessToken, Account, AddressRule
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries import subjects_of
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.notices.services.outbox import mails

TOLD_BEFORE: Final = timedelta(days=14)
_NETWORK_TOLD_BEFORE: Final = timedelta(days=2)
"""Exceptions are short."""
_REMEMBERED: Final = timedelta(days=60)


@transaction.atomic
def tell_of_endings(*, actor: Principal, now: datetime) -> int:
    """Tell those who may renew them which tokens and networks end soon, once each; return how many there were."""
    if not mails():
        return 0
    told = subjects_of(tenant=actor.tenant_id, name=EventName.ENDING_TOLD, since=now - _REMEMBERED)
    tokens = AccessToken.objects.filter(
        tenant_id=actor.tenant_id, revoked_at=None, expires_at__gt=now, expires_at__lte=now + TOLD_BEFORE
    ).exclude(id__in=told)
    networks = AddressRule.objects.filter(
        tenant_id=actor.tenant_id, removed_at=None, expires_at__gt=now, expires_at__lte=now + _NETWORK_TOLD_BEFORE
    ).exclude(id__in=told)
    for token in tokens:
        _tell_all(actor, Permission.ACCESS_TOKEN_WRITE, NoticeKind.TOKEN_ENDS, token.name, token.expires_at, now=now)
    for network in networks:
        ends_at = network.expires_at or now
        _tell_all(actor, Permission.NETWORK_WRITE, NoticeKind.NETWORK_ENDS, network.network, ends_at, now=now)
    return _note_told([*(one.id for one in tokens), *(one.id for one in networks)], actor=actor, now=now)


def _tell_all(
    actor: Principal, permission: Permission, kind: NoticeKind, name: str, ends_at: datetime, *, now: datetime
) -> None:
    for account in _holders(actor, permission):
        tell(account, kind, now=now, useless_from=ends_at, name=name, until=ends_at.isoformat())


def _holders(actor: Principal, permission: Permission) -> QuerySet[Account]:
    """Return the open accounts whose roles give a right."""
    roles = [role.value for role in Role if permission in RIGHTS_OF_ROLES[role]]
    return Account.objects.filter(tenant_id=actor.tenant_id, is_active=True, roles__overlap=roles)


def _note_told(ids: Iterable[UUID], *, actor: Principal, now: datetime) -> int:
    count = 0
    for one in ids:
        record_event(EventName.ENDING_TOLD, actor=actor, subject_id=one, at=now)
        count += 1
    return count
