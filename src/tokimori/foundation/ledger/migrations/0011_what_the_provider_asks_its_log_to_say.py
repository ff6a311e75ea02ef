import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0010_details_may_go_by_age"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderStatement",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("type", models.CharField(max_length=60)),
                ("details", models.TextField()),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantWall(
                        name="provider_statement_wall", writing="append"
                    ),
                    tokimori.foundation.tenancy.constraints.SequencerPolicy(
                        commands=["select"], name="provider_statement_sequencer"
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="providerstatement",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="fa267156e7cd370e70e301a723c1aa57074ddf62",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_1f3f6",
                    table="ledger_providerstatement",
                    when="BEFORE",
                ),
            ),
        ),
    ]
