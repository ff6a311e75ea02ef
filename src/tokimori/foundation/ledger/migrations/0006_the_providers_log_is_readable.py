"""The provider's log may be read by everybody who has an account: its leaves name logs, sizes and roots, no tenant."""

from django.db import migrations

UP = """
-- The functions below run as the owner, whom the walls bind as well; he sees the provider's own log, and nothing else.
create policy provider_log_read on ledger_logentry for select to current_user
    using (tenant_id = tokimori.provider_tenant() and log = 'provider');
create policy provider_log_read on ledger_logtile for select to current_user
    using (tenant_id = tokimori.provider_tenant() and log = 'provider');
create policy provider_log_read on ledger_logcheckpoint for select to current_user
    using (tenant_id = tokimori.provider_tenant() and log = 'provider');
create policy provider_log_read on ledger_providerleaf for select to current_user
    using (tenant_id = tokimori.provider_tenant());
create policy provider_log_read on ledger_logcosignature for select to current_user
    using (tenant_id = tokimori.provider_tenant());
create policy provider_log_read on ledger_logstamp for select to current_user
    using (tenant_id = tokimori.provider_tenant());
create policy provider_log_read on ledger_logepoch for select to current_user
    using (tenant_id = tokimori.provider_tenant() and log = 'provider');

create function tokimori.provider_hashes(wanted_epoch integer, wanted_level integer, first bigint, last bigint)
returns setof bytea language sql stable security definer set search_path = pg_catalog as $$
    select found.hash from (
        select index, leaf_hash as hash from public.ledger_logentry
         where wanted_level = 0 and tenant_id = tokimori.provider_tenant() and log = 'provider'
           and epoch = wanted_epoch and index >= first and index < last
        union all
        select index, root from public.ledger_logtile
         where wanted_level > 0 and tenant_id = tokimori.provider_tenant() and log = 'provider'
           and epoch = wanted_epoch and level = wanted_level and index >= first and index < last) as found
     order by found.index
$$;
create function tokimori.provider_entries(wanted_epoch integer, first bigint, last bigint)
returns setof text language sql stable security definer set search_path = pg_catalog as $$
    select leaf.entry
      from public.ledger_logentry as place
      join public.ledger_providerleaf as leaf on leaf.tenant_id = place.tenant_id and leaf.id = place.id
     where place.tenant_id = tokimori.provider_tenant() and place.log = 'provider'
       and place.epoch = wanted_epoch and place.index >= first and place.index < last
     order by place.index
$$;
create function tokimori.provider_checkpoint(wanted_epoch integer)
returns table (id uuid, epoch integer, size bigint, note text, signed_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
    select signed.id, signed.epoch, signed.size, signed.note, signed.signed_at
      from public.ledger_logcheckpoint as signed
     where signed.tenant_id = tokimori.provider_tenant() and signed.log = 'provider'
       and (wanted_epoch is null or signed.epoch = wanted_epoch)
     order by signed.epoch desc, signed.size desc limit 1
$$;
create function tokimori.provider_cosignatures() returns table (witness text, line text, cosigned_at timestamptz, size bigint)
language sql stable security definer set search_path = pg_catalog as $$
    select distinct on (one.witness) one.witness, one.line, one.cosigned_at, signed.size
      from public.ledger_logcosignature as one
      join public.ledger_logcheckpoint as signed on signed.tenant_id = one.tenant_id and signed.id = one.checkpoint_id
     where one.tenant_id = tokimori.provider_tenant() and signed.log = 'provider'
     order by one.witness, signed.epoch desc, signed.size desc
$$;
create function tokimori.provider_stamps(most integer)
returns table (authority text, token bytea, stamped_at timestamptz, size bigint, note text)
language sql stable security definer set search_path = pg_catalog as $$
    select one.authority, one.token, one.stamped_at, signed.size, signed.note
      from public.ledger_logstamp as one
      join public.ledger_logcheckpoint as signed on signed.tenant_id = one.tenant_id and signed.id = one.checkpoint_id
     where one.tenant_id = tokimori.provider_tenant() and signed.log = 'provider'
     order by one.stamped_at desc limit most
$$;
-- Where the checkpoint of a tenant's log stands in the provider's: whoever knows its origin, size and root may know the place.
create function tokimori.provider_leaf_of(wanted_origin text, wanted_size bigint)
returns table (epoch integer, index bigint, entry text, nonce bytea, payload text)
language sql stable security definer set search_path = pg_catalog as $$
    select place.epoch, place.index, leaf.entry, leaf.nonce, leaf.payload
      from public.ledger_providerleaf as leaf
      join public.ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
     where leaf.tenant_id = tokimori.provider_tenant()
       and leaf.origin = wanted_origin and leaf.size = wanted_size
     order by place.epoch desc, place.index desc limit 1
$$;
create function tokimori.provider_announced(wanted_type text) returns setof text
language sql stable security definer set search_path = pg_catalog as $$
    select leaf.payload from public.ledger_providerleaf as leaf
     where leaf.tenant_id = tokimori.provider_tenant() and leaf.type = wanted_type
     order by leaf.id desc limit 1
$$;
revoke all on function tokimori.provider_hashes(integer, integer, bigint, bigint) from public;
revoke all on function tokimori.provider_entries(integer, bigint, bigint) from public;
revoke all on function tokimori.provider_checkpoint(integer) from public;
revoke all on function tokimori.provider_cosignatures() from public;
revoke all on function tokimori.provider_stamps(integer) from public;
revoke all on function tokimori.provider_leaf_of(text, bigint) from public;
revoke all on function tokimori.provider_announced(text) from public;
grant execute on function tokimori.provider_hashes(integer, integer, bigint, bigint) to tokimori_runtime;
grant execute on function tokimori.provider_entries(integer, bigint, bigint) to tokimori_runtime;
grant execute on function tokimori.provider_checkpoint(integer) to tokimori_runtime;
grant execute on function tokimori.provider_cosignatures() to tokimori_runtime;
grant execute on function tokimori.provider_stamps(integer) to tokimori_runtime;
grant execute on function tokimori.provider_leaf_of(text, bigint) to tokimori_runtime;
grant execute on function tokimori.provider_announced(text) to tokimori_runtime;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_payloads_are_sealed"), ("tenancy", "0005_operator_grants")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=migrations.RunSQL.noop)]
