"""While somebody else's server is waited for, no transaction is open: nobody else waits with us."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from support import cluster
from support.browser import signed_in
from support.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, running
from support.single_sign_on import Connected, company_with_administrator, connected_openid
from tokimori.foundation.identity.models import Account, IdentityProvider, Session
from tokimori.foundation.single_sign_on.fetching import FetchedInTransaction, fetch
from tokimori.foundation.single_sign_on.values import State
from tokimori.foundation.tenancy.context import tenant_transaction

TALKING = (
    "select count(*) from pg_stat_activity where datname = %s and xact_start is not null and pid <> pg_backend_pid()"
)


@pytest.fixture
def cloud() -> Iterator[Connected]:
    with running() as answers:
        yield connected_openid(company_with_administrator(), answers, state=State.DRAFT)


def description_of(place: Connected) -> tuple[str, dict[str, str]]:
    where = reverse("describe_identity_provider", args=[place.id])
    return where, {"issuer": place.answers.issuer, "client_id": "another name", "client_secret": CLIENT_SECRET}


class Asking(threading.Thread):
    """A request that runs beside the test, with a database connection of its own."""

    def __init__(self, browser: Client, place: Connected) -> None:
        super().__init__()
        self.browser, self.place, self.status = browser, place, 0

    def run(self) -> None:
        try:
            self.status = self.browser.post(*description_of(self.place)).status_code
        finally:
            connection.close()


def wait_for_question(answers: OpenIdProvider, *, more_than: int) -> None:
    for _ in range(400):
        if len(answers.requests) > more_than:
            return
        time.sleep(0.05)
    raise AssertionError("The provider was not asked.")


def test_a_slow_provider_holds_no_transaction_and_no_row(cloud: Connected) -> None:
    answers: OpenIdProvider = cloud.answers
    asking = Asking(signed_in(cloud.cast, "mio"), cloud)
    before = len(answers.requests)
    answers.may_answer.clear()
    asking.start()
    try:
        wait_for_question(answers, more_than=before)
        with psycopg.connect(cluster.ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
            (talking,) = administrator.execute(TALKING, [cluster.ADMINISTRATION["database"]]).fetchone() or (None,)
        assert talking == 0
        with tenant_transaction(cloud.cast.tenant):
            for rows in (
                IdentityProvider.objects.filter(id=cloud.id),
                Session.objects.filter(account_id=cloud.cast["mio"].account_id),
                Account.objects.filter(id=cloud.cast["mio"].account_id),
            ):
                assert rows.select_for_update(nowait=True).get()
    finally:
        answers.may_answer.set()
        asking.join()

    assert asking.status == 302
    with tenant_transaction(cloud.cast.tenant):
        assert IdentityProvider.objects.get(id=cloud.id).configuration["client_id"] == "another name"


def test_whoever_lost_his_session_while_the_provider_was_asked_changes_nothing(cloud: Connected) -> None:
    answers: OpenIdProvider = cloud.answers
    asking = Asking(signed_in(cloud.cast, "mio"), cloud)
    before = len(answers.requests)
    answers.may_answer.clear()
    asking.start()
    try:
        wait_for_question(answers, more_than=before)
        with tenant_transaction(cloud.cast.tenant):
            sessions = Session.objects.filter(account_id=cloud.cast["mio"].account_id)
            sessions.update(ended_at=sessions.get().started_at)
    finally:
        answers.may_answer.set()
        asking.join()

    with tenant_transaction(cloud.cast.tenant):
        assert IdentityProvider.objects.get(id=cloud.id).configuration["client_id"] == CLIENT_ID


def test_whoever_may_not_change_the_provider_has_nothing_fetched(cloud: Connected) -> None:
    before = len(cloud.answers.requests)

    assert signed_in(cloud.cast, "aiko").post(*description_of(cloud)).status_code == 403
    assert Client(SERVER_NAME="localhost").post(*description_of(cloud)).status_code in {302, 401}
    assert len(cloud.answers.requests) == before


def test_what_cannot_be_fetched_is_said_beside_the_form(cloud: Connected) -> None:
    where, fields = description_of(cloud)

    answer = signed_in(cloud.cast, "mio").post(where, {**fields, "issuer": f"{cloud.answers.issuer}/elsewhere"})

    assert answer.status_code == 422
    assert "Nothing could be fetched" in answer.content.decode()


def test_nothing_is_fetched_while_a_transaction_is_open(cloud: Connected) -> None:
    with pytest.raises(FetchedInTransaction), tenant_transaction(cloud.cast.tenant):
        fetch(cloud.answers.issuer)
