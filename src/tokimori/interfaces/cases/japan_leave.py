"""Cases on paid leave: what is earned, kept and used, and the five days that must be taken (Labor Standards Act 39)."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import Field

from tokimori.engine.japan.article_39_five_days import (
    OWED,
    FiveDayDuty,
    LeaveUnit,
    Overlap,
    counted_toward_duty,
    five_day_duty,
)
from tokimori.engine.japan.article_39_grants import (
    Contract,
    attendance_of_year,
    granted_days,
    grants_at,
    next_grant,
    yearly_band,
)
from tokimori.engine.japan.article_39_use import (
    ConsumptionOrder,
    Lot,
    hourly_leave,
    rescaled_hours,
    stock_on,
    taken_from,
)
from tokimori.engine.japan.civil_periods import MONTHS_IN_YEAR, day_after
from tokimori.interfaces.cases.kind import Answer, Day, Hours, Impossible, Inputs, Kind, blaming
from tokimori.interfaces.cases.plain import exact, plain

AS_OF: Final = date(2026, 4, 1)
_BANDED: Final = (1, 2, 3, 4)

WeeklyDays = Annotated[int, Field(ge=0, le=7)]
YearlyDays = Annotated[int, Field(ge=0, le=366)]
WeeklyHours = Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)]
Years = Annotated[float, Field(ge=0, le=80, allow_inf_nan=False)]
Rate = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
DayCount = Annotated[int, Field(ge=0, le=366)]
LeaveDays = Annotated[float, Field(ge=0, le=366, allow_inf_nan=False)]


def _service_months(years: float, path: str) -> int:
    months = exact(years) * MONTHS_IN_YEAR
    if months.denominator != 1:
        raise Impossible(path, "is no whole number of months")
    return int(months)


def _contract(*, weekly_days: int | None, yearly_days: int | None, weekly_hours: float | None, path: str) -> Contract:
    if (weekly_days is None) == (yearly_days is None):
        raise Impossible(path, "is given once: days a week, or days a year")
    minutes = None if weekly_hours is None else int(exact(weekly_hours) * 60)
    return Contract(weekly_days=weekly_days, yearly_days=yearly_days, weekly_minutes=minutes)


class GrantInputs(Inputs):
    """A contract on the base date, the years of service, and the attendance of the year before."""

    weekly_hours: WeeklyHours | None = None
    weekly_days: WeeklyDays | None = None
    yearly_days: YearlyDays | None = None
    service_years: Years
    attendance_rate: Rate = 1.0
    as_of: Day = AS_OF


def _grant(given: GrantInputs) -> Answer:
    contract = _contract(
        weekly_days=given.weekly_days,
        yearly_days=given.yearly_days,
        weekly_hours=given.weekly_hours,
        path="weekly_days",
    )
    found = granted_days(
        contract=contract,
        service_months=_service_months(given.service_years, "service_years"),
        attendance=exact(given.attendance_rate),
        on=given.as_of,
    )
    return Answer(result={"days": found.days, "table": found.table.value}, steps=found.reasons)


class TableInputs(Inputs):
    """Years of service, and days a week: five and more are the normal table."""

    years: tuple[Years, ...] = Field(min_length=1)
    weekly_days: tuple[WeeklyDays, ...] = Field(min_length=1)
    as_of: Day = AS_OF


def _table(given: TableInputs) -> Answer:
    days: dict[str, list[int]] = {}
    steps = []
    for weekly_days in given.weekly_days:
        row = [
            granted_days(
                contract=Contract(weekly_days=weekly_days),
                service_months=_service_months(years, f"years[{place}]"),
                attendance=Fraction(1),
                on=given.as_of,
            )
            for place, years in enumerate(given.years)
        ]
        days[str(weekly_days)] = [one.days for one in row]
        steps += [reason for one in row for reason in one.reasons]
    bands = {
        str(weekly_days): list(yearly_band(weekly_days=weekly_days, on=given.as_of))
        for weekly_days in given.weekly_days
        if weekly_days in _BANDED
    }
    return Answer(result={"days": days, "yearly_day_bands": bands}, steps=steps)


class BandInputs(Inputs):
    """Days of work a year, where no week is fixed."""

    yearly_days: tuple[YearlyDays, ...] = Field(min_length=1)
    weekly_hours: WeeklyHours | None = None
    years: Years
    as_of: Day = AS_OF


def _bands(given: BandInputs) -> Answer:
    found = [
        granted_days(
            contract=_contract(
                weekly_days=None, yearly_days=one, weekly_hours=given.weekly_hours, path=f"yearly_days[{place}]"
            ),
            service_months=_service_months(given.years, "years"),
            attendance=Fraction(1),
            on=given.as_of,
        )
        for place, one in enumerate(given.yearly_days)
    ]
    return Answer(
        result={"days": [one.days for one in found]}, steps=[reason for one in found for reason in one.reasons]
    )


class BaseDateInputs(Inputs):
    """A hiring, its base dates, and the attendance before each."""

    hired: Day
    weekly_days: WeeklyDays | None = None
    yearly_days: YearlyDays | None = None
    weekly_hours: WeeklyHours | None = None
    base_dates: tuple[Day, ...] = Field(min_length=1)
    attendance: tuple[Rate, ...]


def _base_dates(given: BaseDateInputs) -> Answer:
    if len(given.attendance) != len(given.base_dates):
        raise Impossible("attendance", "has not one rate for each base date")
    contract = _contract(
        weekly_days=given.weekly_days,
        yearly_days=given.yearly_days,
        weekly_hours=given.weekly_hours,
        path="weekly_days",
    )
    with blaming("base_dates"):
        found = grants_at(
            hired=given.hired,
            contract=contract,
            base_dates=given.base_dates,
            attendance=[exact(one) for one in given.attendance],
        )
    return Answer(
        result={"days": [one.days for one in found]}, steps=[reason for one in found for reason in one.reasons]
    )


class AttendanceInputs(Inputs):
    """A year's days. Absent days, or instead the days worked."""

    scheduled_days: DayCount
    worked_on_non_workdays: DayCount = 0
    worked_days: DayCount | None = None
    paid_leave_days: DayCount = 0
    work_injury_days: DayCount = 0
    maternity_leave_days: DayCount = 0
    childcare_leave_days: DayCount = 0
    family_care_leave_days: DayCount = 0
    employer_fault_closure_days: DayCount = 0
    strike_days: DayCount = 0
    force_majeure_days: DayCount = 0
    absent_days: DayCount | None = None
    late_or_early_days: DayCount = 0
    as_of: Day = AS_OF

    @property
    def excluded(self) -> int:
        """Return the days that are not working days after all."""
        return self.employer_fault_closure_days + self.strike_days + self.force_majeure_days

    @property
    def attended_in_law(self) -> int:
        """Return the days that count as attended though nobody came."""
        return (
            self.paid_leave_days
            + self.work_injury_days
            + self.maternity_leave_days
            + self.childcare_leave_days
            + self.family_care_leave_days
        )


def _attendance(given: AttendanceInputs) -> Answer:
    working = given.scheduled_days - given.excluded
    if working < 0:
        raise Impossible("scheduled_days", "are fewer than those that do not count")
    if given.attended_in_law > working:
        raise Impossible("scheduled_days", "are fewer than the days of leave")
    absent = given.absent_days
    if given.worked_days is not None:
        missing = working - given.worked_days - given.attended_in_law
        if missing < 0 or (absent is not None and absent != missing):
            raise Impossible("worked_days", "does not agree with the other days")
        absent = missing
    absent = absent or 0
    if absent + given.attended_in_law > working:
        raise Impossible("absent_days", "are more than the working days left")
    if given.late_or_early_days > working - absent - given.attended_in_law:
        raise Impossible("late_or_early_days", "are more than the days worked")
    found = attendance_of_year(
        scheduled_days=given.scheduled_days, absent_days=absent, excluded_days=given.excluded, on=given.as_of
    )
    result = {
        "denominator": found.denominator,
        "numerator": found.numerator,
        "rate": None if found.rate is None else plain(found.rate, places=4),
        "eligible": found.is_enough,
    }
    return Answer(result=result, steps=found.reasons)


class CarryInputs(Inputs):
    """Two grants a year apart, and what was used before the second."""

    first_grant: LeaveDays
    used: LeaveDays
    second_grant: LeaveDays


def _carry(given: CarryInputs) -> Answer:
    first, second = AS_OF, day_after(AS_OF, years=1)
    lots = [Lot(granted=first, remaining=exact(given.first_grant))]
    with blaming("used"):
        left = taken_from(lots=lots, days=exact(given.used), day=first)
    stock = stock_on(lots=[*left, Lot(granted=second, remaining=exact(given.second_grant))], day=second)
    balance = plain(stock.balance)
    carried = plain(sum((lot.remaining for lot in left), Fraction(0)))
    return Answer(result={"balance_at_1_5y": balance, "balance": balance, "carried": carried}, steps=stock.reasons)


class LotInputs(Inputs):
    """What is left of a grant."""

    granted: Day
    remaining: LeaveDays


class ExpiryInputs(Inputs):
    """Grants, a day, and what is taken on it."""

    as_of: Day
    lots: tuple[LotInputs, ...] = Field(min_length=1)
    take: LeaveDays = 0.0
    order: ConsumptionOrder = ConsumptionOrder.OLDEST_FIRST


def _expiry(given: ExpiryInputs) -> Answer:
    lots = [Lot(granted=one.granted, remaining=exact(one.remaining)) for one in given.lots]
    stock = stock_on(lots=lots, day=given.as_of)
    with blaming("take"):
        left = taken_from(lots=lots, days=exact(given.take), day=given.as_of, order=given.order)
    result = {
        "expired": plain(stock.expired),
        "balance": plain(stock.balance - exact(given.take)),
        "lots": [{"granted": lot.granted.isoformat(), "remaining": plain(lot.remaining)} for lot in left],
    }
    return Answer(result=result, steps=stock.reasons)


class DatedGrant(Inputs):
    """A grant."""

    date: Day
    days: LeaveDays


class FiveDayInputs(Inputs):
    """Grants, and what is done about years that overlap."""

    grants: tuple[DatedGrant, ...] = Field(min_length=1)
    method: Overlap = Overlap.PRORATED


def _five_days(given: FiveDayInputs) -> Answer:
    found = _duty(given.grants, given.method)
    required = sum((duty.required for duty in found.duties), Fraction(0))
    result: dict[str, Any] = {
        "required_days": plain(required, places=3),
        "required_in_half_days": plain(sum((duty.in_half_days for duty in found.duties), Fraction(0))),
        "required_in_whole_days": sum(duty.in_whole_days for duty in found.duties),
        "months": plain(sum((duty.months for duty in found.duties), Fraction(0)), places=3),
        "deadline": found.duties[-1].last.isoformat() if found.duties else None,
        "windows": [
            {
                "from": duty.first.isoformat(),
                "to": duty.last.isoformat(),
                "required_days": plain(duty.required, places=3),
            }
            for duty in found.duties
        ],
    }
    return Answer(result=result, steps=found.reasons)


def _duty(grants: tuple[DatedGrant, ...], method: Overlap) -> FiveDayDuty:
    with blaming("grants"):
        return five_day_duty(grants=[(one.date, exact(one.days)) for one in grants], overlap=method)


class SplitGrantInputs(Inputs):
    """A hiring, and a first grant that may have come in pieces."""

    hired: Day
    grants: tuple[DatedGrant, ...] = Field(min_length=1)
    weekly_days: WeeklyDays = 5


def _split_grant(given: SplitGrantInputs) -> Answer:
    duty = _duty(given.grants, Overlap.SEPARATE)
    with blaming("grants"):
        due, grant = next_grant(
            hired=given.hired,
            granted=[(one.date, int(one.days)) for one in given.grants],
            contract=Contract(weekly_days=given.weekly_days),
        )
    window = None
    if duty.duties:
        window = [duty.duties[-1].first.isoformat(), duty.duties[-1].last.isoformat()]
    return Answer(
        result={"next_grant": {"date": due.isoformat(), "days": grant.days}, "five_day_window": window},
        steps=[*grant.reasons, *duty.reasons],
    )


class TakenInputs(Inputs):
    """Leave taken, so many of a unit."""

    unit: LeaveUnit
    qty: LeaveDays


class HalfDayInputs(Inputs):
    """Leave that was taken within the year of the duty."""

    taken: tuple[TakenInputs, ...]
    as_of: Day = AS_OF


def _half_days(given: HalfDayInputs) -> Answer:
    counted = counted_toward_duty([(one.unit, exact(one.qty)) for one in given.taken])
    owed = OWED.on(given.as_of)
    return Answer(result={"counts_toward_5": plain(counted), "still_owed": plain(max(Fraction(0), owed - counted))})


class HourlyCapInputs(Inputs):
    """The hours of a working day, and the days a year that an agreement allows by the hour."""

    scheduled_h_per_day: Hours
    days_cap: DayCount = 5
    as_of: Day = AS_OF


def _hourly_cap(given: HourlyCapInputs) -> Answer:
    with blaming("scheduled_h_per_day" if not 0 < given.scheduled_h_per_day <= 24 else "days_cap"):  # noqa: PLR2004 -- a day
        found = hourly_leave(scheduled=exact(given.scheduled_h_per_day), days_cap=given.days_cap, on=given.as_of)
    return Answer(result={"hours_per_day": found.hours_per_day, "cap_hours": found.cap_hours}, steps=found.reasons)


class RescaleInputs(Inputs):
    """A balance in days and hours, and the length of a day before and after."""

    balance_days: LeaveDays
    balance_hours: Hours
    old_h: Hours
    new_h: Hours


def _rescale(given: RescaleInputs) -> Answer:
    for key in ("old_h", "new_h"):
        if not 0 < getattr(given, key) <= 24:  # noqa: PLR2004 -- a day
            raise Impossible(key, "is no length of a working day")
    with blaming("balance_hours"):
        hours, reason = rescaled_hours(
            hours=exact(given.balance_hours), before=exact(given.old_h), after=exact(given.new_h)
        )
    return Answer(result={"days": plain(exact(given.balance_days)), "hours": hours}, steps=[reason])


KINDS: Final[Mapping[str, Kind[Any]]] = {
    "attendance_rate": Kind(AttendanceInputs, _attendance),
    "five_day_obligation": Kind(FiveDayInputs, _five_days),
    "grant_table_proportional": Kind(TableInputs, _table),
    "half_day_counting": Kind(HalfDayInputs, _half_days),
    "hourly_leave_cap": Kind(HourlyCapInputs, _hourly_cap),
    "hourly_leave_rescale": Kind(RescaleInputs, _rescale),
    "leave_carry": Kind(CarryInputs, _carry),
    "leave_day_bands": Kind(BandInputs, _bands),
    "leave_expiry": Kind(ExpiryInputs, _expiry),
    "leave_grant": Kind(GrantInputs, _grant),
    "leave_grant_low_attendance": Kind(BaseDateInputs, _base_dates),
    "split_grant_next_date": Kind(SplitGrantInputs, _split_grant),
}
