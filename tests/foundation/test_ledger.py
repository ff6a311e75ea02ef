"""The record of who did what: from where, how it ended, what was refused, and not without end."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from support import cluster
from support.browser import signed_in
from support.cast import NOON, Cast
from support.machine import new_token, one
from tokimori.foundation.access.principal import nobody
from tokimori.foundation.errors import NotAllowed
from tokimori.foundation.identifiers import TenantId, least_id, new_id
from tokimori.foundation.identity.errors import SignInFailed, SignInLimited
from tokimori.foundation.identity.models import AccessToken
from tokimori.foundation.identity.security_rules import SecurityRules
from tokimori.foundation.identity.services.rules import change_rules
from tokimori.foundation.identity.services.sessions import Origin
from tokimori.foundation.identity.services.sign_in import SignInAttempt, sign_in
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.queries import EventFilter, events, own_events
from tokimori.foundation.ledger.refusals import MOST_A_MINUTE, record_refusal
from tokimori.foundation.ledger.services import changed, record_event
from tokimori.foundation.request_origin import RequestOrigin, coming_from, note_session, request_origin
from tokimori.foundation.tenancy.context import tenant_transaction

HERE = RequestOrigin(address="203.0.113.9", device="a test")


def of(cast: Cast, name: EventName) -> list[LedgerEvent]:
    with tenant_transaction(cast.tenant):
        return list(LedgerEvent.objects.filter(tenant_id=cast.tenant, name=name.value).order_by("id"))


def sign_out_event(cast: Cast, member: str = "aiko", *, at: datetime = NOON) -> None:
    actor = cast[member].principal
    record_event(EventName.SIGN_OUT, actor=actor, subject_id=actor.account_id, at=at)


# ------------------------------------------------------------------------------------------------------ where from


@pytest.mark.control(92, 93)
def test_an_event_says_where_the_request_behind_it_comes_from(cast: Cast) -> None:
    session = new_id()
    with coming_from(HERE), tenant_transaction(cast.tenant):
        note_session(session)
        sign_out_event(cast)

    (event,) = of(cast, EventName.SIGN_OUT)
    assert (event.address, event.device, event.session_id) == ("203.0.113.9", "a test", session)
    assert event.outcome == EventOutcome.DONE


def test_what_no_request_stands_behind_comes_from_nowhere(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        note_session(new_id())  # says nothing where there is no request
        sign_out_event(cast)

    (event,) = of(cast, EventName.SIGN_OUT)
    assert (event.address, event.device, event.session_id) == ("", "", None)
    assert request_origin() is None


def test_a_long_name_of_a_program_is_cut_and_a_request_within_another_ends(cast: Cast) -> None:
    with coming_from(HERE):
        with coming_from(RequestOrigin(address="x" * 99, device="y" * 999)):
            found = request_origin()
        assert request_origin() == HERE

    assert found is not None
    assert (len(found.address), len(found.device)) == (45, 200)


@pytest.mark.control(93)
def test_a_screen_says_its_session_address_and_device(cast: Cast) -> None:
    browser = signed_in(cast, "aiko")
    browser.post(reverse("end_other_sessions"), REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Firefox/1")
    browser.post(reverse("sign_out"), REMOTE_ADDR="198.51.100.7", HTTP_USER_AGENT="Firefox/1")

    (event,) = of(cast, EventName.SIGN_OUT)
    assert (event.address, event.device) == ("198.51.100.7", "Firefox/1")
    assert event.session_id is not None
    assert len(event.correlation) == 16


# -------------------------------------------------------------------------------------------------------- refusals


def test_a_refused_page_is_written_down_though_its_transaction_is_rolled_back(cast: Cast) -> None:
    response = signed_in(cast, "aiko").get(reverse("log"), REMOTE_ADDR="198.51.100.7")

    assert response.status_code == 403
    (event,) = of(cast, EventName.REQUEST_REFUSED)
    assert (event.actor_id, event.address) == (cast["aiko"].account_id, "198.51.100.7")
    assert event.outcome == EventOutcome.REFUSED
    assert event.details == {"code": "not_allowed", "method": "GET", "route": "log"}


def test_what_another_company_owns_is_written_down_with_who_asked_for_it(cast: Cast, dan: Cast) -> None:
    signed_in(dan, "dan").get(reverse("employee", args=[cast["aiko"].employee_id]))

    assert of(cast, EventName.REQUEST_REFUSED) == []
    (event,) = of(dan, EventName.REQUEST_REFUSED)
    assert (event.actor_id, event.details["code"]) == (dan["dan"].account_id, "not_found")


def test_a_form_without_its_token_is_written_down(cast: Cast) -> None:
    strict = signed_in(cast, "aiko")
    strict.handler.enforce_csrf_checks = True
    strict.post(reverse("record"), {"kind": "in"})

    (event,) = of(cast, EventName.REQUEST_REFUSED)
    assert event.details["code"] == "request.not_genuine"


def test_a_mistake_in_a_form_is_nobodys_business(cast: Cast) -> None:
    assert signed_in(cast, "aiko").post(reverse("record"), {"kind": "nonsense"}).status_code == 422

    assert of(cast, EventName.REQUEST_REFUSED) == []


def test_a_machine_with_an_ended_token_is_written_down_by_it_and_an_unknown_one_as_nobody(cast: Cast) -> None:
    def send(token: str) -> int:
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "terminal 7"}
        body = one(cast, key="k")
        client = Client(SERVER_NAME="localhost")
        return client.post("/api/v1/punches", body, content_type="application/json", headers=headers).status_code

    token = new_token(cast)
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    with tenant_transaction(cast.tenant):
        AccessToken.objects.update(revoked_at=NOON)

    assert (send(token), send(wrong)) == (401, 401)
    known, unknown = of(cast, EventName.REQUEST_REFUSED)
    assert (known.actor_kind, known.details["code"], known.device) == ("token", "token.not_usable", "terminal 7")
    assert (unknown.actor_kind, unknown.actor_id, unknown.details["code"]) == ("nobody", None, "token.not_usable")


def refuse(cast: Cast, count: int, *, at: datetime = NOON) -> None:
    for _ in range(count):
        record_refusal(EventName.REQUEST_REFUSED, actor=cast["aiko"].principal, subject_id=None, at=at, code="x")


def test_who_knocks_on_and_on_cannot_fill_the_disk(cast: Cast) -> None:
    refuse(cast, MOST_A_MINUTE + 7)
    assert len(of(cast, EventName.REQUEST_REFUSED)) == MOST_A_MINUTE

    record_refusal(EventName.REQUEST_REFUSED, actor=cast["ben"].principal, subject_id=None, at=NOON, code="x")
    assert len(of(cast, EventName.REQUEST_REFUSED)) == MOST_A_MINUTE + 1

    refuse(cast, 2, at=NOON + timedelta(minutes=1))
    later = [event for event in of(cast, EventName.REQUEST_REFUSED) if event.at > NOON]
    assert {event.details.get("left_out") for event in later} == {7, None}


def test_a_company_that_does_not_exist_has_no_record() -> None:
    nowhere = TenantId(new_id())
    record_refusal(EventName.SIGN_IN_FAILED, actor=nobody(nowhere), subject_id=None, at=NOON)

    with tenant_transaction(nowhere):
        assert not LedgerEvent.objects.exists()


# ---------------------------------------------------------------------------------------------------- at the door


def knock(cast: Cast, name: str, *, now: datetime = NOON) -> None:
    attempt = SignInAttempt(
        company_code=cast.company_code, name=name, password="wrong", origin=Origin(address=str(cast.tenant), device="")
    )
    with pytest.raises((SignInFailed, SignInLimited)):
        sign_in(attempt=attempt, now=now)


@pytest.mark.control(92)
def test_each_failure_at_the_door_is_written_down_for_the_account_that_was_tried(cast: Cast) -> None:
    knock(cast, "aiko")
    knock(cast, "nobody-of-this-name", now=NOON + timedelta(minutes=1))

    known, unknown = of(cast, EventName.SIGN_IN_FAILED)
    assert (known.actor_kind, known.subject_id, known.details) == (
        "nobody", cast["aiko"].account_id, {"by": "password"},
    )  # fmt: skip
    assert (unknown.subject_id, unknown.details) == (None, {"by": "unknown_name"})


def test_being_kept_out_after_too_many_attempts_is_written_down(cast: Cast) -> None:
    for _ in range(11):
        knock(cast, "aiko")

    (event,) = of(cast, EventName.SIGN_IN_LIMITED)
    assert (event.subject_id, event.outcome) == (cast["aiko"].account_id, "refused")


def test_a_used_up_link_is_written_down(cast: Cast) -> None:
    link = f"tkl_{cast.tenant.hex}_{'x' * 43}"
    assert Client(SERVER_NAME="localhost").get(reverse("first_sign_in", args=[link])).status_code == 401

    (event,) = of(cast, EventName.SIGN_IN_FAILED)
    assert event.details == {"by": "link"}


# ----------------------------------------------------------------------------------------------- before and after


def test_a_change_of_the_rules_says_what_was_before_and_after(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        change_rules(actor=cast.system, rules=SecurityRules(idle_minutes=15), now=NOON)

    (event,) = of(cast, EventName.SECURITY_RULES_CHANGED)
    assert event.details == {"version": 1, "idle_minutes.before": "30", "idle_minutes.after": "15"}


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 9)), st.dictionaries(st.text(max_size=5), st.integers(0, 9)))
def test_exactly_what_differs_is_said(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    differing = {name for name in {*before, *after} if before.get(name) != after.get(name)}

    assert set(changed(before=before, after=after)) == {
        f"{name}.{when}" for name in differing for when in ("before", "after")
    }


# ----------------------------------------------------------------------------------------------------------- reads


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 -- made aware below
def test_the_least_key_of_an_instant_divides_those_before_from_those_since(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC, microsecond=naive.microsecond // 1000 * 1000)

    assert new_id(at=at - timedelta(milliseconds=1)) < least_id(at=at) <= new_id(at=at)
    assert least_id(at=at).version == 7


def page_through(cast: Cast, wanted: EventFilter) -> list[UUID]:
    found: list[UUID] = []
    before: UUID | None = None
    with tenant_transaction(cast.tenant):
        while True:
            page = events(actor=cast["eri"].principal, wanted=wanted, before=before, limit=3)
            found += [event.id for event in page.events]
            if not page.has_older:
                return found
            before = page.events[-1].id


def test_pages_show_every_event_once_and_lead_back(cast: Cast) -> None:
    with tenant_transaction(cast.tenant):
        for minute in range(7):
            sign_out_event(cast, "aiko" if minute % 2 else "ben", at=NOON + timedelta(minutes=minute))
        everything = list(LedgerEvent.objects.order_by("-id").values_list("id", flat=True))
        third = events(actor=cast["eri"].principal, wanted=EventFilter(), after=everything[5], limit=3)

    assert page_through(cast, EventFilter()) == everything
    assert [event.id for event in third.events] == everything[2:5]
    assert (third.has_newer, third.has_older) == (True, True)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (EventFilter(name=EventName.SIGN_OUT), 7),
        (EventFilter(name=EventName.SIGN_OUT, since=NOON + timedelta(minutes=5)), 2),
        (EventFilter(name=EventName.SIGN_OUT, until=NOON + timedelta(minutes=5)), 5),
        (EventFilter(name=EventName.SIGN_OUT, outcome=EventOutcome.FAILED), 0),
        (EventFilter(address="203.0.113.9"), 7),
        (EventFilter(account_ids=frozenset()), 0),
    ],
)
@pytest.mark.control(95)
def test_filters_choose(cast: Cast, wanted: EventFilter, count: int) -> None:
    with tenant_transaction(cast.tenant), coming_from(HERE):
        for minute in range(7):
            sign_out_event(cast, at=NOON + timedelta(minutes=minute))

    assert len(page_through(cast, wanted)) == count


def test_a_person_sees_what_he_did_and_what_was_done_to_him_and_nobody_elses(cast: Cast) -> None:
    knock(cast, "aiko")
    with tenant_transaction(cast.tenant):
        sign_out_event(cast, "aiko", at=NOON + timedelta(minutes=1))
        sign_out_event(cast, "ben")
        page = own_events(actor=cast["aiko"].principal, limit=50)
        with pytest.raises(NotAllowed):
            events(actor=cast["aiko"].principal, wanted=EventFilter(), limit=50)

    names = [event.name for event in page.events]
    assert names == ["sign_out", "sign_in:failed", "account:created"]


def test_each_way_of_reading_has_its_index(cast: Cast) -> None:
    """Asked of the plan: with millions of rows nothing but an index in the right order answers in time."""
    ways = {
        "ledger_event_by_actor": "actor_id = %s",
        "ledger_event_by_subject": "subject_id = %s",
        "ledger_event_by_name": "name = 'sign_out'",
        "ledger_event_by_any_address": "address = '203.0.113.9'",
        "ledger_event_by_session": "session_id = %s",
        "ledger_event_by_outcome": "outcome = 'failed'",
    }
    with psycopg.connect(cluster.ADMINISTRATION["superuser_url"]) as administrator:
        administrator.execute("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off")
        for index, condition in ways.items():
            parameters = [cast.tenant, *([new_id()] if "%s" in condition else [])]
            plan = administrator.execute(
                "explain select * from ledger_ledgerevent where tenant_id = %s and "  # noqa: S608 -- fixed above
                f"{condition} order by id desc limit 51",
                parameters,
            ).fetchall()
            assert index in str(plan), (index, plan)
