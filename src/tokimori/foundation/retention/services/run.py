"""Count what is over its time, take it away, and attest it.

Rows of the ledger stay: what goes by age is what an event tells besides its leaf. Its place in the log and every proof hold
without it, since the leaf commits to it by a hash alone.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
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

STEP: Final = 5_000
"""So many events lose their details in one transaction; a run that is cut off goes on with the next."""
EVENTS_TABLE: Final = "ledger_ledgerevent"
_ONE_MOMENT: Final = timedelta(milliseconds=1)
"""Within a millisecond the keys of events have no order in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of a kind is over its time: rows of each table that are older than ``before``.

    ``is_held`` keeps all of them; ``held`` counts them then. ``first_at`` and ``last_at`` are known
    of events alone.
    """

    kind: RecordKind
    before: datetime
    counts: Mapping[str, int]
    is_held: bool
    held: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def rows(self) -> int:
        """Return how many rows a run takes away."""
        return 0 if self.is_held else sum(self.counts.values())


def preview(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[Due, ...]:
    """Return what a run would take away now, for a company with sites in these countries; nothing is changed."""
    authorise(actor, Permission.SECURITY_READ)
    return tuple(due_of(actor.tenant_id, kind, countries=countries, now=now) for kind in RecordKind)


@transaction.atomic
def take_away(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[UUID, ...]:
    """Take away what is over its time and not held: old records of sign-in, and one step of the details of events.

    Return the keys of the certificates; when nothing is due any more there are none. Whoever has much to take away repeats
    it, each time in a transaction of its own, so that a run that is cut off has lost nothing and takes nothing twice.
    """
    authorise(actor, Permission.SETUP_WRITE)
    steps = (_take_sign_in_records, _take_details_of_events)
    made = [step(actor, countries=countries, now=now) for step in steps]
    return tuple(one for one in made if one is not None)


def due_of(tenant: TenantId, kind: RecordKind, *, countries: Collection[str], now: datetime) -> Due:
    """Return what of one kind is over its time."""
    before = kept_until(kind, countries=countries, now=now)
    holds = LegalHold.objects.filter(tenant_id=tenant, record_kind=kind.value, lifted_at=None)
    is_held = holds.exists()
    if kind is RecordKind.SIGN_IN:
        with connection.cursor() as cursor:
            cursor.execute("select kind, due from tokimori.sign_in_records_due(%s)", [before])
            return Due(kind=kind, before=before, counts=dict(cursor.fetchall()), is_held=is_held)
    with connection.cursor() as cursor:
        cursor.execute(
            "select due, held, first_at, last_at from tokimori.event_details_due(%s, %s)", [_since(tenant), before]
        )
        due, held, first_at, last_at = cursor.fetchall()[0]
    return Due(
        kind=kind,
        before=before,
        counts={EVENTS_TABLE: due},
        is_held=is_held,
        held=held,
        first_at=first_at,
        last_at=last_at,
    )


def _take_sign_in_records(actor: Principal, *, countries: Collection[str], now: datetime) -> UUID | None:
    due = due_of(actor.tenant_id, RecordKind.SIGN_IN, countries=countries, now=now)
    if not due.rows:
        return None
    with connection.cursor() as cursor:
        cursor.execute("select kind, gone from tokimori.forget_sign_in_records(%s)", [due.before])
        gone = {name: count for name, count in cursor.fetchall() if count}
    return _attest(actor, due, counts=gone, countries=countries, now=now)


def _take_details_of_events(actor: Principal, *, countries: Collection[str], now: datetime) -> UUID | None:
    before = kept_until(RecordKind.EVENTS, countries=countries, now=now)
    tenant = actor.tenant_id
    held = LegalHold.objects.filter(tenant_id=tenant, record_kind=RecordKind.EVENTS.value, lifted_at=None)
    if held.exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "select gone, gone_at from tokimori.forget_event_details(%s, %s, %s)", [_since(tenant), before, STEP]
        )
        rows: list[tuple[UUID, datetime]] = sorted(cursor.fetchall())
    if not rows:
        return None
    due = Due(
        kind=RecordKind.EVENTS,
        before=before,
        counts={},
        is_held=False,
        first_at=min(at for _, at in rows),
        last_at=max(at for _, at in rows),
    )
    digest = digest_of([key for key, _ in rows])
    return _attest(actor, due, counts={EVENTS_TABLE: len(rows)}, digest=digest, countries=countries, now=now)


def digest_of(keys: Sequence[UUID]) -> bytes:
    """Return the SHA-256 of the keys of rows, in order, 16 bytes each."""
    return hashlib.sha256(b"".join(key.bytes for key in keys)).digest()


def _attest(
    actor: Principal,
    due: Due,
    *,
    counts: Mapping[str, int],
    countries: Collection[str],
    now: datetime,
    digest: bytes | None = None,
) -> UUID:
    row = RetentionCertificate(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        record_kind=due.kind.value,
        before=due.before,
        counts=dict(counts),
        made_at=now,
        first_at=due.first_at,
        last_at=due.last_at,
        digest=digest,
        countries=sorted(countries),
    )
    row.save(force_insert=True)
    record_event(
        EventName.RETENTION_RUN,
        actor=actor,
        subject_id=row.id,
        at=now,
        kind=due.kind.value,
        before=due.before.isoformat(),
        rows=sum(counts.values()),
        digest=digest.hex() if digest else None,
    )
    return row.id


def _since(tenant: TenantId) -> datetime | None:
    """Return before when no event has details any more: so far the last whole run came, unless something was held then.

    While a hold is there, or was lifted since, everything is looked at again.
    """
    holds = LegalHold.objects.filter(tenant_id=tenant, record_kind=RecordKind.EVENTS.value)
    if holds.exists():
        return None
    certificates = RetentionCertificate.objects.filter(tenant_id=tenant, record_kind=RecordKind.EVENTS.value)
    last = certificates.order_by("-last_at").values_list("last_at", flat=True).first()
    return None if last is None else last - _ONE_MOMENT
