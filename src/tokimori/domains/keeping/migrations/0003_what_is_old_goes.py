"""What is old is taken away by one function each, which asks the one that says so; nothing within two years, nothing held."""

from django.db import migrations

TAKE = """
create function tokimori.forget_working_time(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '730 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_working_time(since, before, within, one_of, is_everybodys) as one
         where not one.held limit most
    ), timesheets_dayrevision_now as (
        update public.timesheets_dayrevision as row set content = '' from old
         where old.kind = 'timesheets_dayrevision' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), closings_sealedtimesheet_now as (
        update public.closings_sealedtimesheet as row set content = '' from old
         where old.kind = 'closings_sealedtimesheet' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), closings_adjustment_now as (
        update public.closings_adjustment as row set difference = '{}' from old
         where old.kind = 'closings_adjustment' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timekeeping_punchevent_now as (
        update public.timekeeping_punchevent as row set place = '' from old
         where old.kind = 'timekeeping_punchevent' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timekeeping_correctionrequest_now as (
        update public.timekeeping_correctionrequest as row set reason = '' from old
         where old.kind = 'timekeeping_correctionrequest' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), approvals_approvalstep_now as (
        update public.approvals_approvalstep as row set note = '' from old
         where old.kind = 'approvals_approvalstep' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timekeeping_rawpayload_now as (
        update public.timekeeping_rawpayload as row set content = '' from old
         where old.kind = 'timekeeping_rawpayload' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timekeeping_rejectedline_now as (
        update public.timekeeping_rejectedline as row set text = '' from old
         where old.kind = 'timekeeping_rejectedline' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), closings_reopening_now as (
        update public.closings_reopening as row set reason = '' from old
         where old.kind = 'closings_reopening' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timesheets_dayresult_now as (
        delete from public.timesheets_dayresult as row using old
         where old.kind = 'timesheets_dayresult' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), timesheets_monthresult_now as (
        delete from public.timesheets_monthresult as row using old
         where old.kind = 'timesheets_monthresult' and row.tenant_id = tokimori.current_tenant() and row.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;

create function tokimori.forget_payroll_files(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '730 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at
          from tokimori.old_payroll_files(since, before, within, one_of, is_everybodys) as one
         where not one.held limit most
    ), emptied as (
        update public.exports_exportfile as row set content = '' from old
         where row.tenant_id = tokimori.current_tenant() and row.id = old.id
    )
    select old.kind, old.id, old.at from old;
end
$$;

-- What names them in plain columns goes here; what is sealed goes with their keys, in the same transaction.
create function tokimori.forget_people_who_left(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean, most integer
) returns table (kind text, gone uuid, gone_at timestamptz)
language plpgsql volatile security definer set search_path = pg_catalog as $$
begin
    perform tokimori.refuse_young(before, interval '730 days');
    return query
    with old as materialized (
        select one.kind, one.id, one.at, person.account_id
          from tokimori.old_people_who_left(since, before, within, one_of, is_everybodys) as one
          join public.people_employee as person
            on person.tenant_id = tokimori.current_tenant() and person.id = one.id
         where not one.held limit most
    ), people as (
        update public.people_employee as row
           set code = 'gone-' || right(row.id::text, 12), hired_on = row.left_on, forgotten_at = clock_timestamp()
          from old where row.tenant_id = tokimori.current_tenant() and row.id = old.id
    ), accounts as (
        update public.identity_account as row
           set login_id = 'gone-' || right(row.id::text, 12), password = '!', language = 'en', last_login = null,
               last_signed_in_at = null
          from old where row.tenant_id = tokimori.current_tenant() and row.id = old.account_id
    ), passkeys as (
        update public.identity_passkey as row set name = ''
          from old where row.tenant_id = tokimori.current_tenant() and row.account_id = old.account_id
    ), identities as (
        update public.identity_externalidentity as row set subject = 'gone-' || right(row.id::text, 12)
          from old where row.tenant_id = tokimori.current_tenant() and row.account_id = old.account_id
    ), directories as (
        update public.provisioning_directoryaccount as row set external_id = ''
          from old where row.tenant_id = tokimori.current_tenant() and row.account_id = old.account_id
    )
    select old.kind, old.id, old.at from old
    union all
    select 'identity_account', old.account_id, old.at from old where old.account_id is not null;
end
$$;
"""

RIGHTS = """
revoke all on function tokimori.forget_working_time(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_working_time(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
revoke all on function tokimori.forget_payroll_files(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_payroll_files(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
revoke all on function tokimori.forget_people_who_left(timestamptz, timestamptz, text[], text[], boolean, integer) from public;
grant execute on function tokimori.forget_people_who_left(timestamptz, timestamptz, text[], text[], boolean, integer) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.forget_working_time(timestamptz, timestamptz, text[], text[], boolean, integer);
drop function tokimori.forget_payroll_files(timestamptz, timestamptz, text[], text[], boolean, integer);
drop function tokimori.forget_people_who_left(timestamptz, timestamptz, text[], text[], boolean, integer);
"""


class Migration(migrations.Migration):
    dependencies = [("keeping", "0002_what_is_old")]

    operations = [migrations.RunSQL(sql=[TAKE, RIGHTS], reverse_sql=DOWN)]
