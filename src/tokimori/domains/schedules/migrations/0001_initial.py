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
            name="PlannedDay",
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
                ("day_type", models.CharField(max_length=20)),
                ("shifts", models.JSONField()),
                ("pattern_name", models.CharField(blank=True, max_length=60)),
                ("planned_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "work_date"], name="planned_day_by_date")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "employee_id", "work_date", "revision"), name="planned_day_once"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="planned_day_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="planned_day_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="plannedday",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="2e8d1e9c02ad01503b8fb9c08569c0e73f8898ed",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_891e6",
                    table="schedules_plannedday",
                    when="BEFORE",
                ),
            ),
        ),
    ]
