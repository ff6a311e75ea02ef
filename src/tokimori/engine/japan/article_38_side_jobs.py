"""Labor Standards Act 38 (1): the hours of all employers are one person's hours.

Scheduled hours are added in the order of the contracts, then what was worked beyond them in the order it was worked; the
employer whose minutes pass the limit owes the premium (Reiwa 2.9.1 Kihatsu 0901-3).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tokimori.engine.japan.frames import DAILY_LIMIT, WEEKLY_LIMIT
from tokimori.engine.law import Reason

ARTICLE: Final = "JP.LSA.38.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerContract:
    """An employer's scheduled minutes of the day; contracts stand in the order they were made."""

    employer: str
    scheduled_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmployerWork:
    """Minutes worked for an employer, in the order they were worked."""

    employer: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SideJobs:
    """Legal overtime by employer, in the order of the contracts, and all minutes together."""

    overtime: tuple[tuple[str, int], ...]
    total_minutes: int
    reasons: tuple[Reason, ...]


def side_job_overtime(
    *,
    contracts: Sequence[EmployerContract],
    worked: Sequence[EmployerWork],
    counted_in_week: int = 0,
    not_aggregated: Collection[str] = (),
    day: date,
) -> SideJobs:
    """Return whose minutes of a day pass eight hours a day or forty a week, and so owe the premium.

    ``counted_in_week`` are the minutes of the week's earlier days, without their overtime. Those ``not_aggregated`` have
    the person as a manager (41) or as no employee: their hours count for nothing here. Raise ``ValueError`` for work
    without contract, two contracts of one employer, and negative minutes.
    """
    names = [one.employer for one in contracts]
    if len(set(names)) != len(names) or any(one.employer not in names for one in worked):
        raise ValueError("Each employer has one contract.")
    if any(one.scheduled_minutes < 0 for one in contracts) or any(one.minutes < 0 for one in worked):
        raise ValueError("Work counts forward.")
    contracts = [one for one in contracts if one.employer not in not_aggregated]
    worked = [one for one in worked if one.employer not in not_aggregated]
    room = max(0, min(DAILY_LIMIT.on(day), WEEKLY_LIMIT.on(day) - counted_in_week))
    overtime = dict.fromkeys(names, 0)
    reasons: list[Reason] = []
    for employer, minutes, rule in _in_order(contracts, worked):
        inside = min(minutes, room)
        room -= inside
        overtime[employer] += minutes - inside
        facts = (("employer", employer), ("minutes", minutes), ("overtime", minutes - inside))
        reasons.append(Reason(rule=rule, law=ARTICLE, facts=facts))
    return SideJobs(
        overtime=tuple(overtime.items()), total_minutes=sum(one.minutes for one in worked), reasons=tuple(reasons)
    )


def _in_order(contracts: Sequence[EmployerContract], worked: Sequence[EmployerWork]) -> list[tuple[str, int, str]]:
    left = {one.employer: one.scheduled_minutes for one in contracts}
    inside = dict.fromkeys(left, 0)
    beyond: list[tuple[str, int, str]] = []
    for one in worked:
        part = min(one.minutes, left[one.employer])
        left[one.employer] -= part
        inside[one.employer] += part
        if one.minutes > part:
            beyond.append((one.employer, one.minutes - part, "side_job_beyond_schedule"))
    return [(name, minutes, "side_job_scheduled") for name, minutes in inside.items() if minutes] + beyond
