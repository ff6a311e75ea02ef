"""What was decided about keeping records, for who reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.retention.models import LegalHold, RetentionCertificate
from tokimori.foundation.retention.periods import RecordKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold that was not lifted; with a person it is one account's or employee's.

    Days say which records, both included; without them all. Where somebody asked to lift it, ``asked_at`` and ``asked_by``
    say who and when.
    """

    id: UUID
    kind: RecordKind
    person_id: UUID | None
    reason: str
    covers_from: date | None
    covers_until: date | None
    placed_at: datetime
    placed_by: UUID | None
    asked_at: datetime | None
    asked_by: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateView:
    """What a run took away: rows of each table, from when to when, and the digest of their keys in hexadecimal."""

    id: UUID
    kind: RecordKind
    before: datetime
    counts: Mapping[str, int]
    made_at: datetime
    first_at: datetime | None
    last_at: datetime | None
    digest: str
    countries: frozenset[str] | None
    """Of the company when it was made; the first certificates do not say."""

    @property
    def rows(self) -> int:
        """Return how many rows went, or lost their details."""
        return sum(self.counts.values())


def holds(*, actor: Principal) -> tuple[HoldView, ...]:
    """Return the holds that hold, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    rows = LegalHold.objects.filter(tenant_id=actor.tenant_id, lifted_at=None).order_by("-placed_at", "-id")
    return tuple(
        HoldView(
            id=row.id,
            kind=RecordKind(row.record_kind),
            person_id=row.person_id,
            reason=row.reason,
            covers_from=row.covers_from,
            covers_until=row.covers_until,
            placed_at=row.placed_at,
            placed_by=row.placed_by,
            asked_at=row.lifting_asked_at,
            asked_by=row.lifting_asked_by,
        )
        for row in rows
    )


def certificates(*, actor: Principal, most: int) -> tuple[CertificateView, ...]:
    """Return the latest certificates, the newest first."""
    authorise(actor, Permission.SECURITY_READ)
    rows = RetentionCertificate.objects.filter(tenant_id=actor.tenant_id).order_by("-made_at", "-id")[:most]
    return tuple(
        CertificateView(
            id=row.id,
            kind=RecordKind(row.record_kind),
            before=row.before,
            counts=row.counts,
            made_at=row.made_at,
            first_at=row.first_at,
            last_at=row.last_at,
            digest=bytes(row.digest).hex() if row.digest else "",
            countries=None if row.countries is None else frozenset(row.countries),
        )
        for row in rows
    )


def details_gone_before(*, tenant: TenantId) -> datetime | None:
    """Return the instant before which certificates say that events have lost their details; nothing where none did."""
    return gone_before(tenant=tenant, kind=RecordKind.EVENTS)


def gone_before(*, tenant: TenantId, kind: RecordKind) -> datetime | None:
    """Return the latest instant before which certificates say that records of a kind went; nothing where none did."""
    rows = RetentionCertificate.objects.filter(tenant_id=tenant, record_kind=kind.value)
    return rows.order_by("-before").values_list("before", flat=True).first()
