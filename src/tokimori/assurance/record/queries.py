"""Read what was written down of the sheet over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from django.db import connection

from tokimori.assurance.catalogue.controls import ROWS, controls
from tokimori.assurance.evaluation.states import State
from tokimori.assurance.models import AnswerChange, ProbeRun
from tokimori.assurance.queries import ChangeView, Sheet, present_sheet
from tokimori.assurance.record.days import DayState, SheetDay, days_of
from tokimori.assurance.record.looks import RunView
from tokimori.assurance.stewards import owners_of_rows
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction

DAYS_SHOWN: Final = 90
CHANGES_SHOWN: Final = 50
RUNS_SHOWN: Final = 20

_SINCE: Final = """
    select wanted, newest.at from unnest(%s::smallint[]) as wanted
     cross join lateral (select at from assurance_answerchange as change
                          where change.tenant_id = %s and change.row = wanted order by change.id desc limit 1) as newest
"""
_BY_DAY: Final = """
    select distinct on (row, day) row, day, after
      from (select row, after, id, greatest((at at time zone 'UTC')::date, %s::date) as day
              from assurance_answerchange where tenant_id = %s) as change
     order by row, day, id desc
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRecord:
    """What everybody may read: the sheet, since when rows stand so, who sees to them, the days; of one row its history."""

    sheet: Sheet
    since: Mapping[int, datetime]
    owners: Mapping[int, str] = field(default_factory=dict)
    days: tuple[SheetDay, ...] = ()
    changes: tuple[ChangeView, ...] = ()
    runs: tuple[RunView, ...] = ()

    @property
    def last_look(self) -> datetime | None:
        """Return when anything was last observed."""
        seen = [
            one.evidence.observed_at
            for answer in self.sheet.answers.values()
            for one in answer.findings
            if one.evidence is not None and one.source.name in _probes_of(answer.row)
        ]
        return max(seen, default=None)


def public_record(*, now: datetime, row: int | None = None) -> PublicRecord:
    """Return the record for everybody, at every door: of one row its history, else the days.

    No tenant may be open, but the provider's own.
    """
    with at_door(None), tenant_transaction(PROVIDER):
        whole = PublicRecord(sheet=present_sheet(now=now), since=rows_since(), owners=owners_of_rows(now=now))
        if row is None:
            return replace(whole, days=sheet_days(now=now))
        return replace(whole, changes=changes_written(row), runs=runs_of(_probes_of(row)))


def rows_since() -> Mapping[int, datetime]:
    """Return since when each row stands in its present state; to be called inside the provider's tenant."""
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, [list(ROWS), PROVIDER])
        return dict(cursor.fetchall())


def sheet_days(*, now: datetime, most: int = DAYS_SHOWN) -> tuple[SheetDay, ...]:
    """Return how many rows stood in which state, day by day; to be called inside the provider's tenant."""
    last = now.date()
    first = last - timedelta(days=most - 1)
    before: date = first - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(_BY_DAY, [before, PROVIDER])
        changes = [DayState(row=row, day=day, state=State(after)) for row, day, after in cursor.fetchall()]
    return days_of(changes, first=first, last=last)


def changes_written(row: int) -> tuple[ChangeView, ...]:
    """Return how a row's state changed, the newest first; to be called inside the provider's tenant."""
    rows = AnswerChange.objects.filter(tenant_id=PROVIDER, row=row).order_by("-id")[:CHANGES_SHOWN]
    return tuple(
        ChangeView(row=one.row, before=one.before, after=one.after, why=one.why, reason=one.reason, at=one.at)
        for one in rows
    )


def runs_of(probes: tuple[str, ...], *, most: int = RUNS_SHOWN) -> tuple[RunView, ...]:
    """Return the last looks of some probes, the newest first; to be called inside the provider's tenant."""
    rows = ProbeRun.objects.filter(tenant_id=PROVIDER, probe__in=probes).order_by("-id")[:most]
    return tuple(run_view(row) for row in rows)


def run_view(row: ProbeRun) -> RunView:
    """Return a look as it is shown."""
    return RunView(
        id=row.id,
        probe=row.probe,
        outcome=row.outcome,
        reason=row.reason,
        observed_to=row.observed_to,
        expires_at=row.expires_at,
        seconds=(row.observed_to - row.observed_from).total_seconds(),
        measured=row.measured,
    )


def _probes_of(row: int) -> tuple[str, ...]:
    return controls()[row].probes
