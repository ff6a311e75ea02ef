"""Under which countries' laws somebody's records came about, and the company's."""

from django.db import migrations

UP = """
-- Of each employee: where his places of work are or were, and whose law the rules follow that he worked under.
create function tokimori.countries_of_people() returns table (employee_id uuid, country text)
language sql stable as $$
    select employment.employee_id, site.country::text
      from public.people_employment as employment
      join public.organisations_site as site
        on site.tenant_id = employment.tenant_id and site.id = employment.site_id
     where employment.tenant_id = tokimori.current_tenant()
    union
    select employment.employee_id, former.country::text
      from public.people_employment as employment
      join public.organisations_formercountry as former
        on former.tenant_id = employment.tenant_id and former.site_id = employment.site_id
     where employment.tenant_id = tokimori.current_tenant()
    union
    select employment.employee_id, version.definition ->> 'country'
      from public.people_employment as employment
      join public.rulesets_ruleset as rules
        on rules.tenant_id = employment.tenant_id and rules.code = employment.rule_set_code
      join public.rulesets_rulesetversion as version
        on version.tenant_id = rules.tenant_id and version.rule_set_id = rules.id
     where employment.tenant_id = tokimori.current_tenant() and version.definition ->> 'country' is not null
$$;

-- Of the company: all of these, and those of sites at which nobody worked yet.
create function tokimori.countries_ever() returns table (country text)
language sql stable as $$
    select site.country::text from public.organisations_site as site where site.tenant_id = tokimori.current_tenant()
    union
    select former.country::text from public.organisations_formercountry as former
     where former.tenant_id = tokimori.current_tenant()
    union
    select person.country from tokimori.countries_of_people() as person
$$;

revoke all on function tokimori.countries_of_people() from public;
revoke all on function tokimori.countries_ever() from public;
grant execute on function tokimori.countries_of_people() to tokimori_runtime;
grant execute on function tokimori.countries_ever() to tokimori_runtime;
"""

DOWN = """
drop function tokimori.countries_ever();
drop function tokimori.countries_of_people();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0003_former_countries"),
        ("people", "0003_sealed_names_and_reasons"),
        ("rulesets", "0001_initial"),
    ]

    operations = [migrations.RunSQL(sql=UP, reverse_sql=DOWN)]
