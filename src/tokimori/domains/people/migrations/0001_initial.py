import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
        ("identity", "0001_initial"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Employee",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("code", models.CharField(max_length=30)),
                ("family_name", models.CharField(max_length=60)),
                ("given_name", models.CharField(max_length=60)),
                ("phonetic_name", models.CharField(blank=True, max_length=120)),
                ("account_id", models.UUIDField(null=True)),
                ("hired_on", models.DateField()),
                ("left_on", models.DateField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "code"), name="employee_code_once"),
                    models.UniqueConstraint(fields=("tenant_id", "account_id"), name="employee_account_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="account_id", name="employee_account", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="employee_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Employment",
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
                ("valid_from", models.DateField()),
                ("site_id", models.UUIDField()),
                ("rule_set_code", models.CharField(max_length=30)),
                ("leader_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "leader_id"], name="employment_by_leader")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant_id", "employee_id", "valid_from"), name="employment_once_a_day"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="employment_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="site_id", name="employment_site", table="organisations_site"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="leader_id", name="employment_leader", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="employment_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="employment",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="5b60caae576cc79868363edad300da89d11a4b69",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_8786c",
                    table="people_employment",
                    when="BEFORE",
                ),
            ),
        ),
    ]
