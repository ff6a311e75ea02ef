"""Plan days. A plan that changes gets a new revision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tokimori.domains.people.queries.reach import reach_of
from tokimori.domains.people.services import hold_employees
from tokimori.domains.schedules.models import PlannedDay
from tokimori.domains.schedules.plans import DayPlan
from tokimori.domains.timekeeping.services.stale import mark_stale
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.functions import Function, Level
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event


@transaction.atomic
def plan_days(*, actor: Principal, plans: Sequence[DayPlan], now: datetime) -> None:
    """Store a plan for each day given, as its next revision, and mark the days for calculation.

    All or nothing: raise ``NotFound`` when one of the people is out of the actor's reach, or is himself.
    """
    authorise(actor, Permission.SCHEDULE_PLAN)
    if not plans:
        return
    people = {plan.employee_id for plan in plans}
    reach = reach_of(actor=actor, function=Function.SCHEDULES, level=Level.EDIT, on=now.date())
    if reach is not None and reach.among(people) != people:
        raise NotFound
    hold_employees(tenant=actor.tenant_id, employee_ids=people)
    revisions = {
        (row["employee_id"], row["work_date"]): row["last"]
        for row in PlannedDay.objects.filter(
            tenant_id=actor.tenant_id,
            employee_id__in={plan.employee_id for plan in plans},
            work_date__in={plan.work_date for plan in plans},
        )
        .values("employee_id", "work_date")
        .annotate(last=Max("revision"))
    }
    PlannedDay.objects.bulk_create(
        PlannedDay(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            employee_id=plan.employee_id,
            work_date=plan.work_date,
            revision=revisions.get((plan.employee_id, plan.work_date), 0) + 1,
            day_type=plan.day_type,
            shifts=[shift.to_plain() for shift in plan.shifts],
            pattern_name=plan.pattern_name,
            planned_at=now,
        )
        for plan in plans
    )
    mark_stale(
        tenant=actor.tenant_id,
        days={(plan.employee_id, plan.work_date) for plan in plans if plan.work_date <= now.date()},
        now=now,
    )
    record_event(EventName.SCHEDULE_PLANNED, actor=actor, subject_id=None, at=now, days=len(plans))
