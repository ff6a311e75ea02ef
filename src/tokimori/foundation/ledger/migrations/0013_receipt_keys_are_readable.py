"""Whoever reads the provider's log finds every key of receipts with the time from which it signed, and not the last alone."""

from django.db import migrations

UP = """
create function tokimori.provider_receipt_keys() returns table (made_at timestamptz, payload text)
language sql stable security definer set search_path = pg_catalog as $$
    select leaf.made_at, leaf.payload
      from public.ledger_providerleaf as leaf
      join public.ledger_logentry as place on place.tenant_id = leaf.tenant_id and place.id = leaf.id
     where leaf.tenant_id = tokimori.provider_tenant() and leaf.type = 'log:receipt-key' and place.log = 'provider'
     order by place.epoch, place.index
$$;
revoke all on function tokimori.provider_receipt_keys() from public;
grant execute on function tokimori.provider_receipt_keys() to tokimori_runtime;
"""
DOWN = "drop function tokimori.provider_receipt_keys()"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0012_refusals_of_the_signer")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
