"""Read what probes saw, and answer the sheet from it at a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from tokimori.assurance.catalogue.controls import ROWS, Control, controls
from tokimori.assurance.evaluation.answers import Answer, ControlException, Question, answer
from tokimori.assurance.evaluation.contradictions import Contradiction, contradictions
from tokimori.assurance.evaluation.evidence import Evidence, Method, Outcome, Source
from tokimori.assurance.models import AcceptedGap, AnswerChange, ProbeRun
from tokimori.assurance.registers.judging.catalogue import CRITERIA, accepted_exceptions, register_evidence
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction

_NEWEST_RUNS: Final = """
    select newest.id from unnest(%s::text[]) as wanted
     cross join lateral (select id from assurance_proberun as run
                          where run.tenant_id = %s and run.probe = wanted
                            and run.observed_to <= coalesce(%s::timestamptz, 'infinity')
                          order by run.id desc limit 1) as newest
"""
_NEWEST_CHANGES: Final = """
    select newest.id from unnest(%s::smallint[]) as wanted
     cross join lateral (select id from assurance_answerchange as change
                          where change.tenant_id = %s and change.row = wanted order by change.id desc limit 1) as newest
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Every row with its answer at a moment, and what contradicts itself; with a contradiction it is not published."""

    at: datetime
    answers: Mapping[int, Answer]
    contradictions: tuple[Contradiction, ...]

    @property
    def may_be_published(self) -> bool:
        """Whether nothing in it contradicts anything else."""
        return not self.contradictions


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """Where an observation is kept, and its digests."""

    id: UUID
    event_id: UUID
    digest: str
    code_digest: str
    build_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A row whose state changed."""

    row: int
    before: str
    after: str
    why: str
    reason: str
    at: datetime


def question_of(control: Control) -> Question:
    """Return what evaluation needs of a row: its probes, its registers, and the pages that are themselves the fact."""
    return Question(
        row=control.row,
        good=control.good,
        sources=frozenset(
            {
                *(Source(method=Method.PROBE, name=name) for name in control.probes),
                *(CRITERIA[name].source for name in control.registers),
                *(Source(method=Method.FACT, name=name) for name in control.declared_by),
            }
        ),
        is_partial=control.lacks is not None,
        depends_on_settings=control.depends_on_settings,
    )


def sheet_of(*, evidence: Iterable[Evidence], exceptions: Iterable[ControlException] = (), now: datetime) -> Sheet:
    """Return the sheet that this evidence makes; the pages of the repository are evidence of their own."""
    known = (*evidence, *_declared(now=now))
    accepted = tuple(exceptions)
    answers = {
        row: answer(question_of(control), evidence=known, exceptions=accepted, now=now)
        for row, control in controls().items()
    }
    return Sheet(at=now, answers=answers, contradictions=contradictions(answers))


def present_sheet(*, now: datetime, until: datetime | None = None) -> Sheet:
    """Return the sheet as it stands, without what was seen after ``until``; to be called inside the provider's tenant."""
    rows = AcceptedGap.objects.filter(tenant_id=PROVIDER, expires_at__gt=now).order_by("-id")
    accepted = [
        ControlException(
            row=row.row,
            reason=row.reason,
            requested_by=str(row.requested_by),
            approved_by=str(row.approved_by),
            approved_at=row.approved_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
    known = (*newest_evidence(until=until), *register_evidence(now=now))
    return sheet_of(evidence=known, exceptions=[*accepted, *accepted_exceptions(now=now)], now=now)


def public_sheet(*, now: datetime) -> Sheet:
    """Return the sheet for everybody. It is the one thing of the provider's records that is open at every door."""
    with at_door(None), tenant_transaction(PROVIDER):
        return present_sheet(now=now)


def newest_evidence(*, until: datetime | None = None) -> tuple[Evidence, ...]:
    """Return the last word of every probe, or the last one until a moment; to be called inside the provider's tenant."""
    return tuple(_evidence(row) for row in newest_runs(until=until))


def kept_runs(*, until: datetime | None = None) -> Mapping[str, KeptRun]:
    """Return where these observations are kept; to be called inside the provider's tenant."""
    return {
        row.probe: KeptRun(
            id=row.id,
            event_id=row.event_id,
            digest=row.digest,
            code_digest=row.code_digest,
            build_digest=row.build_digest,
        )
        for row in newest_runs(until=until)
    }


def newest_run(probe: str) -> ProbeRun | None:
    """Return a probe's last run; to be called inside the provider's tenant."""
    return ProbeRun.objects.filter(tenant_id=PROVIDER, probe=probe).order_by("-id").first()


def last_runs() -> Mapping[str, datetime]:
    """Return when each probe last ran; to be called inside the provider's tenant."""
    return {row.probe: row.observed_from for row in newest_runs()}


def counted_runs(probe: str, *, since: datetime) -> tuple[int, int]:
    """Return how often a probe looked since a moment, and how often what it looked at held; an error is no success."""
    with tenant_transaction(PROVIDER):
        runs = ProbeRun.objects.filter(tenant_id=PROVIDER, probe=probe, observed_to__gt=since)
        return runs.count(), runs.filter(outcome=Outcome.PASSED.value).count()


def last_states() -> Mapping[int, str]:
    """Return the last state that was written down of each row; to be called inside the provider's tenant."""
    newest = _newest(_NEWEST_CHANGES, [list(ROWS), PROVIDER])
    return dict(AnswerChange.objects.filter(tenant_id=PROVIDER, id__in=newest).values_list("row", "after"))


def changes_of(row: int, *, limit: int) -> tuple[ChangeView, ...]:
    """Return how a row's state changed, the newest first, for everybody."""
    with at_door(None), tenant_transaction(PROVIDER):
        rows = AnswerChange.objects.filter(tenant_id=PROVIDER, row=row).order_by("-id")[:limit]
        return tuple(
            ChangeView(row=one.row, before=one.before, after=one.after, why=one.why, reason=one.reason, at=one.at)
            for one in rows
        )


def newest_runs(*, until: datetime | None = None) -> Iterable[ProbeRun]:
    """Return the last run of every probe that a row leans on; to be called inside the provider's tenant."""
    names = sorted({name for control in controls().values() for name in control.probes})
    return ProbeRun.objects.filter(tenant_id=PROVIDER, id__in=_newest(_NEWEST_RUNS, [names, PROVIDER, until]))


def _newest(statement: str, values: Sequence[Any]) -> list[UUID]:
    """Return the newest key of each, by one look into the index for each: years of runs are not read for the last one."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def _evidence(row: ProbeRun) -> Evidence:
    return Evidence(
        source=Source(method=Method.PROBE, name=row.probe),
        outcome=Outcome(row.outcome),
        observed_at=row.observed_to,
        expires_at=row.expires_at,
        reason=row.reason,
        measured=row.measured,
    )


def _declared(*, now: datetime) -> Iterable[Evidence]:
    """Return the pages of the repository that rows declare; that they exist is shown by a test."""
    for control in controls().values():
        for page in control.declared_by:
            source = Source(method=Method.FACT, name=page)
            yield Evidence(source=source, outcome=Outcome.PASSED, observed_at=now, expires_at=None)
