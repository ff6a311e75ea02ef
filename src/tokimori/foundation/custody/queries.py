"""What keys there are, how old, and by which methods they seal: the inventory of cryptography."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min, Q

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.keys.models import SealingRun, SubjectKey, TenantKey
from tokimori.foundation.keys.roots import RootFacts, root_facts
from tokimori.foundation.keys.wrapping import KeyUse


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFacts:
    """One key of the company: what it is for, how it works, how old it is. ``state`` is live, retired or destroyed."""

    id: UUID
    use: str
    version: int
    algorithm: str
    root_name: str
    made_at: datetime
    age: timedelta
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKeys:
    """The keys of persons, counted; ``oldest`` is the age of the oldest that still seals."""

    algorithm: str
    live: int
    retired: int
    destroyed: int
    beneath_older_keys: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeysOverview:
    """All keys under which something of the company lies."""

    root: RootFacts
    keys: tuple[KeyFacts, ...]
    subjects: SubjectKeys
    resealing_since: datetime | None
    """When a run that is not finished began."""


def keys_overview(*, actor: Principal, now: datetime) -> KeysOverview:
    """Return what keys there are at a moment; for who may see the company's security rules."""
    authorise(actor, Permission.SECURITY_READ)
    tenant = actor.tenant_id
    rows = list(TenantKey.objects.filter(tenant_id=tenant).order_by("use", "-version"))
    live = [row.id for row in rows if row.use == KeyUse.FIELDS.value and row.retired_at is None]
    counted = SubjectKey.objects.filter(tenant_id=tenant).aggregate(
        live=Count("id", filter=Q(destroyed_at=None, retired_at=None)),
        retired=Count("id", filter=Q(destroyed_at=None, retired_at__isnull=False)),
        destroyed=Count("id", filter=Q(destroyed_at__isnull=False)),
        beneath=Count("id", filter=Q(destroyed_at=None) & ~Q(tenant_key_id__in=live)),
        oldest=Min("made_at", filter=Q(destroyed_at=None, retired_at=None)),
    )
    runs = SealingRun.objects.filter(tenant_id=tenant, finished_at=None).order_by("started_at")
    return KeysOverview(
        root=root_facts(),
        keys=tuple(_facts(row, now=now) for row in rows),
        subjects=SubjectKeys(
            algorithm="AES-256-GCM",
            live=counted["live"],
            retired=counted["retired"],
            destroyed=counted["destroyed"],
            beneath_older_keys=counted["beneath"],
            oldest=now - counted["oldest"] if counted["oldest"] else None,
        ),
        resealing_since=runs.values_list("started_at", flat=True).first(),
    )


def _facts(row: TenantKey, *, now: datetime) -> KeyFacts:
    state = "destroyed" if row.destroyed_at else "retired" if row.retired_at else "live"
    return KeyFacts(
        id=row.id,
        use=row.use,
        version=row.version,
        algorithm="AES-256-GCM" if row.use == KeyUse.FIELDS.value else "HMAC-SHA-256",
        root_name=row.root_name,
        made_at=row.made_at,
        age=now - row.made_at,
        state=state,
    )
