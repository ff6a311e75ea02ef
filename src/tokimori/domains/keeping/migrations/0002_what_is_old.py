"""What is old of working time, of files for payroll, and of people who left: one function each says it.

A month counts once it is sealed and over, from its end; what names nobody, by the longest time of the company. Who left
counts from the last of what came about for him: his last day, a late punch, a seal, an adjustment, a request.
"""

from django.db import migrations

OLD = """
-- Whose countries all lie within some, and one of them among others: so people are told apart by the longest of their times.
create function tokimori.people_kept_as(within text[], one_of text[]) returns table (id uuid, account_id uuid)
language sql stable as $$
    select person.id, person.account_id
      from public.people_employee as person
      left join (select employee_id, array_agg(country) as countries
                   from tokimori.countries_of_people() group by employee_id) as known
        on known.employee_id = person.id
     where person.tenant_id = tokimori.current_tenant()
       and coalesce(known.countries, array['']) <@ within and coalesce(known.countries, array['']) && one_of
$$;

-- The months that are sealed and whose end is old.
create function tokimori.old_months(before timestamptz) returns table (month date, began timestamptz, ended timestamptz)
language sql stable as $$
    select period.month, period.month::timestamp at time zone 'UTC',
           (period.month + interval '1 month') at time zone 'UTC'
      from public.closings_period as period
     where period.tenant_id = tokimori.current_tenant() and period.seal_id is not null
       and (period.month + interval '1 month') at time zone 'UTC' < before
$$;

create function tokimori.old_working_time(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    with whom as materialized (select * from tokimori.people_kept_as(within, one_of)),
         done as materialized (select * from tokimori.old_months(before))
    select old.kind, old.id, old.began, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'working_time'
               and (hold.person_id is null or old.person is null or hold.person_id in (old.person, old.account))
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null
                    or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (
        select 'timesheets_dayrevision' as kind, day.id, whom.id as person, whom.account_id as account,
               done.began, done.ended as at
          from public.timesheets_dayrevision as day
          join whom on whom.id = day.employee_id
          join done on done.month = date_trunc('month', day.work_date)::date
         where day.tenant_id = tokimori.current_tenant() and day.work_date < before and day.content <> ''
        union all
        select 'timesheets_dayresult', day.id, whom.id, whom.account_id, done.began, done.ended
          from public.timesheets_dayresult as day
          join whom on whom.id = day.employee_id
          join done on done.month = date_trunc('month', day.work_date)::date
         where day.tenant_id = tokimori.current_tenant() and day.work_date < before
        union all
        select 'timesheets_monthresult', one.id, whom.id, whom.account_id, done.began, done.ended
          from public.timesheets_monthresult as one
          join whom on whom.id = one.employee_id
          join done on done.month = one.month
         where one.tenant_id = tokimori.current_tenant()
        union all
        select 'closings_sealedtimesheet', sheet.id, whom.id, whom.account_id, done.began, done.ended
          from public.closings_sealedtimesheet as sheet
          join whom on whom.id = sheet.employee_id
          join public.closings_seal as seal on seal.tenant_id = sheet.tenant_id and seal.id = sheet.seal_id
          join done on done.month = seal.month
         where sheet.tenant_id = tokimori.current_tenant() and sheet.content <> ''
        union all
        select 'closings_adjustment', one.id, whom.id, whom.account_id, done.began, later.ended
          from public.closings_adjustment as one
          join whom on whom.id = one.employee_id
          join done on done.month = date_trunc('month', one.work_date)::date
          join done as later on later.month = one.settled_in
         where one.tenant_id = tokimori.current_tenant() and one.difference <> '{}'::jsonb
        union all
        select 'timekeeping_punchevent', punch.id, whom.id, whom.account_id, done.began, done.ended
          from public.timekeeping_punchevent as punch
          join whom on whom.id = punch.employee_id
          join done on done.month = date_trunc('month',
               punch.occurred_at at time zone 'UTC' + make_interval(mins => punch.offset_minutes))::date
         where punch.tenant_id = tokimori.current_tenant() and punch.occurred_at < before
           and octet_length(punch.place) > 0
        union all
        select 'timekeeping_correctionrequest', wish.id, whom.id, whom.account_id, done.began,
               greatest(done.ended, wish.requested_at)
          from public.timekeeping_correctionrequest as wish
          join whom on whom.id = wish.employee_id
          join done on done.month = date_trunc('month', wish.work_date)::date
         where wish.tenant_id = tokimori.current_tenant() and wish.requested_at < before
           and octet_length(wish.reason) > 0
        union all
        select 'approvals_approvalstep', step.id, whom.id, whom.account_id, done.began, greatest(done.ended, step.at)
          from public.approvals_approvalstep as step
          join (select id, employee_id, month from public.timesheets_monthtimesheet
                 where tenant_id = tokimori.current_tenant()
                union all
                select id, employee_id, date_trunc('month', work_date)::date from public.timekeeping_correctionrequest
                 where tenant_id = tokimori.current_tenant()) as subject on subject.id = step.subject_id
          join whom on whom.id = subject.employee_id
          join done on done.month = subject.month
         where step.tenant_id = tokimori.current_tenant() and step.at < before and octet_length(step.note) > 0
        union all
        select 'timekeeping_rawpayload', raw.id, null, null, done.began, done.ended
          from public.timekeeping_rawpayload as raw
          join done on done.month = date_trunc('month', raw.received_at at time zone 'UTC')::date
         where raw.tenant_id = tokimori.current_tenant() and is_everybodys and octet_length(raw.content) > 0
        union all
        select 'timekeeping_rejectedline', line.id, null, null, done.began, done.ended
          from public.timekeeping_rejectedline as line
          join public.timekeeping_importrun as run on run.tenant_id = line.tenant_id and run.id = line.import_run_id
          join done on done.month = date_trunc('month', run.imported_at at time zone 'UTC')::date
         where line.tenant_id = tokimori.current_tenant() and is_everybodys and octet_length(line.text) > 0
        union all
        select 'closings_reopening', one.id, null, null, done.began, greatest(done.ended, one.reopened_at)
          from public.closings_reopening as one
          join public.closings_period as period on period.tenant_id = one.tenant_id and period.id = one.period_id
          join done on done.month = period.month
         where one.tenant_id = tokimori.current_tenant() and is_everybodys and one.reopened_at < before
           and octet_length(one.reason) > 0) as old
$$;

create function tokimori.old_payroll_files(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.began, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and hold.record_kind = 'payroll_files'
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null
                    or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'exports_exportfile' as kind, file.id, seal.month::timestamp at time zone 'UTC' as began,
                   greatest(file.created_at, (seal.month + interval '1 month') at time zone 'UTC') as at
              from public.exports_exportfile as file
              join public.closings_seal as seal on seal.tenant_id = file.tenant_id and seal.id = file.seal_id
             where file.tenant_id = tokimori.current_tenant() and octet_length(file.content) > 0) as old
     where old.at < before
$$;

-- Whose account is open is nobody who is gone.
create function tokimori.old_people_who_left(
    since timestamptz, before timestamptz, within text[], one_of text[], is_everybodys boolean
) returns table (kind text, id uuid, began timestamptz, at timestamptz, held boolean)
language sql stable as $$
    select old.kind, old.id, old.began, old.at,
           exists (select from public.retention_legalhold as hold
             where hold.tenant_id = tokimori.current_tenant() and hold.lifted_at is null
               and (hold.record_kind = 'event_details'
                    or hold.record_kind in ('people_who_left', 'working_time') and (hold.person_id is null or hold.person_id in (old.id, old.account)))
               and (hold.covers_from is null or old.at >= hold.covers_from::timestamp at time zone 'UTC' - interval '1 day')
               and (hold.covers_until is null
                    or old.began < hold.covers_until::timestamp at time zone 'UTC' + interval '2 days'))
      from (select 'people_employee' as kind, person.id, person.account_id as account,
                   person.hired_on::timestamp at time zone 'UTC' as began,
                   greatest((person.left_on + 1)::timestamp at time zone 'UTC',
                            (select max(punch.received_at) from public.timekeeping_punchevent as punch
                              where punch.tenant_id = person.tenant_id and punch.employee_id = person.id),
                            (select max(wish.requested_at) from public.timekeeping_correctionrequest as wish
                              where wish.tenant_id = person.tenant_id and wish.employee_id = person.id),
                            (select max(one.found_at) from public.closings_adjustment as one
                              where one.tenant_id = person.tenant_id and one.employee_id = person.id),
                            (select max(seal.sealed_at)
                               from public.closings_sealedtimesheet as sheet
                               join public.closings_seal as seal
                                 on seal.tenant_id = sheet.tenant_id and seal.id = sheet.seal_id
                              where sheet.tenant_id = person.tenant_id and sheet.employee_id = person.id)) as at
              from public.people_employee as person
              join tokimori.people_kept_as(within, one_of) as whom on whom.id = person.id
             where person.tenant_id = tokimori.current_tenant() and person.forgotten_at is null
               and (person.left_on + 1)::timestamp at time zone 'UTC' < before
               and not exists (select from public.identity_account as account
                                where account.tenant_id = person.tenant_id and account.id = person.account_id
                                  and account.is_active)) as old
     where old.at < before
$$;
"""

RIGHTS = """
revoke all on function tokimori.people_kept_as(text[], text[]) from public;
grant execute on function tokimori.people_kept_as(text[], text[]) to tokimori_runtime;
revoke all on function tokimori.old_months(timestamptz) from public;
grant execute on function tokimori.old_months(timestamptz) to tokimori_runtime;
revoke all on function tokimori.old_working_time(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_working_time(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.old_payroll_files(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_payroll_files(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
revoke all on function tokimori.old_people_who_left(timestamptz, timestamptz, text[], text[], boolean) from public;
grant execute on function tokimori.old_people_who_left(timestamptz, timestamptz, text[], text[], boolean) to tokimori_runtime;
"""

DOWN = """
drop function tokimori.old_working_time(timestamptz, timestamptz, text[], text[], boolean);
drop function tokimori.old_payroll_files(timestamptz, timestamptz, text[], text[], boolean);
drop function tokimori.old_people_who_left(timestamptz, timestamptz, text[], text[], boolean);
drop function tokimori.old_months(timestamptz);
drop function tokimori.people_kept_as(text[], text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("keeping", "0001_countries_of_people_and_company"),
        ("approvals", "0004_contents_go_by_age"),
        ("closings", "0004_contents_go_by_age"),
        ("exports", "0004_contents_go_by_age"),
        ("people", "0004_contents_go_by_age"),
        ("timekeeping", "0003_contents_go_by_age"),
        ("timesheets", "0003_contents_go_by_age"),
        ("provisioning", "0003_sealed_names_and_addresses"),
        ("retention", "0004_contents_go_by_age"),
    ]

    operations = [migrations.RunSQL(sql=[OLD, RIGHTS], reverse_sql=DOWN)]
