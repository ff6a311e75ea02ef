"""Count what is over its time, take it away, and attest it.

What is old, and what of it is held, is said by one function of the database for each kind: the preview, the run, the probe
and the outlook on the next months ask the same. Rows of the ledger and other facts stay: what goes by age is what they tell
besides. Every proof holds without it, since digests and leaves stand for what was there.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.custody.errors import NoSuchKey
from tokimori.foundation.custody.services.destruction import destroy_subject_key
from tokimori.foundation.identifiers import TenantId, new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.retention.models import LegalHold, RetentionCertificate
from tokimori.foundation.retention.periods import RecordKind, Stretch, kept_until, stretches

STEP: Final = 5_000
"""So many rows go in one transaction; a run that is cut off goes on with the next."""
PEOPLE_AT_ONCE: Final = 100
"""So many people in one: each of them has keys to destroy."""
EVENTS_TABLE: Final = "ledger_ledgerevent"
_ONE_MOMENT: Final = timedelta(milliseconds=1)
"""Within a millisecond the keys of events have no order in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What of a kind is over its time: rows of each table that go with the next run, and how many are held.

    ``before`` is the instant of the longest period; ``first_at`` and ``last_at`` are from when to when the time of these
    rows is counted.
    """

    kind: RecordKind
    before: datetime
    counts: Mapping[str, int]
    held: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None

    @property
    def rows(self) -> int:
        """Return how many rows a run takes away, or empties."""
        return sum(self.counts.values())

    @property
    def is_held(self) -> bool:
        """Whether all that is over its time is held back."""
        return self.held > 0 and not self.rows


def preview(*, actor: Principal, countries: Collection[str], now: datetime) -> tuple[Due, ...]:
    """Return what a run would take away now, for a company with these countries; nothing is changed."""
    authorise(actor, Permission.SECURITY_READ)
    return tuple(due_of(actor.tenant_id, kind, countries=countries, now=now) for kind in RecordKind)


@transaction.atomic
def take_away(
    *, actor: Principal, countries: Collection[str], now: datetime, kinds: Collection[RecordKind] = tuple(RecordKind)
) -> tuple[UUID, ...]:
    """Take away one step of each of the kinds of what is over its time and not held, each with its certificate.

    Return the keys of the certificates; when nothing is due any more there are none. Whoever has much to take away repeats
    it, each time in a transaction of its own, so that a run that is cut off has lost nothing and takes nothing twice.
    """
    authorise(actor, Permission.SETUP_WRITE)
    made = [
        _take_step(actor, kind, stretch, now=now)
        for kind in kinds
        for stretch in stretches(kind, countries=countries, now=now)
    ]
    return tuple(one for one in made if one is not None)


def due_of(tenant: TenantId, kind: RecordKind, *, countries: Collection[str], now: datetime) -> Due:
    """Return what of one kind is over its time."""
    rows: list[tuple[str, int, int, datetime | None, datetime | None]] = []
    for stretch in stretches(kind, countries=countries, now=now):
        with connection.cursor() as cursor:
            cursor.execute(_call(_DUE, kind), _given(tenant, kind, stretch))
            rows += cursor.fetchall()
    counts: dict[str, int] = {}
    for table, due, *_ in rows:
        if due:
            counts[table] = counts.get(table, 0) + due
    return Due(
        kind=kind,
        before=kept_until(kind, countries=countries, now=now),
        counts=counts,
        held=sum(held for _, _, held, *_ in rows),
        first_at=min((first for *_, first, _ in rows if first), default=None),
        last_at=max((last for *_, last in rows if last), default=None),
    )


def digest_of(keys: Sequence[UUID]) -> bytes:
    """Return the SHA-256 of the keys of rows, in order, 16 bytes each."""
    return hashlib.sha256(b"".join(key.bytes for key in keys)).digest()


_DUE: Final = SQL(
    "select kind, count(*) filter (where not held), count(*) filter (where held),"
    " min(at) filter (where not held), max(at) filter (where not held)"
    " from {}(%s, %s, %s, %s, %s) group by kind"
)
_TAKE: Final = SQL("select kind, gone, gone_at from {}(%s, %s, %s, %s, %s, %s)")


def _take_step(actor: Principal, kind: RecordKind, stretch: Stretch, *, now: datetime) -> UUID | None:
    most = PEOPLE_AT_ONCE if kind is RecordKind.PEOPLE else STEP
    with connection.cursor() as cursor:
        cursor.execute(_call(_TAKE, kind, taking=True), [*_given(actor.tenant_id, kind, stretch), most])
        rows: list[tuple[str, UUID, datetime]] = cursor.fetchall()
    if not rows:
        return None
    if kind is RecordKind.PEOPLE:
        _destroy_keys(actor, [key for _, key, _ in rows], now=now)
    return _attest(actor, kind, stretch, rows, now=now)


def _destroy_keys(actor: Principal, subjects: Sequence[UUID], *, now: datetime) -> None:
    for subject_id in subjects:
        try:
            destroy_subject_key(actor=actor, subject_id=subject_id, now=now)
        except NoSuchKey:
            continue  # nothing was ever sealed for him, or he was erased before


def _attest(
    actor: Principal,
    kind: RecordKind,
    stretch: Stretch,
    rows: Sequence[tuple[str, UUID, datetime]],
    *,
    now: datetime,
) -> UUID:
    counts: dict[str, int] = {}
    for table, _, _ in rows:
        counts[table] = counts.get(table, 0) + 1
    digest = digest_of(sorted(key for _, key, _ in rows))
    certificate = RetentionCertificate(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        record_kind=kind.value,
        before=stretch.before,
        counts=counts,
        made_at=now,
        first_at=min(at for _, _, at in rows),
        last_at=max(at for _, _, at in rows),
        digest=digest,
        countries=list(stretch.one_of),
    )
    certificate.save(force_insert=True)
    record_event(
        EventName.RETENTION_RUN,
        actor=actor,
        subject_id=certificate.id,
        at=now,
        kind=kind.value,
        before=stretch.before.isoformat(),
        rows=len(rows),
        digest=digest.hex(),
    )
    return certificate.id


def _call(statement: SQL, kind: RecordKind, *, taking: bool = False) -> Composed:
    return statement.format(Identifier("tokimori", f"{'forget' if taking else 'old'}_{kind.value}"))


def _given(tenant: TenantId, kind: RecordKind, stretch: Stretch) -> list[Any]:
    since = _since(tenant) if kind is RecordKind.EVENTS else None
    return [since, stretch.before, list(stretch.within), list(stretch.one_of), stretch.is_everybodys]


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
