"""How many people there are: at sites, in divisions, of types, under rule sets."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from tokimori.domains.people.models import Employee, Employment
from tokimori.foundation.identifiers import TenantId


def count_by_site(*, tenant: TenantId, on: date) -> Mapping[UUID, int]:
    """Return how many people work at each site on a date."""
    return Counter(row["site_id"] for row in _terms_of_everyone(tenant=tenant, on=on))


def count_by_rule_set(*, tenant: TenantId, on: date, only: Collection[UUID] | None = None) -> Mapping[str, int]:
    """Return how many people work under each rule set on a date; ``None`` counts everyone."""
    return Counter(row["rule_set_code"] for row in _terms_of_everyone(tenant=tenant, on=on, only=only))


def count_by_division(*, tenant: TenantId, on: date) -> Mapping[UUID | None, int]:
    """Return how many people stand in each division itself on a date; under nothing, those who stand in none."""
    return Counter(row["division_id"] for row in _terms_of_everyone(tenant=tenant, on=on))


def count_by_employee_type(*, tenant: TenantId, on: date) -> Mapping[UUID | None, int]:
    """Return how many people have each employee type on a date; under nothing, those who have none."""
    return Counter(row["employee_type_id"] for row in _terms_of_everyone(tenant=tenant, on=on))


def count_in_division(*, tenant: TenantId, division_id: UUID, since: date) -> int:
    """Return how many people work in a division on a date, or will from a later one on."""
    later = Employment.objects.filter(
        tenant_id=tenant, employee_id=OuterRef("employee_id"), valid_from__gt=OuterRef("valid_from"),
        valid_from__lte=since,
    )  # fmt: skip
    rows = Employment.objects.filter(~Exists(later), tenant_id=tenant, division_id=division_id)
    gone = Employee.objects.filter(tenant_id=tenant, left_on__lt=since)
    return rows.exclude(employee_id__in=gone.values("id")).values("employee_id").distinct().count()


def count_employed(*, tenant: TenantId, on: date) -> int:
    """Return how many people are employed on a date."""
    return Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=on), tenant_id=tenant, hired_on__lte=on).count()


def _terms_of_everyone(
    *, tenant: TenantId, on: date, only: Collection[UUID] | None = None
) -> Sequence[Mapping[str, Any]]:
    employed = Employee.objects.filter(Q(left_on=None) | Q(left_on__gte=on), tenant_id=tenant, hired_on__lte=on)
    if only is not None:
        employed = employed.filter(id__in=only)
    rows = (
        Employment.objects.filter(tenant_id=tenant, valid_from__lte=on, employee_id__in=employed.values("id"))
        .order_by("employee_id", "-valid_from")
        .distinct("employee_id")
    )
    return list(rows.values("site_id", "rule_set_code", "division_id", "employee_type_id"))
