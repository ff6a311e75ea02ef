"""Rotate keys, level by level. Nothing stops meanwhile: the new version seals, the older ones stay to read."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.custody.errors import NoSuchKey
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.models import SubjectKey, TenantKey
from tokimori.foundation.keys.roots import root
from tokimori.foundation.keys.services.making import make_subject_keys, make_tenant_key, sealing_key
from tokimori.foundation.keys.services.ring import forget, ring_of
from tokimori.foundation.keys.wrapping import KeyUse, context_of, unwrapped_by, wrapped_by
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

_AT_ONCE = 1000


@transaction.atomic
def make_company_keys(*, actor: Principal, now: datetime) -> None:
    """Make the company's first keys, where it has none: one that seals, one for blind indexes."""
    authorise(actor, Permission.SETUP_WRITE)
    for use in KeyUse:
        if TenantKey.objects.filter(tenant_id=actor.tenant_id, use=use.value).exists():
            continue
        key_id = make_tenant_key(tenant=actor.tenant_id, use=use, version=1)
        record_event(EventName.KEY_MADE, actor=actor, subject_id=key_id, at=now, level=use.value, version=1)


@transaction.atomic
def rotate_tenant_key(*, actor: Principal, use: KeyUse, now: datetime) -> int:
    """Give the company the next version of a key, and return its number.

    What older versions sealed is sealed anew by ``continue_resealing``; what they indexed stays findable, since every
    version is looked for.
    """
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    rows = TenantKey.objects.filter(tenant_id=tenant, use=use.value).select_for_update(no_key=True)
    version = max((row.version for row in rows), default=0) + 1
    rows.filter(retired_at=None).update(retired_at=now)
    key_id = make_tenant_key(tenant=tenant, use=use, version=version)
    _forget_at_last(tenant)
    record_event(EventName.KEY_ROTATED, actor=actor, subject_id=key_id, at=now, level=use.value, version=version)
    return version


@transaction.atomic
def rotate_subject_key(*, actor: Principal, subject_id: UUID, now: datetime) -> int:
    """Give a person the next version of his key, and return its number; raise ``NoSuchKey`` where he has none left."""
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    rows = SubjectKey.objects.filter(tenant_id=tenant, subject_id=subject_id)
    newest = rows.select_for_update(no_key=True).order_by("-version").first()
    if newest is None or newest.destroyed_at is not None:
        raise NoSuchKey
    rows.filter(retired_at=None).update(retired_at=now)
    make_subject_keys(tenant=tenant, subjects=[subject_id], version=newest.version + 1)
    _forget_at_last(tenant)
    version = newest.version + 1
    record_event(EventName.KEY_ROTATED, actor=actor, subject_id=subject_id, at=now, level="subject", version=version)
    return version


@transaction.atomic
def rewrap_under_root(*, actor: Principal, now: datetime) -> int:
    """Wrap the company's keys under the newest root key; return how many were not. Values are left as they are."""
    authorise(actor, Permission.SETUP_WRITE)
    tenant, newest = actor.tenant_id, root().current_name
    rows = TenantKey.objects.filter(tenant_id=tenant, destroyed_at=None).exclude(root_name=newest)
    changed = 0
    for row in rows.select_for_update(no_key=True):
        context = context_of(tenant=tenant, key_id=row.id, level=row.use)
        key = root().unwrap(bytes(row.wrapped or b""), name=row.root_name, context=context)
        row.root_name, row.wrapped = root().wrap(key, context=context)
        row.save(update_fields=["root_name", "wrapped"])
        changed += 1
    if changed:
        _forget_at_last(tenant)
        record_event(EventName.KEY_ROTATED, actor=actor, subject_id=None, at=now, level="root", keys=changed)
    return changed


@transaction.atomic
def rewrap_subject_keys(*, actor: Principal, at_once: int = _AT_ONCE) -> int:
    """Wrap some keys of persons under the company's newest; return how many were not: none is left when it is none."""
    authorise(actor, Permission.SETUP_WRITE)
    tenant = actor.tenant_id
    newest = sealing_key(tenant=tenant, subject=None)
    ring = ring_of(tenant.bytes)
    rows = SubjectKey.objects.filter(tenant_id=tenant, destroyed_at=None).exclude(tenant_key_id=UUID(bytes=newest.id))
    stale = list(rows.select_for_update(no_key=True).order_by("id")[:at_once])
    for row in stale:
        above = ring.ciphers[row.tenant_key_id.bytes]
        if above is None:
            continue  # its key was destroyed: so is this one
        context = context_of(tenant=tenant, key_id=row.id, level="subject")
        key = unwrapped_by(above, bytes(row.wrapped or b""), context=context)
        row.wrapped = wrapped_by(newest.cipher, key, context=context)
        row.tenant_key_id = UUID(bytes=newest.id)
    SubjectKey.objects.bulk_update(stale, ["wrapped", "tenant_key_id"], batch_size=500)
    return len(stale)


def _forget_at_last(tenant: TenantId) -> None:
    """Let this process read the keys anew, now and when the others can see what changed."""
    forget(tenant)
    transaction.on_commit(lambda: forget(tenant))
