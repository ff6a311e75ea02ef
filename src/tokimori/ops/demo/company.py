"""Found the demo company: sites, rules, people, accounts, plans."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import holidays

from tokimori.domains.organisations.services import create_company, create_division, create_site
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, create_employee_type, hire_employee
from tokimori.domains.people.services.granting import NewGrant, grant_administration
from tokimori.domains.rulesets.services import publish_rule_set
from tokimori.domains.schedules.plans import DayPlan, ShiftPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.engine import DayType, RuleSet
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.services.accounts import NewAccount, create_account
from tokimori.foundation.identity.services.tokens import NewToken, issue_token
from tokimori.ops.demo.people import DIVISIONS, GRANT_HOLDER, TYPES, Crew, DemoPerson, demo_people

COMPANY_CODE: Final = "minato"
HIRED: Final = date(2024, 4, 1)

SITES: Final = (
    ("tokyo", "東京本社", "Asia/Tokyo", "JP"),
    ("osaka", "大阪工場", "Asia/Tokyo", "JP"),
    ("bangkok", "สำนักงานกรุงเทพฯ", "Asia/Bangkok", "TH"),
)
ZONES: Final = {code: zone for code, _, zone, _ in SITES}

_NIGHT: Final = {"start_minute": 1320, "end_minute": 300}
_JAPANESE_BREAKS: Final = [{"over_minutes": 360, "break_minutes": 45}, {"over_minutes": 480, "break_minutes": 60}]
_JAPAN: Final[Mapping[str, Any]] = {"country": "JP", "night": _NIGHT}

RULES: Final[Mapping[Crew, tuple[str, Mapping[str, Any]]]] = {
    Crew.OFFICE: (
        "固定労働 9:00–18:00",
        {**_JAPAN, "code": "office", "breaks": {"sources": ["scheduled"], "required": _JAPANESE_BREAKS}},
    ),
    Crew.FLEX: (
        "フレックス（1か月）",
        {
            **_JAPAN,
            "code": "flex",
            "system": "flex_month",
            "breaks": {"sources": ["automatic"], "automatic": _JAPANESE_BREAKS, "required": _JAPANESE_BREAKS},
        },
    ),
    Crew.NIGHT: (
        "夜勤 22:00–7:00",
        {**_JAPAN, "code": "night", "breaks": {"sources": ["punched", "scheduled"], "required": _JAPANESE_BREAKS}},
    ),
    Crew.PART_TIME: (
        "パートタイム",
        {**_JAPAN, "code": "part-time", "breaks": {"sources": ["automatic"], "automatic": _JAPANESE_BREAKS}},
    ),
    Crew.BANGKOK: (
        "กะกลางวัน 8:00–17:00",
        {
            "country": "TH",
            "code": "bangkok",
            "overtime_basis": "schedule_window",
            "legal_weekly_minutes": 2880,
            "week_start": "monday",
            "counts_before_schedule": False,
            "breaks": {
                "sources": ["punched", "scheduled"],
                "required": [{"over_minutes": 300, "break_minutes": 60}],
            },
        },
    ),
}

_SHIFTS: Final[Mapping[Crew, ShiftPlan]] = {
    Crew.OFFICE: ShiftPlan(start_minute=540, end_minute=1080, breaks=((720, 780),)),
    Crew.FLEX: ShiftPlan(start_minute=570, end_minute=1110, breaks=((720, 780),)),
    Crew.NIGHT: ShiftPlan(start_minute=1320, end_minute=1860, breaks=((1560, 1620),)),
    Crew.PART_TIME: ShiftPlan(start_minute=600, end_minute=900),
    Crew.BANGKOK: ShiftPlan(start_minute=480, end_minute=1020, breaks=((720, 780),)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCompany:
    """What was founded: employees and accounts by code, plans by code, and the token of the machine's door."""

    people: tuple[DemoPerson, ...]
    employee_ids: Mapping[str, UUID]
    account_ids: Mapping[str, UUID]
    plans: Mapping[str, tuple[DayPlan, ...]]
    token: str


def found_company(*, actor: Principal, first: date, last: date, now: datetime) -> DemoCompany:
    """Found the company, with plans for every day of the closed range."""
    create_company(actor=actor, code=COMPANY_CODE, name="みなと精密株式会社", language="ja", now=now)
    sites = {
        code: create_site(actor=actor, code=code, name=name, zone=zone, country=country, now=now)
        for code, name, zone, country in SITES
    }
    for name, definition in RULES.values():
        rules = RuleSet.from_plain(definition)
        publish_rule_set(actor=actor, name=name, rules=rules, valid_from=HIRED, now=now)
    divisions: dict[str, UUID] = {}
    for code, name, above in DIVISIONS:
        parent_id = divisions[above] if above else None
        divisions[code] = create_division(actor=actor, code=code, name=name, parent_id=parent_id, now=now)
    types = {code: create_employee_type(actor=actor, code=code, name=name, now=now) for code, name in TYPES}
    places = {"sites": sites, "divisions": divisions, "types": types}
    employees: dict[str, UUID] = {}
    accounts: dict[str, UUID] = {}
    people = demo_people()
    for person in people:
        accounts[person.code] = _account(actor, person, now)
        employees[person.code] = _employee(actor, person, accounts[person.code], places, employees, now)
    _grant_the_plant(actor, accounts[GRANT_HOLDER], divisions["plant"], now)
    plans = {person.code: tuple(_plans(person, employees[person.code], first=first, last=last)) for person in people}
    plan_days(actor=actor, plans=[plan for each in plans.values() for plan in each], now=now)
    readers = NewToken(
        name="gate readers", scopes=frozenset({Scope.PUNCHES_WRITE}), expires_at=now + timedelta(days=365)
    )
    token = issue_token(actor=actor, token=readers, now=now)
    return DemoCompany(people=people, employee_ids=employees, account_ids=accounts, plans=plans, token=token)


def _account(actor: Principal, person: DemoPerson, now: datetime) -> UUID:
    # Part-timers have no address: they sign in with the company code and their number.
    has_address = person.crew is not Crew.PART_TIME
    account = NewAccount(
        login_id=person.code,
        email=f"{person.code}@minato.example" if has_address else None,
        display_name=f"{person.family_name} {person.given_name}",
        roles=person.roles,
        language=person.language,
    )
    return create_account(actor=actor, account=account, now=now)


def _employee(
    actor: Principal,
    person: DemoPerson,
    account_id: UUID,
    places: Mapping[str, Mapping[str, UUID]],
    employees: Mapping[str, UUID],
    now: datetime,
) -> UUID:
    return hire_employee(
        actor=actor,
        employee=NewEmployee(
            code=person.code,
            family_name=person.family_name,
            given_name=person.given_name,
            phonetic_name=person.phonetic_name,
            account_id=account_id,
            hired_on=HIRED,
        ),
        terms=EmploymentTerms(
            valid_from=HIRED,
            site_id=places["sites"][person.site_code],
            division_id=places["divisions"][person.division_code],
            employee_type_id=places["types"][person.type_code],
            rule_set_code=str(RULES[person.crew][1]["code"]),
            leader_id=employees[person.leader_code] if person.leader_code else None,
        ),
        now=now,
    )


def _grant_the_plant(actor: Principal, account_id: UUID, division_id: UUID, now: datetime) -> None:
    grant_administration(
        actor=actor,
        grant=NewGrant(
            account_id=account_id,
            division_id=division_id,
            site_id=None,
            employee_type_ids=None,
            functions=frozenset({Function.TIMESHEETS, Function.CORRECTIONS, Function.PEOPLE}),
            level=Level.APPROVE,
            valid_from=now.date(),
            valid_until=None,
            reason="大阪工場の勤怠担当",
        ),
        today=now.date(),
        now=now,
    )


def _plans(person: DemoPerson, employee_id: UUID, *, first: date, last: date) -> list[DayPlan]:
    country = "TH" if person.site_code == "bangkok" else "JP"
    public = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [
        DayPlan(
            employee_id=employee_id,
            work_date=day,
            day_type=(day_type := _day_type(person, day, is_public_holiday=day in public)),
            shifts=(_SHIFTS[person.crew],) if day_type is DayType.WORKDAY else (),
        )
        for day in days
    ]


def _day_type(person: DemoPerson, day: date, *, is_public_holiday: bool) -> DayType:
    """Return what a day is: Sunday is the legal holiday; the night crew works four nights and rests three in turn."""
    if day.weekday() == 6:  # noqa: PLR2004 -- Sunday
        return DayType.LEGAL_HOLIDAY
    if person.crew is Crew.NIGHT:
        rests = (day.toordinal() + int(person.code)) % 7 in {0, 1, 2}
        return DayType.NON_LEGAL_HOLIDAY if rests else DayType.WORKDAY
    if person.crew is Crew.PART_TIME and (day.weekday() + int(person.code)) % 5 in {0, 1}:
        return DayType.NON_LEGAL_HOLIDAY
    if day.weekday() == 5 or is_public_holiday:  # noqa: PLR2004 -- Saturday
        return DayType.NON_LEGAL_HOLIDAY
    return DayType.WORKDAY
