"""The functions that the walls stand on. The roles exist already: ``tokimori prepare-database`` makes them."""

from django.db import migrations

UP = """
create schema tokimori_private;
create schema tokimori;
grant usage on schema tokimori to tokimori_runtime;

-- One row. Only the owner reads it; the verifying function runs as the owner.
create table tokimori_private.tenant_context_key (
    only_row boolean primary key default true check (only_row),
    inner_pad bytea not null check (octet_length(inner_pad) = 64),
    outer_pad bytea not null check (octet_length(outer_pad) = 64)
);

-- HMAC-SHA-256 (RFC 2104) by hand, because not every build has pgcrypto: the key comes already padded.
create function tokimori.current_tenant() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog as $$
declare
    context constant text := pg_catalog.current_setting('tokimori.tenant_context', true);
    claim text;
    expected text;
begin
    if context is null or context = '' then
        return null;
    end if;
    claim := pg_catalog.split_part(context, '.', 1) || '.' || pg_catalog.split_part(context, '.', 2);
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
    return pg_catalog.split_part(context, '.', 1)::uuid;
end
$$;
revoke all on function tokimori.current_tenant() from public;
grant execute on function tokimori.current_tenant() to tokimori_runtime;

-- Where a company code and a sign-in address lead, before any tenant is known. A tenant enters only itself.
create table tokimori_private.company_directory (
    code text primary key,
    tenant_id uuid not null unique
);
create table tokimori_private.sign_in_directory (
    address_digest bytea primary key check (octet_length(address_digest) = 32),
    tenant_id uuid not null
);

create function tokimori.claim_company_code(claimed_code text) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into tokimori_private.company_directory (code, tenant_id) values (claimed_code, tokimori.current_tenant())
$$;
create function tokimori.claim_sign_in_address(claimed_digest bytea) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into tokimori_private.sign_in_directory (address_digest, tenant_id)
    values (claimed_digest, tokimori.current_tenant())
$$;
create function tokimori.tenant_of_company_code(wanted_code text) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
    select tenant_id from tokimori_private.company_directory where code = wanted_code
$$;
create function tokimori.tenant_of_sign_in_address(wanted_digest bytea) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
    select tenant_id from tokimori_private.sign_in_directory where address_digest = wanted_digest
$$;
-- For jobs that visit every tenant, one transaction each.
create function tokimori.all_tenants() returns setof uuid
language sql stable security definer set search_path = pg_catalog as $$
    select tenant_id from tokimori_private.company_directory order by tenant_id
$$;
revoke all on all functions in schema tokimori from public;
grant execute on all functions in schema tokimori to tokimori_runtime;
"""

DOWN = """
drop schema tokimori cascade;
drop schema tokimori_private cascade;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
