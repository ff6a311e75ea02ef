"""A whole month of the cast, quickly: planned, punched, calculated, handed in, approved."""

from datetime import UTC, date, datetime, timedelta

from support.cast import Cast, plan_office_days
from support.punching import report
from support.work import calculate
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import month_of
from tokimori.domains.timesheets.services.approval import approve_month, submit_month
from tokimori.foundation.tenancy.context import tenant_transaction

APRIL = Month(year=2026, number=4)
FIRST_OF_MAY = datetime(2026, 5, 1, 3, 0, tzinfo=UTC)
EMPLOYEES = ("ben", "aiko", "chie")


def work_april(cast: Cast, *, names: tuple[str, ...] = EMPLOYEES) -> None:
    """Plan April and let everybody work every planned day from 9 to 18."""
    reports = []
    for name in names:
        plan_office_days(cast, name, first=date(2026, 3, 29), count=35)
        for offset in range(30):
            day = date(2026, 4, 1) + timedelta(days=offset)
            if day.weekday() < 5:
                reports += [report(cast, name, day, "in", "09:00"), report(cast, name, day, "out", "18:00")]
    with tenant_transaction(cast.tenant):
        record_punches(actor=cast.system, reports=reports, now=FIRST_OF_MAY)
    calculate(cast, now=FIRST_OF_MAY)


def hand_in_and_approve(cast: Cast, *, names: tuple[str, ...] = EMPLOYEES) -> None:
    """Let everybody hand April in and Chie, or for her Ben, approve it."""
    for name in names:
        person = cast[name]
        decider = cast["ben" if name == "chie" else "chie"].principal
        with tenant_transaction(cast.tenant):
            submit_month(actor=person.principal, employee_id=person.employee_id, month=APRIL, now=FIRST_OF_MAY)
            view = month_of(tenant=cast.tenant, employee_id=person.employee_id, month=APRIL)
            approve_month(
                actor=decider,
                employee_id=person.employee_id,
                month=APRIL,
                seen_digest=view.digest,
                note="",
                now=FIRST_OF_MAY,
            )
