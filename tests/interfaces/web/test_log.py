"""The log on the screen: chosen in the address bar, paged by key, taken as a file that no spreadsheet runs."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from support.browser import signed_in
from support.cast import NOON, Cast
from tokimori.foundation.access.principal import PrincipalKind
from tokimori.foundation.ledger.events import EventName, EventOutcome
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.foundation.tenancy.context import tenant_transaction
from tokimori.interfaces.web.event_words import ACTORS, EVENTS, OUTCOME_MARKS, OUTCOMES, event_sentence, events_by_area

EVIL = '=HYPERLINK("http://example.org")'


def fill(cast: Cast, *, count: int = 1, device: str = "a test", address: str = "203.0.113.9") -> None:
    actor = cast["aiko"].principal
    with coming_from(RequestOrigin(address=address, device=device)), tenant_transaction(cast.tenant):
        for _ in range(count):
            record_event(EventName.PASSKEY_ADDED, actor=actor, subject_id=actor.account_id, at=NOON)


def rows_of(response: Any) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


@pytest.fixture
def eri(cast: Cast) -> Client:
    return signed_in(cast, "eri")


def test_each_event_has_its_sentence_and_stands_in_one_area() -> None:
    assert set(EVENTS) == set(EventName)
    assert set(OUTCOMES) == set(OUTCOME_MARKS) == set(EventOutcome)
    assert set(ACTORS) == set(PrincipalKind)
    listed = [code for _area, kinds in events_by_area() for code, _sentence in kinds]
    assert sorted(listed) == sorted(EventName)
    assert event_sentence("punch:of_another_age") == "punch:of_another_age"


@pytest.mark.parametrize(("language", "sentence"), [("en", "Signed in"), ("ja", "サインイン"), ("th", "เข้าสู่ระบบ")])
def test_sentences_are_said_in_three_languages(language: str, sentence: str) -> None:
    with translation.override(language):
        assert event_sentence(EventName.SIGN_IN_SUCCEEDED) == sentence


@pytest.mark.parametrize(
    ("asked", "is_there"),
    [
        ("", True),
        ("?kind=passkey:added&person=aiko&since=2026-04-01&until=2026-04-01&address=203.0.113.9&outcome=done", True),
        ("?kind=passkey:added&person=ben", False),
        ("?kind=passkey:added&person=no+such+name", False),
        ("?kind=passkey:added&until=2026-03-31", False),
        ("?kind=passkey:added&address=203.0.113.8", False),
        ("?kind=passkey:added&outcome=failed", False),
    ],
)
@pytest.mark.control(95)
def test_the_address_bar_chooses(cast: Cast, eri: Client, asked: str, is_there: bool) -> None:  # noqa: FBT001 -- a table
    fill(cast)

    page = eri.get(reverse("log") + asked).content.decode()

    assert ("<code" in page or "Added a passkey" in page.split('id="events"')[1]) is is_there


@pytest.mark.parametrize(
    "asked", ["?kind=x&outcome=y&before=z&after=%00", "?since=2026-13-45", "?until=9999-12-31&person=%25"]
)
def test_nonsense_in_the_address_bar_is_no_fault(eri: Client, asked: str) -> None:
    assert eri.get(reverse("log") + asked).status_code in {200, 422}


def test_a_date_that_is_none_is_said_to_be_none(eri: Client) -> None:
    assert "This is not a date." in eri.get(reverse("log"), {"since": "2026-13-45"}).content.decode()


def test_pages_lead_to_older_and_back(cast: Cast, eri: Client) -> None:
    fill(cast, count=120)
    first = eri.get(reverse("log"), {"kind": "passkey:added"})
    older = eri.get(first.context["pager"]["older_url"])
    oldest = eri.get(older.context["pager"]["older_url"])
    back = eri.get(oldest.context["pager"]["newer_url"])

    assert [len(page.context["events"]) for page in (first, older, oldest)] == [50, 50, 20]
    assert oldest.context["pager"]["older_url"] == ""
    assert back.context["events"] == older.context["events"]
    assert "kind=passkey" in first.context["pager"]["older_url"]


@pytest.mark.control(95)
def test_the_file_is_streamed_whole_and_its_taking_is_its_first_line(cast: Cast, eri: Client) -> None:
    fill(cast, count=1203)

    response = eri.get(reverse("log_file"))

    assert response.streaming
    rows = rows_of(response)
    with tenant_transaction(cast.tenant):
        assert len(rows) == LedgerEvent.objects.count()
    assert (rows[0]["event"], rows[0]["who"]) == ("log:exported", "Eri")
    assert sum(1 for row in rows if row["event"] == "passkey:added") == 1203
    assert [row["time_utc"] for row in rows] == sorted((row["time_utc"] for row in rows), reverse=True)


def test_the_file_holds_what_was_chosen_and_says_so(cast: Cast, eri: Client) -> None:
    fill(cast)

    rows = rows_of(eri.get(reverse("log_file"), {"kind": "passkey:added", "person": "aiko"}))

    assert [row["what"] for row in rows] == ["Added a passkey"]
    with tenant_transaction(cast.tenant):
        event = LedgerEvent.objects.get(name="log:exported")
    assert event.details == {"filter.kind": "passkey:added", "filter.person": "given"}


@pytest.mark.parametrize("evil", [EVIL, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '"\r\n=1'])
def test_no_cell_of_the_file_is_a_formula(cast: Cast, eri: Client, evil: str) -> None:
    fill(cast, device=evil)

    (row,) = rows_of(eri.get(reverse("log_file"), {"kind": "passkey:added"}))

    assert row["device"].lstrip('"').startswith("'") or row["device"] == evil
    assert not any(str(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_a_name_from_a_browser_is_shown_and_not_run(cast: Cast, eri: Client) -> None:
    fill(cast, device="<script>alert(1)</script>", address="<b>x</b>")

    assert "<b>x</b>" not in eri.get(reverse("log")).content.decode()


@pytest.mark.control(92)
def test_everybody_sees_his_own_activity_alone(cast: Cast) -> None:
    fill(cast)

    assert "Added a passkey" in signed_in(cast, "aiko").get(reverse("my_activity")).content.decode()
    assert "Added a passkey" not in signed_in(cast, "ben").get(reverse("my_activity")).content.decode()


def test_two_companies_have_two_logs(cast: Cast, dan: Cast) -> None:
    fill(cast)

    page = signed_in(dan, "dan").get(reverse("log"), {"kind": "passkey:added"})

    assert page.context["events"] == []
