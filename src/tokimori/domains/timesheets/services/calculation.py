"""Calculate days and keep the results."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from tokimori.domains.timekeeping.services.stale import take_stale_days
from tokimori.domains.timesheets.gathering import ONE_DAY, ONE_WEEK, DayFacts, FactShelf, Trial
from tokimori.domains.timesheets.models import DayResult, DayRevision
from tokimori.domains.timesheets.services.months import add_up_months
from tokimori.engine import (
    CalendarDay,
    FragmentWeek,
    Period,
    Punch,
    Severity,
    calculate_days,
    engine_version,
    has_periods,
    period_around,
    periods_of,
    week_of,
)
from tokimori.engine import DayResult as CalculatedDay
from tokimori.foundation.canonical import canonical_bytes, chained_digest, digest
from tokimori.foundation.documents import insert_together
from tokimori.foundation.identifiers import TenantId, new_id

_NOTHING_GOES_WITHIN: Final = timedelta(days=700)
_REPLACED: Final = (
    "revision", "input_digest", "result_digest", "day_type", "figures", "worked_minutes",
    "legal_overtime_minutes", "legal_holiday_minutes", "blocking_count", "warning_count", "calculated_at",
)  # fmt: skip
_LONGEST_STRETCH: Final = timedelta(weeks=8)  # gathered at once, so that memory stays bounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculated:
    """One day's result, ready to be kept."""

    work_date: date
    input_digest: str
    result_digest: str
    content: str
    result: CalculatedDay


@transaction.atomic
def recalculate_employees(
    *, tenant: TenantId, days: Mapping[UUID, Collection[date]], now: datetime
) -> Mapping[UUID, tuple[date, ...]]:
    """Calculate those of the days that are marked, with the weeks they stand in; return the days that came out different.

    Idempotent: without marks nothing happens, and the same facts give the same bytes. The marks are taken in this
    transaction, so that a crash leaves them for the next attempt.
    """
    _one_at_a_time(tenant=tenant, employee_ids=days)
    marked = take_stale_days(tenant=tenant, days=days)
    shelf = FactShelf(tenant=tenant, employee_ids=marked, now=now)
    shelf.read_around(marked)
    calculated: dict[UUID, Mapping[date, Calculated]] = {}
    for employee_id, dates in marked.items():
        results = (
            result
            for first, last in _stretches(dates)
            for result in calculate_stretch(shelf=shelf, employee_id=employee_id, first=first, last=last)
        )
        calculated[employee_id] = {result.work_date: result for result in results}
    return _keep(tenant=tenant, calculated=calculated, now=now)


def _one_at_a_time(*, tenant: TenantId, employee_ids: Collection[UUID]) -> None:
    """Wait until nobody else calculates one of these employees, and keep them until the transaction ends.

    Of two that read facts at the same time, the one with the older facts could otherwise write last. Taken in order.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(key) from ("
            "  select hashtextextended(name, 0) as key from unnest(%s::text[]) as name order by key) as ordered",
            [[f"{tenant} {employee_id}" for employee_id in employee_ids]],
        )


def calculate_stretch(
    *, shelf: FactShelf, employee_id: UUID, first: date, last: date, trial: Trial | None = None
) -> tuple[Calculated, ...]:
    """Return the results of the whole weeks and periods around the closed range, from the facts as they stand.

    With a trial, its rules stand in for those that hold. Nothing is stored.
    """

    def gathered(since: date, until: date) -> DayFacts:
        return shelf.facts(employee_id, first=since - ONE_WEEK, last=until + ONE_WEEK, trial=trial)

    facts = gathered(first, last)
    begin, end = _whole_range(facts.days, first=first, last=last)
    if begin < first - ONE_WEEK or end > last + ONE_WEEK:
        facts = gathered(begin, end)
    # Where a week is shared by two periods, the limits of the earlier one decide on its part of the week.
    since = _whole_range(facts.days, first=begin, last=begin)[0]
    if since < begin:
        facts = gathered(since, end)
    wanted = _with_context(facts.days, since, end)
    if not wanted:
        return ()
    periods = periods_of([day for day in wanted if since <= day.date <= end])
    results = calculate_days(days=wanted, punches=facts.punches, periods=periods)
    digests = _input_digests(facts, results, periods)
    return tuple(
        _calculated(result, input_digest=digests[result.work_date])
        for result in results
        if begin <= result.work_date <= end
    )


def _whole_range(days: Sequence[CalendarDay], *, first: date, last: date) -> tuple[date, date]:
    """Return the closed range of the weeks and periods that the days from ``first`` to ``last`` lie in, by their own rules.

    The week of a variable or flexible period ends with it, unless the rules count whole weeks across its edge.
    """
    begin, end = first, last
    for day in days:
        if not first <= day.date <= last:
            continue
        week = week_of(day), week_of(day) + ONE_WEEK - ONE_DAY
        if not has_periods(day.rules):
            ranges = [week]
        elif day.rules.fragment_week is FragmentWeek.CALENDAR_WEEK:
            ranges = [period_around(edge, rules=day.rules) for edge in week]
        else:
            ranges = [period_around(day.date, rules=day.rules)]
        begin = min(begin, *(one for one, _ in ranges))
        end = max(end, *(one for _, one in ranges))
    return begin, end


def _with_context(days: Sequence[CalendarDay], begin: date, end: date) -> Sequence[CalendarDay]:
    """Return the days of a range with those that it hangs on: the week that it begins in, and a neighbour on either side.

    A neighbour tells where punches around midnight belong; its own week is not whole, so its result is dropped.
    """
    inside = [day for day in days if begin <= day.date <= end]
    if not inside:
        return ()
    since = week_of(inside[0]) - ONE_DAY
    return [day for day in days if since <= day.date <= end + ONE_DAY]


def _calculated(result: CalculatedDay, *, input_digest: str) -> Calculated:
    content = canonical_bytes(result.to_plain(), may_hold_floats=False)
    return Calculated(
        work_date=result.work_date,
        input_digest=input_digest,
        result_digest=hashlib.sha256(content).hexdigest(),
        content=content.decode(),
        result=result,
    )


def _stretches(marked: frozenset[date]) -> Iterator[tuple[date, date]]:
    """Yield ranges of marked days and their neighbours: a punch shortly after midnight may belong to the day before.

    Marks of the same weeks share a range.
    """
    begin: date | None = None
    end: date | None = None
    for day in sorted(marked):
        first, last = day - ONE_DAY, day + ONE_DAY
        if begin is None or end is None:
            begin, end = first, last
        elif first <= end + ONE_WEEK and last - begin < _LONGEST_STRETCH:
            end = last
        else:
            yield begin, end
            begin, end = first, last
    if begin is not None and end is not None:
        yield begin, end


def _input_digests(facts: DayFacts, results: Sequence[CalculatedDay], periods: Sequence[Period]) -> Mapping[date, str]:
    """Return a digest of all that each day's result depends on.

    That is its own plan, rules and punches, the next day's plan, at whose start a new count begins, and the days before in
    the same week or period, whose digests are chained in, with what was planned in the period as a whole; of what was
    before, the last day alone, whose duty may run into this one.
    """
    punches = {punch.id: punch for punch in facts.punches}
    by_date = {day.date: day for day in facts.days}
    distinct = {id(day.rules): day.rules for day in facts.days}
    rules = {number: digest(one.to_plain()) for number, one in distinct.items()}
    found: dict[date, str] = {}
    chained = in_week = own = ""
    for result in results:
        day = by_date[result.work_date]
        period = next((one for one in periods if one.first <= day.date <= one.last), None)
        before_in_week = own if day.date == week_of(day) else in_week
        before = chained if period is not None and day.date != period.first else before_in_week
        facts_of_day: dict[str, Any] = {
            "engine": engine_version,
            "day": day.to_plain(),
            "rules": rules[id(day.rules)],
            "next_shifts": _plain_shifts(by_date.get(day.date + ONE_DAY)),
            "punches": [_plain_punch(punches[punch_id]) for punch_id in result.punch_ids],
        }
        plain = digest(facts_of_day, may_hold_floats=False)
        with_period = plain if period is None else digest([plain, _plain_period(period)], may_hold_floats=False)
        # What lies before a period's edge is told of its own period only where the week is shared across the edge.
        own = with_period if day.rules.fragment_week is FragmentWeek.CALENDAR_WEEK else plain
        chained = chained_digest(with_period, before)
        in_week = chained_digest(own, before_in_week)
        found[day.date] = chained
    return found


def _plain_shifts(day: CalendarDay | None) -> list[dict[str, Any]]:
    return [] if day is None else [shift.to_plain() for shift in day.shifts]


def _plain_period(period: Period) -> dict[str, Any]:
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "designated_minutes": period.designated_minutes,
    }


def _plain_punch(punch: Punch) -> dict[str, Any]:
    return {"id": punch.id, "at": punch.at.isoformat(), "kind": punch.kind}


def _keep(
    *, tenant: TenantId, calculated: Mapping[UUID, Mapping[date, Calculated]], now: datetime
) -> Mapping[UUID, tuple[date, ...]]:
    """Store what differs: a new revision where the result does, the input's digest alone where only that does."""
    standing = _standing(tenant=tenant, calculated=calculated)
    gone = _gone(tenant=tenant, calculated=calculated, now=now)
    rows: list[DayResult] = []
    revisions: list[DayRevision] = []
    for employee_id, results in calculated.items():
        for item in results.values():
            old = standing.get((employee_id, item.work_date))
            if old is not None and (old.input_digest, old.result_digest) == (item.input_digest, item.result_digest):
                continue
            if old is None and ((employee_id, item.work_date) in gone or not _is_worth_keeping(item)):
                continue
            is_new = old is None or old.result_digest != item.result_digest
            number = (old.revision if old else 0) + (1 if is_new else 0)
            rows.append(_result_row(item, tenant=tenant, employee_id=employee_id, revision=number, old=old, now=now))
            if is_new:
                revisions.append(_revision_row(item, tenant=tenant, employee_id=employee_id, revision=number, now=now))
    insert_together(DayRevision, revisions)
    insert_together(DayResult, rows, replacing=_REPLACED, where=("tenant_id", "employee_id", "work_date"))
    add_up_months(tenant=tenant, days=[(row.employee_id, row.work_date) for row in rows], now=now)
    changed: dict[UUID, list[date]] = {}
    for row in revisions:
        changed.setdefault(row.employee_id, []).append(row.work_date)
    return {employee_id: tuple(sorted(dates)) for employee_id, dates in changed.items()}


def _gone(
    *, tenant: TenantId, calculated: Mapping[UUID, Mapping[date, Calculated]], now: datetime
) -> frozenset[tuple[UUID, date]]:
    """Return the days whose time was over: they are not made anew. Nothing goes within two years, so few ask."""
    dates = [day for results in calculated.values() for day in results]
    if not dates or min(dates) > now.date() - _NOTHING_GOES_WITHIN:
        return frozenset()
    rows = DayRevision.objects.filter(
        tenant_id=tenant,
        employee_id__in=list(calculated),
        work_date__gte=min(dates),
        work_date__lte=max(dates),
        content="",
    )
    return frozenset(rows.values_list("employee_id", "work_date"))


def _standing(
    *, tenant: TenantId, calculated: Mapping[UUID, Mapping[date, Calculated]]
) -> Mapping[tuple[UUID, date], DayResult]:
    """Return the results that are kept for these people and days, locked in order."""
    dates = [day for results in calculated.values() for day in results]
    if not dates:
        return {}
    rows = DayResult.objects.filter(
        tenant_id=tenant, employee_id__in=list(calculated), work_date__gte=min(dates), work_date__lte=max(dates)
    )
    locked = rows.order_by("employee_id", "work_date").select_for_update(no_key=True)
    return {(row.employee_id, row.work_date): row for row in locked}


def _is_worth_keeping(item: Calculated) -> bool:
    """Whether a day says anything: days to come, and days off on which nothing happened and nothing was planned, do not."""
    result = item.result
    return bool(result.punch_ids or result.scheduled or result.findings)


def _result_row(
    item: Calculated, *, tenant: TenantId, employee_id: UUID, revision: int, old: DayResult | None, now: datetime
) -> DayResult:
    figures = item.result.figures
    severities = [finding.severity for finding in item.result.findings]
    return DayResult(
        tenant_id=tenant,
        id=old.id if old else new_id(at=now),
        employee_id=employee_id,
        work_date=item.work_date,
        revision=revision,
        input_digest=item.input_digest,
        result_digest=item.result_digest,
        day_type=item.result.day_type,
        figures=figures.to_plain(),
        worked_minutes=figures.worked_minutes,
        legal_overtime_minutes=figures.legal_overtime_minutes,
        legal_holiday_minutes=figures.legal_holiday_minutes,
        blocking_count=severities.count(Severity.BLOCKING),
        warning_count=severities.count(Severity.WARNING),
        calculated_at=now,
    )


def _revision_row(
    item: Calculated, *, tenant: TenantId, employee_id: UUID, revision: int, now: datetime
) -> DayRevision:
    return DayRevision(
        tenant_id=tenant,
        id=new_id(at=now),
        employee_id=employee_id,
        work_date=item.work_date,
        revision=revision,
        rule_set_code=item.result.rule_set_code,
        rule_set_version=item.result.rule_set_version,
        engine_version=engine_version,
        input_digest=item.input_digest,
        result_digest=item.result_digest,
        content=item.content,
        calculated_at=now,
    )
