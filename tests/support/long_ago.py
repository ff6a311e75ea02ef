"""A month that was worked, approved and sealed more than five years ago, with everything that comes with it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from support.cast import FOUNDED, Cast, plan_office_days
from support.punching import at, report
from support.work import calculate
from tokimori.domains.closings.services.seal import seal_period
from tokimori.domains.exports.layouts import FileFormat, Layout
from tokimori.domains.exports.services import create_export
from tokimori.domains.people.models import Employee
from tokimori.domains.people.services import EmploymentTerms, change_employment
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import request_correction, withdraw_correction
from tokimori.domains.timekeeping.services.record import record_punches
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import month_of
from tokimori.domains.timesheets.services.approval import approve_month, submit_month
from tokimori.engine import PunchKind
from tokimori.foundation.tenancy.context import tenant_transaction

OLD_APRIL: Final = Month(year=2021, number=4)
FIRST_DAY: Final = date(2021, 3, 1)
THEN: Final = datetime(2021, 5, 1, 3, 0, tzinfo=UTC)
LATER: Final = THEN + timedelta(hours=2)
PLACE: Final = "entrance of the old house"
REASON: Final = "the card was forgotten at the dentist"
NOTE: Final = "a word on Aiko"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldMonth:
    """What was made: the wish that was withdrawn again, the seal, the file."""

    wish: UUID
    seal: UUID
    file: UUID


def work_long_ago(cast: Cast, name: str = "aiko", *, site: UUID | None = None, rules: str = "jp-fixed") -> None:
    """Let somebody be there since March 2021, and work every planned day of April from 9 to 18."""
    terms = EmploymentTerms(valid_from=FIRST_DAY, site_id=site or cast.site_id, rule_set_code=rules, leader_id=None)
    with tenant_transaction(cast.tenant):
        Employee.objects.filter(id=cast[name].employee_id).update(hired_on=FIRST_DAY)
        change_employment(actor=cast.system, employee_id=cast[name].employee_id, terms=terms, now=FOUNDED)
    plan_office_days(cast, name, first=date(2021, 3, 28), count=35)
    reports = []
    for offset in range(30):
        day = OLD_APRIL.first + timedelta(days=offset)
        if day.weekday() < 5:
            pair = (report(cast, name, day, "in", "09:00"), report(cast, name, day, "out", "18:00"))
            reports += [replace(one, place=PLACE) for one in pair]
    with tenant_transaction(cast.tenant):
        record_punches(actor=cast.system, reports=reports, now=THEN)
    calculate(cast, now=THEN)


def close_long_ago(cast: Cast, name: str = "aiko") -> OldMonth:
    """Let him ask for something and take it back, hand in, be approved with a note; seal, and make a file."""
    person, chie = cast[name], cast["chie"].principal
    wish = CorrectionWish(
        effect=Effect.ADD,
        employee_id=person.employee_id,
        work_date=OLD_APRIL.first,
        reason=REASON,
        kind=PunchKind.IN,
        occurred_at=at(OLD_APRIL.first, "08:00"),
    )
    with tenant_transaction(cast.tenant):
        wanted = request_correction(actor=person.principal, wish=wish, now=THEN)
        withdraw_correction(actor=person.principal, correction_id=wanted, now=THEN)
        submit_month(actor=person.principal, employee_id=person.employee_id, month=OLD_APRIL, now=THEN)
        view = month_of(tenant=cast.tenant, employee_id=person.employee_id, month=OLD_APRIL)
        approve_month(
            actor=chie, employee_id=person.employee_id, month=OLD_APRIL, seen_digest=view.digest, note=NOTE, now=THEN
        )
        seal = seal_period(actor=chie, month=OLD_APRIL, now=LATER)
        file = create_export(actor=chie, month=OLD_APRIL, layout=Layout.DAYS, file_format=FileFormat.CSV, now=LATER)
    return OldMonth(wish=wanted, seal=seal, file=file.id)
