import tokimori.foundation.tenancy.constraints
from django.db import migrations, models

# Who goes on after a lock is locked for twice as long, up to eight times and never beyond a day; a day without a lock forgets
# it. Where the table cannot be had within two seconds, the count fails, and with it the attempt.
UP = """
alter table tokimori_private.sign_in_limit add column locks integer not null default 0 check (locks >= 0);

create or replace function tokimori.sign_in_attempted(
    wanted bytea, at timestamptz, most integer, window_seconds integer, lock_seconds integer
) returns integer
language plpgsql volatile security definer set search_path = pg_catalog set lock_timeout = '2s' as $$
declare
    held tokimori_private.sign_in_limit;
    seconds integer;
begin
    insert into tokimori_private.sign_in_limit (key, attempts, began_at) values (wanted, 0, at) on conflict do nothing;
    select * into strict held from tokimori_private.sign_in_limit where key = wanted for update;
    if held.locked_until > at then
        return pg_catalog.ceil(extract(epoch from held.locked_until - at));
    end if;
    if held.locked_until <= at - interval '1 day' then
        held.locks := 0;
    end if;
    if held.locked_until is not null or held.began_at <= at - pg_catalog.make_interval(secs => window_seconds) then
        update tokimori_private.sign_in_limit
           set attempts = 1, began_at = at, locked_until = null, locks = held.locks
         where key = wanted;
        return 0;
    end if;
    if held.attempts >= most then
        seconds := least(lock_seconds * (2 ^ least(held.locks, 3))::integer, greatest(lock_seconds, 86400));
        update tokimori_private.sign_in_limit
           set locked_until = at + pg_catalog.make_interval(secs => seconds), locks = held.locks + 1
         where key = wanted;
        return seconds;
    end if;
    update tokimori_private.sign_in_limit set attempts = attempts + 1 where key = wanted;
    return 0;
end
$$;
"""

DOWN = """
create or replace function tokimori.sign_in_attempted(
    wanted bytea, at timestamptz, most integer, window_seconds integer, lock_seconds integer
) returns integer
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    held tokimori_private.sign_in_limit;
begin
    insert into tokimori_private.sign_in_limit (key, attempts, began_at) values (wanted, 0, at) on conflict do nothing;
    select * into strict held from tokimori_private.sign_in_limit where key = wanted for update;
    if held.locked_until > at then
        return pg_catalog.ceil(extract(epoch from held.locked_until - at));
    end if;
    if held.locked_until is not null or held.began_at <= at - pg_catalog.make_interval(secs => window_seconds) then
        update tokimori_private.sign_in_limit set attempts = 1, began_at = at, locked_until = null where key = wanted;
        return 0;
    end if;
    if held.attempts >= most then
        update tokimori_private.sign_in_limit
           set locked_until = at + pg_catalog.make_interval(secs => lock_seconds)
         where key = wanted;
        return lock_seconds;
    end if;
    update tokimori_private.sign_in_limit set attempts = attempts + 1 where key = wanted;
    return 0;
end
$$;
alter table tokimori_private.sign_in_limit drop column locks;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0003_factors_rules_and_names'),
        ('tenancy', '0003_challenges_and_shared_addresses'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='seenaddress',
            name='seen_address_once',
        ),
        migrations.RemoveConstraint(
            model_name='seenaddress',
            name='seen_address_wall',
        ),
        migrations.AddField(
            model_name='seenaddress',
            name='refused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='seenaddress',
            index=models.Index(fields=['tenant_id', 'day'], name='seen_address_by_day'),
        ),
        migrations.AddConstraint(
            model_name='seenaddress',
            constraint=models.UniqueConstraint(fields=('tenant_id', 'actor_id', 'day', 'audience', 'address'), name='seen_address_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='seenaddress',
            constraint=tokimori.foundation.tenancy.constraints.TenantWall(name='seen_address_may_go_wall', writing='take'),
        ),
        migrations.RunSQL(sql=UP, reverse_sql=DOWN),
    ]
