import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_wall_functions"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerEvent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("name", models.CharField(max_length=60)),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
                ("subject_id", models.UUIDField(null=True)),
                ("correlation", models.CharField(max_length=64)),
                ("details", models.JSONField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "at"], name="ledger_event_by_time")],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantWall(name="ledger_event_wall", writing="append")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ledgerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="f826c83dc563a1437f89e61bd8cfd4043602dcd9",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_ce51c",
                    table="ledger_ledgerevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
