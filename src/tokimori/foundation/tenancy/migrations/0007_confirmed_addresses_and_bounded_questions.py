"""An address that its person has confirmed leads to his company, whoever else entered it; open challenges are bounded."""

from django.db import migrations

UP = """
alter table tokimori_private.sign_in_directory add column confirmed_at timestamptz;

create function tokimori.confirm_sign_in_address(confirmed_digest bytea, at timestamptz) returns void
language sql security definer set search_path = pg_catalog as $$
    update tokimori_private.sign_in_directory set confirmed_at = coalesce(confirmed_at, at)
     where address_digest = confirmed_digest and tenant_id = tokimori.current_tenant()
$$;

-- Where anybody has confirmed an address, only those count; with several left, the company must be named.
create or replace function tokimori.tenant_of_sign_in_address(wanted_digest bytea) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
    with known as (
        select tenant_id, confirmed_at is not null as is_confirmed
          from tokimori_private.sign_in_directory where address_digest = wanted_digest
    ), counting as (
        select tenant_id from known where is_confirmed = (select bool_or(is_confirmed) from known)
    )
    select (array_agg(tenant_id))[1] from counting having count(*) = 1
$$;

revoke all on function tokimori.confirm_sign_in_address(bytea, timestamptz) from public;
grant execute on function tokimori.confirm_sign_in_address(bytea, timestamptz) to tokimori_runtime;
"""

DOWN = """
create or replace function tokimori.tenant_of_sign_in_address(wanted_digest bytea) returns uuid
language sql stable security definer set search_path = pg_catalog as $$
    select (array_agg(tenant_id))[1] from tokimori_private.sign_in_directory
     where address_digest = wanted_digest having count(*) = 1
$$;
drop function tokimori.confirm_sign_in_address(bytea, timestamptz);
alter table tokimori_private.sign_in_directory drop column confirmed_at;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_operator_grants")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
