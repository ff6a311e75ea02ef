"""Add the days of a month up, once when a day changes, so that nobody who looks at ten thousand months must."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from psycopg.sql import SQL, Literal

from tokimori.domains.timesheets.months import Month
from tokimori.engine import FIGURE_NAMES
from tokimori.foundation.identifiers import TenantId, new_id

# The digest is written as queries._month_digest() writes it; a test compares the two.
_SUMS: Final = SQL(", ").join(
    SQL("{0}, coalesce(sum((day.figures->>{0})::int), 0)").format(Literal(name)) for name in FIGURE_NAMES
)
_ADD_UP: Final = (
    SQL("""
    insert into timesheets_monthresult
           (tenant_id, id, employee_id, month, digest, blocking_count, figures, added_up_at)
    select day.tenant_id, touched.id, touched.employee_id, touched.month,
           encode(sha256(convert_to(
             string_agg(day.work_date || ':' || day.result_digest, ',' order by day.work_date), 'UTF8')), 'hex'),
           sum(day.blocking_count), jsonb_build_object({sums}), %s
      from unnest(%s::uuid[], %s::uuid[], %s::date[]) as touched (id, employee_id, month)
      join timesheets_dayresult as day
        on day.tenant_id = %s and day.employee_id = touched.employee_id
       and day.work_date >= touched.month and day.work_date < touched.month + interval '1 month'
     group by day.tenant_id, touched.id, touched.employee_id, touched.month
    on conflict (tenant_id, employee_id, month) do update
       set digest = excluded.digest, blocking_count = excluded.blocking_count, figures = excluded.figures,
           added_up_at = excluded.added_up_at
    """)
    .format(sums=_SUMS)
    .as_string()
)


def add_up_months(*, tenant: TenantId, days: Collection[tuple[UUID, date]], now: datetime) -> None:
    """Add up anew the months that these days of employees lie in.

    Call it in the transaction that wrote the days, and only while holding their employees: of two that added the same
    month up at once, one would not know the other's days.
    """
    touched = sorted({(employee_id, Month.of(day).first) for employee_id, day in days})
    if not touched:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD_UP,
            [
                now,
                [new_id(at=now) for _ in touched],
                [employee_id for employee_id, _ in touched],
                [month for _, month in touched],
                tenant,
            ],
        )
