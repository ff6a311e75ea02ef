"""Every test runs on a real PostgreSQL, as the role that the product runs as."""

import os

from support import cluster

cluster.use_test_database()

import django  # noqa: E402 -- the environment comes first: Django reads its settings from it
import pytest  # noqa: E402 -- as above

django.setup()
# The processes of a parallel run inherit this environment, and must not read settings before they have a database.
os.environ.pop("DJANGO_SETTINGS_MODULE")

from hypothesis import HealthCheck, settings  # noqa: E402 -- as above
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402 -- as above

from support.cast import Cast, new_company, usual_cast  # noqa: E402 -- as above
from support.test_record import TestRecord, is_whole  # noqa: E402 -- as above
from tokimori.foundation.access.permissions import ROLES_OF_THE_PROVIDER, Role  # noqa: E402 -- as above

# How long an example takes says nothing about it on a busy machine, and a build that fails must fail again.
settings.register_profile("tokimori", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tokimori")


NOTED = TestRecord()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how a test ended; in a parallel run the first process hears of all."""
    NOTED.note(report)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let laws run uncounted: a hundred examples go over the same lines as one, and counting takes longer than they do."""
    for item in items:
        if getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker("no_cover")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the record, unless this is one of several processes of a run."""
    if not hasattr(session.config, "workerinput"):
        NOTED.write(is_whole=is_whole(session.config))


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
    return new_company(people={"dan": (frozenset(Role) - ROLES_OF_THE_PROVIDER, None)})
