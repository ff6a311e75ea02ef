"""A person's month as payroll reads it: every field of the summary, and what its minutes are paid by under the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tokimori.domains.people.queries import employments_between
from tokimori.domains.rulesets.queries import rule_sets
from tokimori.domains.timesheets.gathering import ONE_DAY, ONE_WEEK, terms_on
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import contents_between
from tokimori.engine import (
    Bucket,
    DayResult,
    DayType,
    Figures,
    Finding,
    FindingCode,
    Interval,
    RuleSet,
    Segment,
    Severity,
    Step,
    StepRule,
    Weekday,
    WorkSystem,
    minute_of,
)
from tokimori.engine.monthly import (
    PayLine,
    count_begins,
    legal_overtime_before,
    pay_lines,
    weekly_overtime_of_month,
)
from tokimori.engine.summaries import summary_of_month
from tokimori.engine.summary_fields import LeaveObtained, MonthSummary
from tokimori.foundation.identifiers import TenantId

_JAPAN: Final = "JP"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthStatement:
    """A month's summary; its weekly overtime by the month it belongs to; what its minutes are paid by.

    ``weekly_overtime`` may differ from the sum over the days where a week crosses an end of the month.
    """

    employee_id: UUID
    month: Month
    rules: RuleSet
    summary: MonthSummary
    weekly_overtime: int
    lines: tuple[PayLine, ...]


def month_statement(
    *,
    tenant: TenantId,
    employee_id: UUID,
    month: Month,
    leave: Sequence[LeaveObtained] = (),
    compensated_minutes: Mapping[date, int] | None = None,
) -> MonthStatement | None:
    """Return a person's month under the rules of its last employed day; nothing when no day of it was calculated.

    Leave, and the minutes of a day that unpaid time off stands for, are told by who keeps them.
    """
    rules = _rules_of(tenant, employee_id, month)
    if rules is None:
        return None
    policies = rules.policies
    begin = min(count_begins(month.first, policies=policies), month.first - ONE_WEEK + ONE_DAY)
    results = _stored(tenant, employee_id, begin, month.last + ONE_WEEK - ONE_DAY)
    inside = [one for one in results if month.first <= one.work_date <= month.last]
    if not inside:
        return None
    return MonthStatement(
        employee_id=employee_id,
        month=month,
        rules=rules,
        summary=summary_of_month(
            inside,
            interval_minutes=policies.interval_minutes,
            leave=leave,
            is_yearly=rules.system is WorkSystem.VARIABLE_YEAR,
            span=(month.first, month.last),
        ),
        weekly_overtime=weekly_overtime_of_month(
            _whole_weeks(results, month, rules.week_start),
            first=month.first,
            last=month.last,
            week_start=rules.week_start,
            policies=policies,
        ),
        lines=_lines(results, inside, rules, compensated_minutes),
    )


def _lines(
    results: Sequence[DayResult],
    inside: Sequence[DayResult],
    rules: RuleSet,
    compensated_minutes: Mapping[date, int] | None,
) -> tuple[PayLine, ...]:
    """Return the lines of a month; where the count of sixty hours begins anew within it, both parts together.

    None for other countries than Japan: the lines are those of the Labor Standards Act 37.
    """
    if rules.country != _JAPAN:
        return ()
    policies = rules.policies
    parts: dict[date, list[DayResult]] = {}
    for one in inside:
        parts.setdefault(count_begins(one.work_date, policies=policies), []).append(one)
    sums: dict[tuple[str, Any], int] = {}
    for days in parts.values():
        dates = {one.work_date for one in days}
        for line in pay_lines(
            days,
            policies=policies,
            day=days[-1].work_date,
            overtime_before=legal_overtime_before(results, day=days[0].work_date, policies=policies),
            compensated_minutes={on: count for on, count in (compensated_minutes or {}).items() if on in dates},
        ):
            sums[line.name, line.percent] = sums.get((line.name, line.percent), 0) + line.minutes
    return tuple(
        PayLine(name=name, minutes=minutes, percent=percent) for (name, percent), minutes in sorted(sums.items())
    )


def _whole_weeks(results: Sequence[DayResult], month: Month, week_start: Weekday) -> list[DayResult]:
    """Return the days of the weeks that touch the month, and no others."""
    begin = month.first - (month.first.weekday() - week_start.value) % 7 * ONE_DAY
    end = month.last + (6 - (month.last.weekday() - week_start.value) % 7) * ONE_DAY
    return [one for one in results if begin <= one.work_date <= end]


def _rules_of(tenant: TenantId, employee_id: UUID, month: Month) -> RuleSet | None:
    terms = employments_between(tenant=tenant, employee_ids=[employee_id], last=month.last)[employee_id]
    day = month.last
    while day >= month.first:
        holding = terms_on(terms, day)
        if holding is not None:
            view = rule_sets(tenant=tenant, codes=[holding.rule_set_code]).get(holding.rule_set_code)
            return view.on(day) if view else None
        day -= ONE_DAY
    return None


def _stored(tenant: TenantId, employee_id: UUID, first: date, last: date) -> list[DayResult]:
    """Return the results of a closed range as they stand, in order."""
    contents = contents_between(tenant=tenant, employee_id=employee_id, first=first, last=last)
    return [_result(content) for content in contents]


def _result(plain: Mapping[str, Any]) -> DayResult:
    """Return a stored result as a value; of its facts, those that summaries read."""
    return DayResult(
        work_date=date.fromisoformat(plain["work_date"]),
        day_type=DayType(plain["day_type"]),
        rule_set_code=plain["rule_set_code"],
        rule_set_version=plain["rule_set_version"],
        figures=Figures.from_plain(plain["figures"]),
        steps=tuple(
            Step(bucket=Bucket(one["bucket"]), rule=StepRule(one["rule"]), minutes=one["minutes"])
            for one in plain["steps"]
        ),
        findings=tuple(
            Finding(code=FindingCode(one["code"]), severity=Severity(one["severity"])) for one in plain["findings"]
        ),
        presence=tuple(_interval(one) for one in plain["presence"]),
        segments=tuple(
            Segment(interval=_interval(one), bucket=Bucket(one["bucket"]), is_night=one["is_night"])
            for one in plain["segments"]
        ),
    )


def _interval(plain: Mapping[str, Any]) -> Interval:
    return Interval(*(minute_of(datetime.fromisoformat(plain[edge])) for edge in ("start", "end")))
