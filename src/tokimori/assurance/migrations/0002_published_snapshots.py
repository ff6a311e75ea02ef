import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assurance", "0001_evidence_and_answers"),
        ("identity", "0001_initial"),
        ("ledger", "0011_what_the_provider_asks_its_log_to_say"),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetSnapshot",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("edition", models.CharField(max_length=60)),
                ("is_listed", models.BooleanField()),
                ("taken_at", models.DateTimeField()),
                ("published_by", models.UUIDField(null=True)),
                ("statement_id", models.UUIDField()),
                ("build_digest", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="SheetFile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("snapshot_id", models.UUIDField()),
                ("name", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=100)),
                ("digest", models.CharField(max_length=64)),
                ("size", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "snapshot_id", "name"), name="sheet_file_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="snapshot_id", name="sheet_file_snapshot", table="assurance_sheetsnapshot"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="sheet_file_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheetfile",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="8aaef7d97ecf76a1181efdb3b491ebf649186cb8",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_3c801",
                    table="assurance_sheetfile",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="sheetsnapshot",
            index=models.Index(fields=["tenant_id", "edition", "id"], name="sheet_snapshot_by_edition"),
        ),
        migrations.AddConstraint(
            model_name="sheetsnapshot",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="published_by", name="sheet_snapshot_by", table="identity_account"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetsnapshot",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="statement_id", name="sheet_snapshot_statement", table="ledger_providerstatement"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheetsnapshot",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="sheet_snapshot_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheetsnapshot",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="0e92ab1d5868e022008d03e69a8126fc9efbb2a4",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_8c968",
                    table="assurance_sheetsnapshot",
                    when="BEFORE",
                ),
            ),
        ),
    ]
