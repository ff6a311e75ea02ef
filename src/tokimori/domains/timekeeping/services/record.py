"""Record punches: the only writer of punches that come from outside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from tokimori.domains.people.queries import Puncher, punchers_by_code
from tokimori.domains.people.queries.reach import reach_of
from tokimori.domains.timekeeping.errors import (
    KeyReused,
    PunchInFuture,
    PunchTooOld,
    TooManyReports,
    UnknownEmployee,
)
from tokimori.domains.timekeeping.models import PunchEvent
from tokimori.domains.timekeeping.reports import MOST_REPORTS, Outcome, PunchAnswer, PunchReport, PunchSource
from tokimori.domains.timekeeping.services.append import NewPunch, append_punches, content_to_store
from tokimori.domains.timekeeping.services.stale import mark_stale
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotAllowed, Refusal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.queries.proofs import recorded_events
from tokimori.foundation.ledger.receipts import RecordedEvent
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import TenantContextError, current_tenant

CLOCK_TOLERANCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Accepted:
    """A report that may be stored, with whom it is about."""

    report: PunchReport
    puncher: Puncher


def record_punch(*, actor: Principal, report: PunchReport, now: datetime) -> PunchAnswer:
    """Record one punch; as ``record_punches``, but a refusal is raised."""
    (answer,) = record_punches(actor=actor, reports=[report], now=now)
    if answer.refusal is not None:
        raise answer.refusal
    return answer


@transaction.atomic
def record_punches(*, actor: Principal, reports: Sequence[PunchReport], now: datetime) -> tuple[PunchAnswer, ...]:
    """Record one or many punches in one transaction and answer each, in order.

    A report that was seen before under its key is answered as before and stored once. A refused report stores nothing and
    hinders no other. Neither being late nor a closed period is a reason to refuse: facts are kept, and settled later.

    The caller answers the outside world after the commit, never before.
    """
    if actor.tenant_id != current_tenant():
        raise TenantContextError("The actor belongs to another tenant than the one that is open.")
    if len(reports) > MOST_REPORTS:
        raise TooManyReports(most=MOST_REPORTS)
    punchers = punchers_by_code(
        tenant=actor.tenant_id, codes={report.employee_code for report in reports}, on=now.date()
    )
    in_reach = _reached(actor=actor, punchers=punchers, now=now)
    judged = [_judge(report, actor=actor, punchers=punchers, in_reach=in_reach, now=now) for report in reports]
    accepted = _first_of_each_key(item for item in judged if isinstance(item, _Accepted))
    punches = {key: _as_punch(item) for key, item in accepted.items()}
    stored = append_punches(actor=actor, punches=list(punches.values()), now=now)
    events = _tell(actor=actor, accepted=accepted, punches=[punches[key] for key in stored], now=now)
    known = _known(actor=actor, keys=[key for key in accepted if key not in stored])
    before = recorded_events(
        tenant=actor.tenant_id, name=EventName.PUNCH_RECORDED, subject_ids=[punch_id for punch_id, _ in known.values()]
    )
    answers = [
        _answer(report, verdict, stored=stored, known=known, first=accepted)
        for report, verdict in zip(reports, judged, strict=True)
    ]
    known_events = {**before, **events}
    return tuple(
        answer if answer.punch_id is None else replace(answer, event=known_events.get(answer.punch_id))
        for answer in answers
    )


def _judge(
    report: PunchReport,
    *,
    actor: Principal,
    punchers: Mapping[str, Puncher],
    in_reach: frozenset[UUID],
    now: datetime,
) -> _Accepted | Refusal:
    puncher = punchers.get(report.employee_code)
    if puncher is None:
        return UnknownEmployee()
    # Nobody reads in his own punches by what he was granted over others; only who records anybody's does.
    is_file_of_some = report.source is PunchSource.FILE and not actor.has(Permission.PUNCH_RECORD_ANY)
    may_record = puncher.id in in_reach if is_file_of_some else _may_record(actor, puncher.id)
    if not may_record:
        # Whom the actor may not punch for, he need not know of.
        return UnknownEmployee() if actor.employee_id != puncher.id else NotAllowed()
    if report.occurred_at > now + CLOCK_TOLERANCE:
        return PunchInFuture()
    if report.occurred_at < now - timedelta(days=settings.PUNCH_WINDOW_DAYS):
        return PunchTooOld(days=settings.PUNCH_WINDOW_DAYS)
    return _Accepted(report=report, puncher=puncher)


def _reached(*, actor: Principal, punchers: Mapping[str, Puncher], now: datetime) -> frozenset[UUID]:
    """Return those whose punches the actor may read in from files by what he was granted; most were granted nothing."""
    if not any(scope.allows(Function.IMPORTS, Level.EDIT) for scope in actor.scopes):
        return frozenset()
    people = {puncher.id for puncher in punchers.values()}
    reach = reach_of(actor=actor, function=Function.IMPORTS, level=Level.EDIT, on=now.date())
    return frozenset(people) if reach is None else reach.among(people)


def _may_record(actor: Principal, employee_id: UUID) -> bool:
    if actor.has(Permission.PUNCH_RECORD_ANY):
        return True
    return actor.has(Permission.PUNCH_RECORD_OWN) and actor.employee_id == employee_id


def _first_of_each_key(accepted: Iterable[_Accepted]) -> dict[str, _Accepted]:
    first: dict[str, _Accepted] = {}
    for item in accepted:
        first.setdefault(item.report.stored_key, item)
    return first


def _as_punch(item: _Accepted) -> NewPunch:
    report = item.report
    return NewPunch(
        id=new_id(),
        key=report.stored_key,
        content_digest=report.content_digest,
        employee_id=item.puncher.id,
        kind=report.kind,
        occurred_at=report.occurred_at,
        zone=item.puncher.zone,
        source=report.source,
        place=report.place,
        payload_id=report.payload_id,
    )


def _tell(
    *, actor: Principal, accepted: Mapping[str, _Accepted], punches: Sequence[NewPunch], now: datetime
) -> Mapping[UUID, RecordedEvent]:
    """Record the events and mark the days, for what was stored just now. Each event is bound to its row's content."""
    recorded = record_events(
        [
            Event(
                name=EventName.PUNCH_RECORDED,
                subject_id=punch.id,
                details={
                    "source": punch.source.value,
                    "content": content_to_store(punch=punch, actor=actor, now=now),
                },
                claimed_at=punch.occurred_at,
                person_id=punch.employee_id,
            )
            for punch in punches
        ],
        actor=actor,
        at=now,
    )
    mark_stale(
        tenant=actor.tenant_id,
        days={(punch.employee_id, _local_date(accepted[punch.key])) for punch in punches},
        now=now,
    )
    return {one.subject_id: one for one in recorded if one.subject_id is not None}


def _local_date(item: _Accepted) -> date:
    return item.report.occurred_at.astimezone(ZoneInfo(item.puncher.zone)).date()


def _known(*, actor: Principal, keys: Sequence[str]) -> Mapping[str, tuple[UUID, str]]:
    """Return id and content digest of punches that stood under these keys already."""
    if not keys:
        return {}
    rows = PunchEvent.objects.filter(tenant_id=actor.tenant_id, key__in=keys)
    return {key: (punch_id, content) for key, punch_id, content in rows.values_list("key", "id", "content_digest")}


def _answer(
    report: PunchReport,
    verdict: _Accepted | Refusal,
    *,
    stored: Mapping[str, UUID],
    known: Mapping[str, tuple[UUID, str]],
    first: Mapping[str, _Accepted],
) -> PunchAnswer:
    if isinstance(verdict, Refusal):
        return PunchAnswer(key=report.key, outcome=Outcome.REFUSED, punch_id=None, refusal=verdict)
    key = report.stored_key
    if key in stored and first[key] is verdict:
        return PunchAnswer(key=report.key, outcome=Outcome.RECORDED, punch_id=stored[key])
    punch_id, content = known.get(key) or (stored[key], first[key].report.content_digest)
    if content != report.content_digest:
        return PunchAnswer(key=report.key, outcome=Outcome.REFUSED, punch_id=None, refusal=KeyReused())
    return PunchAnswer(key=report.key, outcome=Outcome.REPEATED, punch_id=punch_id)
