"""The provider's own people: who they are, and that the wall lets them see a company only while a grant of theirs is live."""

from django.db import migrations

UP = """
-- The provider's tenant has the same key in every installation, so that nobody can name another one.
create function tokimori.provider_tenant() returns uuid
language sql immutable parallel safe set search_path = pg_catalog as $$
    select '00000000-0000-7000-8000-000000000001'::uuid
$$;

-- Who works for the provider. Companies choose from these; who is dismissed sees nothing from that moment on.
create table tokimori_private.operator (
    account_id uuid primary key,
    name text not null,
    registered_at timestamptz not null,
    dismissed_at timestamptz
);

-- What the wall asks. Written by the trigger on the companies' own rows alone: no grant is live that its company cannot see.
create table tokimori_private.operator_grant (
    id uuid primary key,
    tenant_id uuid not null,
    operator_id uuid not null,
    may_write boolean not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    revoked_at timestamptz
);
create index operator_grant_by_operator on tokimori_private.operator_grant (operator_id, ends_at);

create function tokimori_private.require_live_grant(wanted_tenant uuid, wanted_grant uuid) returns void
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    writes boolean;
begin
    select may_write into writes
      from tokimori_private.operator_grant as held
      join tokimori_private.operator as person on person.account_id = held.operator_id and person.dismissed_at is null
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

-- As before, and for operators a fourth part, signed with the rest: the grant under which they come. It must be live at every
-- statement; under one for reading the database itself refuses to write, because only a read-only transaction gets a tenant.
create or replace function tokimori.current_tenant() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog as $$
declare
    context constant text := pg_catalog.current_setting('tokimori.tenant_context', true);
    granted text;
    claim text;
    expected text;
begin
    if context is null or context = '' then
        return null;
    end if;
    granted := pg_catalog.split_part(context, '.', 4);
    claim := pg_catalog.split_part(context, '.', 1) || '.' || pg_catalog.split_part(context, '.', 2);
    if granted <> '' then
        claim := claim || '.' || granted;
    end if;
    select pg_catalog.encode(
               pg_catalog.sha256(key.outer_pad || pg_catalog.sha256(key.inner_pad || pg_catalog.convert_to(claim, 'UTF8'))),
               'hex')
      into expected
      from tokimori_private.tenant_context_key as key;
    if expected is null
       or expected <> pg_catalog.split_part(context, '.', 3)
       or pg_catalog.split_part(context, '.', 2) <> pg_catalog.pg_backend_pid()::text then
        raise exception 'The tenant context is not genuine.' using errcode = 'insufficient_privilege';
    end if;
    if granted <> '' then
        perform tokimori_private.require_live_grant(pg_catalog.split_part(context, '.', 1)::uuid, granted::uuid);
    end if;
    return pg_catalog.split_part(context, '.', 1)::uuid;
end
$$;

create function tokimori_private.require_provider() returns void
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if tokimori.current_tenant() is distinct from tokimori.provider_tenant() then
        raise exception 'Only the provider may do this.' using errcode = 'insufficient_privilege';
    end if;
end
$$;

create function tokimori.register_operator(account uuid, display_name text, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    insert into tokimori_private.operator (account_id, name, registered_at) values (account, display_name, at);
end
$$;
create function tokimori.dismiss_operator(account uuid, at timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    update tokimori_private.operator set dismissed_at = at where account_id = account and dismissed_at is null;
    return found;
end
$$;
create function tokimori.operators() returns table (account_id uuid, name text)
language sql stable security definer set search_path = pg_catalog as $$
    select account_id, name from tokimori_private.operator where dismissed_at is null order by name, account_id
$$;
-- Where an operator may go, for the provider's console: the company's code and how long, not what lies behind it.
create function tokimori.grants_of_operator(account uuid, at timestamptz)
returns table (id uuid, tenant_id uuid, company_code text, may_write boolean, ends_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    return query
        select held.id, held.tenant_id, company.code, held.may_write, held.ends_at
          from tokimori_private.operator_grant as held
          join tokimori_private.operator as person on person.account_id = held.operator_id and person.dismissed_at is null
          join tokimori_private.company_directory as company on company.tenant_id = held.tenant_id
         where held.operator_id = account and held.revoked_at is null and held.begins_at <= at and held.ends_at > at
         order by held.ends_at, held.id;
end
$$;
create function tokimori.all_companies() returns table (tenant_id uuid, company_code text)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    return query select company.tenant_id, company.code from tokimori_private.company_directory as company order by company.code;
end
$$;

revoke all on function tokimori.provider_tenant() from public;
revoke all on function tokimori.register_operator(uuid, text, timestamptz) from public;
revoke all on function tokimori.dismiss_operator(uuid, timestamptz) from public;
revoke all on function tokimori.operators() from public;
revoke all on function tokimori.grants_of_operator(uuid, timestamptz) from public;
revoke all on function tokimori.all_companies() from public;
revoke all on all functions in schema tokimori_private from public;
grant execute on function tokimori.provider_tenant() to tokimori_runtime;
grant execute on function tokimori.register_operator(uuid, text, timestamptz) to tokimori_runtime;
grant execute on function tokimori.dismiss_operator(uuid, timestamptz) to tokimori_runtime;
grant execute on function tokimori.operators() to tokimori_runtime;
grant execute on function tokimori.grants_of_operator(uuid, timestamptz) to tokimori_runtime;
grant execute on function tokimori.all_companies() to tokimori_runtime;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0004_refusal_counts")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=migrations.RunSQL.noop)]
