"""The public sheet shows every row to everybody, in three languages, with reasons, and whatever is typed at it."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from support.provider import HOST
from tokimori.assurance.catalogue.controls import ROWS, controls
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.services.answering import answer_sheet
from tokimori.assurance.services.running import keep_observation
from tokimori.foundation import clock


@pytest.fixture(autouse=True)
def _seen() -> Iterator[None]:
    say(Outcome.PASSED)
    yield
    say(Outcome.PASSED)


def say(outcome: Outcome) -> None:
    now = clock.now()
    seen = Observation(
        outcome=outcome,
        reason="" if outcome is Outcome.PASSED else "clocks_agree",
        measured={"clocks": 2, "offset_milliseconds": 1500},
    )
    keep_observation(probe=PROBES["clock.offset"], seen=seen, observed_from=now, observed_to=now)
    answer_sheet(now=now)


def page(address: str, *, language: str = "en", host: str = "localhost") -> str:
    answer = Client(SERVER_NAME=host, HTTP_ACCEPT_LANGUAGE=language).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("language", ["ja", "en", "th"])
def test_every_row_is_on_the_board_and_in_the_list(language: str) -> None:
    shown = page(reverse("trust"), language=language)

    assert [int(row) for row in re.findall(r'<li id="row-(\d+)"', shown)] == list(ROWS)
    assert len(re.findall(r'class="sheet-square ', shown)) == len(ROWS)
    for control in controls().values():
        words = control.asks.in_language(language).replace("'", "&#x27;")
        assert words in shown


@pytest.mark.parametrize("ground", ["founded", "gap", "stale", "no_evidence"])
def test_a_narrowed_list_says_so_and_the_board_stays_whole(ground: str) -> None:
    shown = page(f"{reverse('trust')}?state={ground}")

    assert len(re.findall(r'class="sheet-square ', shown)) == len(ROWS)
    assert "the board above shows them all" in shown


def test_words_find_rows_by_question_number_and_requirement() -> None:
    by_words = page(f"{reverse('trust')}?words=repeated+failures")
    by_requirement = page(f"{reverse('trust')}?words=V6.3.1")

    assert re.findall(r'<li id="row-(\d+)"', by_words) == ["41"]
    assert "41" in re.findall(r'<li id="row-(\d+)"', by_requirement)
    assert "No row is like that" in page(f"{reverse('trust')}?words=unicorn")


def test_a_row_shows_its_evidence_and_how_it_changed() -> None:
    proven = page(reverse("trust_row", args=[85]))
    assert "Proven" in proven
    assert "clock.offset" in proven
    assert "clocks compared: <strong>2</strong>" in re.sub(r"\s+", " ", proven)

    say(Outcome.FAILED)

    red = page(reverse("trust_row", args=[85]))
    assert "A probe looked and found that something does not hold." in red
    assert red.count("The database&#x27;s clock is 1500 milliseconds off; 1000 are allowed.") == 2
    assert "Clocks that agree" in red
    assert "1500ミリ秒です（限度1000）" in page(reverse("trust_row", args=[85]), language="ja")


def test_a_row_without_evidence_says_that_it_claims_nothing() -> None:
    shown = page(reverse("trust_row", args=[18]))

    assert "No entry in a register answers for this yet" in shown
    assert "Nothing proves the good answer" in shown


def test_there_are_no_other_rows() -> None:
    for row in (0, 136):
        assert Client(SERVER_NAME="localhost").get(reverse("trust_row", args=[row])).status_code == 404


def test_nothing_is_changed_here() -> None:
    browser = Client(SERVER_NAME="localhost")

    assert browser.post(reverse("trust")).status_code == 405
    assert browser.head(reverse("trust")).status_code == 200


def test_the_providers_own_people_read_the_same_sheet_at_their_door() -> None:
    assert 'id="row-135"' in page(reverse("trust"), host=HOST)


def test_the_page_needs_few_questions_to_the_database(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # the plugin's own fixture
        page(reverse("trust"))


@settings(max_examples=25)
@given(state=st.text(max_size=80), words=st.text(max_size=80))
def test_whatever_is_typed_is_answered(state: str, words: str) -> None:
    answer = Client(SERVER_NAME="localhost", raise_request_exception=True).get(
        reverse("trust"), {"state": state, "words": words}
    )

    assert answer.status_code == 200
    assert answer.content.count(b'class="sheet-square ') == len(ROWS)
