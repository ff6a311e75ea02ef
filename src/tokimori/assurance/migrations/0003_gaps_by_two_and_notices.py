import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('identity', '0007_token_refusals'),
        ('assurance', '0002_published_snapshots'),
    ]

    operations = [
        migrations.CreateModel(
            name='SheetNotice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('worse', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('better', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)),
                ('at', models.DateTimeField()),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SheetReading',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('read_until', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SheetWatcher',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('is_told', models.BooleanField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddConstraint(
            model_name='acceptedgap',
            constraint=models.CheckConstraint(condition=models.Q(('requested_by', models.F('approved_by')), _negated=True), name='accepted_gap_by_two'),
        ),
        migrations.AddConstraint(
            model_name='acceptedgap',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('approved_at'))), name='accepted_gap_ends'),
        ),
        migrations.AddConstraint(
            model_name='acceptedgap',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='requested_by', name='accepted_gap_asked', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='acceptedgap',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='approved_by', name='accepted_gap_approved', table='identity_account'),
        ),
        migrations.AddIndex(
            model_name='sheetnotice',
            index=models.Index(fields=['tenant_id', 'at'], name='sheet_notice_by_time'),
        ),
        migrations.AddConstraint(
            model_name='sheetnotice',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='sheet_notice_wall', writing='edit'),
        ),
        migrations.AddIndex(
            model_name='sheetreading',
            index=models.Index(fields=['tenant_id', 'account_id', 'id'], name='sheet_reading_by_account'),
        ),
        migrations.AddConstraint(
            model_name='sheetreading',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='sheet_reading_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='sheetreading',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='sheet_reading_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sheetreading',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='7afb604d30a8f82074ab94335e5fb8603a4d4d63', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_78c89', table='assurance_sheetreading', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='sheetwatcher',
            index=models.Index(fields=['tenant_id', 'account_id', 'id'], name='sheet_watcher_by_account'),
        ),
        migrations.AddConstraint(
            model_name='sheetwatcher',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='sheet_watcher_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='sheetwatcher',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='sheet_watcher_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sheetwatcher',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='ccfc5541112f281a111e5789732efc5d96955f5f', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_f396d', table='assurance_sheetwatcher', when='BEFORE')),
        ),
    ]
