"""Destroy a person's keys: what they sealed is gone for good, in the rows, in their copies and in the backups."""

import secrets
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.custody.errors import NoSuchKey
from tokimori.foundation.drafts.services import discard_drafts_of
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.models import SubjectKey
from tokimori.foundation.keys.services.ring import forget
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.sealed_fields import BlindIndexField, is_sealed
from tokimori.foundation.tenancy.constraints import TenantWall, Writing

_INDEX_BYTES = 34


@transaction.atomic
def destroy_subject_key(*, actor: Principal, subject_id: UUID, now: datetime) -> int:
    """Destroy every version of a person's key; return how many there were. Proofs about him stay valid.

    An employee and the account that he signs in with are two subjects. What finds his rows exactly is blinded, where rows
    may change; of names that were given for good, the index alone remains. Raises ``NoSuchKey`` where none is left.
    """
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    rows = SubjectKey.objects.filter(tenant_id=tenant, subject_id=subject_id, destroyed_at=None)
    count = rows.update(wrapped=None, destroyed_at=now)
    if not count:
        raise NoSuchKey
    for model in apps.get_models():
        _blind(model, tenant=tenant, subject_id=subject_id)
    discard_drafts_of(tenant=tenant, account_id=subject_id)
    forget(tenant)
    transaction.on_commit(lambda: forget(tenant))
    record_event(EventName.KEY_DESTROYED, actor=actor, subject_id=subject_id, at=now, level="subject", versions=count)
    return count


def _blind(model: type[models.Model], *, tenant: TenantId, subject_id: UUID) -> None:
    """Put something random, or nothing, where rows of a person could be found by what is known about him."""
    indexes = [one for one in model._meta.concrete_fields if isinstance(one, BlindIndexField)]
    walls = [one for one in model._meta.constraints if isinstance(one, TenantWall)]
    if not indexes or any(one.writing is Writing.APPEND for one in walls):
        return
    for index in indexes:
        source = model._meta.get_field(index.source)
        if not is_sealed(source):
            continue
        subject = vars(source)["subject"]
        if subject is not None:
            value = None if index.null else secrets.token_bytes(_INDEX_BYTES)
            rows = model._default_manager.filter(tenant_id=tenant, **{subject: subject_id})
            rows.exclude(**{f"{index.name}__isnull": True}).update(**{index.name: value})
