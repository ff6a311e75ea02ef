"""Holds and certificates; what is over its time is taken away by one function, which knows the holds."""

import pgtrigger.compiler
import pgtrigger.migrations
import tokimori.foundation.identifiers
import tokimori.foundation.sealed_fields
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


UP = """
create function tokimori.sign_in_records_due(before timestamptz) returns table (kind text, due bigint)
language sql stable security definer set search_path = pg_catalog as $$
    select 'identity_session', count(*) from public.identity_session
     where tenant_id = tokimori.current_tenant() and least(last_used_at, coalesce(ended_at, last_used_at)) < before
    union all
    select 'identity_signinlink', count(*) from public.identity_signinlink
     where tenant_id = tokimori.current_tenant() and expires_at < before
    union all
    select 'identity_trusteddevice', count(*) from public.identity_trusteddevice
     where tenant_id = tokimori.current_tenant() and expires_at < before
$$;

-- What the runtime role may not delete row by row goes through here alone: nothing younger than ninety days, nothing held.
create function tokimori.forget_sign_in_records(before timestamptz) returns table (kind text, gone bigint)
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    tenant constant uuid := tokimori.current_tenant();
begin
    if before > pg_catalog.clock_timestamp() - interval '90 days' then
        raise exception 'Records of sign-in stay for ninety days at least.' using errcode = 'insufficient_privilege';
    end if;
    if exists (select from public.retention_legalhold
                where tenant_id = tenant and record_kind = 'sign_in_records' and lifted_at is null) then
        raise exception 'These records are held.' using errcode = 'insufficient_privilege';
    end if;
    return query
    with sessions as (
        delete from public.identity_session
         where tenant_id = tenant and least(last_used_at, coalesce(ended_at, last_used_at)) < before returning 1
    ), links as (
        delete from public.identity_signinlink where tenant_id = tenant and expires_at < before returning 1
    ), devices as (
        delete from public.identity_trusteddevice where tenant_id = tenant and expires_at < before returning 1
    )
    select 'identity_session', count(*) from sessions
    union all select 'identity_signinlink', count(*) from links
    union all select 'identity_trusteddevice', count(*) from devices;
end
$$;

revoke all on function tokimori.sign_in_records_due(timestamptz) from public;
revoke all on function tokimori.forget_sign_in_records(timestamptz) from public;
grant execute on function tokimori.sign_in_records_due(timestamptz) to tokimori_runtime;
grant execute on function tokimori.forget_sign_in_records(timestamptz) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.forget_sign_in_records(timestamptz);
drop function tokimori.sign_in_records_due(timestamptz);
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("tenancy", "0005_operator_grants"),
        ("identity", "0012_sealed_words"),
        ("keys", "0001_keys_of_tenants_and_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('record_kind', models.CharField(max_length=30)),
                ('reason', tokimori.foundation.sealed_fields.SealedTextField(max_length=500)),
                ('placed_at', models.DateTimeField()),
                ('placed_by', models.UUIDField(null=True)),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.UUIDField(null=True)),
            ],
            options={
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='legal_hold_wall', writing='edit')],
            },
        ),
        migrations.CreateModel(
            name='RetentionCertificate',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('record_kind', models.CharField(max_length=30)),
                ('before', models.DateTimeField()),
                ('counts', models.JSONField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'constraints': [tokimori.foundation.tenancy.constraints.TenantWall(name='retention_certificate_wall', writing='append')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='retentioncertificate',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="raise exception 'Rows of % are facts; they are appended, never changed.', tg_table_name using errcode = 'insufficient_privilege';", hash='809d9ce291bd6466a042f15b57992dac56d4aec6', level='STATEMENT', operation='UPDATE OR DELETE OR TRUNCATE', pgid='pgtrigger_append_only_e1a09', table='retention_retentioncertificate', when='BEFORE')),
        ),
        migrations.RunSQL(sql=UP, reverse_sql=DOWN),
    ]
