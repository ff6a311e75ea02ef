"""What was granted to somebody ends in the transaction that ends it; companies' own records can be led after it later."""

from django.db import migrations

UP = """
-- From this transaction on the wall lets nobody in by these grants, whatever becomes of the process that ended them.
create function tokimori.end_grants_of_operator(account uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    update tokimori_private.operator_grant set revoked_at = at where operator_id = account and revoked_at is null;
end
$$;
-- Grants that ended before their time; the companies' own rows may not say so yet.
create function tokimori.ended_grants(at timestamptz)
returns table (id uuid, tenant_id uuid, operator_id uuid, revoked_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    perform tokimori_private.require_provider();
    return query
        select held.id, held.tenant_id, held.operator_id, held.revoked_at
          from tokimori_private.operator_grant as held
         where held.revoked_at is not null and held.ends_at > at
         order by held.id;
end
$$;
revoke all on function tokimori.end_grants_of_operator(uuid, timestamptz) from public;
revoke all on function tokimori.ended_grants(timestamptz) from public;
grant execute on function tokimori.end_grants_of_operator(uuid, timestamptz) to tokimori_runtime;
grant execute on function tokimori.ended_grants(timestamptz) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.ended_grants(timestamptz);
drop function tokimori.end_grants_of_operator(uuid, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("operators", "0004_holds")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
