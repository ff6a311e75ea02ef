"""Try other rules on a month that was worked, before they hold: what would have come out otherwise, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tokimori.domains.people.queries import employed_between, employments_between
from tokimori.domains.timesheets.gathering import FactShelf, Trial, dates_between, terms_on
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.services.calculation import calculate_stretch
from tokimori.engine import DayResult, Figures
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import TenantId

PEOPLE_AT_ONCE: Final = 25
"""So many months, calculated twice, are done within a second or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFigure:
    """A bucket's minutes on a day under both rules, with the steps that make them up."""

    bucket: str
    before_minutes: int
    after_minutes: int
    steps_before: tuple[Mapping[str, Any], ...]
    steps_after: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedDay:
    """A day that would have come out otherwise."""

    employee_id: UUID
    work_date: date
    figures: tuple[ChangedFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What a trial found for some of the people: their figures together under both rules, and each day that differs."""

    people_in_all: int
    people: int
    before: Figures
    after: Figures
    changed: tuple[ChangedDay, ...]


def try_rules(*, actor: Principal, trial: Trial, month: Month, now: datetime, offset: int = 0) -> TrialResult:
    """Return how a month would have come out, had the rules held from the trial's date on; nothing is stored.

    Both sides are calculated now, from the facts as they stand, so that nothing but the rules differs. People are taken
    ``PEOPLE_AT_ONCE`` at a time, from ``offset`` on.
    """
    authorise(actor, Permission.RULE_SET_PUBLISH)
    tenant = actor.tenant_id
    everybody = _followers(tenant, trial.rules.code, month)
    people = everybody[offset : offset + PEOPLE_AT_ONCE]
    shelf = FactShelf(tenant=tenant, employee_ids=people, now=now)
    before, after = Figures(), Figures()
    changed: list[ChangedDay] = []
    for employee_id in people:
        old = _calculated(shelf, employee_id, month, trial=None)
        new = _calculated(shelf, employee_id, month, trial=trial)
        before = sum((day.figures for day in old.values()), start=before)
        after = sum((day.figures for day in new.values()), start=after)
        changed.extend(_changed_days(employee_id, old, new))
    return TrialResult(
        people_in_all=len(everybody), people=len(people), before=before, after=after, changed=tuple(changed)
    )


def _followers(tenant: TenantId, code: str, month: Month) -> Sequence[UUID]:
    """Return who follows the rule set on any day of the month, always in the same order."""
    people = employed_between(tenant=tenant, first=month.first, last=month.last)
    terms = employments_between(tenant=tenant, employee_ids=people, last=month.last)
    days = dates_between(month.first, month.last)
    return sorted(
        person
        for person in people
        if any((holding := terms_on(terms[person], day)) and holding.rule_set_code == code for day in days)
    )


def _calculated(shelf: FactShelf, employee_id: UUID, month: Month, *, trial: Trial | None) -> Mapping[date, DayResult]:
    calculated = calculate_stretch(
        shelf=shelf, employee_id=employee_id, first=month.first, last=month.last, trial=trial
    )
    return {one.work_date: one.result for one in calculated if month.first <= one.work_date <= month.last}


def _changed_days(
    employee_id: UUID, old: Mapping[date, DayResult], new: Mapping[date, DayResult]
) -> Iterator[ChangedDay]:
    for day in sorted(old.keys() & new.keys()):
        figures = tuple(_changed_figures(old[day], new[day]))
        if figures:
            yield ChangedDay(employee_id=employee_id, work_date=day, figures=figures)


def _changed_figures(old: DayResult, new: DayResult) -> Iterator[ChangedFigure]:
    before, after = old.figures.to_plain(), new.figures.to_plain()
    for name, minutes in before.items():
        bucket = name.removesuffix("_minutes")
        if minutes != after[name] and bucket != "worked":
            yield ChangedFigure(
                bucket=bucket,
                before_minutes=minutes,
                after_minutes=after[name],
                steps_before=_steps(old, bucket),
                steps_after=_steps(new, bucket),
            )


def _steps(result: DayResult, bucket: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(step.to_plain() for step in result.steps if step.bucket.value == bucket)
