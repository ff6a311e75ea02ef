"""From where a company lets its people and machines come: held at every door, tried before, and never against oneself."""

import asyncio
import json
import threading
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import Error, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast, new_company
from support.cluster import ADMINISTRATION
from support.machine import new_token, one
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Role
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identity.errors import (
    AddressRuleKnown,
    AddressRuleLocksOut,
    AddressRuleNotLasting,
    AddressRuleNotValid,
)
from tokimori.foundation.identity.models import Account, SeenAddress, Session
from tokimori.foundation.identity.networks import AddressAudience, Reason, read_network
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.identity.services.accounts import choose_password, issue_sign_in_link
from tokimori.foundation.identity.services.address_rules import (
    NewNetwork,
    add_network,
    address_rules,
    remove_network,
)
from tokimori.foundation.identity.services.address_trials import (
    forget_seen_addresses,
    try_new_network,
    try_removal,
)
from tokimori.foundation.identity.services.addresses import (
    AddressRefused,
    admit_at_sign_in,
    limited_audiences,
    probe_addresses,
)
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, enter, sign_in
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.api.gate import PunchGate
from tokimori.interfaces.web.middleware.tenancy import cookie_name

ADMINISTRATOR, EMPLOYEE = AddressAudience.ADMINISTRATOR, AddressAudience.EMPLOYEE
RECORDER, API = AddressAudience.RECORDER, AddressAudience.API
OFFICE, HOME, LOOPBACK = "203.0.113.0/24", "198.51.100.7", "127.0.0.1"
PASSWORD = "a quiet sentence by the sea"


@pytest.fixture
def company() -> Cast:
    """Ann administers, Aiko works, Chie pays."""
    return new_company(
        people={
            "ann": (frozenset({Role.ADMINISTRATOR}), None),
            "aiko": (frozenset({Role.EMPLOYEE}), None),
            "chie": (frozenset({Role.EMPLOYEE, Role.PAYROLL}), None),
        }
    )


def new(*audiences: AddressAudience, network: str = OFFICE, days: int = 0, now: datetime = NOON) -> NewNetwork:
    return NewNetwork(
        audiences=audiences,
        network=read_network(network),
        note="head office",
        expires_at=now + timedelta(days=days) if days else None,
    )


def add(cast: Cast, *audiences: AddressAudience, now: datetime = NOON, **changes: Any) -> None:
    with tenant_transaction(cast.tenant):
        add_network(actor=cast.system, new=new(*audiences, now=now, **changes), address="", now=now)


def events(cast: Cast, name: str) -> list[dict[str, Any]]:
    with tenant_transaction(cast.tenant):
        return [event.details for event in LedgerEvent.objects.filter(name=name).order_by("id")]


def choose(cast: Cast, name: str) -> None:
    with tenant_transaction(cast.tenant):
        link = issue_sign_in_link(actor=cast.system, account_id=cast[name].account_id, now=NOON)
        choose_password(secret=link, password=PASSWORD, now=NOON)


# At the doors


@pytest.mark.control(39, 119)
def test_every_page_is_closed_to_who_comes_from_elsewhere_and_it_is_written_down_once(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    assert browser.get(reverse("my_month")).status_code == 200

    add(company, EMPLOYEE)
    answers = [browser.get(reverse(page)) for page in ("my_month", "recorder", "my_security", "home")]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert "An administrator can add it" in answers[0].content.decode()
    assert LOOPBACK in answers[0].content.decode()
    (event,) = events(company, "address:refused")
    assert event == {"audience": "employee", "reason": "outside", "address": LOOPBACK}
    assert browser.post(reverse("sign_out")).status_code == 302


def test_the_same_session_is_let_in_from_a_network_of_the_company(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    add(company, EMPLOYEE)
    add(company, EMPLOYEE, network="127.0.0.0/8")

    assert browser.get(reverse("my_month")).status_code == 200
    assert browser.get(reverse("my_month"), REMOTE_ADDR="203.0.113.200").status_code == 200
    assert browser.get(reverse("my_month"), REMOTE_ADDR="::ffff:203.0.113.200").status_code == 200
    assert browser.get(reverse("my_month"), REMOTE_ADDR="").status_code == 403


@pytest.mark.control(39)
def test_a_forged_header_opens_nothing(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    add(company, EMPLOYEE)

    for header in ("203.0.113.5", "203.0.113.5, 203.0.113.6", "127.0.0.1, 203.0.113.5"):
        assert browser.get(reverse("my_month"), HTTP_X_FORWARDED_FOR=header).status_code == 403


def test_the_recorder_may_have_other_networks_than_the_pages(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    add(company, EMPLOYEE)
    add(company, RECORDER, network="0.0.0.0/0")

    assert browser.get(reverse("home")).status_code == 302
    assert browser.get(reverse("recorder")).status_code == 200
    assert browser.post(reverse("record"), {"kind": "in"}).status_code == 302
    assert browser.get(reverse("my_month")).status_code == 403


@pytest.mark.control(39, 119)
def test_audiences_are_limited_each_for_itself(company: Cast) -> None:
    add(company, EMPLOYEE)

    assert signed_in_from(company, "ann").get(reverse("sites")).status_code == 200
    add(company, ADMINISTRATOR)
    assert signed_in_from(company, "ann", "203.0.113.9").get(reverse("sites")).status_code == 403


def signed_in_from(cast: Cast, name: str, address: str = LOOPBACK) -> Client:
    with tenant_transaction(cast.tenant):
        account = Account.objects.get(id=cast[name].account_id)
        origin = Origin(address=address, device="")
        secret = enter(
            account=account, proofs=frozenset({Proof.PASSKEY}), is_half=False, origin=origin, now=clock.now()
        )
    browser = Client(SERVER_NAME="localhost")
    browser.cookies[cookie_name()] = secret
    return browser


def test_who_proves_himself_from_elsewhere_is_told_and_opens_no_session(company: Cast) -> None:
    choose(company, "aiko")
    add(company, EMPLOYEE)
    typed = {"company_code": company.company_code, "login": "aiko", "password": PASSWORD}
    browser = Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en")

    right = browser.post(reverse("sign_in"), typed)
    wrong = browser.post(reverse("sign_in"), {**typed, "password": "wrong"})
    near = browser.post(reverse("sign_in"), typed, REMOTE_ADDR="203.0.113.9")

    assert (right.status_code, wrong.status_code, near.status_code) == (403, 401, 302)
    assert "address.refused" in right.content.decode()
    with tenant_transaction(company.tenant):
        assert Session.objects.count() == 1
    assert len(events(company, "address:refused")) == 1


def test_who_may_reach_the_recorder_alone_may_sign_in(company: Cast) -> None:
    choose(company, "aiko")
    add(company, EMPLOYEE)
    add(company, RECORDER, network=f"{HOME}")
    attempt = SignInAttempt(
        company_code=company.company_code,
        name="aiko",
        password=PASSWORD,
        origin=Origin(address=HOME, device=""),
    )

    assert sign_in(attempt=attempt, now=NOON)
    with tenant_transaction(company.tenant), pytest.raises(AddressRefused):
        admit_at_sign_in(Account.objects.get(id=company["aiko"].account_id), address="192.0.2.1", now=NOON)


def test_machines_are_kept_out_by_both_doors(company: Cast) -> None:
    token = new_token(company)
    body = json.dumps(one(company)).encode()
    machine = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")
    add(company, API, now=clock.now())

    door = machine.post("/api/v1/punches", body, content_type="application/json")
    forged = machine.post("/api/v1/punches", body, content_type="application/json", HTTP_X_FORWARDED_FOR="203.0.113.5")
    gates = asyncio.run(through_the_gate(body, token))
    inside = machine.post("/api/v1/punches", body, content_type="application/json", REMOTE_ADDR="203.0.113.5")

    assert (door.status_code, door.json()["code"], door.json()["facts"]) == (
        403,
        "address.refused",
        {"address": LOOPBACK},
    )
    assert forged.status_code == 403
    assert gates == [(403, "address.refused"), (201, "")]
    assert inside.status_code == 200, "seen before, by the gate"
    assert [event["address"] for event in events(company, "address:refused")] == [LOOPBACK]


async def through_the_gate(body: bytes, token: str) -> list[tuple[int, str]]:
    """Send the same from elsewhere and from the office, at the same moment."""
    gate = PunchGate()

    async def ask(client: str) -> tuple[int, str]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            await asyncio.sleep(0)
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            await asyncio.sleep(0)
            sent.append(message)

        headers = [(b"authorization", f"Bearer {token}".encode()), (b"x-forwarded-for", b"203.0.113.9")]
        scope = {"type": "http", "method": "POST", "path": "/api/v1/punches", "headers": headers}
        await gate({**scope, "client": (client, 9)}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"]).get("code") or ""

    return list(await asyncio.gather(ask(LOOPBACK), ask("203.0.113.5")))


def test_a_token_may_have_narrower_networks_of_its_own(company: Cast) -> None:
    token = new_token(company)
    with psycopg.connect(ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute(
            "update identity_accesstoken set networks = '{203.0.113.5/32}' where tenant_id = %s", [company.tenant]
        )
    machine = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")
    body = json.dumps(one(company)).encode()

    for address, status in ((LOOPBACK, 403), ("203.0.113.6", 403), ("203.0.113.5", 201)):
        answer = machine.post("/api/v1/punches", body, content_type="application/json", REMOTE_ADDR=address)
        assert answer.status_code == status


# When the rules cannot be read


def test_a_network_that_was_spoilt_in_the_database_admits_nobody(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    add(company, EMPLOYEE, network="127.0.0.0/8")
    assert browser.get(reverse("my_month")).status_code == 200

    spoil(company, "network", "everywhere")
    assert browser.get(reverse("my_month")).status_code == 403
    spoil(company, "audience", "everybody")
    with pytest.raises(ValueError, match="everybody"):
        browser.get(reverse("my_month"))


def spoil(cast: Cast, column: str, value: str) -> None:
    with psycopg.connect(ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute(
            f"update identity_addressrule set {column} = %s where tenant_id = %s",  # noqa: S608 -- a test's own word
            [value, cast.tenant],
        )


def test_nobody_gets_in_while_the_rules_cannot_be_read(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    with psycopg.connect(ADMINISTRATION["superuser_url"], autocommit=True) as administrator:
        administrator.execute("revoke select on identity_addressrule from tokimori_runtime")
        try:
            with pytest.raises(Error, match="permission denied"):
                browser.get(reverse("my_month"))
        finally:
            administrator.execute("grant select on identity_addressrule to tokimori_runtime")

    assert browser.get(reverse("my_month")).status_code == 200


# Who came


def test_who_came_is_noted_once_a_day_and_refreshed_by_the_minute(company: Cast) -> None:
    browser = signed_in(company, "aiko")

    for page in ("my_month", "my_month", "recorder", "recorder"):
        browser.get(reverse(page))

    with tenant_transaction(company.tenant):
        rows = SeenAddress.objects.order_by("audience").values_list("audience", "address")
        assert list(rows) == [("employee", LOOPBACK), ("recorder", LOOPBACK)]
        earlier = clock.now() - timedelta(minutes=2)
        SeenAddress.objects.update(last_at=earlier)
    browser.get(reverse("my_month"))
    with tenant_transaction(company.tenant):
        assert SeenAddress.objects.filter(last_at__gt=earlier).count() == 1
        assert forget_seen_addresses(tenant=company.tenant, today=clock.now().date()) == 0
        assert forget_seen_addresses(tenant=company.tenant, today=clock.now().date() + timedelta(days=40)) == 2


def test_rules_and_notes_cost_no_statement_while_the_minute_lasts(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    browser.get(reverse("sessions"))

    with CaptureQueriesContext(connection) as free:
        browser.get(reverse("sessions"))
    add(company, EMPLOYEE, network="127.0.0.0/8")
    with CaptureQueriesContext(connection) as limited:
        browser.get(reverse("sessions"))

    about = [query["sql"] for query in limited.captured_queries if "address" in query["sql"]]
    assert len(limited) == len(free)
    assert sum("identity_addressrule" in text for text in about) == 1
    assert sum("identity_seenaddress" in text for text in about) == 1


def test_two_requests_at_once_do_not_wait_for_each_other_to_note_it(company: Cast) -> None:
    browser = signed_in(company, "aiko")
    browser.get(reverse("my_month"))
    with tenant_transaction(company.tenant):
        SeenAddress.objects.update(last_at=clock.now() - timedelta(minutes=2))
        list(SeenAddress.objects.select_for_update())
        answers: list[int] = []
        other = threading.Thread(target=lambda: _ask_and_hang_up(browser, answers))
        other.start()
        other.join(timeout=20)

    assert answers == [200]


def _ask_and_hang_up(browser: Client, answers: list[int]) -> None:
    answers.append(browser.get(reverse("my_month")).status_code)
    connection.close()


# Tried before


def saw(cast: Cast, name: str, address: str, *, days_ago: int, audience: AddressAudience = EMPLOYEE) -> None:
    at = NOON - timedelta(days=days_ago)
    with tenant_transaction(cast.tenant):
        SeenAddress.objects.create(
            tenant_id=cast.tenant,
            day=at.date(),
            audience=audience.value,
            actor_id=cast[name].account_id,
            address=address,
            last_at=at,
        )


@pytest.mark.control(119)
def test_a_network_is_tried_on_who_came_lately(company: Cast) -> None:
    saw(company, "aiko", HOME, days_ago=1)
    saw(company, "aiko", "203.0.113.4", days_ago=1)
    saw(company, "chie", "192.0.2.9", days_ago=5, audience=ADMINISTRATOR)
    saw(company, "ann", HOME, days_ago=20, audience=ADMINISTRATOR)
    saw(company, "ann", HOME, days_ago=32, audience=ADMINISTRATOR)

    with tenant_transaction(company.tenant):
        actor = company["ann"].principal
        alone = try_new_network(actor=actor, new=new(EMPLOYEE), address=HOME, now=NOON)
        both = try_new_network(actor=actor, new=new(EMPLOYEE, ADMINISTRATOR), address=HOME, now=NOON)

    assert [(hit.name, hit.addresses) for hit in alone.hits] == [("Aiko", (HOME,))]
    assert (alone.hit_within, alone.seen, alone.locks_out) == ({1: 1, 7: 1, 30: 1}, 3, False)
    assert [hit.name for hit in both.hits] == ["Aiko", "Chie", "Ann"]
    assert (both.hit_within, both.locks_out) == ({1: 1, 7: 2, 30: 3}, True)


def test_who_is_kept_out_already_or_has_left_is_not_hit(company: Cast) -> None:
    saw(company, "aiko", HOME, days_ago=1)
    add(company, EMPLOYEE)
    with tenant_transaction(company.tenant):
        actor = company["ann"].principal
        again = try_new_network(actor=actor, new=new(EMPLOYEE, network="192.0.2.0/24"), address=HOME, now=NOON)
        saw(company, "chie", HOME, days_ago=1, audience=ADMINISTRATOR)
        Account.objects.filter(id=company["chie"].account_id).update(is_active=False)
        gone = try_new_network(actor=actor, new=new(ADMINISTRATOR), address=HOME, now=NOON)

    assert again.hits == ()
    assert gone.hits == ()


def test_a_removal_is_tried_as_well(company: Cast) -> None:
    saw(company, "aiko", HOME, days_ago=1)
    add(company, EMPLOYEE)
    add(company, EMPLOYEE, network=HOME)
    with tenant_transaction(company.tenant):
        actor = company["ann"].principal
        tried = {
            rule.network: len(try_removal(actor=actor, rule_id=rule.id, address=HOME, now=NOON).hits)
            for rule in address_rules(actor=actor)
        }

    assert tried == {OFFICE: 0, f"{HOME}/32": 1}


def test_machines_are_tried_by_the_name_of_their_token(company: Cast) -> None:
    machine = Client(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {new_token(company)}")
    machine.post("/api/v1/punches", json.dumps(one(company)).encode(), content_type="application/json")

    with tenant_transaction(company.tenant):
        actor = company["ann"].principal
        trial = try_new_network(actor=actor, new=new(API), address=HOME, now=clock.now())

    assert [(hit.name, hit.audience, hit.addresses) for hit in trial.hits] == [("test", API, (LOOPBACK,))]


# Added and removed


@pytest.mark.control(119)
def test_nobody_shuts_himself_out(company: Cast) -> None:
    actor = company["ann"].principal
    with tenant_transaction(company.tenant):
        with pytest.raises(AddressRuleLocksOut):
            add_network(actor=actor, new=new(ADMINISTRATOR), address=HOME, now=NOON)
        (own,) = add_network(actor=actor, new=new(ADMINISTRATOR, network=HOME), address=HOME, now=NOON)
        (office,) = add_network(actor=actor, new=new(ADMINISTRATOR), address=HOME, now=NOON)
        with pytest.raises(AddressRuleLocksOut):
            remove_network(actor=actor, rule_id=own, address=HOME, now=NOON)
        remove_network(actor=actor, rule_id=office, address=HOME, now=NOON)
        remove_network(actor=actor, rule_id=own, address=HOME, now=NOON)
        add_network(actor=actor, new=new(EMPLOYEE), address=HOME, now=NOON)

    added, removed = events(company, "address_rule:added"), events(company, "address_rule:removed")
    assert sorted((event["network"], event["rules_before"], event["rules_after"]) for event in added) == [
        (f"{HOME}/32", 0, 1),
        (OFFICE, 0, 1),
        (OFFICE, 1, 2),
    ]
    assert sorted(event["rules_after"] for event in removed) == [0, 1]


def test_an_exception_stands_beside_a_network_that_stays(company: Cast) -> None:
    actor = company["ann"].principal
    with tenant_transaction(company.tenant):
        with pytest.raises(AddressRuleNotLasting):
            add_network(actor=actor, new=new(EMPLOYEE, days=3), address=HOME, now=NOON)
        (lasting,) = add_network(actor=actor, new=new(EMPLOYEE), address=HOME, now=NOON)
        (passing,) = add_network(actor=actor, new=new(EMPLOYEE, network=HOME, days=3), address=HOME, now=NOON)
        with pytest.raises(AddressRuleNotLasting):
            remove_network(actor=actor, rule_id=lasting, address=HOME, now=NOON)
        aiko = Account.objects.get(id=company["aiko"].account_id)
        admit_at_sign_in(aiko, address=HOME, now=NOON + timedelta(days=2))
        with pytest.raises(AddressRefused):
            admit_at_sign_in(aiko, address=HOME, now=NOON + timedelta(days=3))
        remove_network(actor=actor, rule_id=passing, address=HOME, now=NOON)
        remove_network(actor=actor, rule_id=lasting, address=HOME, now=NOON)
        with pytest.raises(NotFound):
            remove_network(actor=actor, rule_id=lasting, address=HOME, now=NOON)
        admit_at_sign_in(aiko, address=HOME, now=NOON)


def test_a_network_that_makes_no_sense_is_refused(company: Cast) -> None:
    actor = company["ann"].principal
    with tenant_transaction(company.tenant):
        add_network(actor=actor, new=new(EMPLOYEE), address=HOME, now=NOON)
        with pytest.raises(AddressRuleKnown):
            add_network(actor=actor, new=new(EMPLOYEE), address=HOME, now=NOON)
        with pytest.raises(AddressRuleNotValid):
            add_network(actor=actor, new=new(EMPLOYEE, days=-1), address=HOME, now=NOON)
    with pytest.raises(AddressRuleNotValid):
        new()
    with pytest.raises(AddressRuleNotValid):
        NewNetwork(audiences=(EMPLOYEE,), network=read_network(OFFICE), note="x" * 121)


def test_only_who_may_changes_networks_and_each_company_has_its_own(company: Cast, dan: Cast) -> None:
    add(company, EMPLOYEE)
    with tenant_transaction(company.tenant):
        (rule,) = address_rules(actor=company["ann"].principal)
        for deed in (
            lambda: add_network(actor=company["aiko"].principal, new=new(EMPLOYEE), address=HOME, now=NOON),
            lambda: remove_network(actor=company["aiko"].principal, rule_id=rule.id, address=HOME, now=NOON),
            lambda: try_removal(actor=company["aiko"].principal, rule_id=rule.id, address=HOME, now=NOON),
            lambda: address_rules(actor=company["aiko"].principal),
        ):
            with pytest.raises(NotAllowed):
                deed()
    with tenant_transaction(dan.tenant):
        assert address_rules(actor=dan["dan"].principal) == ()
        with pytest.raises(NotFound):
            remove_network(actor=dan["dan"].principal, rule_id=rule.id, address=HOME, now=NOON)


# Proofs


def test_the_probe_sees_one_address_let_in_and_one_kept_out(company: Cast) -> None:
    add(company, EMPLOYEE)

    with tenant_transaction(company.tenant):
        seen = probe_addresses(
            tenant=company.tenant, audience=EMPLOYEE, inside="203.0.113.9", outside="192.0.2.1", now=NOON
        )
        blind = probe_addresses(
            tenant=company.tenant, audience=API, inside="203.0.113.9", outside="192.0.2.1", now=NOON
        )
        counted = limited_audiences(tenant=company.tenant)

    assert (seen.is_as_it_should_be, seen.inside.reason, seen.outside.reason) == (True, Reason.INSIDE, Reason.OUTSIDE)
    assert blind.is_as_it_should_be is False
    assert counted == {EMPLOYEE: 1}
