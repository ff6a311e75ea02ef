import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assurance", "0003_gaps_by_two_and_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetShare",
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
                ("label", tokimori.foundation.sealed_fields.SealedTextField(max_length=120)),
                ("secret_digest", models.BinaryField(max_length=32)),
                ("password_hash", models.CharField(blank=True, max_length=255)),
                ("asks_viewer", models.BooleanField()),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tenant_id", "secret_digest"), name="sheet_share_once"),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="snapshot_id", name="sheet_share_snapshot", table="assurance_sheetsnapshot"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="made_by", name="sheet_share_made_by", table="identity_account"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="sheet_share_wall", writing="edit"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SheetShareVisit",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("share_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("address", tokimori.foundation.sealed_fields.SealedTextField(max_length=45)),
                ("viewer", tokimori.foundation.sealed_fields.SealedTextField(blank=True, max_length=254)),
                ("file", models.CharField(blank=True, max_length=60)),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "share_id", "id"], name="sheet_share_visit_by_share")],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="share_id", name="sheet_share_visit_share", table="assurance_sheetshare"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="sheet_share_visit_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sheetsharevisit",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="ececcf204a6585b14ac99803b1c1b1f47ef00ad0",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_608b3",
                    table="assurance_sheetsharevisit",
                    when="BEFORE",
                ),
            ),
        ),
    ]
