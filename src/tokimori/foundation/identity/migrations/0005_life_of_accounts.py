import django.contrib.postgres.fields
import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


# Stands here, and not with its like in tenancy, because only the administration of accounts asks it.
SIGN_IN_COUNTS = """
create function tokimori.sign_in_counts(wanted bytea[])
returns table (key bytea, attempts integer, began_at timestamptz, locked_until timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
    select held.key, held.attempts, held.began_at, held.locked_until
      from tokimori_private.sign_in_limit as held where held.key = any (wanted)
$$;
revoke all on function tokimori.sign_in_counts(bytea[]) from public;
grant execute on function tokimori.sign_in_counts(bytea[]) to tokimori_runtime;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0004_seen_addresses_and_rising_locks'),
        ('tenancy', '0003_challenges_and_shared_addresses'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountFileLine',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('file_id', models.UUIDField()),
                ('line_number', models.PositiveIntegerField()),
                ('account_id', models.UUIDField(null=True)),
                ('text', models.CharField(blank=True, max_length=4000)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('field', models.CharField(blank=True, max_length=30)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewCampaign',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('name', models.CharField(max_length=120)),
                ('started_at', models.DateTimeField()),
                ('started_by', models.UUIDField(null=True)),
                ('due_at', models.DateTimeField()),
                ('consequence', models.CharField(max_length=20)),
                ('concluded_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('campaign_id', models.UUIDField()),
                ('account_id', models.UUIDField()),
                ('reviewer_id', models.UUIDField()),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None)),
                ('decision', models.CharField(blank=True, max_length=10)),
                ('roles_after', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SharedAccountException',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('custodian_id', models.UUIDField()),
                ('reason', models.CharField(max_length=200)),
                ('registered_at', models.DateTimeField()),
                ('registered_by', models.UUIDField(null=True)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SharedAccountUse',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('exception_id', models.UUIDField()),
                ('user_id', models.UUIDField()),
                ('purpose', models.CharField(max_length=200)),
                ('handed_out_at', models.DateTimeField()),
                ('handed_out_by', models.UUIDField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='account',
            name='closed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='closing_reason',
            field=models.CharField(blank=True, default='', max_length=20),
        ),
        migrations.AddField(
            model_name='account',
            name='must_enrol',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='account',
            name='opened_again_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='account',
            name='warned_of_dormancy_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='AccountFile',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('file_name', models.CharField(max_length=200)),
                ('encoding', models.CharField(max_length=10)),
                ('invited_count', models.PositiveIntegerField()),
                ('rejected_count', models.PositiveIntegerField()),
                ('read_at', models.DateTimeField()),
                ('read_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='account_file_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountfile',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='1c110b7739d45be8e5634260efd5be180577b4d1', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_7ffbc', table='identity_accountfile', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='accountfileline',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'file_id', 'line_number'), name='account_file_line_once'),
        ),
        migrations.AddConstraint(
            model_name='accountfileline',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='file_id', name='account_file_line_file', table='identity_accountfile'),
        ),
        migrations.AddConstraint(
            model_name='accountfileline',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='account_file_line_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='accountfileline',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='account_file_line_wall', writing='append'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='accountfileline',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='07d739c1bf07fe8cd28cb85765b0fbec921c1ecf', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_825f1', table='identity_accountfileline', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reviewcampaign',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='review_campaign_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'campaign_id', 'account_id'), name='review_item_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('account_id', models.F('reviewer_id')), _negated=True), name='review_item_not_of_oneself'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='campaign_id', name='review_item_campaign', table='identity_reviewcampaign'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='review_item_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='reviewer_id', name='review_item_reviewer', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='review_item_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountexception',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'account_id'), name='shared_account_exception_once'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountexception',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='shared_account_account', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountexception',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='custodian_id', name='shared_account_custodian', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountexception',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='shared_account_exception_wall', writing='edit'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountuse',
            constraint=models.UniqueConstraint(condition=models.Q(('returned_at', None)), fields=('tenant_id', 'exception_id'), name='shared_account_use_one_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountuse',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='exception_id', name='shared_use_exception', table='identity_sharedaccountexception'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountuse',
            constraint=tokimori.foundation.tenancy.constraints.TenantReference(column='user_id', name='shared_use_user', table='identity_account'),
        ),
        migrations.AddConstraint(
            model_name='sharedaccountuse',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='shared_account_use_wall', writing='edit'),
        ),
        migrations.RunSQL(sql=SIGN_IN_COUNTS, reverse_sql="drop function tokimori.sign_in_counts(bytea[])"),
    ]
