"""The keys that this process holds, unwrapped, for a short time. What was destroyed elsewhere is gone from here within it.

A key that was made in a transaction which is not yet committed is never held: were it rolled back, values would be sealed
under a key that exists nowhere.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Lock
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection, transaction

from tokimori.foundation import clock
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.keys.errors import CannotUnseal
from tokimori.foundation.keys.models import SubjectKey, TenantKey
from tokimori.foundation.keys.roots import root
from tokimori.foundation.keys.wrapping import KeyUse, context_of, unwrapped_by

MISSES_BEFORE_ALL: Final = 3
"""After so many single look-ups all keys of the company's persons are fetched at once: somebody reads a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldKey:
    """A key that seals: its id, and what it is used with."""

    id: bytes
    cipher: AESGCM
    is_subjects: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexKey:
    """A key of blind indexes."""

    version: int
    key: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class TenantRing:
    """What is held of one company. A destroyed key is held as nothing."""

    until: float
    ciphers: dict[bytes, AESGCM | None] = field(default_factory=dict)
    subjects: dict[UUID, HeldKey | None] = field(default_factory=dict)
    tenant_key: HeldKey | None = None
    index_keys: tuple[IndexKey, ...] = ()
    misses: int = 0
    has_all: bool = False
    """Whether the keys of all persons were fetched at once; what was made afterwards is looked up singly."""


_rings: dict[bytes, TenantRing] = {}
_uncommitted: dict[UUID, Callable[[], None]] = {}
_pending: dict[tuple[TenantId, UUID], HeldKey] = {}
_lock: Final = Lock()


def ring_of(tenant: bytes) -> TenantRing:
    """Return the ring of a company; its own keys are in it, those of persons come when they are needed."""
    held = _rings.get(tenant)
    now = clock.monotonic_seconds()
    if held is not None and held.until > now:
        return held
    ring = TenantRing(until=now + settings.KEY_CACHE_SECONDS)
    _fill(ring, TenantId(UUID(bytes=tenant)))
    with _lock:
        # Companies that nobody asks about any more leave, too.
        for other in [key for key, one in _rings.items() if one.until <= now]:
            del _rings[other]
        _rings[tenant] = ring
    return ring


def opening_cipher(*, tenant: bytes, key_id: bytes) -> AESGCM | None:
    """Return what opens what a key sealed, nothing when it was destroyed; raise ``CannotUnseal`` for unknown keys."""
    ring = ring_of(tenant)
    try:
        return ring.ciphers[key_id]
    except KeyError:
        return _looked_up(ring, TenantId(UUID(bytes=tenant)), UUID(bytes=key_id))


def subject_key(*, tenant: TenantId, subject: UUID) -> HeldKey | None:
    """Return the newest key of a person, if there is one that was not destroyed."""
    pending = _pending.get((tenant, subject))
    if pending is not None and is_there(pending):
        return pending
    ring = ring_of(tenant.bytes)
    if subject in ring.subjects:
        return ring.subjects[subject]
    if _missed_often(ring, tenant) and subject in ring.subjects:
        return ring.subjects[subject]
    row = SubjectKey.objects.filter(tenant_id=tenant, subject_id=subject).order_by("-version").first()
    if row is None:
        return None
    cipher = _subject_cipher(ring, row)
    held = None if cipher is None else HeldKey(id=row.id.bytes, cipher=cipher, is_subjects=True)
    if row.id not in _uncommitted:
        ring.subjects[subject] = held
    return held


def is_destroyed(*, tenant: TenantId, subject: UUID) -> bool:
    """Whether a person's newest key was destroyed."""
    ring = ring_of(tenant.bytes)
    return subject in ring.subjects and ring.subjects[subject] is None


def forget(tenant: TenantId) -> None:
    """Forget what this process holds of a company: its keys have changed."""
    with _lock:
        _rings.pop(tenant.bytes, None)


def forget_everything() -> None:
    """Forget all keys that this process holds."""
    with _lock:
        _rings.clear()


def mark_made(key_ids: Collection[UUID]) -> None:
    """Say that keys are being made in the open transaction: the ring does not hold them until that is committed."""

    def committed() -> None:
        for key_id in key_ids:
            _uncommitted.pop(key_id, None)
        for place in [place for place, held in _pending.items() if UUID(bytes=held.id) not in _uncommitted]:
            _pending.pop(place, None)

    _uncommitted.update(dict.fromkeys(key_ids, committed))
    transaction.on_commit(committed)


def keep_pending(*, tenant: TenantId, subjects: Collection[UUID]) -> None:
    """Keep the keys of these persons that were made in the open transaction at hand, as long as it stands."""
    ring = ring_of(tenant.bytes)
    rows = SubjectKey.objects.filter(tenant_id=tenant, subject_id__in=subjects).order_by("version")
    for row in rows:
        cipher = _subject_cipher(ring, row)
        if row.id in _uncommitted and cipher is not None:
            _pending[tenant, row.subject_id] = HeldKey(id=row.id.bytes, cipher=cipher, is_subjects=True)


def is_there(key: HeldKey) -> bool:
    """Whether a key was committed, or made in what this thread has open and has not taken back."""
    committed = _uncommitted.get(UUID(bytes=key.id))
    return committed is None or any(waiting[1] is committed for waiting in reversed(connection.run_on_commit))


def tenant_cipher(row: TenantKey) -> AESGCM | None:
    """Return what a company's key is used with; nothing when it was destroyed."""
    key = _tenant_key(row)
    return None if key is None else AESGCM(key)


def _tenant_key(row: TenantKey) -> bytes | None:
    if row.wrapped is None:
        return None
    context = context_of(tenant=TenantId(row.tenant_id), key_id=row.id, level=row.use)
    return root().unwrap(bytes(row.wrapped), name=row.root_name, context=context)


def _fill(ring: TenantRing, tenant: TenantId) -> None:
    indexes = []
    for row in TenantKey.objects.filter(tenant_id=tenant).order_by("-version"):
        if row.id in _uncommitted:
            ring.until = 0.0
        key = _tenant_key(row)
        if row.use == KeyUse.INDEX.value:
            if key is not None:
                indexes.append(IndexKey(version=row.version, key=key))
            continue
        cipher = None if key is None else AESGCM(key)
        ring.ciphers[row.id.bytes] = cipher
        if cipher is not None and ring.tenant_key is None:
            ring.tenant_key = HeldKey(id=row.id.bytes, cipher=cipher, is_subjects=False)
    ring.index_keys = tuple(indexes)


def _looked_up(ring: TenantRing, tenant: TenantId, key_id: UUID) -> AESGCM | None:
    if _missed_often(ring, tenant) and key_id.bytes in ring.ciphers:
        return ring.ciphers[key_id.bytes]
    row = SubjectKey.objects.filter(tenant_id=tenant, id=key_id).first()
    if row is None:
        raise CannotUnseal
    cipher = _subject_cipher(ring, row)
    if key_id not in _uncommitted:
        ring.ciphers[key_id.bytes] = cipher
    return cipher


def _missed_often(ring: TenantRing, tenant: TenantId) -> bool:
    """Count a miss; at the first that is one too many hold the keys of all persons, and say so."""
    ring.misses += 1
    if ring.has_all or ring.misses <= MISSES_BEFORE_ALL:
        return False
    _hold_all(ring, tenant)
    ring.has_all = True
    return True


def _hold_all(ring: TenantRing, tenant: TenantId) -> None:
    rows = SubjectKey.objects.filter(tenant_id=tenant).order_by("version")
    names = ("id", "subject_id", "tenant_key_id", "wrapped")
    for key_id, subject, tenant_key_id, wrapped in rows.values_list(*names):
        if key_id in _uncommitted:
            ring.subjects.pop(subject, None)
            continue
        row = SubjectKey(tenant_id=tenant, id=key_id, tenant_key_id=tenant_key_id, wrapped=wrapped)
        cipher = _subject_cipher(ring, row)
        ring.ciphers[key_id.bytes] = cipher
        held = None if cipher is None else HeldKey(id=key_id.bytes, cipher=cipher, is_subjects=True)
        ring.subjects[subject] = held


def _subject_cipher(ring: TenantRing, row: SubjectKey) -> AESGCM | None:
    if row.wrapped is None:
        return None
    above = ring.ciphers.get(row.tenant_key_id.bytes)
    if above is None:
        raise CannotUnseal
    context = context_of(tenant=TenantId(row.tenant_id), key_id=row.id, level="subject")
    try:
        return AESGCM(unwrapped_by(above, bytes(row.wrapped), context=context))
    except InvalidTag as error:
        raise CannotUnseal from error
