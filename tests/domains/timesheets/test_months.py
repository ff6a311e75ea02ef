"""Months added up when a day changes say the same as their days, whatever happens in whatever order."""

import importlib
import random
from datetime import date, timedelta

import psycopg
from hypothesis import given, settings
from hypothesis import strategies as st

from support import cluster
from support.cast import NOON, Cast, plan_office_days, usual_cast
from support.punching import punch
from support.work import calculate
from tokimori.domains.timesheets.models import MonthResult
from tokimori.domains.timesheets.months import Month
from tokimori.domains.timesheets.queries import company_total, month_standings, months
from tokimori.engine import Figures
from tokimori.foundation.tenancy.context import tenant_transaction

NAMES = ("aiko", "ben", "chie")
FIRST = date(2026, 3, 23)
LATER = NOON + timedelta(days=40)
MONTHS = tuple(Month(year=2026, number=number) for number in (3, 4, 5))


def assert_months_are_their_days(cast: Cast) -> None:
    people = [cast[name].employee_id for name in NAMES]
    with tenant_transaction(cast.tenant):
        for month in MONTHS:
            by_days = months(tenant=cast.tenant, employee_ids=people, month=month)
            standings = month_standings(tenant=cast.tenant, employee_ids=people, month=month)
            assert [(one.digest, one.blocking_count) for one in standings] == [
                (by_days[one].digest, by_days[one].blocking_count) for one in people
            ]
            totals = (view.total for view in by_days.values())
            assert company_total(tenant=cast.tenant, month=month) == sum(totals, start=Figures())


def test_a_month_without_days_is_nothing(cast: Cast) -> None:
    assert_months_are_their_days(cast)


@settings(max_examples=6)
@given(seed=st.integers(0, 10_000))
def test_after_every_recalculation_months_are_the_sum_of_their_days(seed: int) -> None:
    cast, chance = usual_cast(), random.Random(seed)  # noqa: S311 -- no secret
    for name in NAMES:
        plan_office_days(cast, name, first=FIRST, count=42)
    for _ in range(5):
        for _ in range(chance.randint(1, 4)):
            day = FIRST + timedelta(days=chance.randrange(38))
            worked = chance.choice(["in 09:00, out 18:30", "in 09:10", "in 08:00, out 23:40", "out 19:00"])
            punch(cast, chance.choice(NAMES), day, worked, now=LATER)
        calculate(cast, now=LATER)
        assert_months_are_their_days(cast)


def test_what_stood_before_is_added_up_by_the_migration(cast: Cast) -> None:
    for name in NAMES:
        plan_office_days(cast, name, first=FIRST, count=42)
        punch(cast, name, date(2026, 4, 1), "in 09:00, out 19:30", now=LATER)
        punch(cast, name, date(2026, 3, 31), "in 09:00", now=LATER)
    calculate(cast, now=LATER)
    with tenant_transaction(cast.tenant):
        MonthResult.objects.all().delete()
        assert company_total(tenant=cast.tenant, month=MONTHS[1]) == Figures()
    migration = importlib.import_module("tokimori.domains.timesheets.migrations.0002_month_results")

    with psycopg.connect(cluster.ADMINISTRATION["owner_url"]) as owner:
        # As in the migration, whose wall is raised at its end; months of other tests' companies stand.
        owner.execute("alter table timesheets_monthresult no force row level security")
        owner.execute("truncate timesheets_monthresult")
        owner.execute(migration.ADD_UP_WHAT_STANDS)
        owner.execute("alter table timesheets_monthresult force row level security")

    assert_months_are_their_days(cast)
