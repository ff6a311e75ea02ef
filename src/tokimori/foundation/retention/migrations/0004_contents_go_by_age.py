"""Every kind has one function that says what is old and what of it is held; preview and run both ask it.

A hold may be about some days. A day more at each end is held as well: where a day began depends on the place.
"""

from django.db import migrations, models

UP = """
drop function tokimori.forget_event_details(timestamptz, timestamptz, integer);
drop function tokimori.event_details_due(timestamptz, timestamptz);
drop function tokimori.is_event_held(uuid, uuid, uuid);
drop function tokimori.forget_sign_in_records(timestamptz);
drop function tokimori.sign_in_records_due(timestamptz);

create function tokimori.old_sign_in_records(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.began, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'sign_in_records'
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'identity_session' as kind, id, started_at as began,
                   least(last_used_at, coalesce(ended_at, last_used_at)) as at
              from public.identity_session where tenant_id = tokimori.current_tenant()
            union all
            select 'identity_signinlink', id, issued_at, expires_at
              from public.identity_signinlink where tenant_id = tokimori.current_tenant()
            union all
            select 'identity_trusteddevice', id, trusted_at, expires_at
              from public.identity_trusteddevice where tenant_id = tokimori.current_tenant()) as old
     where old.at < before
$$;

-- The least key that an event of an instant can have, or a little less: keys begin with the milliseconds.
create function tokimori.least_key_at(moment timestamptz) returns uuid
language sql immutable as $$
    select (lpad(to_hex(greatest(0, floor(extract(epoch from moment) * 1000) - 1000)::bigint), 12, '0')
            || '00000000000000000000')::uuid
$$;

create function tokimori.old_event_details(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.at, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'event_details'
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'ledger_ledgerevent' as kind, event.id, event.at as began, event.at
              from public.ledger_ledgerevent as event
             where event.tenant_id = tokimori.current_tenant()
               and event.id >= tokimori.least_key_at(coalesce(since, 'epoch'))
               and event.id <= tokimori.least_key_at(before + interval '2 seconds')
               and event.at >= coalesce(since, '-infinity') and event.at < before
               and octet_length(event.sealed) > 0) as old
$$;

create function tokimori.old_operator_visits(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.began, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'operator_visits'
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'operators_operatorsession' as kind, id, opened_at as began, last_used_at as at
              from public.operators_operatorsession
             where tenant_id = tokimori.current_tenant() and last_used_at < before) as old
$$;

create function tokimori.old_letters(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.at, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'letters'
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'notices_notice' as kind, id, made_at as began, made_at as at
              from public.notices_notice
             where tenant_id = tokimori.current_tenant() and made_at < before and state <> 'waiting') as old
$$;

-- What the runtime role may not take away itself goes through these alone: nothing young, nothing held.
create function tokimori.refuse_young(before timestamptz, shortest interval) returns void
language plpgsql as $$
begin
    if before is null or before > clock_timestamp() - shortest then
        raise exception 'These records stay for % days at least.', extract(day from shortest)
              using errcode = 'insufficient_privilege';
    end if;
end
$$;

create function tokimori.forget_sign_in_records(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '90 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_sign_in_records(since, before, within, one_of, is_everybodys) as one
         where not one.held limit most
    ), sessions as (
        delete from public.identity_session as row using old
         where old.kind = 'identity_session' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), links as (
        delete from public.identity_signinlink as row using old
         where old.kind = 'identity_signinlink' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), devices as (
        delete from public.identity_trusteddevice as row using old
         where old.kind = 'identity_trusteddevice' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;

create function tokimori.forget_event_details(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '90 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_event_details(since, before, within, one_of, is_everybodys) as one
         where not one.held order by one.id limit most
    ), emptied as (
        update public.ledger_ledgerevent as event set sealed = '' from old
         where event.tenant_id = tokimori.current_tenant() and event.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;

create function tokimori.forget_operator_visits(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '90 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_operator_visits(since, before, within, one_of, is_everybodys) as one
         where not one.held limit most
    ), visits as (
        delete from public.operators_operatorsession as row using old
         where row.tenant_id = tokimori.current_tenant() and row.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;

create function tokimori.forget_letters(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '90 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_letters(since, before, within, one_of, is_everybodys) as one
         where not one.held limit most
    ), letters as (
        delete from public.notices_notice as row using old
         where row.tenant_id = tokimori.current_tenant() and row.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;
"""

RIGHTS = """
revoke all on function tokimori.least_key_at(timestamptz) from public;
grant execute on function tokimori.least_key_at(timestamptz) to tokimori_runtime;
revoke all on function tokimori.refuse_young(timestamptz, interval) from public;
grant execute on function tokimori.refuse_young(timestamptz, interval) to tokimori_runtime;
revoke all on function tokimori.old_sign_in_records(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_sign_in_records(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.old_event_details(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_event_details(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.old_operator_visits(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_operator_visits(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.old_letters(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_letters(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.forget_sign_in_records(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_sign_in_records(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
revoke all on function tokimori.forget_event_details(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_event_details(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
revoke all on function tokimori.forget_operator_visits(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_operator_visits(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
revoke all on function tokimori.forget_letters(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_letters(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0003_two_persons_lift_a_hold"),
        ("identity", "0013_passkeys_of_sessions"),
        ("ledger", "0010_details_may_go_by_age"),
        ("notices", "0001_initial"),
        ("operators", "0006_visits_go_by_age"),
    ]

    operations = [
        migrations.AddField(
            model_name="legalhold",
            name="covers_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="legalhold",
            name="covers_until",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("covers_from", None),
                    ("covers_until", None),
                    ("covers_until__gte", models.F("covers_from")),
                    _connector="OR",
                ),
                name="legal_hold_days_in_order",
            ),
        ),
        migrations.RunSQL(sql=[UP, RIGHTS]),
    ]
