"""A scoped administrator corrects and hands in for others within his reach; what he asked for, another decides on."""

import pytest

from support.cast import NOON, Cast, acting, plan_office_days, whole_cast
from support.months import APRIL, FIRST_OF_MAY, work_april
from support.punching import at
from tokimori.domains.schedules.plans import DayPlan
from tokimori.domains.schedules.services import plan_days
from tokimori.domains.timekeeping.corrections import CorrectionWish, Effect
from tokimori.domains.timekeeping.services.corrections import OwnRequest, approve_correction, request_correction
from tokimori.domains.timesheets.services.approval import submit_month
from tokimori.engine import DayType, PunchKind
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.tenancy.context import tenant_transaction


def wish_for(company: Cast, name: str) -> CorrectionWish:
    day = NOON.date()
    return CorrectionWish(
        effect=Effect.ADD, employee_id=company[name].employee_id, work_date=day, reason="forgot",
        kind=PunchKind.IN, occurred_at=at(day, "09:00"),
    )  # fmt: skip


def test_who_asked_for_a_correction_does_not_decide_on_it() -> None:
    company = whole_cast()
    hana = acting(company, "hana")
    with tenant_transaction(company.tenant):
        correction_id = request_correction(actor=hana, wish=wish_for(company, "aiko"), now=NOON)

    with pytest.raises(OwnRequest), tenant_transaction(company.tenant):
        approve_correction(actor=hana, correction_id=correction_id, note="", now=NOON)
    with tenant_transaction(company.tenant):
        approve_correction(actor=company["ben"].principal, correction_id=correction_id, note="", now=NOON)


@pytest.mark.parametrize("by", ["hana", "chie", "ben"])
def test_nobody_corrects_those_whom_he_does_not_reach(by: str) -> None:
    company = whole_cast()
    actor = acting(company, by)
    whom = "ben" if by == "hana" else "aiko"

    with pytest.raises(NotFound), tenant_transaction(company.tenant):
        request_correction(actor=actor, wish=wish_for(company, whom), now=NOON)


def test_a_month_is_handed_in_for_others_within_reach_and_by_no_auditor() -> None:
    company = whole_cast()
    work_april(company, names=("aiko", "ben"))

    def submit(by: str, whom: str) -> None:
        actor = acting(company, by)
        with tenant_transaction(company.tenant):
            submit_month(actor=actor, employee_id=company[whom].employee_id, month=APRIL, now=FIRST_OF_MAY)

    for by, whom in (("eri", "aiko"), ("hana", "ben"), ("ben", "aiko")):
        with pytest.raises(NotFound):
            submit(by, whom)
    submit("hana", "aiko")
    submit("chie", "ben")


def test_days_are_planned_within_reach_all_or_none() -> None:
    company = whole_cast()
    plan_office_days(company, "aiko", first=NOON.date(), count=1)
    hana = acting(company, "hana")

    def plan(*names: str, actor: object = hana) -> None:
        plans = [
            DayPlan(employee_id=company[name].employee_id, work_date=NOON.date(), day_type=DayType.WORKDAY, shifts=())
            for name in names
        ]
        with tenant_transaction(company.tenant):
            plan_days(actor=actor, plans=plans, now=NOON)

    plan("aiko")
    for names in (("aiko", "ben"), ("hana",)):
        with pytest.raises(NotFound):
            plan(*names)
    with pytest.raises(NotAllowed):
        plan("aiko", actor=company["chie"].principal)
