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
            name="ImportRun",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("file_name", models.CharField(max_length=200)),
                ("payload_id", models.UUIDField()),
                ("encoding", models.CharField(max_length=12)),
                ("recorded_count", models.PositiveIntegerField()),
                ("repeated_count", models.PositiveIntegerField()),
                ("rejected_count", models.PositiveIntegerField()),
                ("imported_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PunchEvent",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("key", models.CharField(max_length=120)),
                ("content_digest", models.CharField(max_length=64)),
                ("effect", models.CharField(max_length=8)),
                ("refers_to_id", models.UUIDField(null=True)),
                ("employee_id", models.UUIDField()),
                ("kind", models.CharField(max_length=12, null=True)),
                ("occurred_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=60)),
                ("offset_minutes", models.SmallIntegerField()),
                ("received_at", models.DateTimeField()),
                ("source", models.CharField(max_length=12)),
                ("place", models.CharField(blank=True, max_length=100)),
                ("payload_id", models.UUIDField(null=True)),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_id", models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RawPayload",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("source", models.CharField(max_length=12)),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="RejectedLine",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("import_run_id", models.UUIDField()),
                ("line_number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("code", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="StaleDay",
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
                ("marked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CorrectionRequest",
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
                ("requested_by_id", models.UUIDField(null=True)),
                ("effect", models.CharField(max_length=8)),
                ("refers_to_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=12, null=True)),
                ("occurred_at", models.DateTimeField(null=True)),
                ("zone", models.CharField(max_length=60)),
                ("work_date", models.DateField()),
                ("reason", models.CharField(max_length=500)),
                ("requested_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["tenant_id", "employee_id", "requested_at"], name="correction_by_person")
                ],
                "constraints": [
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="employee_id", name="correction_employee", table="people_employee"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantReference(
                        column="refers_to_id", name="correction_refers_to", table="timekeeping_punchevent"
                    ),
                    tokimori.foundation.tenancy.constraints.TenantWall(name="correction_wall", writing="append"),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="66ddccb04c0bb855899b9899ad913c7aaaec8245",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_fa3e6",
                    table="timekeeping_correctionrequest",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="payload_id", name="import_run_payload", table="timekeeping_rawpayload"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="import_run_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="importrun",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="d24d2f6c363ad65978124aa273ff211d19da5bff",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_1d147",
                    table="timekeeping_importrun",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="punchevent",
            index=models.Index(fields=["tenant_id", "employee_id", "occurred_at"], name="punch_event_by_person"),
        ),
        migrations.AddIndex(
            model_name="punchevent",
            index=models.Index(fields=["tenant_id", "refers_to_id"], name="punch_event_by_reference"),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=models.UniqueConstraint(fields=("tenant_id", "key"), name="punch_event_once"),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("effect", "add"), ("refers_to_id", None)),
                    models.Q(("effect__in", ["replace", "withdraw"]), ("refers_to_id__isnull", False)),
                    _connector="OR",
                ),
                name="punch_event_effect",
            ),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="employee_id", name="punch_event_employee", table="people_employee"
            ),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="refers_to_id", name="punch_event_refers_to", table="timekeeping_punchevent"
            ),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="payload_id", name="punch_event_payload", table="timekeeping_rawpayload"
            ),
        ),
        migrations.AddConstraint(
            model_name="punchevent",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="punch_event_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="punchevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="1c8476fd7cd3921ab4e8e603a22d4bc3411c9b72",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_3220c",
                    table="timekeeping_punchevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="rawpayload",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="raw_payload_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rawpayload",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="e41c541f1c86df8057666ce7a45cfb0b91eddba9",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_11b8e",
                    table="timekeeping_rawpayload",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="rejectedline",
            index=models.Index(fields=["tenant_id", "import_run_id", "line_number"], name="rejected_line_by_run"),
        ),
        migrations.AddConstraint(
            model_name="rejectedline",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="import_run_id", name="rejected_line_run", table="timekeeping_importrun"
            ),
        ),
        migrations.AddConstraint(
            model_name="rejectedline",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="rejected_line_wall", writing="append"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rejectedline",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="2c83461ff989867a4c409575932d1cc697d24e3f",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_63ed2",
                    table="timekeeping_rejectedline",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="staleday",
            index=models.Index(fields=["tenant_id", "employee_id", "work_date"], name="stale_day_by_person"),
        ),
        migrations.AddConstraint(
            model_name="staleday",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="employee_id", name="stale_day_employee", table="people_employee"
            ),
        ),
        migrations.AddConstraint(
            model_name="staleday",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="stale_day_wall", writing="take"),
        ),
    ]
