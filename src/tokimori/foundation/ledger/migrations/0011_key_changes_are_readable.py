"""Whoever reads the provider's log finds each change of the signer's key, and of all announcements the last."""

from django.db import migrations

UP = """
-- The checkpoint is the first one over the leaf: the old key signed it, before the new one signed anything.
create function tokimori.provider_key_changes()
returns table (epoch integer, index bigint, entry text, nonce bytea, payload text, size bigint, note text)
language sql stable security definer set search_path = pg_catalog as $$
    select place.epoch, place.index, leaf.entry, leaf.nonce, leaf.payload, signed.size, signed.note
      from public.ledger_providerleaf as leaf
      join public.ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
      join lateral (select one.size, one.note from public.ledger_logcheckpoint as one
                     where one.tenant_id = place.tenant_id and one.log = place.log and one.epoch = place.epoch
                       and one.size > place.index order by one.size limit 1) as signed on true
     where leaf.tenant_id = tokimori.provider_tenant() and leaf.type = 'log:key-changed' and place.log = 'provider'
     order by place.epoch, place.index
$$;
revoke all on function tokimori.provider_key_changes() from public;
grant execute on function tokimori.provider_key_changes() to tokimori_runtime;
-- What was announced last is what stands last in the log, whatever the clocks said.
create or replace function tokimori.provider_announced(wanted_type text) returns setof text
language sql stable security definer set search_path = pg_catalog as $$
    select leaf.payload
      from public.ledger_providerleaf as leaf
      join public.ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
     where leaf.tenant_id = tokimori.provider_tenant() and leaf.type = wanted_type and place.log = 'provider'
     order by place.epoch desc, place.index desc limit 1
$$;
"""
DOWN = "drop function tokimori.provider_key_changes()"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_what_the_provider_asks_its_log_to_say")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
