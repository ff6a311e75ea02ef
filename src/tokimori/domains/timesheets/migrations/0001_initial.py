import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MonthTimesheet",
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
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DayResult",
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
                ("work_date", models.DateField()),
                ("revision", models.PositiveIntegerField()),
                ("input_digest", models.CharField(max_length=64)),
                ("result_digest", models.CharField(max_length=64)),
                ("day_type", models.CharField(max_length=20)),
                ("figures", models.JSONField()),
                ("worked_minutes", models.IntegerField()),
                ("legal_overtime_minutes", models.IntegerField()),
                ("legal_holiday_minutes", models.IntegerField()),
                ("blocking_count", models.PositiveSmallIntegerField()),
                ("warning_count", models.PositiveSmallIntegerField()),
                ("calculated_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "work_date"], name="day_result_by_date")],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "employee_id", "work_date"), name="day_result_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="day_result_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="day_result_wall", writing="take"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DayRevision",
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
                ("work_date", models.DateField()),
                ("revision", models.PositiveIntegerField()),
                ("rule_set_code", models.CharField(max_length=30)),
                ("rule_set_version", models.PositiveIntegerField()),
                ("engine_version", models.CharField(max_length=20)),
                ("input_digest", models.CharField(max_length=64)),
                ("result_digest", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("calculated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "employee_id", "work_date", "revision"), name="day_revision_once"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="day_revision_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="day_revision_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="dayrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="db7861500dc4143eb82fba09931afe4523fd97fa",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_c9037",
                    table="timesheets_dayrevision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="monthtimesheet",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "employee_id", "month"), name="month_timesheet_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthtimesheet",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="month_timesheet_first_day"),
        ),
        migrations.AddConstraint(
            model_name="monthtimesheet",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="employee_id", name="month_timesheet_employee", table="people_employee"
            ),
        ),
        migrations.AddConstraint(
            model_name="monthtimesheet",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(
                name="month_timesheet_wall", writing="append"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="monthtimesheet",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="222f7019322d5bb2207bb614439f5fef31791528",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_b43c0",
                    table="timesheets_monthtimesheet",
                    when="BEFORE",
                ),
            ),
        ),
    ]
