"""Keep what the wall asks in step with the companies' own rows, and let no grant grow, move or come back."""

from django.db import migrations

UP = """
create function tokimori_private.keep_operator_grant() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    most constant interval := case new.kind when 'support' then interval '72 hours' else interval '8 hours' end;
begin
    -- Nobody who came in under a grant makes or changes one.
    if pg_catalog.split_part(pg_catalog.current_setting('tokimori.tenant_context', true), '.', 4) <> '' then
        raise exception 'An operator does not decide on grants.' using errcode = 'insufficient_privilege';
    end if;
    if tg_op = 'INSERT' then
        if new.tenant_id = tokimori.provider_tenant() or new.ends_at <= new.granted_at or new.ends_at - new.granted_at > most
           or new.revoked_at is not null then
            raise exception 'A grant ends within %.', most using errcode = 'check_violation';
        end if;
        if not exists (select from tokimori_private.operator where account_id = new.operator_id and dismissed_at is null) then
            raise exception 'This person does not work for the provider.' using errcode = 'check_violation';
        end if;
        insert into tokimori_private.operator_grant (id, tenant_id, operator_id, may_write, begins_at, ends_at)
        values (new.id, new.tenant_id, new.operator_id, new.may_write, new.granted_at, new.ends_at);
        return new;
    end if;
    if (new.tenant_id, new.id, new.kind, new.operator_id, new.functions, new.may_write, new.granted_at, new.ends_at,
        new.granted_by, new.approver_id)
       is distinct from
       (old.tenant_id, old.id, old.kind, old.operator_id, old.functions, old.may_write, old.granted_at, old.ends_at,
        old.granted_by, old.approver_id)
       or (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at) then
        raise exception 'A grant is revoked, not changed.' using errcode = 'insufficient_privilege';
    end if;
    update tokimori_private.operator_grant set revoked_at = new.revoked_at
     where id = new.id and tenant_id = new.tenant_id;
    return new;
end
$$;
revoke all on function tokimori_private.keep_operator_grant() from public;

create trigger keep_operator_grant after insert or update on operators_operatorgrant
for each row execute function tokimori_private.keep_operator_grant();
"""

DOWN = """
drop trigger keep_operator_grant on operators_operatorgrant;
drop function tokimori_private.keep_operator_grant();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("operators", "0001_grants_sessions_and_requests"),
        ("tenancy", "0005_operator_grants"),
    ]
    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
