"""Decide which days must be calculated anew when something other than a punch changes."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tokimori.domains.people.queries import employed_between, employments_between
from tokimori.domains.schedules.queries import plans_between
from tokimori.domains.timekeeping.services.stale import mark_stale
from tokimori.domains.timesheets.gathering import ONE_DAY, dates_between, terms_on
from tokimori.domains.timesheets.months import DayView
from tokimori.domains.timesheets.queries import days_between
from tokimori.foundation.identifiers import TenantId


@transaction.atomic
def mark_rule_set_stale(*, tenant: TenantId, rule_set_code: str, first: date, now: datetime) -> int:
    """Mark every past day from ``first`` on whose employment follows the rule set; return how many."""
    last = now.date()
    people = employed_between(tenant=tenant, first=first, last=last)
    terms = employments_between(tenant=tenant, employee_ids=people, last=last)
    days = {
        (employee_id, day)
        for employee_id in people
        for day in dates_between(first, last)
        if (holding := terms_on(terms[employee_id], day)) is not None and holding.rule_set_code == rule_set_code
    }
    mark_stale(tenant=tenant, days=days, now=now)
    return len(days)


@transaction.atomic
def mark_finished_days(*, tenant: TenantId, now: datetime) -> int:
    """Mark the planned days that ended lately and were last calculated before they did; return how many.

    So that what did not happen shows without anybody's doing. A day ends at midnight, and for a night shift by the next
    one; it is marked once for each.
    """
    first, last = now.date() - timedelta(days=3), now.date() + ONE_DAY
    people = employed_between(tenant=tenant, first=first, last=last)
    terms = employments_between(tenant=tenant, employee_ids=people, last=last)
    known = days_between(tenant=tenant, employee_ids=people, first=first, last=last)
    plans = plans_between(tenant=tenant, employee_ids=people, first=first, last=last)
    days = {
        (employee_id, day)
        for (employee_id, day), plan in plans.items()
        if plan.shifts
        and (holding := terms_on(terms[employee_id], day)) is not None
        and _is_due(day, zone=holding.site.zone, known=known[employee_id].get(day), now=now)
    }
    mark_stale(tenant=tenant, days=days, now=now)
    return len(days)


def _is_due(day: date, *, zone: str, known: DayView | None, now: datetime) -> bool:
    """Whether one of the day's two ends has passed since it was last calculated."""
    ends = (datetime.combine(day + timedelta(days=after), time(), tzinfo=ZoneInfo(zone)) for after in (1, 2))
    return any(end <= now and (known is None or known.calculated_at < end) for end in ends)
