import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_where_events_come_from"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerLog",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("log", models.CharField(max_length=32)),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogCheckpoint",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("log", models.CharField(max_length=32)),
                ("epoch", models.PositiveIntegerField()),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("note", models.TextField()),
                ("signed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogCosignature",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("checkpoint_id", models.UUIDField()),
                ("witness", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("cosigned_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("log", models.CharField(max_length=32)),
                ("epoch", models.PositiveIntegerField()),
                ("index", models.BigIntegerField()),
                ("leaf_hash", models.BinaryField()),
                ("sequenced_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogEpoch",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("log", models.CharField(max_length=32)),
                ("epoch", models.PositiveIntegerField()),
                ("event_id", models.UUIDField(null=True)),
                ("statement", models.TextField()),
                ("opened_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogStamp",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("checkpoint_id", models.UUIDField()),
                ("authority", models.CharField(max_length=200)),
                ("token", models.BinaryField()),
                ("stamped_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="LogTile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("log", models.CharField(max_length=32)),
                ("epoch", models.PositiveIntegerField()),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("root", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PendingLeaf",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "tenant_id", "id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tenant_id", models.UUIDField()),
                ("id", models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ("leaf_hash", models.BinaryField()),
                ("recorded_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ProviderLeaf",
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
                ("origin", models.CharField(blank=True, max_length=200)),
                ("size", models.BigIntegerField(null=True)),
                ("entry", models.TextField()),
                ("nonce", models.BinaryField()),
                ("payload", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="build",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="claimed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="commitment",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="leaf_hash",
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name="ledgerevent",
            name="sealed",
            field=models.BinaryField(null=True),
        ),
        migrations.AddIndex(
            model_name="providerleaf",
            index=models.Index(fields=["tenant_id", "origin", "size"], name="provider_leaf_by_origin"),
        ),
        migrations.AddConstraint(
            model_name="ledgerevent",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                columns=["tenant_id", "id", "leaf_hash"], commands=["select"], name="ledger_event_sequencer"
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerlog",
            constraint=models.UniqueConstraint(fields=("tenant_id",), name="ledger_log_once"),
        ),
        migrations.AddConstraint(
            model_name="ledgerlog",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="ledger_log_wall", writing="append"),
        ),
        migrations.AddConstraint(
            model_name="ledgerlog",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select"], name="ledger_log_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ledgerlog",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="8f376666214bee8f18c89432786353442f8bb725",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_c919a",
                    table="ledger_ledgerlog",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logcheckpoint",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "log", "epoch", "size"), name="log_checkpoint_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="logcheckpoint",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_checkpoint_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="logcheckpoint",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="log_checkpoint_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logcheckpoint",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="61ef3a9ae83ece40c3c4deabace1a73b548ae082",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_1e074",
                    table="ledger_logcheckpoint",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logcosignature",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "checkpoint_id", "witness"), name="log_cosignature_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="logcosignature",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="checkpoint_id", name="log_cosignature_checkpoint", table="ledger_logcheckpoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="logcosignature",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_cosignature_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="logcosignature",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="log_cosignature_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logcosignature",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="7f09895f3a4d99164d0838c156fe48a9f048c79d",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_e9c5b",
                    table="ledger_logcosignature",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=models.UniqueConstraint(fields=("tenant_id", "log", "epoch", "index"), name="log_entry_place"),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_entry_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="logentry",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="log_entry_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logentry",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="d4b3b82110cd68c63732f1325902e4e01b3effe3",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_32264",
                    table="ledger_logentry",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logepoch",
            constraint=models.UniqueConstraint(fields=("tenant_id", "log", "epoch"), name="log_epoch_once"),
        ),
        migrations.AddConstraint(
            model_name="logepoch",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="event_id", name="log_epoch_event", table="ledger_ledgerevent"
            ),
        ),
        migrations.AddConstraint(
            model_name="logepoch",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_epoch_wall", writing="append"),
        ),
        migrations.AddConstraint(
            model_name="logepoch",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select"], name="log_epoch_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logepoch",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="3759aa17afbd91caf270868b9839f03834f0c12a",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_88a2b",
                    table="ledger_logepoch",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logstamp",
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(
                column="checkpoint_id", name="log_stamp_checkpoint", table="ledger_logcheckpoint"
            ),
        ),
        migrations.AddConstraint(
            model_name="logstamp",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_stamp_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="logstamp",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="log_stamp_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logstamp",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="15c3fb1a888cdc0877b9330e77c6d943de719ffd",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_03959",
                    table="ledger_logstamp",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="logtile",
            constraint=models.UniqueConstraint(
                fields=("tenant_id", "log", "epoch", "level", "index"), name="log_tile_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="logtile",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="log_tile_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="logtile",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="log_tile_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="logtile",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="4543545d3434acdb3720d3c4f7b553039d5ab07e",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_b76d6",
                    table="ledger_logtile",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingleaf",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="pending_leaf_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="pendingleaf",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "delete"], name="pending_leaf_sequencer"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerleaf",
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name="provider_leaf_wall", writing="read"),
        ),
        migrations.AddConstraint(
            model_name="providerleaf",
            constraint=tokimori.foundation.tenancy.constraints.SequencerPolicy(
                commands=["select", "insert"], name="provider_leaf_sequencer"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="providerleaf",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';",
                    hash="654fad51a9e9558a6c0de997770c43b40cc00610",
                    level="STATEMENT",
                    operation="UPDATE OR DELETE OR TRUNCATE",
                    pgid="pgtrigger_append_only_b2eaf",
                    table="ledger_providerleaf",
                    when="BEFORE",
                ),
            ),
        ),
    ]
