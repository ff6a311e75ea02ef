"""How many refusals of an actor were written down in this minute, so that nobody fills the disk by being refused."""

from django.db import migrations

UP = """
create table tokimori_private.refusal_count (
    tenant_id uuid not null,
    actor_id uuid not null,
    minute timestamptz not null,
    count integer not null check (count >= 0),
    primary key (tenant_id, actor_id)
);

-- Count a refusal in the open tenant. Returns nothing when this one is to be left out, else how many were left out in the
-- last minute that had any. Actors are rows of the tenant or the one unknown, so the table stays as small as they are.
create function tokimori.refusal_counted(actor uuid, at timestamptz, most integer) returns integer
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    tenant constant uuid := tokimori.current_tenant();
    present constant timestamptz := pg_catalog.date_trunc('minute', at);
    held tokimori_private.refusal_count;
begin
    if not exists (select from tokimori_private.company_directory where tenant_id = tenant) then
        return null;
    end if;
    insert into tokimori_private.refusal_count (tenant_id, actor_id, minute, count)
    values (tenant, actor, '-infinity', 0) on conflict do nothing;
    select * into strict held from tokimori_private.refusal_count
     where tenant_id = tenant and actor_id = actor for update;
    if held.minute is distinct from present then
        update tokimori_private.refusal_count set minute = present, count = 1 where tenant_id = tenant and actor_id = actor;
        return greatest(held.count - most, 0);
    end if;
    update tokimori_private.refusal_count set count = held.count + 1 where tenant_id = tenant and actor_id = actor;
    return case when held.count < most then 0 end;
end
$$;

revoke all on function tokimori.refusal_counted(uuid, timestamptz, integer) from public;
grant execute on function tokimori.refusal_counted(uuid, timestamptz, integer) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.refusal_counted(uuid, timestamptz, integer);
drop table tokimori_private.refusal_count;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_challenges_and_shared_addresses")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
