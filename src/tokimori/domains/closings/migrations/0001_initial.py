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
            name="Period",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("month", models.DateField()),
                ("seal_id", models.UUIDField(null=True)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Reopening",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("period_id", models.UUIDField()),
                ("seal_id", models.UUIDField()),
                ("reason", models.CharField(max_length=500)),
                ("reopened_by_id", models.UUIDField(null=True)),
                ("reopened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("period_id", models.UUIDField()),
                ("month", models.DateField()),
                ("sequence", models.PositiveIntegerField()),
                ("previous_digest", models.CharField(max_length=64)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("sealed_by_id", models.UUIDField(null=True)),
                ("sealed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SealedTimesheet",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("seal_id", models.UUIDField()),
                ("employee_id", models.UUIDField()),
                ("digest", models.CharField(max_length=64)),
                ("content", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("seal_id", models.UUIDField()),
                ("employee_id", models.UUIDField()),
                ("work_date", models.DateField()),
                ("revision", models.PositiveIntegerField()),
                ("settled_in", models.DateField()),
                ("difference", models.JSONField()),
                ("result_digest", models.CharField(max_length=64)),
                ("found_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "settled_in"], name="adjustment_by_month")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "seal_id", "employee_id", "work_date", "revision"), name="adjustment_once"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="seal_id", name="adjustment_seal", table="closings_seal"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="adjustment_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="adjustment_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="adjustment",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="1f042798ebf556bb4e6a1c787bdb5c3ee527e235",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_ffe05",
                    table="closings_adjustment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.UniqueConstraint(fields=("tenant_id", "month"), name="period_once"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=models.CheckConstraint(condition=models.Q(("month__day", 1)), name="period_first_day"),
        ),
        migrations.AddConstraint(
            model_name="period",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="period_wall", writing="edit"),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=models.UniqueConstraint(fields=("tenant_id", "seal_id"), name="reopening_once"),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="period_id", name="reopening_period", table="closings_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="seal_id", name="reopening_seal", table="closings_seal"
            ),
        ),
        migrations.AddConstraint(
            model_name="reopening",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="reopening_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reopening",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="c37bd023c5d03b411f417b0390437c50430dbaf1",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_fc25e",
                    table="closings_reopening",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=models.UniqueConstraint(fields=("tenant_id", "sequence"), name="seal_sequence_once"),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="period_id", name="seal_period", table="closings_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="seal",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="seal_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="ed59190a075599d3c16fbe0213b5d0aa434fc02f",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_0c384",
                    table="closings_seal",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedtimesheet",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "seal_id", "employee_id"), name="sealed_timesheet_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedtimesheet",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="seal_id", name="sealed_timesheet_seal", table="closings_seal"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedtimesheet",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="employee_id", name="sealed_timesheet_employee", table="people_employee"
            ),
        ),
        migrations.AddConstraint(
            model_name="sealedtimesheet",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(
                name="sealed_timesheet_wall", writing="append"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sealedtimesheet",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="4762bc3531aa6ae57df1384f1e9ac6f231171f09",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_e9f9b",
                    table="closings_sealedtimesheet",
                    when="BEFORE",
                ),
            ),
        ),
    ]
