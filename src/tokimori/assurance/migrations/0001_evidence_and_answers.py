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
            name="AnswerChange",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("row", models.PositiveSmallIntegerField()),
                ("before", models.CharField(blank=True, max_length=20)),
                ("after", models.CharField(max_length=20)),
                ("mark", models.CharField(max_length=1)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ProbeRun",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("probe", models.CharField(max_length=60)),
                ("scope", models.CharField(max_length=10)),
                ("subject", models.CharField(blank=True, max_length=100)),
                ("observed_from", models.DateTimeField()),
                ("observed_to", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("outcome", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("measured", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("code_digest", models.CharField(max_length=64)),
                ("build_digest", models.CharField(max_length=64)),
                ("event_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="AcceptedGap",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("row", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("requested_by", models.UUIDField()),
                ("approved_by", models.UUIDField()),
                ("approved_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["tenant_id", "row", "id"], name="accepted_gap_by_row")],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantWall(name="accepted_gap_wall", writing="append")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="acceptedgap",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="ab7a475e1237b5c151833e91fd2691a8b0c0a0c8",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_24da7",
                    table="assurance_acceptedgap",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="answerchange",
            index=models.Index(fields=["tenant_id", "row", "id"], name="answer_change_by_row"),
        ),
        migrations.AddConstraint(
            model_name="answerchange",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="answer_change_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answerchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="936478aa145475cea699f884153e2444968f6983",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_e90c3",
                    table="assurance_answerchange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="proberun",
            index=models.Index(fields=["tenant_id", "probe", "id"], name="probe_run_by_probe"),
        ),
        migrations.AddConstraint(
            model_name="proberun",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="probe_run_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="proberun",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="f27a6f2bc8529980c280835cda2e4bd98910f3ab",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_a324e",
                    table="assurance_proberun",
                    when="BEFORE",
                ),
            ),
        ),
    ]
