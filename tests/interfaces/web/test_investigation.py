"""The three questions with which an investigation begins: each finds what it asks for, and nothing else."""

from uuid import UUID

import pytest
from django.urls import reverse

from support.browser import signed_in
from support.cast import NOON, Cast, whole_cast
from tokimori.domains.timekeeping.reports import PunchReport, PunchSource
from tokimori.domains.timekeeping.services.record import record_punch
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import changed, record_event
from tokimori.foundation.request_origin import RequestOrigin, coming_from
from tokimori.foundation.tenancy.context import tenant_transaction

ADDRESS = "198.51.100.77"


def did(cast: Cast, member: str, *, session: UUID | None = None, address: str = ADDRESS) -> None:
    origin = RequestOrigin(address=address, device="a test", session_id=session)
    with coming_from(origin), tenant_transaction(cast.tenant):
        record_event(
            EventName.SECURITY_RULES_CHANGED, actor=cast[member].principal, subject_id=None, at=clock.now(),
            **changed(before={"minutes": 15}, after={"minutes": 30}),
        )  # fmt: skip


def found(cast: Cast, *, asker: str = "eri", **asked: str) -> int:
    response = signed_in(cast, asker).get(reverse("investigation"), asked)
    assert response.status_code == 200
    return response.content.decode().count("inquiry-changes") + response.content.decode().count("punch:recorded</dd>")


def test_everything_that_an_account_did_is_found_with_what_was_before_and_after(cast: Cast) -> None:
    did(cast, "ben")
    did(cast, "chie")

    page = signed_in(cast, "eri").get(reverse("investigation"), {"question": "account", "about": "ben"})

    text = page.content.decode()
    assert text.count("inquiry-changes") == 1
    assert ">minutes<" in text
    assert "15</del>" in text
    assert "30</ins>" in text
    assert "/proof" in text
    assert found(cast, question="account", about=str(cast["chie"].principal.account_id)) == 1


def test_everything_from_an_address_or_a_session_is_found_punches_included(cast: Cast) -> None:
    session, other = new_id(), f"203.0.113.{cast.tenant.int % 200}"
    did(cast, "ben", session=session, address=other)
    with coming_from(RequestOrigin(address=other, device="", session_id=session)):
        punched(cast, "aiko")

    for about in (str(session), other):
        text = signed_in(cast, "eri").get(reverse("investigation"), {"question": "origin", "about": about})
        content = text.content.decode()
        assert "inquiry-changes" in content
        assert "punch:recorded" in content
    assert found(cast, question="origin", about="198.51.100.99") == 0
    assert found(cast, question="origin", about=str(new_id())) == 0


def punched(cast: Cast, member: str) -> None:
    with tenant_transaction(cast.tenant):
        report = PunchReport(
            key=str(new_id()), employee_code=cast[member].employee_code, occurred_at=NOON, kind=None,
            source=PunchSource.API,
        )  # fmt: skip
        record_punch(actor=cast[member].principal, report=report, now=clock.now())


def test_everything_that_happened_to_an_employees_records_is_found_and_to_no_one_elses(cast: Cast) -> None:
    punched(cast, "aiko")
    punched(cast, "ben")

    for code in (cast["aiko"].employee_code, cast["ben"].employee_code):
        content = signed_in(cast, "eri").get(reverse("investigation"), {"question": "records", "about": code})
        assert content.content.decode().count('class="event-facts') == 1


def test_a_kind_and_a_time_narrow_the_answer(cast: Cast) -> None:
    did(cast, "ben")
    today = clock.now().date().isoformat()

    asked = {"question": "account", "about": "ben"}
    assert found(cast, **asked, kind=EventName.SECURITY_RULES_CHANGED.value, since=today) == 1
    assert found(cast, **asked, kind=EventName.PASSKEY_ADDED.value) == 0
    assert found(cast, **asked, until="2020-01-01") == 0


@pytest.mark.parametrize(
    "asked",
    [
        {"question": "account", "about": ""},
        {"question": "account", "about": "nobody at all"},
        {"question": "records", "about": "nobody at all"},
        {"question": "origin", "about": "<b>x</b>"},
        {"question": "origin", "about": "198.51.100.77", "since": "x"},
        {"question": "x", "about": "ben"},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_answered(cast: Cast, asked: dict[str, str]) -> None:
    did(cast, "ben")

    browser = signed_in(cast, "eri")
    response = browser.get(reverse("investigation"), asked)

    assert response.status_code == 200
    assert "answer-title" not in response.content.decode()
    assert "<b>x</b>" not in response.content.decode()
    if asked.get("question") in {"account", "records", "origin"}:
        assert browser.get(reverse("log_bundle"), asked).status_code in {404, 409}


def test_another_companys_events_are_not_found(cast: Cast, dan: Cast) -> None:
    session = new_id()
    did(cast, "ben", session=session)

    assert found(dan, asker="dan", question="origin", about=str(session)) == 0
    assert found(dan, asker="dan", question="origin", about=ADDRESS) == 0


def test_whose_punches_these_are_is_shown_only_to_who_reads_his_working_time() -> None:
    cast = whole_cast()
    punched(cast, "aiko")

    for member, count in (("eri", 1), ("gus", 0), ("fay", 0)):
        asked = {"question": "records", "about": cast["aiko"].employee_code}
        content = signed_in(cast, member).get(reverse("investigation"), asked).content.decode()
        assert content.count('class="event-facts') == count, member
