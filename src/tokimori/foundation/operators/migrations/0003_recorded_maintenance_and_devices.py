import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("identity", "0007_token_refusals"),
        ("operators", "0002_what_the_wall_asks"),
    ]

    operations = [
        migrations.CreateModel(
            name='MaintenanceEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('session_id', models.UUIDField()),
                ('sequence', models.PositiveIntegerField()),
                ('is_typed', models.BooleanField()),
                ('tool', models.CharField(max_length=10)),
                ('text', models.CharField(blank=True, max_length=10000)),
                ('row_count', models.IntegerField(null=True)),
                ('is_done', models.BooleanField(null=True)),
                ('at', models.DateTimeField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='MaintenanceSession',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('operator_id', models.UUIDField()),
                ('privilege_id', models.UUIDField()),
                ('purpose', models.CharField(max_length=500)),
                ('ticket', models.CharField(max_length=60)),
                ('may_write', models.BooleanField()),
                ('code_digest', models.BinaryField(max_length=32)),
                ('issued_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(null=True)),
                ('machine', models.CharField(blank=True, max_length=200)),
                ('company_code', models.CharField(blank=True, max_length=30)),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('entries', models.PositiveIntegerField(default=0)),
                ('last_digest', models.CharField(blank=True, max_length=64)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('reviewed_by', models.UUIDField(null=True)),
                ('review', models.CharField(blank=True, max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name='OperatorDevice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('operator_id', models.UUIDField()),
                ('passkey_id', models.UUIDField()),
                ('name', models.CharField(max_length=80)),
                ('certificate', models.CharField(blank=True, max_length=64)),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.UUIDField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='DevicePosture',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('device_id', models.UUIDField()),
                ('system', models.CharField(max_length=80)),
                ('is_encrypted', models.BooleanField()),
                ('is_updated', models.BooleanField()),
                ('locks_screen', models.BooleanField()),
                ('checked_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('checked_by', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'device_id', 'checked_at'], name='posture_by_device')],
                'constraints': [tokimori.foundation.tenancy.constraints.TenantReference(column='device_id', name='device_posture_device', table='operators_operatordevice'), tokimori.foundation.tenancy.constraints.TenantReference(column='checked_by', name='device_posture_checked_by', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='device_posture_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='deviceposture',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='294eb70700199573c844767d0203d9ac697c8a12', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_5bd44', table='operators_deviceposture', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='maintenanceentry',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'session_id', 'sequence'), name='maintenance_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='maintenanceentry',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='session_id', name='maintenance_entry_session', table='operators_maintenancesession'),
        ),
        migrations.AddConstraint(
            model_name='maintenanceentry',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='maintenance_entry_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='maintenanceentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='8b5a8448bc6889d0bc46e56c58a8e378424dbe35', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_64573', table='operators_maintenanceentry', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='maintenancesession',
            index=models.Index(fields=['tenant_id', 'issued_at'], name='maintenance_by_time'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'code_digest'), name='maintenance_code_once'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=models.CheckConstraint(condition=models.Q(('reviewed_by', None), models.Q(('reviewed_by', models.F('operator_id')), _negated=True), _connector='OR'), name='maintenance_reviewed_by_another'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('ticket', ''), _negated=True)), name='maintenance_has_a_purpose'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='operator_id', name='maintenance_operator', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='privilege_id', name='maintenance_privilege', table='operators_privilegerequest'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='reviewed_by', name='maintenance_reviewed_by_whom', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='maintenancesession',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='maintenance_session_wall', writing='edit'),
        ),
        migrations.AddIndex(
            model_name='operatordevice',
            index=models.Index(fields=['tenant_id', 'operator_id'], name='operator_device_by_person'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('tenant_id', 'passkey_id'), name='operator_device_once'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=models.CheckConstraint(condition=models.Q(('registered_by', None), models.Q(('registered_by', models.F('operator_id')), _negated=True), _connector='OR'), name='operator_device_registered_by_another'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='operator_id', name='operator_device_operator', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='passkey_id', name='operator_device_passkey', table='identity_passkey'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='registered_by', name='operator_device_registered_by_whom', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='operatordevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='operator_device_wall', writing='edit'),
        ),
    ]
