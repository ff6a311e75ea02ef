"""Whom a register keeps from companies: the database itself lets him see none."""

import tokimori.foundation.identifiers
import tokimori.foundation.tenancy.constraints
from django.db import migrations, models


UP = """
alter table tokimori_private.operator add column suspended_at timestamptz;

create or replace function tokimori_private.require_live_grant(wanted_tenant uuid, wanted_grant uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    writes boolean;
begin
    select may_write into writes
      from tokimori_private.operator_grant as held
      join tokimori_private.operator as person on person.account_id = held.operator_id and person.dismissed_at is null
       and person.suspended_at is null
     where held.id = wanted_grant and held.tenant_id = wanted_tenant and held.revoked_at is null
       and held.begins_at <= pg_catalog.clock_timestamp() and held.ends_at > pg_catalog.clock_timestamp();
    if not found then
        raise exception 'There is no live grant.' using errcode = 'insufficient_privilege';
    end if;
    if not writes and pg_catalog.current_setting('transaction_read_only') <> 'on' then
        raise exception 'This grant is for reading: the transaction must be read only.' using errcode = 'insufficient_privilege';
    end if;
end
$$;
create or replace function tokimori.operators() returns table (account_id uuid, name text)
language sql stable security definer set search_path = pg_catalog as $$
    select account_id, name from tokimori_private.operator where dismissed_at is null and suspended_at is null order by name, account_id
$$;
create or replace function tokimori.grants_of_operator(account uuid, at timestamptz)
returns table (id uuid, tenant_id uuid, company_code text, may_write boolean, ends_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    return query
        select held.id, held.tenant_id, company.code, held.may_write, held.ends_at
          from tokimori_private.operator_grant as held
          join tokimori_private.operator as person on person.account_id = held.operator_id and person.dismissed_at is null
                                                        and person.suspended_at is null
          join tokimori_private.company_directory as company on company.tenant_id = held.tenant_id
         where held.operator_id = account and held.revoked_at is null and held.begins_at <= at and held.ends_at > at
         order by held.ends_at, held.id;
end
$$;
create or replace function tokimori_private.keep_operator_grant() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    most constant interval := case new.kind when 'support' then interval '72 hours' else interval '8 hours' end;
begin
    -- Nobody who came in under a grant makes or changes one.
    if pg_catalog.split_part(pg_catalog.current_setting('tokimori.tenant_context', true), '.', 4) <> '' then
        raise exception 'An operator does not decide on grants.' using errcode = 'insufficient_privilege';
    end if;
    if tg_op = 'INSERT' then
        if new.tenant_id = tokimori.provider_tenant() or new.ends_at <= new.granted_at or new.ends_at - new.granted_at > most
           or new.revoked_at is not null then
            raise exception 'A grant ends within %.', most using errcode = 'check_violation';
        end if;
        if not exists (select from tokimori_private.operator where account_id = new.operator_id and dismissed_at is null
                       and suspended_at is null) then
            raise exception 'This person does not work for the provider.' using errcode = 'check_violation';
        end if;
        insert into tokimori_private.operator_grant (id, tenant_id, operator_id, may_write, begins_at, ends_at)
        values (new.id, new.tenant_id, new.operator_id, new.may_write, new.granted_at, new.ends_at);
        return new;
    end if;
    if (new.tenant_id, new.id, new.kind, new.operator_id, new.functions, new.may_write, new.granted_at, new.ends_at,
        new.granted_by, new.approver_id)
       is distinct from
       (old.tenant_id, old.id, old.kind, old.operator_id, old.functions, old.may_write, old.granted_at, old.ends_at,
        old.granted_by, old.approver_id)
       or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
        raise exception 'A grant is revoked, not changed.' using errcode = 'insufficient_privilege';
    end if;
    update tokimori_private.operator_grant set revoked_at = new.revoked_at
     where id = new.id and tenant_id = new.tenant_id;
    return new;
end
$$;

-- Nobody sees a company while a register keeps him from them; what had been granted ends for good.
create function tokimori.suspend_operator(account uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    update tokimori_private.operator set suspended_at = coalesce(suspended_at, at) where account_id = account;
    update tokimori_private.operator_grant set revoked_at = at where operator_id = account and revoked_at is null;
end
$$;
create function tokimori.resume_operator(account uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    update tokimori_private.operator set suspended_at = null where account_id = account;
end
$$;
revoke all on function tokimori.suspend_operator(uuid, timestamptz) from public;
revoke all on function tokimori.resume_operator(uuid) from public;
grant execute on function tokimori.suspend_operator(uuid, timestamptz) to tokimori_runtime;
grant execute on function tokimori.resume_operator(uuid) to tokimori_runtime;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('operators', '0003_recorded_maintenance_and_devices'),
    ]

    operations = [
        migrations.CreateModel(
            name='OperatorHold',
            fields=[
                ('pk', models.CompositePrimaryKey('tenant_id', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tenant_id', models.UUIDField()),
                ('id', models.UUIDField(default=tokimori.foundation.identifiers.new_id)),
                ('account_id', models.UUIDField()),
                ('reason', models.CharField(max_length=20)),
                ('since', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('tenant_id', 'account_id', 'reason'), name='operator_hold_once'), tokimori.foundation.tenancy.constraints.TenantReference(column='account_id', name='operator_hold_account', table='identity_account'), tokimori.foundation.tenancy.constraints.TenantWall(name='operator_hold_wall', writing='edit')],
            },
        ),
        migrations.RunSQL(sql=UP, reverse_sql=migrations.RunSQL.noop),
    ]
