"""Count what is over its time, take it away, and attest it. Ledger events are not among it: they are never taken away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.retention.models import LegalHold, RetentionCertificate
from tokimori.foundation.retention.periods import RecordKind, kept_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of a kind is over its time: rows of each table that are older than ``before``; ``is_held`` keeps them."""

    kind: RecordKind
    before: datetime
    counts: Mapping[str, int]
    is_held: bool


def preview(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[Due, ...]:
    """Return what a run would take away now, for a company with sites in these countries; nothing is changed."""
    authorise(actor, Permission.SECURITY_READ)
    return tuple(_due(actor.tenant_id, kind, countries=countries, now=now) for kind in RecordKind)


@transaction.atomic
def take_away(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[UUID, ...]:
    """Take away what is over its time and not held; return the keys of the certificates. Nothing due makes none."""
    authorise(actor, Permission.SETUP_WRITE)
    made = []
    for kind in RecordKind:
        due = _due(actor.tenant_id, kind, countries=countries, now=now)
        if due.is_held or not any(due.counts.values()):
            continue
        with connection.cursor() as cursor:
            cursor.execute("select kind, gone from tokimori.forget_sign_in_records(%s)", [due.before])
            gone = {name: count for name, count in cursor.fetchall() if count}
        row = RetentionCertificate(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            record_kind=kind.value,
            before=due.before,
            counts=gone,
            made_at=now,
        )
        row.save(force_insert=True)
        record_event(
            EventName.RETENTION_RUN,
            actor=actor,
            subject_id=row.id,
            at=now,
            kind=kind.value,
            before=due.before.isoformat(),
            rows=sum(gone.values()),
        )
        made.append(row.id)
    return tuple(made)


def _due(tenant: TenantId, kind: RecordKind, *, countries: Collection[str], now: datetime) -> Due:
    before = kept_until(kind, countries=countries, now=now)
    with connection.cursor() as cursor:
        cursor.execute("select kind, due from tokimori.sign_in_records_due(%s)", [before])
        counts = dict(cursor.fetchall())
    is_held = LegalHold.objects.filter(tenant_id=tenant, record_kind=kind.value, lifted_at=None).exists()
    return Due(kind=kind, before=before, counts=counts, is_held=is_held)
