"""A questionnaire from the upload to the second export, by its services and its screens, and the walls around it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from support.probing import settle
from support.provider import Worker, at_console, new_worker
from support.questionnaires import japanese_workbook, with_part
from tokimori.assurance.evaluation.contradictions import RULES, Contradiction
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.probes.probe import Observation
from tokimori.assurance.queries import sheet_of
from tokimori.assurance.questionnaires.errors import DecisionNotValid, NothingToExport, WordsNotValid
from tokimori.assurance.questionnaires.files import read_grids
from tokimori.assurance.questionnaires.layouts import SheetLayout
from tokimori.assurance.questionnaires.queries import exports, preview, questionnaire, questionnaires, questions
from tokimori.assurance.questionnaires.replies import WrittenReply
from tokimori.assurance.questionnaires.services.deciding import Decision, accept_above, decide
from tokimori.assurance.questionnaires.services.deleting import delete_questionnaire
from tokimori.assurance.questionnaires.services.exporting import (
    contradicted_rows,
    download_questionnaire,
    export_questionnaire,
)
from tokimori.assurance.questionnaires.services.taking import Sent, choose_columns, choose_words, take_questionnaire
from tokimori.assurance.questionnaires.vocabularies import Vocabulary
from tokimori.assurance.services.running import keep_observation
from tokimori.assurance.snapshots.queries import files_of
from tokimori.assurance.snapshots.services.publishing import publish_snapshot
from tokimori.foundation import clock
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import TenantId
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.models import LedgerEvent
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

SECRETS_ROW = 49
"""Default passwords: no is its good answer."""


@pytest.fixture(scope="module")
def worker() -> Worker:
    return new_worker("Chiyo Compliance")


def say(probe: str, outcome: Outcome) -> None:
    now = clock.now()
    seen = Observation(outcome=outcome, reason="" if outcome is Outcome.PASSED else "found", measured={})
    keep_observation(probe=PROBES[probe], seen=seen, observed_from=now, observed_to=now)


@contextmanager
def taken(worker: Worker, content: bytes | None = None, *, buyer: str = "株式会社ながいなまえ") -> Iterator[UUID]:
    sent = Sent(
        buyer=buyer, due_on=None, language="ja", file_name="シート.xlsx", content=content or japanese_workbook()
    )
    with tenant_transaction(PROVIDER):
        yield take_questionnaire(actor=worker.principal, sent=sent, now=clock.now())


def texts(content: bytes) -> Mapping[str, str]:
    grid = read_grids(content)[2][0]
    return {f"{row}:{column}": text for row, cells in grid.cells.items() for column, text in cells.items()}


def events(subject: UUID, name: EventName) -> int:
    return LedgerEvent.objects.filter(tenant_id=PROVIDER, subject_id=subject, name=name).count()


def test_what_the_machine_proposes_is_no_answer_before_a_human_confirms(worker: Worker) -> None:
    with taken(worker) as key:
        proposed = questions(actor=worker.principal, questionnaire_id=key)

        assert [one.rows[0] for one in proposed[:2]] == [40, SECRETS_ROW]
        assert proposed[1].good_is_no
        assert not any(one.is_confirmed for one in proposed)
        with pytest.raises(NothingToExport):
            export_questionnaire(actor=worker.principal, questionnaire_id=key, now=clock.now())


def test_confirmed_answers_are_written_into_the_very_file_with_the_evidence_of_now(worker: Worker) -> None:
    with taken(worker) as key:
        decide(
            actor=worker.principal,
            questionnaire_id=key,
            sequence=2,
            decision=Decision(rows=(SECRETS_ROW,), good_is_no=True),
            now=clock.now(),
        )
        decide(
            actor=worker.principal,
            questionnaire_id=key,
            sequence=3,
            decision=Decision(rows=(), free_word="対象外", free_text="=1+1"),
            now=clock.now(),
        )
        made = export_questionnaire(actor=worker.principal, questionnaire_id=key, now=clock.now())
        name, digest, content = download_questionnaire(actor=worker.principal, export_id=made, now=clock.now())

        before, after = texts(japanese_workbook()), texts(content)
        assert {place for place in after if after[place] != before.get(place)} == {"6:3", "6:4", "7:3", "7:4"}
        assert after["6:3"] in {"○", "×"}  # noqa: RUF001 -- marks
        assert after["6:4"].startswith(f"{SECRETS_ROW}: ")
        assert after["7:3"] == "対象外"
        assert after["7:4"].startswith("=1+1\n")
        assert "Chiyo Compliance" in after["7:4"]
        last = read_grids(content)[2][-1]
        assert last.name == "Tokimori"
        assert str(SECRETS_ROW) in last.text((2, 2))
        assert name.endswith(".xlsx")
        assert events(made, EventName.QUESTIONNAIRE_EXPORTED) == events(made, EventName.QUESTIONNAIRE_DOWNLOADED) == 1
        assert exports(actor=worker.principal, questionnaire_id=key)[0].digest == digest


def test_the_file_names_the_signed_snapshot_and_the_rows_that_have_changed_since(worker: Worker) -> None:
    say("clock.offset", Outcome.PASSED)
    settle()
    with tenant_transaction(PROVIDER):
        snapshot_id = publish_snapshot(actor=worker.principal, now=clock.now())
        digest = next(one.digest for one in files_of(snapshot_id) if one.name == "sheet.json")

    def note() -> list[list[str]]:
        made = export_questionnaire(actor=worker.principal, questionnaire_id=key, now=clock.now())
        content = download_questionnaire(actor=worker.principal, export_id=made, now=clock.now())[2]
        grid = read_grids(content)[2][-1]
        return [[grid.text((row, column)) for column in (1, 2)] for row in range(1, 9)]

    with taken(worker) as key:
        decide(actor=worker.principal, questionnaire_id=key, sequence=1, decision=Decision(rows=(85,)), now=clock.now())
        said = note()
        assert str(snapshot_id) in said[3][1]
        assert said[4][1] == digest
        assert said[6] == ["その後に変わった項目", "–"]
        say("clock.offset", Outcome.FAILED)
        assert note()[6][1] == "85"
        say("clock.offset", Outcome.PASSED)


def test_a_second_export_says_what_has_changed(worker: Worker) -> None:
    say("clock.offset", Outcome.PASSED)
    with taken(worker) as key:
        decide(actor=worker.principal, questionnaire_id=key, sequence=1, decision=Decision(rows=(85,)), now=clock.now())
        export_questionnaire(actor=worker.principal, questionnaire_id=key, now=clock.now())
        assert preview(actor=worker.principal, questionnaire_id=key, now=clock.now()).changes == ()
        later = clock.now() + timedelta(days=400)
        (changed,) = preview(actor=worker.principal, questionnaire_id=key, now=later).changes
        assert (changed.sequence, changed.before, changed.after) == (1, "△", "×")  # noqa: RUF001 -- marks
        export_questionnaire(actor=worker.principal, questionnaire_id=key, now=later)

        newest = exports(actor=worker.principal, questionnaire_id=key)[0]
        assert [(one.sequence, one.after) for one in newest.changes] == [(1, "×")]  # noqa: RUF001 -- marks


def test_the_buyers_polarity_turns_the_word_and_several_rows_count_by_the_worst(worker: Worker) -> None:
    say("clock.offset", Outcome.PASSED)
    with taken(worker) as key:

        def word(decision: Decision) -> str:
            decide(actor=worker.principal, questionnaire_id=key, sequence=1, decision=decision, now=clock.now())
            return preview(actor=worker.principal, questionnaire_id=key, now=clock.now()).replies[0].word

        good, bad = word(Decision(rows=(85,))), word(Decision(rows=(135,)))
        turned = word(Decision(rows=(135,), good_is_no=True))
        with_nothing = word(Decision(rows=(85, 135)))

        assert (good, bad, turned, with_nothing) == ("△", "×", "○", "×")  # noqa: RUF001 -- marks


def test_what_was_confirmed_is_proposed_for_the_same_words_with_its_origin(worker: Worker) -> None:
    content = b"No,Question,Answer\n1,Is the moon made of cheese no. 77?,\n"
    with taken(worker, content) as key:
        decide(
            actor=worker.principal, questionnaire_id=key, sequence=1, decision=Decision(rows=(7, 8)), now=clock.now()
        )
    with taken(worker, content.replace(b"Is the moon", b"IS THE  Moon")) as again:
        (one,) = questions(actor=worker.principal, questionnaire_id=again)

        assert (one.rows, one.is_remembered, one.is_confirmed) == ((7, 8), True, False)
        assert accept_above(actor=worker.principal, questionnaire_id=again, likeness=1000, now=clock.now()) == 1


def test_other_columns_find_other_questions_and_keep_what_was_decided(worker: Worker) -> None:
    with taken(worker) as key:
        decide(actor=worker.principal, questionnaire_id=key, sequence=1, decision=Decision(rows=(40,)), now=clock.now())
        layout = SheetLayout(sheet="チェックシート", heading_row=3, question=2, answer=4, number=1)

        assert choose_columns(actor=worker.principal, questionnaire_id=key, layouts=[layout], now=clock.now()) == 3

        found = questions(actor=worker.principal, questionnaire_id=key)
        assert [one.is_confirmed for one in found] == [True, False, False]


def test_only_words_of_the_files_own_list_are_taken(worker: Worker) -> None:
    with taken(worker) as key:
        with pytest.raises(WordsNotValid):
            choose_words(
                actor=worker.principal, questionnaire_id=key, words=Vocabulary(yes="Yes", no="No"), now=clock.now()
            )
        choose_words(
            actor=worker.principal, questionnaire_id=key, words=Vocabulary(yes="○", no="対象外"), now=clock.now()
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"rows": ()},
        {"rows": (1, 1)},
        {"rows": (136,)},
        {"rows": (1,), "free_word": "Yes"},
        {"rows": (), "free_word": "a\nb"},
        {"rows": tuple(range(1, 9))},
    ],
)
def test_a_decision_is_rows_or_words_of_ones_own(fields: dict[str, object]) -> None:
    with pytest.raises(DecisionNotValid):
        Decision(**fields)  # type: ignore[arg-type]  # what must be refused


def test_deleting_leaves_nothing_but_its_event(worker: Worker) -> None:
    buyer = "Buyer that goes"
    with taken(worker, buyer=buyer) as key, taken(worker, buyer=buyer.upper()) as other:
        decide(actor=worker.principal, questionnaire_id=key, sequence=1, decision=Decision(rows=(40,)), now=clock.now())
        export_questionnaire(actor=worker.principal, questionnaire_id=key, now=clock.now())

        count = delete_questionnaire(actor=worker.principal, questionnaire_id=key, whole_buyer=True, now=clock.now())

        assert count == 2
        assert events(key, EventName.QUESTIONNAIRE_DELETED) == events(other, EventName.QUESTIONNAIRE_DELETED) == 1
        assert not {key, other} & {one.id for one in questionnaires(actor=worker.principal)}


def test_without_the_right_and_from_another_company_nothing_opens(worker: Worker) -> None:
    stripped = replace(worker.principal, rights=worker.principal.rights - {Permission.QUESTIONNAIRE_ANSWER})
    elsewhere = replace(worker.principal, tenant_id=UUID(int=9))
    with taken(worker) as key, pytest.raises(NotAllowed):
        questionnaire(actor=stripped, questionnaire_id=key)
    with tenant_transaction(TenantId(UUID(int=9))), pytest.raises(NotFound):
        questionnaire(actor=elsewhere, questionnaire_id=key)


def send(browser: Client, content: bytes, **changed: str) -> object:
    file = SimpleUploadedFile("sheet.xlsx", content)
    return browser.post(
        reverse("questionnaires"), {"buyer": "Screens Ltd.", "language": "en", "due_on": "", "file": file, **changed}
    )


def test_the_screens_lead_from_the_upload_to_the_file(worker: Worker) -> None:
    browser = at_console(worker)
    answer = send(browser, japanese_workbook())
    assert answer.status_code == 302, answer.content.decode()  # type: ignore[attr-defined]  # a response
    page = answer["Location"]  # type: ignore[index]  # as above
    key = UUID(page.rsplit("/", 1)[1])

    assert "Proposed by the machine" in browser.get(page).content.decode()
    assert "Screens Ltd." in browser.get(reverse("questionnaires")).content.decode()
    first = reverse("buyer_question", args=[key, 1])
    assert "autofocus" in browser.get(first).content.decode()
    second = browser.post(first, {"choice": "40", "good": "auto"})["Location"]
    assert second == reverse("buyer_question", args=[key, 2])
    assert browser.post(second, {"choice": "other", "further": "nonsense"}).status_code == 422
    browser.post(second, {"choice": "49", "further": "46, 44", "good": "no"})
    last = browser.post(reverse("buyer_question", args=[key, 3]), {"choice": "none", "free_word": "対象外"})
    assert last["Location"] == reverse("questionnaire_preview", args=[key])
    preview_page = browser.get(last["Location"]).content.decode()
    assert "44" in preview_page
    assert browser.post(reverse("questionnaire_words", args=[key]), {"yes": "Yes", "no": "Yes"}).status_code == 422
    assert browser.post(reverse("export_questionnaire", args=[key])).status_code == 302
    with tenant_transaction(PROVIDER):
        (made,) = exports(actor=worker.principal, questionnaire_id=key)
    file = browser.get(reverse("download_questionnaire", args=[made.id]))
    assert file["X-Content-Digest"] == f"sha-256={made.digest}"
    assert texts(file.content)["7:3"] == "対象外"
    columns = browser.get(reverse("questionnaire_columns", args=[key]))
    assert "確認事項" in columns.content.decode()
    wrong = {"sheet-0": "on", "question-0": "B", "answer-0": "B", "heading-0": "3"}
    assert browser.post(reverse("questionnaire_columns", args=[key]), wrong).status_code == 422
    right = {"sheet-0": "on", "question-0": "B", "answer-0": "D", "heading-0": "3"}
    assert browser.post(reverse("questionnaire_columns", args=[key]), right).status_code == 302
    assert browser.post(reverse("delete_questionnaire", args=[key])).status_code == 302
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(with_part(japanese_workbook(), {"xl/vbaProject.bin": b"x"}), "macros"), (b"\0\0", "neither an Excel workbook")],
)
def test_a_file_that_is_not_taken_says_why_and_what_was_typed_stays(
    worker: Worker, content: bytes, sentence: str
) -> None:
    answer = send(at_console(worker), content)

    assert answer.status_code == 422  # type: ignore[attr-defined]  # a response
    page = answer.content.decode()  # type: ignore[attr-defined]  # as above
    assert sentence in page
    assert 'value="Screens Ltd."' in page


def test_only_a_contradiction_that_touches_an_answer_keeps_the_file_back() -> None:
    sheet = sheet_of(evidence=(), now=clock.now())
    broken = replace(sheet, contradictions=(Contradiction(rule=RULES[0], rows=(15, 69)),))
    written = WrittenReply(
        sequence=1, number="", text="", word="", remark="", rows=(69,), state=None, seen_at=None, valid_until=None,
        place={},
    )  # fmt: skip

    assert contradicted_rows([written], sheet=broken) == (15, 69)
    assert contradicted_rows([replace(written, rows=(40,))], sheet=broken) == ()
