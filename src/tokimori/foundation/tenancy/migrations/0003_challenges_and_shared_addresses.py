"""Challenges for passkeys, given before any tenant is known; addresses that several companies know; how many attempts there were."""

from django.db import migrations

UP = """
create table tokimori_private.challenge (
    digest bytea primary key check (octet_length(digest) = 32),
    expires_at timestamptz not null
);

create function tokimori.remember_challenge(given bytea, until timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog as $$
    insert into tokimori_private.challenge (digest, expires_at) values (given, until)
$$;

-- Answered once: whoever comes second finds nothing.
create function tokimori.take_challenge(answered bytea, at timestamptz) returns boolean
language sql volatile security definer set search_path = pg_catalog as $$
    with taken as (delete from tokimori_private.challenge where digest = answered returning expires_at)
    select coalesce(bool_or(expires_at > at), false) from taken
$$;

create function tokimori.forget_challenges(before timestamptz) returns integer
language sql volatile security definer set search_path = pg_catalog as $$
    with gone as (delete from tokimori_private.challenge where expires_at < before returning 1)
    select count(*)::integer from gone
$$;

create function tokimori.sign_in_attempts(wanted bytea) returns integer
language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(max(attempts), 0) from tokimori_private.sign_in_limit where key = wanted
$$;

-- Somebody may work for two companies under one address. With the address alone he is led to the only one that knows it;
-- where several do, he names the company, and nobody learns from outside which they are.
alter table tokimori_private.sign_in_directory drop constraint sign_in_directory_pkey;
alter table tokimori_private.sign_in_directory add primary key (address_digest, tenant_id);
create or replace function tokimori.claim_sign_in_address(claimed_digest bytea) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into tokimori_private.sign_in_directory (address_digest, tenant_id)
    values (claimed_digest, tokimori.current_tenant())
    on conflict do nothing
$$;
create or replace function tokimori.tenant_of_sign_in_address(wanted_digest bytea) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
    select (array_agg(tenant_id))[1] from tokimori_private.sign_in_directory
     where address_digest = wanted_digest having count(*) = 1
$$;

revoke all on function tokimori.remember_challenge(bytea, timestamptz) from public;
revoke all on function tokimori.take_challenge(bytea, timestamptz) from public;
revoke all on function tokimori.forget_challenges(timestamptz) from public;
revoke all on function tokimori.sign_in_attempts(bytea) from public;
grant execute on function tokimori.remember_challenge(bytea, timestamptz) to tokimori_runtime;
grant execute on function tokimori.take_challenge(bytea, timestamptz) to tokimori_runtime;
grant execute on function tokimori.forget_challenges(timestamptz) to tokimori_runtime;
grant execute on function tokimori.sign_in_attempts(bytea) to tokimori_runtime;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_sign_in_limits")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=migrations.RunSQL.noop)]
