import django.contrib.postgres.fields
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('identity', '0005_life_of_accounts'),
        ('tenancy', '0001_wall_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirectoryAccount',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('has_display_name', models.BooleanField(default=True)),
                ('formatted_name', models.CharField(blank=True, max_length=200)),
                ('family_name', models.CharField(blank=True, max_length=100)),
                ('given_name', models.CharField(blank=True, max_length=100)),
                ('preferred_language', models.CharField(blank=True, max_length=60)),
                ('email_type', models.CharField(blank=True, max_length=40)),
                ('is_email_primary', models.BooleanField(null=True)),
                ('given_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('changed_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'external_id'], name='directory_account_by_external')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'account_id'), name='directory_account_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='directory_account_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='directory_account_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryEmail',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('position', models.PositiveSmallIntegerField()),
                ('value', models.CharField(max_length=254)),
                ('type', models.CharField(blank=True, max_length=40)),
                ('is_primary', models.BooleanField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'account_id', 'position'), name='directory_email_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='directory_email_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='directory_email_wall', writing='take')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryGroup',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('display_name', models.CharField(max_length=200)),
                ('external_id', models.CharField(blank=True, max_length=255)),
                ('role', models.CharField(blank=True, max_length=20)),
                ('added_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'external_id'], name='directory_group_by_external')],
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='directory_group_wall', writing='take')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryMember',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('group_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['tenant_id', 'account_id'], name='directory_member_by_account')],
                'constraints': [models.UniqueConstraint(fields=('tenant_id', 'group_id', 'account_id'), name='directory_member_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='group_id', name='directory_member_group', table='provisioning_directorygroup'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='directory_member_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='directory_member_wall', writing='take')],
            },
        ),
        migrations.CreateModel(
            name='DirectoryRules',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('manages_administrators', models.BooleanField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tenant_id',), name='directory_rules_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='changed_by', name='directory_rules_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='directory_rules_wall', writing='edit')],
            },
        ),
    ]
