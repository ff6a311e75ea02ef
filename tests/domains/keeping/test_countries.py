"""Where a company's records came about: a site that moves to another country shortens nothing."""

from datetime import date

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from support.cast import Cast
from support.cluster import ADMINISTRATION
from tokimori.domains.keeping.queries import countries_ever
from tokimori.domains.organisations.models import FormerCountry, Site
from tokimori.domains.organisations.services import create_site
from tokimori.domains.people.services import EmploymentTerms, NewEmployee, hire_employee
from tokimori.foundation import clock
from tokimori.foundation.retention.periods import RecordKind, kept_until
from tokimori.foundation.tenancy.context import tenant_transaction


@pytest.mark.control(94)
def test_the_only_site_moves_to_thailand_and_what_came_about_in_japan_stays_as_long_as_before(
    cast: Cast, dan: Cast
) -> None:
    with tenant_transaction(cast.tenant):
        assert countries_ever(tenant=cast.tenant) == {"JP"}
        Site.objects.filter(id=cast.site_id).update(country="TH")
        Site.objects.filter(id=cast.site_id).update(name="Bangkok")

        assert countries_ever(tenant=cast.tenant) == {"JP", "TH"}
        assert [one.country for one in FormerCountry.objects.all()] == ["JP"]
        now = clock.now()
        as_before = kept_until(RecordKind.EVENTS, countries=["JP"], now=now)
        assert kept_until(RecordKind.EVENTS, countries=countries_ever(tenant=cast.tenant), now=now) == as_before
    with tenant_transaction(dan.tenant):
        assert countries_ever(tenant=dan.tenant) == {"JP"}, "another company did not move"


def test_nobody_takes_the_former_country_away_again(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        Site.objects.filter(id=cast.site_id).update(country="TH")
        for statement in (
            "delete from organisations_formercountry",
            "update organisations_formercountry set country = 'TH'",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
    with psycopg.connect(ADMINISTRATION["superuser_url"]) as owner, pytest.raises(psycopg.Error, match="appended"):
        owner.execute("delete from organisations_formercountry")


def test_whose_law_the_rules_follow_counts_as_the_site_does(cast: Cast) -> None:
    first = date(2026, 3, 1)
    with tenant_transaction(cast.tenant):
        site = create_site(
            actor=cast.system, code="bangkok", name="Bangkok", zone="Asia/Bangkok", country="TH", now=clock.now()
        )
        somchai = NewEmployee(
            code="T-1", family_name="S", given_name="Somchai", phonetic_name="", account_id=None, hired_on=first
        )
        terms = EmploymentTerms(valid_from=first, site_id=site, rule_set_code="jp-fixed", leader_id=None)
        person = hire_employee(actor=cast.system, employee=somchai, terms=terms, now=clock.now())
        with connection.cursor() as cursor:
            cursor.execute("select country from tokimori.countries_of_people() where employee_id = %s", [person])
            assert {one for (one,) in cursor.fetchall()} == {"JP", "TH"}
