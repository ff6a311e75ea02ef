import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("tenancy", "0005_operator_grants")]

    operations = [
        migrations.CreateModel(
            name='SealingRun',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('kind', models.CharField(max_length=20)),
                ('column', models.CharField(blank=True, max_length=120)),
                ('last_id', models.UUIDField(null=True)),
                ('seen_count', models.PositiveBigIntegerField(default=0)),
                ('sealed_count', models.PositiveBigIntegerField(default=0)),
                ('total_count', models.PositiveBigIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='sealing_run_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='SubjectKey',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('subject_id', models.UUIDField()),
                ('version', models.PositiveIntegerField()),
                ('tenant_key_id', models.UUIDField()),
                ('wrapped', models.BinaryField(null=True)),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'subject_id', 'version'), name='subject_key_once'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('wrapped__isnull', True)), models.Q(('destroyed_at__isnull', True), ('wrapped__isnull', False)), _connector='OR'), name='subject_key_destroyed_or_there'), tokimori.foundation.tenancy.constraints.TenantReference(column='tenant_key_id', name='subject_key_tenant_key', table='keys_tenantkey'), tokimori.foundation.tenancy.constraints.TenantWall(name='subject_key_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='TenantKey',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('use', models.CharField(max_length=10)),
                ('version', models.PositiveIntegerField()),
                ('wrapped', models.BinaryField(null=True)),
                ('root_name', models.CharField(max_length=80)),
                ('made_at', models.DateTimeField()),
                ('retired_at', models.DateTimeField(null=True)),
                ('destroyed_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'use', 'version'), name='tenant_key_once'), models.CheckConstraint(condition=models.Q(models.Q(('destroyed_at__isnull', False), ('wrapped__isnull', True)), models.Q(('destroyed_at__isnull', True), ('wrapped__isnull', False)), _connector='OR'), name='tenant_key_destroyed_or_there'), tokimori.foundation.tenancy.constraints.TenantWall(name='tenant_key_wall', writing='edit')],
            },
        ),
    ]
