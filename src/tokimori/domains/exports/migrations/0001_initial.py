import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
        ("closings", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportFile",
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
                ("layout", models.CharField(max_length=20)),
                ("file_format", models.CharField(max_length=5)),
                ("file_name", models.CharField(max_length=120)),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("created_by_id", models.UUIDField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="seal_id", name="export_file_seal", table="closings_seal"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="export_file_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="exportfile",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="7cff62e1ebe1906b737f9881bb1627b660915e8f",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_7a0da",
                    table="exports_exportfile",
                    when="BEFORE",
                ),
            ),
        ),
    ]
