import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models

# The months that stand already, of every company. Rows are read across the wall, which binds the owner too: it is lowered
# for the owner alone, inside the migration's transaction, and stands again before anybody else sees the table.
ADD_UP_WHAT_STANDS = """
    alter table timesheets_dayresult no force row level security;
    insert into timesheets_monthresult
           (tenant_id, id, employee_id, month, digest, blocking_count, figures, added_up_at)
    select of_month.tenant_id, gen_random_uuid(), of_month.employee_id, of_month.month,
           of_month.digest, of_month.blocking_count,
           (select jsonb_object_agg(figure.key, figure.minutes)
              from (select given.key, sum(given.value::int) as minutes
                      from timesheets_dayresult as day, jsonb_each_text(day.figures) as given
                     where day.tenant_id = of_month.tenant_id and day.employee_id = of_month.employee_id
                       and day.work_date >= of_month.month and day.work_date < of_month.month + interval '1 month'
                     group by given.key) as figure),
           of_month.added_up_at
      from (select tenant_id, employee_id, date_trunc('month', work_date)::date as month,
                   encode(sha256(convert_to(
                     string_agg(work_date || ':' || result_digest, ',' order by work_date), 'UTF8')), 'hex') as digest,
                   sum(blocking_count) as blocking_count, max(calculated_at) as added_up_at
              from timesheets_dayresult
             group by 1, 2, 3) as of_month;
    alter table timesheets_dayresult force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("timesheets", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthResult",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("employee_id", models.UUIDField()),
                ("month", models.DateField()),
                ("digest", models.CharField(max_length=64)),
                ("blocking_count", models.PositiveIntegerField()),
                ("figures", models.JSONField()),
                ("added_up_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "month"], name="month_result_by_month")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "employee_id", "month"), name="month_result_once"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_result_first_day"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="month_result_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="month_result_wall", writing="take"),
                ],
            },
        ),
        migrations.RunSQL(ADD_UP_WHAT_STANDS, migrations.RunSQL.noop),
    ]
