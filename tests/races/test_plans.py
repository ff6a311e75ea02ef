"""Two plans for the same day at the same moment: both are kept, the later is the next revision."""

import threading
from datetime import date

import pytest
from django.db import connection

from support.cast import FOUNDED, Cast
from tokimori.domains.schedules.models import PlannedDay
from tokimori.domains.schedules.plans import DayPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.engine import DayType
from tokimori.foundation.tenancy.context import tenant_transaction

pytestmark = pytest.mark.race

DAY = date(2026, 3, 2)


def test_plans_at_the_same_moment_become_revisions(cast: Cast) -> None:
    employees = [cast[name].employee_id for name in ("aiko", "ben", "chie")]
    refused: list[BaseException] = []

    def plan(order: list[int]) -> None:
        plans = [
            DayPlan(employee_id=employees[number], work_date=DAY, day_type=DayType.LEGAL_HOLIDAY, shifts=())
            for number in order
        ]
        try:
            with tenant_transaction(cast.tenant):
                plan_days(actor=cast.system, plans=plans, now=FOUNDED)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is looked at below
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=plan, args=[order]) for order in ([0, 1, 2], [2, 1, 0]) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == []
    with tenant_transaction(cast.tenant):
        rows = PlannedDay.objects.filter(employee_id=employees[0], work_date=DAY)
        kept = sorted(rows.values_list("revision", flat=True))
    assert kept == list(range(1, 9))
