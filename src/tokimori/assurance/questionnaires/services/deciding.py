"""What a human decides about a question: which rows answer it, or his own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.catalogue.controls import ROWS
from tokimori.assurance.questionnaires.errors import DecisionNotValid
from tokimori.assurance.questionnaires.models import BuyerQuestion
from tokimori.assurance.questionnaires.services.access import found_questionnaire, require_answerer
from tokimori.assurance.questionnaires.services.remembering import remember
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER

MOST_ROWS: Final = 6
LONGEST_FREE_WORD: Final = 60
LONGEST_FREE_TEXT: Final = 2_000
_DECIDED: Final = ("rows", "good_is_no", "free_word", "free_text", "is_confirmed", "decided_by", "decided_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The rows that answer a question; or none, and then an answer by hand: a word and an explanation."""

    rows: tuple[int, ...]
    good_is_no: bool = False
    free_word: str = ""
    free_text: str = ""

    def __post_init__(self) -> None:
        rows_fit = len(set(self.rows)) == len(self.rows) <= MOST_ROWS and all(row in ROWS for row in self.rows)
        word, text = self.free_word, self.free_text
        words_fit = len(word) <= LONGEST_FREE_WORD and word.isprintable() and len(text) <= LONGEST_FREE_TEXT
        if not rows_fit or not words_fit or bool(self.rows) == bool(word.strip()):
            raise DecisionNotValid


@transaction.atomic
def decide(*, actor: Principal, questionnaire_id: UUID, sequence: int, decision: Decision, now: datetime) -> None:
    """Confirm a decision; it is remembered for the same words, but for answers by hand, which are this buyer's."""
    found_questionnaire(actor, questionnaire_id, lock=True)
    question = BuyerQuestion.objects.filter(
        tenant_id=PROVIDER, questionnaire_id=questionnaire_id, sequence=sequence
    ).first()
    if question is None:
        raise NotFound
    question.rows = list(decision.rows)
    question.good_is_no = decision.good_is_no
    question.free_word = decision.free_word.strip()
    question.free_text = decision.free_text.strip()
    _confirm(question, by=require_answerer(actor), now=now)
    record_event(
        EventName.QUESTIONNAIRE_DECIDED,
        actor=actor,
        subject_id=questionnaire_id,
        at=now,
        question=sequence,
        rows=" ".join(map(str, decision.rows)),
    )


@transaction.atomic
def accept_above(*, actor: Principal, questionnaire_id: UUID, likeness: int, now: datetime) -> int:
    """Confirm the first proposal of every open question that is at least so alike, in thousandths; return how many.

    What was remembered counts as the same words.
    """
    found_questionnaire(actor, questionnaire_id, lock=True)
    if not 1 <= likeness <= 1000:  # noqa: PLR2004 -- thousandths
        raise DecisionNotValid
    open_ones = BuyerQuestion.objects.filter(
        tenant_id=PROVIDER, questionnaire_id=questionnaire_id, is_confirmed=False
    ).order_by("sequence")
    wanted = [one for one in open_ones if one.rows and (one.is_remembered or one.likeness >= likeness)]
    for question in wanted:
        _confirm(question, by=require_answerer(actor), now=now)
    if wanted:
        record_event(
            EventName.QUESTIONNAIRE_PROPOSALS_ACCEPTED,
            actor=actor,
            subject_id=questionnaire_id,
            at=now,
            likeness=likeness,
            questions=len(wanted),
        )
    return len(wanted)


def _confirm(question: BuyerQuestion, *, by: UUID, now: datetime) -> None:
    question.is_confirmed = True
    question.decided_by = by
    question.decided_at = now
    question.save(update_fields=_DECIDED)
    if question.rows:
        remember(question.text, rows=question.rows, good_is_no=question.good_is_no, by=by, now=now)
