"""Do in a test what the worker does by itself."""

from datetime import datetime

from support.cast import Cast
from tokimori.domains.closings.services.settle import recalculate_and_settle
from tokimori.domains.timekeeping.models import StaleDay
from tokimori.foundation.tenancy.context import tenant_transaction


def calculate(cast: Cast, *, now: datetime) -> None:
    """Calculate every marked day of a company."""
    with tenant_transaction(cast.tenant):
        waiting = set(StaleDay.objects.values_list("employee_id", flat=True))
    with tenant_transaction(cast.tenant):
        recalculate_and_settle(tenant=cast.tenant, employee_ids=sorted(waiting), now=now)
