"""Make keys: the company's at its first need, a person's with the first value about him."""

import secrets
from collections.abc import Collection
from uuid import UUID

from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.keys.models import SubjectKey, TenantKey
from tokimori.foundation.keys.roots import KEY_BYTES, root
from tokimori.foundation.keys.services.ring import (
    HeldKey,
    IndexKey,
    forget,
    is_destroyed,
    keep_pending,
    mark_made,
    ring_of,
    subject_key,
)
from tokimori.foundation.keys.wrapping import KeyUse, context_of, wrapped_by


def sealing_key(*, tenant: TenantId, subject: UUID | None) -> HeldKey:
    """Return the key that seals now: the person's, or else the company's; it is made if there is none.

    What is written about somebody whose key was destroyed is sealed under the company's: his stays destroyed.
    """
    if subject is not None:
        held = subject_key(tenant=tenant, subject=subject)
        if held is None and not is_destroyed(tenant=tenant, subject=subject):
            make_subject_keys(tenant=tenant, subjects=[subject])
            held = subject_key(tenant=tenant, subject=subject)
        if held is not None:
            return held
    ring = ring_of(tenant.bytes)
    if ring.tenant_key is None:
        make_tenant_key(tenant=tenant, use=KeyUse.FIELDS, version=1)
        ring = ring_of(tenant.bytes)
    if ring.tenant_key is None:
        raise AssertionError("A key that was just made must be there.")
    return ring.tenant_key


def index_keys(*, tenant: TenantId) -> tuple[IndexKey, ...]:
    """Return the company's keys of blind indexes, newest first: that one writes, all of them are looked for."""
    ring = ring_of(tenant.bytes)
    if not ring.index_keys:
        make_tenant_key(tenant=tenant, use=KeyUse.INDEX, version=1)
        ring = ring_of(tenant.bytes)
    return ring.index_keys


def make_tenant_key(*, tenant: TenantId, use: KeyUse, version: int) -> UUID | None:
    """Make a version of a company's key; return its id, or nothing where another process was first."""
    made_at, key_id = clock.now(), new_id()
    context = context_of(tenant=tenant, key_id=key_id, level=use.value)
    name, wrapped = root().wrap(secrets.token_bytes(KEY_BYTES), context=context)
    row = TenantKey(
        tenant_id=tenant,
        id=key_id,
        use=use.value,
        version=version,
        wrapped=wrapped,
        root_name=name,
        made_at=made_at,
    )
    mark_made([key_id])
    TenantKey.objects.bulk_create([row], ignore_conflicts=True)
    forget(tenant)
    return key_id if TenantKey.objects.filter(tenant_id=tenant, id=key_id).exists() else None


def make_subject_keys(*, tenant: TenantId, subjects: Collection[UUID], version: int = 1) -> None:
    """Make a version of a key for each of these persons, in one statement; who has it keeps it."""
    above = sealing_key(tenant=tenant, subject=None)
    made_at = clock.now()
    rows = []
    for subject in sorted(set(subjects)):
        key_id = new_id()
        context = context_of(tenant=tenant, key_id=key_id, level="subject")
        rows.append(
            SubjectKey(
                tenant_id=tenant,
                id=key_id,
                subject_id=subject,
                version=version,
                tenant_key_id=UUID(bytes=above.id),
                wrapped=wrapped_by(above.cipher, secrets.token_bytes(KEY_BYTES), context=context),
                made_at=made_at,
            )
        )
    if not rows:
        return
    mark_made([row.id for row in rows])
    SubjectKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    keep_pending(tenant=tenant, subjects=[row.subject_id for row in rows])
