"""Attempts to sign in, counted before any tenant is known, by the digest of what was tried and from where."""

from django.db import migrations

UP = """
create table tokimori_private.sign_in_limit (
    key bytea primary key check (octet_length(key) = 32),
    attempts integer not null check (attempts >= 0),
    began_at timestamptz not null,
    locked_until timestamptz
);

-- Count an attempt before its password is looked at, so that many at once are counted one by one. Returns 0 when it may go on,
-- else the seconds until the next one may.
create function tokimori.sign_in_attempted(
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

-- An account that proved itself begins anew; where it came from loses the attempt that was none.
create function tokimori.sign_in_proved(account_key bytea, address_key bytea) returns void
language sql volatile security definer set search_path = pg_catalog as $$
    delete from tokimori_private.sign_in_limit where key = account_key;
    update tokimori_private.sign_in_limit
       set attempts = greatest(attempts - 1, 0)
     where key = address_key and locked_until is null;
$$;

create function tokimori.forget_sign_in_limits(before timestamptz) returns integer
language sql volatile security definer set search_path = pg_catalog as $$
    with gone as (
        delete from tokimori_private.sign_in_limit
         where began_at < before and (locked_until is null or locked_until < before)
        returning 1
    )
    select count(*)::integer from gone
$$;

revoke all on function tokimori.sign_in_attempted(bytea, timestamptz, integer, integer, integer) from public;
revoke all on function tokimori.sign_in_proved(bytea, bytea) from public;
revoke all on function tokimori.forget_sign_in_limits(timestamptz) from public;
grant execute on function tokimori.sign_in_attempted(bytea, timestamptz, integer, integer, integer) to tokimori_runtime;
grant execute on function tokimori.sign_in_proved(bytea, bytea) to tokimori_runtime;
grant execute on function tokimori.forget_sign_in_limits(timestamptz) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.forget_sign_in_limits(timestamptz);
drop function tokimori.sign_in_proved(bytea, bytea);
drop function tokimori.sign_in_attempted(bytea, timestamptz, integer, integer, integer);
drop table tokimori_private.sign_in_limit;
"""


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_wall_functions")]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
