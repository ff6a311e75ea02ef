"""Under which countries' laws a company's records came about."""

from django.db import connection

from tokimori.foundation.identifiers import TenantId


def countries_ever(*, tenant: TenantId) -> frozenset[str]:
    """Return the countries of the open tenant, by their two letters: of its sites now and before, and of rules in use.

    A site that moves takes no record out of the law under which it came about.
    """
    del tenant  # the database shows the open one alone
    with connection.cursor() as cursor:
        cursor.execute("select country from tokimori.countries_ever()")
        return frozenset(country for (country,) in cursor.fetchall())
