"""Labor Standards Act 36: how much overtime and legal-holiday work an agreement may allow, and how much is left.

45 and 360 hours count overtime alone; "less than 100" and "80 on average" count legal-holiday work too, and hold without a
special clause as well. 80 and 100 follow the person, whatever agreement year the months belong to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Final

from tokimori.engine.law import Entry, Figure, Reason

ARTICLE_BASIC: Final = "JP.LSA.36.4"
ARTICLE_SPECIAL: Final = "JP.LSA.36.5"
ARTICLE_ALWAYS: Final = "JP.LSA.36.6"
ARTICLE_DRIVERS: Final = "JP.LSA.140"
ARTICLE_CONSTRUCTION: Final = "JP.LSA.139"
ARTICLE_DOCTORS: Final = "JP.LSA.141"
ARTICLE_RESEARCH: Final = "JP.LSA.36.11"

_SINCE: Final = date(2019, 4, 1)
_EXCEPTIONS_END: Final = date(2024, 4, 1)


def _hours(name: str, hours: int, article: str, since: date = _SINCE) -> Figure[int]:
    return Figure(name, (Entry(since=since, value=hours * 60, article=article),))


MONTH: Final = _hours("overtime_month", 45, ARTICLE_BASIC)
YEAR: Final = _hours("overtime_year", 360, ARTICLE_BASIC)
MONTH_OF_YEARLY_VARIABLE: Final = _hours("overtime_month_of_yearly_variable", 42, ARTICLE_BASIC)
YEAR_OF_YEARLY_VARIABLE: Final = _hours("overtime_year_of_yearly_variable", 320, ARTICLE_BASIC)
SPECIAL_YEAR: Final = _hours("overtime_special_year", 720, ARTICLE_SPECIAL)
SPECIAL_YEAR_OF_DRIVERS: Final = _hours("overtime_special_year_of_drivers", 960, ARTICLE_DRIVERS, _EXCEPTIONS_END)
YEAR_OF_DOCTORS: Final = _hours("work_in_year_of_doctors", 960, ARTICLE_DOCTORS, _EXCEPTIONS_END)
YEAR_OF_DOCTORS_IN_NAMED_HOSPITALS: Final = _hours(
    "work_in_year_of_doctors_in_named_hospitals", 1860, ARTICLE_DOCTORS, _EXCEPTIONS_END
)
"""Both count legal-holiday work. More than 100 hours a month ask for an interview beforehand, which is not seen here."""
BELOW_IN_MONTH: Final = _hours("work_in_month_below", 100, ARTICLE_ALWAYS)
"""Overtime and legal-holiday work stay below; exactly so much is too much."""
AVERAGE: Final = _hours("work_on_average", 80, ARTICLE_ALWAYS)
"""Overtime and legal-holiday work on average of two to six months; exactly so much is lawful."""
TIMES_ABOVE_MONTH: Final = Figure("months_above", (Entry(since=_SINCE, value=6, article=ARTICLE_SPECIAL),))

WINDOWS: Final = (2, 3, 4, 5, 6)


class Occupation(StrEnum):
    """Whose limits differ."""

    ORDINARY = "ordinary"
    DRIVER = "driver"
    """960 hours a year under a special clause; neither 100, nor 80, nor six times (140, from April 2024)."""
    CONSTRUCTION_DISASTER = "construction_disaster"
    """Neither 100 nor 80 for recovery after disasters (139, from April 2024)."""
    DOCTOR = "doctor"
    """960 hours a year of overtime and legal-holiday work, less than 100 in a month; no averages, no six times (141)."""
    DOCTOR_SPECIAL = "doctor_special"
    """1,860 hours a year where a hospital was named for it (141, from April 2024)."""
    RESEARCH = "research"
    """None of the limits; a doctor's interview instead (36, 11)."""


class Violation(StrEnum):
    """What is passed."""

    BASE_MONTH = "BASE_MONTH"
    BASE_YEAR = "BASE_YEAR"
    MONTH_100 = "MONTH_100"
    AVG_80 = "AVG_80"
    YEAR_720 = "YEAR_720"
    YEAR_960 = "YEAR_960"
    YEAR_1860 = "YEAR_1860"
    SIX_TIMES = "SIX_TIMES"
    AGREED_MONTH = "AGREED_MONTH"
    AGREED_YEAR = "AGREED_YEAR"


_DOCTORS: Final = frozenset({Occupation.DOCTOR, Occupation.DOCTOR_SPECIAL})
_ORDER: Final = (
    Violation.MONTH_100,
    Violation.AVG_80,
    Violation.YEAR_720,
    Violation.SIX_TIMES,
    Violation.BASE_MONTH,
)
"""The order that violations are told in; all others come after."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class WorkedMonth:
    """A month of the agreement by its first day: minutes of legal overtime, and of work on legal holidays."""

    first: date
    overtime: Fraction
    holiday: Fraction

    @property
    def total(self) -> Fraction:
        """Return overtime and legal-holiday work together."""
        return self.overtime + self.holiday


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """An agreement under Article 36. ``year_begins`` is the first day of one of its years; own limits in minutes."""

    year_begins: date
    has_special_clause: bool = False
    is_yearly_variable: bool = False
    """Under a variable system of more than three months, 42 and 320 hours stand for 45 and 360."""
    occupation: Occupation = Occupation.ORDINARY
    month_minutes: int | None = None
    year_minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCheck:
    """What a month and all before it come to. Averages by the number of months, where all of them are known."""

    month_total: Fraction
    year_overtime: Fraction
    months_above: int
    averages: tuple[tuple[int, Fraction], ...]
    violations: tuple[Violation, ...]
    further_overtime: int
    """Whole minutes of overtime that this month can still hold under every limit; none once one is passed."""
    further_holiday_work: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A limit as it stands for this month: what was used, what is allowed, whether exactly that is too much."""

    violation: Violation
    used: Fraction
    allowed: int
    article: str
    counts_holiday_work: bool = False
    is_strict: bool = False

    @property
    def is_broken(self) -> bool:
        return self.used >= self.allowed if self.is_strict else self.used > self.allowed

    @property
    def further(self) -> int:
        left = self.allowed - self.used - (1 if self.is_strict else 0)
        return max(0, int(left // 1))


def check_limits(*, months: Sequence[WorkedMonth], agreement: Agreement) -> LimitCheck:
    """Return how the last of the months stands under Article 36; months follow one another without gap.

    Raise ``ValueError`` for months out of order or negative minutes, ``NotInForce`` before April 2019.
    """
    _refuse_gaps(months)
    last = months[-1]
    year = [one for one in months if _agreement_year(one.first, agreement) == _agreement_year(last.first, agreement)]
    basic = (MONTH_OF_YEARLY_VARIABLE if agreement.is_yearly_variable else MONTH).on(last.first)
    above = sum(1 for one in year if one.overtime > basic)
    averages = tuple(
        (size, sum((one.total for one in months[-size:]), Fraction(0)) / size)
        for size in WINDOWS
        if len(months) >= size
    )
    rules = _rules(months, year, agreement, basic)
    violations = list(dict.fromkeys(rule.violation for rule in rules if rule.is_broken))
    times = TIMES_ABOVE_MONTH.on(last.first)
    counts_times = agreement.has_special_clause and agreement.occupation in (
        Occupation.ORDINARY,
        Occupation.CONSTRUCTION_DISASTER,
    )
    if counts_times and above > times:
        violations.append(Violation.SIX_TIMES)
    further = min((rule.further for rule in rules), default=_month_of_minutes(last.first))
    above_before = above - (last.overtime > basic)
    if counts_times and above_before >= times:
        further = min(further, max(0, int((basic - last.overtime) // 1)))
    return LimitCheck(
        month_total=last.total,
        year_overtime=sum((one.overtime for one in year), Fraction(0)),
        months_above=above,
        averages=averages,
        violations=tuple(sorted(violations, key=_place)),
        further_overtime=further,
        further_holiday_work=min(
            (rule.further for rule in rules if rule.counts_holiday_work), default=_month_of_minutes(last.first)
        ),
        reasons=tuple(_reason(rule) for rule in rules),
    )


def _place(violation: Violation) -> int:
    return _ORDER.index(violation) if violation in _ORDER else len(_ORDER)


def month_after(first: date) -> date:
    """Return the first day of the next month of an agreement, whose months all begin on the same number."""
    return date(first.year + first.month // 12, first.month % 12 + 1, first.day)


def _rules(months: Sequence[WorkedMonth], year: Sequence[WorkedMonth], agreement: Agreement, basic: int) -> list[_Rule]:
    last = months[-1]
    day = last.first
    yearly = sum((one.overtime for one in year), Fraction(0))
    rules: list[_Rule] = []
    if agreement.month_minutes is not None:
        rules.append(
            _Rule(violation=Violation.AGREED_MONTH, used=last.overtime, allowed=agreement.month_minutes, article="")
        )
    if agreement.year_minutes is not None:
        rules.append(_Rule(violation=Violation.AGREED_YEAR, used=yearly, allowed=agreement.year_minutes, article=""))
    if agreement.occupation is Occupation.RESEARCH:
        return rules
    if not agreement.has_special_clause:
        whole_year = (YEAR_OF_YEARLY_VARIABLE if agreement.is_yearly_variable else YEAR).on(day)
        rules.append(_Rule(violation=Violation.BASE_MONTH, used=last.overtime, allowed=basic, article=ARTICLE_BASIC))
        rules.append(_Rule(violation=Violation.BASE_YEAR, used=yearly, allowed=whole_year, article=ARTICLE_BASIC))
    elif agreement.occupation is Occupation.DRIVER:
        allowed = SPECIAL_YEAR_OF_DRIVERS.on(day)
        rules.append(_Rule(violation=Violation.YEAR_960, used=yearly, allowed=allowed, article=ARTICLE_DRIVERS))
    elif agreement.occupation in _DOCTORS:
        rules.append(_year_of_doctors(year, agreement.occupation, day))
    else:
        allowed = SPECIAL_YEAR.on(day)
        rules.append(_Rule(violation=Violation.YEAR_720, used=yearly, allowed=allowed, article=ARTICLE_SPECIAL))
    if agreement.occupation is Occupation.ORDINARY:
        rules += _always(months, day)
    elif agreement.occupation in _DOCTORS:
        rules += _always(months, day)[:1]
    return rules


def _year_of_doctors(year: Sequence[WorkedMonth], occupation: Occupation, day: date) -> _Rule:
    is_special = occupation is Occupation.DOCTOR_SPECIAL
    return _Rule(
        violation=Violation.YEAR_1860 if is_special else Violation.YEAR_960,
        used=sum((one.total for one in year), Fraction(0)),
        allowed=(YEAR_OF_DOCTORS_IN_NAMED_HOSPITALS if is_special else YEAR_OF_DOCTORS).on(day),
        article=ARTICLE_DOCTORS,
        counts_holiday_work=True,
    )


def _always(months: Sequence[WorkedMonth], day: date) -> list[_Rule]:
    """Return the limits that hold with and without a special clause."""
    rules = [
        _Rule(
            violation=Violation.MONTH_100,
            used=months[-1].total,
            allowed=BELOW_IN_MONTH.on(day),
            article=ARTICLE_ALWAYS,
            counts_holiday_work=True,
            is_strict=True,
        )
    ]
    for size in WINDOWS:
        # Months that are not known might have been full: their windows are not judged.
        if len(months) >= size:
            used = sum((one.total for one in months[-size:]), Fraction(0))
            rules.append(
                _Rule(
                    violation=Violation.AVG_80,
                    used=used,
                    allowed=AVERAGE.on(day) * size,
                    article=ARTICLE_ALWAYS,
                    counts_holiday_work=True,
                )
            )
    return rules


def _agreement_year(first: date, agreement: Agreement) -> int:
    begins = agreement.year_begins
    return first.year - ((first.month, first.day) < (begins.month, begins.day))


def _refuse_gaps(months: Sequence[WorkedMonth]) -> None:
    if not months:
        raise ValueError("There is no month to check.")
    if any(one.overtime < 0 or one.holiday < 0 for one in months):
        raise ValueError("Work counts forward.")
    if any(month_after(one.first) != following.first for one, following in pairwise(months)):
        raise ValueError("Months follow one another.")


def _month_of_minutes(first: date) -> int:
    return (month_after(first) - first).days * 24 * 60


def _reason(rule: _Rule) -> Reason:
    facts = (
        ("limit", rule.violation.value),
        ("used", rule.used),
        ("allowed", rule.allowed),
        ("further", rule.further),
        ("is_broken", rule.is_broken),
    )
    return Reason(rule="overtime_limit", law=rule.article, facts=facts)
