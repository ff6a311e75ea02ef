"""Operators at their own door and in companies: what the screens serve, what stands on each page, what is refused."""

import argparse
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from support import cluster
from support.browser import signed_in
from support.cast import Cast
from support.machine import new_token
from support.provider import (
    CODE,
    HOST,
    Worker,
    at_console,
    company_with_administrator,
    let_in,
    new_device,
    new_passkey,
    new_worker,
)
from tokimori.foundation import clock
from tokimori.foundation.access.scopes import Scope
from tokimori.foundation.identity.models import Passkey, Session
from tokimori.foundation.identity.proofs import Proof
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.operators.models import OperatorGrant
from tokimori.foundation.operators.scopes import PrivilegeKind, SupportFunction, rights_under
from tokimori.foundation.operators.services.grants import revoke_grant
from tokimori.foundation.operators.services.maintenance import end_maintenance, open_maintenance
from tokimori.foundation.operators.services.running import run_statement
from tokimori.foundation.operators.staff_numbers import staff_number
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction
from tokimori.interfaces.cli.operators import run_operator_act
from tokimori.interfaces.web.access_sentences import SENTENCES
from tokimori.interfaces.web.middleware.visits import visit_cookie_name
from tokimori.interfaces.web.permissions import permission_of


@pytest.fixture
def company() -> Cast:
    return company_with_administrator()


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru")


@pytest.fixture
def mika() -> Worker:
    return new_worker("Mika")


@pytest.fixture
def ada(company: Cast) -> Client:
    return signed_in(company, "ada")


def inside(worker: Worker, grant: UUID) -> Client:
    browser = at_console(worker)
    assert browser.post(reverse("open_company", args=[grant])).headers["Location"] == reverse("home")
    return browser


def events_of(company: Cast, name: str) -> list[LedgerEvent]:
    with tenant_transaction(company.tenant):
        return list(LedgerEvent.objects.filter(name=name).order_by("id"))


# -------------------------------------------------------------------------------------------------------- two doors


@pytest.mark.parametrize("where", ["/operators", "/operators/companies", "/operators/requests", "/operators/leave"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.control(52, 120)
def test_on_the_companies_host_there_is_no_console(haru: Worker, where: str, method: str) -> None:
    browser = at_console(haru)

    assert getattr(browser, method)(where, SERVER_NAME="localhost").status_code == 404


def test_a_session_of_the_provider_opens_nothing_on_the_companies_host(haru: Worker) -> None:
    response = at_console(haru).get(reverse("my_security"), SERVER_NAME="localhost")

    assert response.headers["Location"].startswith("/sign-in")


def test_a_session_of_a_company_opens_nothing_at_the_providers_door(ada: Client) -> None:
    for where in ("home", "operator_console", "support_access", "my_security"):
        assert ada.get(reverse(where), SERVER_NAME=HOST).headers["Location"].startswith("/sign-in")


def test_the_provider_cannot_be_signed_in_to_at_the_companies_door(haru: Worker) -> None:
    typed = {"company_code": CODE, "login": haru.login_id, "password": "x"}

    answers = [Client(SERVER_NAME=name).post(reverse("sign_in"), typed) for name in ("localhost", HOST)]

    assert [answer.status_code for answer in answers] == [401, 401]
    with tenant_transaction(PROVIDER):
        tried = LedgerEvent.objects.filter(name="sign_in:failed", subject_id=haru.account_id)
        assert tried.count() == 1  # at its own door it is somebody's account; at the other there is no such company


@pytest.mark.parametrize("address", ["203.0.113.7", "10.0.0.1", "2001:db8::1", "", "nonsense"])
@pytest.mark.control(52, 120)
def test_from_outside_of_the_networks_the_providers_door_is_empty(haru: Worker, address: str) -> None:
    browser = at_console(haru)
    for where in ("/operators", "/sign-in", "/", "/nothing"):
        response = browser.get(where, REMOTE_ADDR=address)
        assert (response.status_code, response.content) == (404, b"")


def test_a_forged_header_does_not_bring_anybody_into_the_networks(haru: Worker) -> None:
    response = at_console(haru).get("/operators", REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "127.0.0.1"})

    assert response.status_code == 404


def test_the_api_is_not_served_at_the_providers_door(company: Cast) -> None:
    token = f"tkm_{company.tenant.hex}_{'x' * 43}"
    response = Client(SERVER_NAME=HOST).post(
        "/api/v1/punches",
        {"key": "k", "employee_code": "1", "occurred_at": "2026-04-01T09:00:00+09:00"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert response.status_code == 404


def test_nor_is_the_directorys_door_even_from_within_a_company(company: Cast, haru: Worker) -> None:
    """A company's token works at the company's own door, not in the browser of who visits it."""
    token = new_token(company, scopes=frozenset({Scope.PROVISIONING_WRITE}))
    browser = inside(haru, let_in(company, haru))

    response = browser.get("/scim/v2/Users", headers={"Authorization": f"Bearer {token}"})

    assert response.status_code == 404


@pytest.mark.parametrize("proof", [Proof.PASSWORD, Proof.AUTHENTICATOR, Proof.RECOVERY_CODE, Proof.TRUSTED_DEVICE])
def test_without_a_passkey_nobody_comes_to_the_console(company: Cast, haru: Worker, proof: Proof) -> None:
    grant = let_in(company, haru)
    browser = at_console(haru, proofs=frozenset({Proof.PASSWORD, proof}), has_device=False)

    assert browser.get(reverse("operator_console")).headers["Location"].startswith(reverse("my_security"))
    assert browser.post(reverse("open_company", args=[grant])).headers["Location"] == reverse("my_security")


@pytest.mark.control(93, 95)
def test_the_providers_auditor_investigates_under_a_grant_for_the_log_and_each_look_is_written_down(
    company: Cast, haru: Worker
) -> None:
    browser = inside(haru, let_in(company, haru, functions=frozenset({SupportFunction.LOG})))
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"

    asked = {"question": "account", "about": str(company["ada"].account_id)}
    page = browser.get(reverse("investigation"), asked)
    others = [browser.get(reverse(name)) for name in ("log", "log_proof")]

    assert [answer.status_code for answer in (page, *others)] == [200, 200, 200]
    assert page.context["events"]
    for files in ("All of these with their proofs", "CSV of these", "Get the proof", "Take it with you"):
        assert all(files not in answer.content.decode() for answer in (page, *others))
    seen = [event.details["route"] for event in events_of(company, "operator:request")]
    assert seen[-3:] == ["investigation", "log", "log_proof"]


def test_without_the_log_in_his_grant_nobody_of_the_provider_investigates_and_nobody_takes_files(
    company: Cast, haru: Worker
) -> None:
    others = frozenset(SupportFunction) - {SupportFunction.LOG}
    without = inside(haru, let_in(company, haru, functions=others))
    for name in ("investigation", "log", "log_proof", "log_file", "log_bundle"):
        assert without.get(reverse(name)).status_code == 403, name
    for may_write in (False, True):
        everything = inside(haru, let_in(company, haru, may_write=may_write))
        for name in ("log_file", "log_bundle"):
            assert everything.get(reverse(name)).status_code == 403, name


# ------------------------------------------------------------------------------------------------------- in a company


@pytest.mark.control(33)
def test_a_company_is_seen_under_a_grant_with_who_until_when_and_why_on_each_page(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru))

    for where in ("team", "closing", "employees", "sites", "rule_sets"):
        page = browser.get(reverse(where))
        assert page.status_code == 200, where
        text = page.content.decode()
        assert "Support access by Haru until" in text
        assert "A month looks wrong" in text
    (first, *_rest) = events_of(company, "operator:request")
    assert (first.actor_kind, first.actor_id, first.address) == ("operator", haru.account_id, "127.0.0.1")
    assert [event.details["route"] for event in events_of(company, "operator:request")] == [
        "team", "closing", "employees", "sites", "rule_sets",
    ]  # fmt: skip


def test_what_the_grant_is_not_for_is_refused_and_that_is_written_down(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru, functions=frozenset({SupportFunction.PEOPLE_AND_RULES})))

    assert browser.get(reverse("sites")).status_code == 200
    for where in ("team", "closing", "log", "support_access", "recorder", "exports"):
        assert browser.get(reverse(where)).status_code == 403, where
    first, *_rest = events_of(company, "request:refused")
    assert first.details["route"] == "team"


def test_under_a_grant_for_reading_no_form_is_taken(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru))

    response = browser.post(reverse("imports"))

    assert response.status_code == 403
    assert response.context["refusal_code"] == "operator.grant_reads_only"
    (event,) = events_of(company, "request:refused")
    assert event.details["code"] == "operator.grant_reads_only"


def test_under_a_grant_for_writing_what_is_written_is_the_operators(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru, may_write=True))

    assert browser.get(reverse("imports")).status_code == 200
    assert browser.post(reverse("grant_support"), {"operator": str(haru.account_id)}).status_code == 403
    assert browser.post(reverse("seal_month", args=["2026-04"])).status_code == 403


@pytest.mark.control(33, 111)
def test_the_next_request_after_a_revocation_is_outside(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    browser = inside(haru, grant)
    assert browser.get(reverse("sites")).status_code == 200
    with tenant_transaction(company.tenant):
        revoke_grant(actor=company["ada"].principal, grant_id=grant, now=clock.now())

    response = browser.get(reverse("sites"))

    assert response.headers["Location"] == reverse("operator_console")
    assert response.cookies[visit_cookie_name()].value == ""


def test_leaving_ends_it(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru))
    kept = browser.cookies[visit_cookie_name()].value

    assert browser.post(reverse("leave_company")).headers["Location"] == reverse("operator_console")
    browser.cookies[visit_cookie_name()] = kept
    assert browser.get(reverse("sites")).headers["Location"] == reverse("operator_console")


@pytest.mark.parametrize("cookie", ["", "x", "a.b", f"{UUID(int=1)}.{UUID(int=2)}", "." * 300])
def test_a_made_up_visit_leads_nowhere(haru: Worker, cookie: str) -> None:
    browser = at_console(haru)
    browser.cookies[visit_cookie_name()] = cookie

    assert browser.get(reverse("team")).status_code in {302, 403}


def test_a_visit_without_its_holder_is_worth_nothing(company: Cast, haru: Worker, mika: Worker) -> None:
    visit = inside(haru, let_in(company, haru)).cookies[visit_cookie_name()].value
    for browser in (Client(SERVER_NAME=HOST), at_console(mika)):
        browser.cookies[visit_cookie_name()] = visit
        assert browser.get(reverse("sites")).headers["Location"] == reverse("operator_console")


def test_when_his_own_session_ends_the_visit_ends(company: Cast, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru))
    with tenant_transaction(PROVIDER):
        Session.objects.filter(account_id=haru.account_id).update(ended_at=clock.now())

    assert browser.get(reverse("sites")).headers["Location"] == reverse("operator_console")
    assert browser.get(reverse("operator_console")).headers["Location"].startswith("/sign-in")


@pytest.mark.control(33)
def test_two_people_of_one_name_are_told_apart_by_a_number_that_follows_from_the_account(company: Cast) -> None:
    one, other = new_worker("Haru"), new_worker("Haru")
    ada = signed_in(company, "ada")
    numbers = [staff_number(worker.account_id) for worker in (one, other)]

    labels = {choice["value"]: choice["label"] for choice in ada.get(reverse("support_access")).context["operators"]}
    assert [labels[str(worker.account_id)] for worker in (one, other)] == [f"{number} · Haru" for number in numbers]
    assert len(set(numbers)) == 2
    let_in(company, other)
    assert [grant["number"] for grant in ada.get(reverse("support_access")).context["live"]] == [numbers[1]]
    assert at_console(other).get(reverse("operator_console")).context["number"] == numbers[1]


@given(st.uuids())
def test_a_staff_number_has_one_form_and_stays(account_id: UUID) -> None:
    number = staff_number(account_id)

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", number)
    assert staff_number(account_id) == number


def test_every_page_that_a_grant_can_open_has_its_sentence() -> None:
    """What a new page is called when an operator opens it has to be said."""
    reachable = rights_under(frozenset(SupportFunction), may_write=True)
    names = {name for name, view in screens(get_resolver().url_patterns) if permission_of(view) in reachable}

    assert names | {"maintenance_sql"} == set(SENTENCES)


def screens(patterns: list[URLPattern | URLResolver]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace not in {"api", "scim"}:
                yield from screens(pattern.url_patterns)
        else:
            yield str(pattern.name), pattern.callback


def test_what_was_done_is_read_from_the_first_request_to_the_last(company: Cast, ada: Client, haru: Worker) -> None:
    browser = inside(haru, let_in(company, haru))
    person = reverse("employee", args=[company["aiko"].employee_id])
    for where in (reverse("employees"), person, "/exports"):
        browser.get(where)

    (live,) = ada.get(reverse("support_access")).context["live"]
    page = ada.get(live["record_url"])

    assert [(str(one["sentence"]), one["path"]) for one in page.context["accesses"]] == [
        ("Looked at the list of people", reverse("employees")),
        ("Opened a person's record", person),
        ("Asked for a page that such an access does not open", "/exports"),
    ]
    assert signed_in(company, "aiko").get(live["record_url"]).status_code == 403


# ------------------------------------------------------------------------------------------------- the company's screen


@pytest.mark.parametrize("path", ["/%5Cevil.example", "/%5C/evil.example", "/%09/evil.example", "/%0A/evil.example"])
def test_an_operator_plants_no_link_that_leads_elsewhere(company: Cast, ada: Client, haru: Worker, path: str) -> None:
    grant = let_in(company, haru)
    assert inside(haru, grant).get(path).status_code == 404

    page = ada.get(reverse("support_record", args=[grant]))

    (one,) = page.context["accesses"]
    assert one["path"] == ""
    assert b"evil.example" not in page.content


def form(worker: Worker, **changes: object) -> dict[str, object]:
    usual = {
        "operator": str(worker.account_id), "functions": ["working_time"], "mode": "read", "purpose": "Look at April",
        "hours": "4",
    }  # fmt: skip
    return {**usual, **changes}


def test_nobody_can_see_us_until_an_administrator_lets_somebody_in(company: Cast, ada: Client, haru: Worker) -> None:
    assert "nobody" in ada.get(reverse("support_access")).content.decode()

    ada.post(reverse("grant_support"), form(haru))
    page = ada.get(reverse("support_access"))
    (live,) = page.context["live"]
    assert (live["person"], live["purpose"], live["may_write"], live["giver"]) == (
        "Haru",
        "Look at April",
        False,
        "Ada",
    )

    inside(haru, grant_of(company)).get(reverse("team"))
    fragment = ada.get(reverse("support_accesses"))
    assert "GET team" in fragment.content.decode()
    assert fragment.context["live"][0]["is_inside"]

    ada.post(live["revoke_url"])
    assert ada.get(reverse("support_access")).context["live"] == []


def grant_of(company: Cast) -> UUID:
    with tenant_transaction(company.tenant):
        return UUID(str(OperatorGrant.objects.get().id))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"operator": "x"}, "operator"),
        ({"operator": str(UUID(int=5))}, "operator"),
        ({"functions": ["nonsense"]}, "functions"),
        ({"purpose": " "}, "purpose"),
        ({"hours": "73"}, "hours"),
        ({"hours": "\N{FULLWIDTH DIGIT ONE}"}, "hours"),
        ({"hours": "-1"}, "hours"),
    ],
)
def test_what_is_wrong_stands_at_its_field(ada: Client, haru: Worker, changes: dict[str, object], field: str) -> None:
    response = ada.post(reverse("grant_support"), form(haru, **changes))

    assert response.status_code == 422
    assert set(response.context["errors"]) == {field}


def test_to_let_somebody_in_one_proves_again_who_one_is(company: Cast, ada: Client, haru: Worker) -> None:
    with tenant_transaction(company.tenant):
        Session.objects.update(proved_at=clock.now() - timedelta(minutes=11))

    assert ada.post(reverse("grant_support"), form(haru)).headers["Location"].startswith(reverse("confirm"))


def test_an_emergency_stands_on_every_page_until_it_is_seen(
    company: Cast, ada: Client, haru: Worker, mika: Worker
) -> None:
    asking, deciding = at_console(haru), at_console(mika)
    typed = {
        "kind": PrivilegeKind.BREAK_GLASS.value, "company_code": company.company_code, "reason": "Punches are lost",
        "ticket": "T-9", "hours": "2",
    }  # fmt: skip
    assert asking.post(reverse("ask_privilege"), typed).status_code == 302
    page = deciding.get(reverse("operator_console"))
    (row,) = [one for one in page.context["waiting"] if one["company_code"] == company.company_code]
    assert asking.post(row["approve_url"]).status_code == 403
    assert deciding.post(row["approve_url"]).status_code == 302

    notice = "Emergency access by the provider: Haru"
    assert notice in ada.get(reverse("sites")).content.decode()
    assert notice not in signed_in(company, "aiko").get(reverse("recorder")).content.decode()
    emergency = ada.get(reverse("support_access")).context["frame"]["emergencies"][0]
    ada.post(emergency["acknowledge_url"])
    assert notice not in ada.get(reverse("sites")).content.decode()

    visit = inside(haru, grant_of(company)).get(reverse("sites")).content.decode()
    assert "Emergency access by Haru until" in visit


@pytest.mark.control(51)
def test_the_list_of_companies_takes_a_second_person(company: Cast, haru: Worker, mika: Worker) -> None:
    browser = at_console(haru)
    assert browser.get(reverse("operator_companies")).status_code == 403
    browser.post(
        reverse("ask_privilege"), {"kind": "companies", "reason": "which release", "ticket": "T-77", "hours": "1"}
    )
    deciding = at_console(mika)
    waiting = deciding.get(reverse("operator_console")).context["waiting"]
    (row,) = [one for one in waiting if one["ticket"] == "T-77"]
    deciding.post(row["approve_url"])

    assert company.company_code in browser.get(reverse("operator_companies")).content.decode()


@pytest.mark.parametrize("hours", ["9", "0", "x", ""])
def test_a_request_that_is_not_valid_is_shown_again(haru: Worker, hours: str) -> None:
    response = at_console(haru).post(
        reverse("ask_privilege"), {"kind": "companies", "reason": "x", "ticket": "T", "hours": hours}
    )

    assert (response.status_code, set(response.context["errors"])) == (422, {"hours"})


# ------------------------------------------------------------------------------------------------------------ commands


def run(act: str, **options: object) -> int:
    return run_operator_act(argparse.Namespace(act=act, bypass="a test", **options))


def test_commands_name_and_dismiss_without_any_password(haru: Worker, capsys: pytest.CaptureFixture[str]) -> None:
    login = f"new-{haru.login_id}"
    assert run("found", code=CODE, name="again") == 1  # there is one already
    capsys.readouterr()
    assert run("add", login=login, name="New One", email=None, language="en", role="operator") == 0
    link = capsys.readouterr().out.splitlines()[0]
    assert link.startswith(f"http://{HOST}/first-sign-in/tkl_")
    path = link.removeprefix(f"http://{HOST}")
    assert Client(SERVER_NAME=HOST).get(path).status_code == 200
    assert Client(SERVER_NAME="localhost").get(path).status_code == 404

    assert run("link", login=login) == 0
    assert run("list") == 0
    assert "New One" in capsys.readouterr().out
    assert run("remove", login=login) == 0
    assert run("remove", login="no-such-login") == 1
    run("check")
    assert "accesses without a live grant" in capsys.readouterr().out


# ------------------------------------------------------------------------------------------------------------- devices


def console_of(browser: Client) -> int:
    return browser.get(reverse("operator_console")).status_code


def test_from_a_device_that_is_not_registered_only_ones_own_security_opens(company: Cast, haru: Worker) -> None:
    grant = let_in(company, haru)
    now = clock.now()
    browser = at_console(haru, has_device=False, passkey_id=new_passkey(haru, used_at=now), now=now)

    response = browser.get(reverse("operator_console"))
    assert (response.status_code, response.context["refusal_code"]) == (403, "operator.device_not_in_order")
    assert browser.post(reverse("open_company", args=[grant])).status_code == 403
    assert browser.get(reverse("my_security")).status_code == 200
    with tenant_transaction(PROVIDER):
        noted = LedgerEvent.objects.filter(name="request:refused", actor_id=haru.account_id)
        assert {one.details["code"] for one in noted} == {"operator.device_not_in_order"}


def test_another_operator_registers_a_device_and_looks_at_it_anew(haru: Worker, mika: Worker) -> None:
    now = clock.now()
    passkey = new_passkey(haru, used_at=now)
    browser, other = at_console(haru, has_device=False, passkey_id=passkey, now=now), at_console(mika)
    where = reverse("register_device", args=[passkey])
    seen = {"name": "Desk", "system": "Debian 13", "seen": ["encrypted", "updated", "locks"]}
    unknown = {one["id"]: one for one in other.get(reverse("operator_devices")).context["unknown"]}
    assert unknown[passkey]["register_url"] == where

    assert browser.post(where, seen).status_code == 403
    other.post(where, {**seen, "system": ""})
    assert console_of(browser) == 403
    assert other.post(where, seen).status_code == 302
    assert console_of(browser) == 200

    (device,) = [one for one in browser.get(reverse("operator_devices")).context["devices"] if one["name"] == "Desk"]
    check = reverse("check_device", args=[device["id"]])
    assert device["check_url"] == ""
    assert browser.post(check, seen).status_code == 403
    other.post(check, {**seen, "seen": ["encrypted", "updated"]})
    assert console_of(browser) == 403
    other.post(check, seen)
    assert console_of(browser) == 200
    other.post(device["remove_url"])
    assert console_of(browser) == 403


def test_after_thirty_days_a_device_is_looked_at_again(company: Cast, haru: Worker) -> None:
    now = clock.now()
    passkey = new_passkey(haru, used_at=now)
    browser = at_console(haru, has_device=False, passkey_id=passkey, now=now)
    device = new_device(haru, used_at=now, passkey_id=passkey)
    assert console_of(browser) == 200
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set session_replication_role = replica")
        administrator.execute("update operators_deviceposture set ends_at = now() where device_id = %s", [device])

    assert console_of(browser) == 403


def test_the_passkey_of_another_session_is_not_this_ones(haru: Worker) -> None:
    """A registered device lends its standing to no session but its own, though both were proved at the same moment."""
    now = clock.now()
    known, other = new_passkey(haru, used_at=now), new_passkey(haru, used_at=now)
    new_device(haru, used_at=now, passkey_id=known)

    assert console_of(at_console(haru, has_device=False, passkey_id=known, now=now)) == 200
    assert console_of(at_console(haru, has_device=False, passkey_id=other, now=now)) == 403


def test_a_passkey_that_was_removed_takes_its_sessions_from_the_console(haru: Worker) -> None:
    passkey = new_passkey(haru, used_at=clock.now())
    new_device(haru, used_at=clock.now(), passkey_id=passkey)
    browser = at_console(haru, has_device=False, passkey_id=passkey)
    assert console_of(browser) == 200
    with tenant_transaction(PROVIDER):
        Passkey.objects.filter(tenant_id=PROVIDER, id=passkey).update(removed_at=clock.now())

    assert console_of(browser) == 403


@pytest.mark.parametrize(
    ("peer", "sent", "status"),
    [
        ("127.0.0.1", "ab" * 32, 200),
        ("127.0.0.1", ":".join(["AB"] * 32), 200),
        ("127.0.0.1", "cd" * 32, 403),
        ("127.0.0.1", "", 403),
        ("::1", "ab" * 32, 403),
    ],
    ids=["named by the proxy", "as proxies write it", "another one", "none", "forged, not by the proxy"],
)
def test_the_certificate_that_our_proxy_names_must_be_the_devices(
    haru: Worker, settings: Settings, peer: str, sent: str, status: int
) -> None:
    settings.OPERATOR_CERTIFICATE_HEADER = "HTTP_X_CLIENT_CERT"
    settings.TRUSTED_PROXIES = (ip_network("127.0.0.1"),)
    now = clock.now()
    passkey = new_passkey(haru, used_at=now)
    new_device(haru, used_at=now, certificate="ab" * 32, passkey_id=passkey)
    browser = at_console(haru, has_device=False, passkey_id=passkey, now=now)

    response = browser.get(reverse("operator_console"), REMOTE_ADDR=peer, HTTP_X_CLIENT_CERT=sent)

    assert response.status_code == status


def test_where_the_installation_asks_for_no_devices_the_passkey_is_enough(haru: Worker, settings: Settings) -> None:
    settings.OPERATOR_DEVICES_REQUIRED = False
    assert console_of(at_console(haru, has_device=False)) == 200


# --------------------------------------------------------------------------------------------------- recorded sessions


def test_a_recorded_session_is_begun_on_the_console_and_read_line_by_line(haru: Worker, mika: Worker) -> None:
    asking, deciding = at_console(haru), at_console(mika)
    asking.post(
        reverse("ask_privilege"), {"kind": "maintenance", "reason": "jobs hang", "ticket": "T-81", "hours": "1"}
    )
    (row,) = [one for one in deciding.get(reverse("operator_console")).context["waiting"] if one["ticket"] == "T-81"]
    deciding.post(row["approve_url"])
    (own,) = asking.get(reverse("operator_console")).context["begin"]
    assert deciding.get(reverse("operator_console")).context["begin"] == []
    assert asking.post(own["code_url"], {"purpose": " "}).status_code == 302
    shown = asking.post(own["code_url"], {"purpose": "See why jobs hang"}).context

    session = open_maintenance(
        code=shown["code"], login=haru.login_id, machine="here", company_code="", now=clock.now()
    )
    run_statement(session=session, key=None, text="select 41 as answer", now=clock.now())
    where = reverse("maintenance_session", args=[session.session_id])
    assert deciding.post(reverse("review_maintenance", args=[session.session_id]), {"review": "x"}).status_code == 404
    end_maintenance(session=session, now=clock.now())
    page = deciding.get(where)
    assert "select 41 as answer" in page.content.decode()
    assert [one["outcome"] for one in page.context["entries"]] == ["", "1 row"]
    assert page.context["is_whole"]

    assert asking.get(where).context["review_url"] == ""
    assert asking.post(reverse("review_maintenance", args=[session.session_id]), {"review": "x"}).status_code == 403
    assert deciding.post(page.context["review_url"], {"review": " "}).status_code == 422
    assert deciding.post(page.context["review_url"], {"review": "As asked."}).status_code == 302
    rows = deciding.get(reverse("maintenance")).context["sessions"]
    (listed,) = [one for one in rows if one["url"] == where]
    assert (listed["review"], listed["state"]["kind"]) == ("As asked.", "ok")
