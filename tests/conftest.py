"""Every test runs on a real PostgreSQL, as the role that the product runs as."""

from support import cluster

cluster.use_test_database()

import django  # noqa: E402 -- the environment comes first: Django reads its settings from it
import pytest  # noqa: E402 -- as above

django.setup()

from pytest_django.plugin import DjangoDbBlocker  # noqa: E402 -- as above

from support.cast import Cast, new_company, usual_cast  # noqa: E402 -- as above
from tokimori.foundation.access.permissions import Role  # noqa: E402 -- as above


@pytest.fixture(scope="session", autouse=True)
def _database(django_db_blocker: DjangoDbBlocker) -> None:
    """Let every test reach the database. Tests commit; each brings a tenant of its own, so none sees another's."""
    django_db_blocker.unblock()


@pytest.fixture
def cast() -> Cast:
    """A company of its own: Aiko works, Ben leads, Chie pays, Eri audits."""
    return usual_cast()


@pytest.fixture
def dan() -> Cast:
    """Another company, in which Dan works; he must see nothing of the first."""
    return new_company(people={"dan": (frozenset(Role), None)})
