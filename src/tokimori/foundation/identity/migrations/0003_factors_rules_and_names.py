import datetime
import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


# Names that were given before there was a list of them. The owner, too, sees rows only while the wall is open to it.
GIVE_NAMES = """
alter table identity_account no force row level security;
alter table identity_loginname no force row level security;
insert into identity_loginname (tenant_id, id, account_id, name, given_at)
select tenant_id, uuidv7(), id, given.name, created_at
  from identity_account cross join lateral (values (login_id), (email)) as given(name)
 where given.name is not null
    on conflict do nothing;
alter table identity_loginname force row level security;
alter table identity_account force row level security;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0002_session_origin'),
        ('tenancy', '0003_challenges_and_shared_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='AddressRule',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('audience', models.CharField(max_length=20)),
                ('network', models.CharField(max_length=50)),
                ('note', models.CharField(max_length=120)),
                ('added_at', models.DateTimeField()),
                ('added_by', models.UUIDField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Authenticator',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('sealed_secret', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
                ('last_step', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='LoginName',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('name', models.CharField(max_length=254)),
                ('given_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Passkey',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('credential_id', models.BinaryField(max_length=1023)),
                ('public_key', models.BinaryField()),
                ('use_count', models.BigIntegerField()),
                ('transports', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('name', models.CharField(max_length=60)),
                ('is_synchronised', models.BooleanField()),
                ('added_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='PasswordBefore',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('password', models.CharField(max_length=128)),
                ('set_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('code_digest', models.BinaryField(max_length=32)),
                ('made_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(null=True)),
                ('replaced_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SecurityRulesVersion',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('version', models.PositiveIntegerField()),
                ('rules', models.JSONField()),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.UUIDField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SeenAddress',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('day', models.DateField()),
                ('audience', models.CharField(max_length=20)),
                ('actor_id', models.UUIDField()),
                ('address', models.CharField(max_length=45)),
                ('last_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='TrustedDevice',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('secret_digest', models.BinaryField(max_length=32)),
                ('device', models.CharField(max_length=200)),
                ('trusted_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='last_used_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='last_used_from',
            field=models.CharField(blank=True, max_length=45),
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='networks',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), default=list, size=None),
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='replaces_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='last_signed_in_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='must_change_password',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='account',
            name='password_set_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='session',
            name='is_half',
            field=models.BooleanField(default=False),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='session',
            name='proofs',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=["password"], size=None),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='session',
            name='proved_at',
            field=models.DateTimeField(default=datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['tenant_id', 'account_id'], name='session_by_account'),
        ),
        migrations.AddConstraint(
            model_name='addressrule',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='added_by', name='address_rule_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='addressrule',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='address_rule_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='authenticator',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', False), ('removed_at', None)), fields=('tenant_id', 'account_id'), name='authenticator_once'),
        ),
        migrations.AddConstraint(
            model_name='authenticator',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='authenticator_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='authenticator',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='authenticator_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='loginname',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'name'), name='login_name_once'),
        ),
        migrations.AddConstraint(
            model_name='loginname',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='login_name_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='loginname',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='login_name_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='loginname',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='3221b6b9581e43fe21c308f5a5280172eca65371', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_b4deb', table='identity_loginname', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='passkey',
            index=models.Index(fields=['tenant_id', 'account_id'], name='passkey_by_account'),
        ),
        migrations.AddConstraint(
            model_name='passkey',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'credential_id'), name='passkey_once'),
        ),
        migrations.AddConstraint(
            model_name='passkey',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='passkey_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='passkey',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='passkey_wall', writing='edit'),
        ),
        migrations.AddIndex(
            model_name='passwordbefore',
            index=models.Index(fields=['tenant_id', 'account_id', 'set_at'], name='password_before_by_age'),
        ),
        migrations.AddConstraint(
            model_name='passwordbefore',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='password_before_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='passwordbefore',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='password_before_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='passwordbefore',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='c0182808b66c7ea46dad6c4ffd566dd2c6dee57f', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_bbc57', table='identity_passwordbefore', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='recoverycode',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'account_id', 'code_digest'), name='recovery_code_once'),
        ),
        migrations.AddConstraint(
            model_name='recoverycode',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='recovery_code_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='recoverycode',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='recovery_code_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='securityrulesversion',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'version'), name='security_rules_version_once'),
        ),
        migrations.AddConstraint(
            model_name='securityrulesversion',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='security_rules_version_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='securityrulesversion',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='45faf2b66230e60ca95af791f48d9af1ade180e7', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_8c933', table='identity_securityrulesversion', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='seenaddress',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'day', 'audience', 'actor_id', 'address'), name='seen_address_once'),
        ),
        migrations.AddConstraint(
            model_name='seenaddress',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='seen_address_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='trusteddevice',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'secret_digest'), name='trusted_device_once'),
        ),
        migrations.AddConstraint(
            model_name='trusteddevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='trusted_device_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='trusteddevice',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='trusted_device_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='accesstoken',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='replaces_id', name='access_token_replaces', table='identity_accesstoken'),
        ),
        migrations.RunSQL(sql=GIVE_NAMES, reverse_sql=migrations.RunSQL.noop),
    ]
