"""Payloads of events go by age, through one function that knows the holds; certificates name what went."""

from django.db import migrations, models

UP = """
-- A hold about one person keeps all: an event names the punch or the request that it is about, and not whose that was.
create function tokimori.is_event_held(tenant uuid, actor uuid, subject uuid) returns boolean
language sql stable security definer set search_path = pg_catalog as $$
    select exists (select from public.retention_legalhold as hold
                    where hold.tenant_id = tenant and hold.record_kind = 'event_details' and hold.lifted_at is null)
$$;

create function tokimori.event_details_due(since timestamptz, before timestamptz)
returns table (due bigint, held bigint, first_at timestamptz, last_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
    select count(*) filter (where not kept), count(*) filter (where kept),
           min(at) filter (where not kept), max(at) filter (where not kept)
      from (select event.at, tokimori.is_event_held(event.tenant_id, event.actor_id, event.subject_id) as kept
              from public.ledger_ledgerevent as event
             where event.tenant_id = tokimori.current_tenant()
               and event.at >= coalesce(since, '-infinity') and event.at < before
               and octet_length(event.sealed) > 0) as old
$$;

-- What the runtime role may not change goes through here alone: nothing younger than ninety days, nothing held.
create function tokimori.forget_event_details(since timestamptz, before timestamptz, most integer)
returns table (gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    if before > clock_timestamp() - interval '90 days' then
        raise exception 'Events tell all of it for ninety days at least.' using errcode = 'insufficient_privilege';
    end if;
    return query
    with old as (
        select event.id from public.ledger_ledgerevent as event
         where event.tenant_id = tokimori.current_tenant()
           and event.at >= coalesce(since, '-infinity') and event.at < before
           and octet_length(event.sealed) > 0
           and not tokimori.is_event_held(event.tenant_id, event.actor_id, event.subject_id)
         order by event.id
         limit most
    )
    update public.ledger_ledgerevent as event set sealed = ''
      from old
     where event.tenant_id = tokimori.current_tenant() and event.id = old.id
    returning event.id, event.at;
end
$$;

revoke all on function tokimori.is_event_held(uuid, uuid, uuid) from public;
revoke all on function tokimori.event_details_due(timestamptz, timestamptz) from public;
revoke all on function tokimori.forget_event_details(timestamptz, timestamptz, integer) from public;
grant execute on function tokimori.event_details_due(timestamptz, timestamptz) to tokimori_runtime;
grant execute on function tokimori.forget_event_details(timestamptz, timestamptz, integer) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.forget_event_details(timestamptz, timestamptz, integer);
drop function tokimori.event_details_due(timestamptz, timestamptz);
drop function tokimori.is_event_held(uuid, uuid, uuid);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0001_holds_and_certificates"),
        ("ledger", "0010_details_may_go_by_age"),
    ]

    operations = [
        migrations.AddField(
            model_name='legalhold',
            name='person_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='retentioncertificate',
            name='digest',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='retentioncertificate',
            name='first_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='retentioncertificate',
            name='last_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(sql=UP, reverse_sql=DOWN),
    ]
