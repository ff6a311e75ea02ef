"""The provider's people see what is red, what ends and what is to be done; two of them accept a gap; nobody else comes."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from support.cast import Cast
from support.provider import HOST, Worker, at_console, new_worker
from tokimori.assurance.compliance.queries import accepted_gaps
from tokimori.assurance.compliance.values import Ending, Expiry, Trouble, by_window, trouble_of
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.queries import newest_run
from tokimori.assurance.record.looks import RunView
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import keep_observation
from tokimori.assurance.watch import look_now
from tokimori.foundation import clock
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

PAGES = ("compliance", "compliance_probes", "compliance_gaps", "sheet_notices")


@pytest.fixture
def haru() -> Worker:
    return new_worker("Haru")


@pytest.fixture
def jun() -> Worker:
    return new_worker("Jun")


def say(outcome: Outcome, reason: str = "") -> None:
    now = clock.now()
    seen = Observation(outcome=outcome, reason=reason, measured={"clocks": 2})
    keep_observation(probe=PROBES["clock.offset"], seen=seen, observed_from=now, observed_to=now)
    answer_sheet(now=now)


def shown(browser: Client, route: str) -> str:
    answer = browser.get(reverse(route), headers={"accept-language": "en"})
    assert answer.status_code == 200, answer.content
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("route", PAGES)
@pytest.mark.parametrize("language", ["ja", "en", "th"])
def test_every_page_answers_in_every_language(haru: Worker, route: str, language: str) -> None:
    answer = at_console(haru).get(reverse(route), headers={"accept-language": language})

    assert answer.status_code == 200


@pytest.mark.parametrize("route", PAGES)
def test_no_customer_finds_them(cast: Cast, route: str) -> None:
    assert Client(SERVER_NAME="localhost").get(reverse(route)).status_code == 404
    assert Client(SERVER_NAME=HOST).get(reverse(route)).status_code == 302


def test_a_failing_probe_is_a_task_and_its_row_is_red_with_its_reason(haru: Worker) -> None:
    browser = at_console(haru)
    say(Outcome.FAILED, "clocks_agree")

    page = shown(browser, "compliance")

    assert "Clocks that agree: found that something does not hold (85)" in page
    assert "milliseconds off" in page
    assert "nobody named" in page
    say(Outcome.PASSED)
    assert "Clocks that agree: found" not in shown(browser, "compliance")


def test_a_change_is_shown_once_until_it_was_read(haru: Worker) -> None:
    browser = at_console(haru)
    say(Outcome.PASSED)
    browser.post(reverse("read_sheet_notices"))
    say(Outcome.FAILED, "clocks_agree")

    page = shown(browser, "sheet_notices")

    assert "1 change is new to you." in page
    assert "85 · " in page
    browser.post(reverse("read_sheet_notices"))
    assert "Nothing is new to you." in shown(browser, "sheet_notices")
    say(Outcome.PASSED)


def test_letters_are_asked_for_and_ended(haru: Worker) -> None:
    browser = at_console(haru)

    browser.post(reverse("watch_sheet"), {"is_told": "1"})
    assert "No more letters to me" in shown(browser, "sheet_notices")
    assert "Nobody gets letters" not in shown(browser, "compliance")
    browser.post(reverse("watch_sheet"), {"is_told": "0"})
    assert "Send me letters" in shown(browser, "sheet_notices")


def test_one_proposes_on_the_page_and_another_one_accepts(haru: Worker, jun: Worker) -> None:
    first, second = at_console(haru), at_console(jun)
    ends = (clock.now() + timedelta(days=9)).date().isoformat()

    first.post(reverse("propose_gap"), {"row": "19", "reason": "Named in the autumn.", "ends_on": ends})

    own = shown(first, "compliance_gaps")
    assert "Yours: another one decides." in own
    (accept,) = set(re.findall(r'action="([^"]+/accept)"', shown(second, "compliance_gaps")))
    assert accept not in own
    second.post(accept)
    page = shown(first, "compliance_gaps")
    assert "Named in the autumn." in page
    assert "proposed by Haru, accepted by Jun" in page
    public = Client(SERVER_NAME="localhost").get(reverse("trust_row", args=[19])).content.decode()
    assert "Named in the autumn." in public
    assert "Accepted gap" in shown(first, "compliance")
    with tenant_transaction(PROVIDER):
        gap = accepted_gaps(actor=haru.principal, now=clock.now())[0]
    assert (gap.row, gap.requested_by, gap.approved_by) == (19, haru.account_id, jun.account_id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"row": "0"}, "row"),
        ({"row": "eighteen"}, "row"),
        ({"reason": "short"}, "reason"),
        ({"ends_on": "never"}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
    ],
)
def test_what_cannot_be_proposed_is_said_beside_its_field(haru: Worker, changed: dict[str, str], field: str) -> None:
    ends = (clock.now() + timedelta(days=9)).date().isoformat()
    given_values = {"row": "19", "reason": "Named in the autumn.", "ends_on": ends, **changed}

    answer = at_console(haru).post(reverse("propose_gap"), given_values)

    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.content.decode()


def test_a_probe_looks_at_once_when_asked(haru: Worker) -> None:
    browser = at_console(haru)

    answer = browser.post(reverse("ask_probe", args=["clock.offset"]))

    assert answer.status_code == 302
    job = ProcrastinateJob.objects.filter(task_name="tokimori:look_now").order_by("-id")[0]
    assert job.args["probe"] == "clock.offset"
    before = clock.now()
    look_now(**job.args)
    with tenant_transaction(PROVIDER):
        event = LedgerEvent.objects.filter(tenant_id=PROVIDER, name=EventName.PROBE_ASKED).order_by("-id")[0]
        assert event.actor_id == haru.account_id
    assert "clock.offset" in shown(browser, "compliance_probes")
    with tenant_transaction(PROVIDER):
        found = newest_run("clock.offset")
    assert found is not None
    assert found.observed_from >= before


@pytest.mark.parametrize("name", ["nothing", "..", "clock.offset; drop"])
def test_a_probe_that_there_is_not_is_not_found(haru: Worker, name: str) -> None:
    assert at_console(haru).post(f"/operators/compliance/probes/{name}/look").status_code == 404


def run(outcome: Outcome, *, ends_in: timedelta) -> RunView:
    now = clock.now()
    return RunView(
        id=new_id(), probe="x", outcome=outcome.value, reason="", observed_to=now, expires_at=now + ends_in, seconds=0.1
    )


def test_what_is_wrong_with_a_probe_is_told_apart() -> None:
    now = clock.now()

    assert trouble_of(None, now=now) is Trouble.NEVER_RAN
    assert trouble_of(run(Outcome.FAILED, ends_in=timedelta(hours=1)), now=now) is Trouble.FAILED
    assert trouble_of(run(Outcome.ERRORED, ends_in=timedelta(hours=1)), now=now) is Trouble.ERRORED
    assert trouble_of(run(Outcome.PASSED, ends_in=timedelta(hours=-1)), now=now) is Trouble.LATE
    assert trouble_of(run(Outcome.PASSED, ends_in=timedelta(hours=1)), now=now) is None


@given(st.lists(st.integers(-50, 120), max_size=20))
def test_what_ends_stands_in_the_shortest_time_that_holds_it_and_nothing_twice(days: list[int]) -> None:
    now = clock.now()
    ends = [Expiry(kind=Ending.ACCEPTED_GAP, at=now + timedelta(days=one), row=1) for one in days]

    found = by_window(ends, now=now)

    assert list(found) == [7, 30, 90]
    assert sum(map(len, found.values())) == sum(1 for one in days if one <= 90)
    assert all(one.at <= now + timedelta(days=7) for one in found[7])
    assert all(now + timedelta(days=7) < one.at <= now + timedelta(days=30) for one in found[30])
