"""Take a questionnaire in, and find its questions."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.catalogue.controls import LANGUAGES
from tokimori.assurance.questionnaires.answers import good_is_no
from tokimori.assurance.questionnaires.delimited_sheet import CODECS
from tokimori.assurance.questionnaires.errors import (
    ColumnsNotValid,
    NoQuestions,
    QuestionnaireNotDescribed,
    WordsNotValid,
)
from tokimori.assurance.questionnaires.files import read_grids
from tokimori.assurance.questionnaires.grids import Grid
from tokimori.assurance.questionnaires.layouts import (
    MOST_QUESTIONS,
    FoundQuestion,
    SheetLayout,
    proposed_layouts,
    questions_of,
)
from tokimori.assurance.questionnaires.models import BuyerQuestion, Questionnaire
from tokimori.assurance.questionnaires.services.access import found_questionnaire, require_answerer
from tokimori.assurance.questionnaires.services.remembering import remembered
from tokimori.assurance.questionnaires.suggesting import suggested_rows
from tokimori.assurance.questionnaires.vocabularies import Vocabulary, proposed_vocabulary
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER

LONGEST_NAME: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What somebody sends: whose questionnaire, until when, answered in which language, and the file.

    ``encoding`` is one of ``CODECS``, or nothing where it is to be found out.
    """

    buyer: str
    due_on: date | None
    language: str
    file_name: str
    content: bytes
    encoding: str = ""

    def __post_init__(self) -> None:
        if not self.buyer.strip() or len(self.buyer) > LONGEST_NAME or not self.buyer.isprintable():
            raise QuestionnaireNotDescribed
        if self.language not in LANGUAGES or (self.encoding and self.encoding not in CODECS):
            raise QuestionnaireNotDescribed


@transaction.atomic
def take_questionnaire(*, actor: Principal, sent: Sent, now: datetime) -> UUID:
    """Read a file, propose its columns, find its questions and propose rows for them. Return the questionnaire's id.

    A file in which no column of questions is found is kept as well: a human chooses them.
    """
    account_id = require_answerer(actor)
    kind, encoding, grids = read_grids(sent.content, encoding=sent.encoding)
    layouts = proposed_layouts(grids)
    row = Questionnaire.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        buyer=sent.buyer.strip(),
        file_name=sent.file_name[-LONGEST_NAME:],
        content=sent.content,
        digest=hashlib.sha256(sent.content).hexdigest(),
        kind=kind,
        encoding=encoding,
        language=sent.language,
        due_on=sent.due_on,
        layouts=[layout.plain() for layout in layouts],
        words=_proposed_words(grids, layouts, language=sent.language).plain(),
        uploaded_by=account_id,
        uploaded_at=now,
    )
    found = _find_questions(row, grids, layouts, now=now)
    record_event(
        EventName.QUESTIONNAIRE_TAKEN, actor=actor, subject_id=row.id, at=now, digest=row.digest, questions=found
    )
    return row.id


@transaction.atomic
def choose_columns(*, actor: Principal, questionnaire_id: UUID, layouts: Sequence[SheetLayout], now: datetime) -> int:
    """Find the questions anew in the columns that a human chose; return how many. Decisions on the same cells stay.

    Raise ``ColumnsNotValid`` for sheets that are not there, ``NoQuestions`` where nothing is found.
    """
    row = found_questionnaire(actor, questionnaire_id, lock=True)
    _, _, grids = read_grids(bytes(row.content), encoding=row.encoding)
    sheets = {grid.name for grid in grids}
    names = [layout.sheet for layout in layouts]
    if not names or len(set(names)) != len(names) or not set(names) <= sheets:
        raise ColumnsNotValid
    row.layouts = [layout.plain() for layout in layouts]
    row.words = _proposed_words(grids, layouts, language=row.language).plain()
    row.save(update_fields=["layouts", "words"])
    found = _find_questions(row, grids, layouts, now=now)
    if not found:
        raise NoQuestions
    record_event(EventName.QUESTIONNAIRE_COLUMNS_CHOSEN, actor=actor, subject_id=row.id, at=now, questions=found)
    return found


@transaction.atomic
def choose_words(*, actor: Principal, questionnaire_id: UUID, words: Vocabulary, now: datetime) -> None:
    """Answer in these words from now on; raise ``WordsNotValid`` where the file's own list has others."""
    row = found_questionnaire(actor, questionnaire_id, lock=True)
    _, _, grids = read_grids(bytes(row.content), encoding=row.encoding)
    layouts = [SheetLayout.from_plain(one) for one in row.layouts]
    allowed = listed_words(grids, layouts)
    chosen = [one for one in (words.yes, words.no, words.partly, words.none) if one]
    if allowed and not set(chosen) <= set(allowed):
        raise WordsNotValid
    row.words = words.plain()
    row.save(update_fields=["words"])
    record_event(EventName.QUESTIONNAIRE_WORDS_CHOSEN, actor=actor, subject_id=row.id, at=now)


def listed_words(grids: Sequence[Grid], layouts: Sequence[SheetLayout]) -> tuple[str, ...]:
    """Return the words that the cells of the answers take, of the first list that is found; nothing where there is none."""
    by_name = {grid.name: grid for grid in grids}
    for layout in layouts:
        grid = by_name[layout.sheet]
        for question in questions_of(grid, layout):
            if words := grid.words_for(question.answer):
                return words
    return ()


def _proposed_words(grids: Sequence[Grid], layouts: Sequence[SheetLayout], *, language: str) -> Vocabulary:
    return proposed_vocabulary(listed_words(grids, layouts), language=language)


def _find_questions(row: Questionnaire, grids: Sequence[Grid], layouts: Sequence[SheetLayout], *, now: datetime) -> int:
    """Put the questions of these columns in the place of those before, and return how many there are."""
    before = BuyerQuestion.objects.filter(tenant_id=PROVIDER, questionnaire_id=row.id)
    decided = {(*_cell(one.place), one.text): one for one in before if one.is_confirmed}
    before.delete()
    found = list(_found(grids, layouts))[:MOST_QUESTIONS]
    BuyerQuestion.objects.bulk_create(
        [
            _question(row, one, sequence=sequence, decided=decided.get((one.sheet, one.row, one.text)), now=now)
            for sequence, one in enumerate(found, start=1)
        ]
    )
    return len(found)


def _found(grids: Sequence[Grid], layouts: Sequence[SheetLayout]) -> Iterator[FoundQuestion]:
    by_name = {grid.name: grid for grid in grids}
    for layout in layouts:
        yield from questions_of(by_name[layout.sheet], layout)


def _cell(place: Mapping[str, object]) -> tuple[object, object]:
    return place["sheet"], place["row"]


def _question(
    row: Questionnaire, one: FoundQuestion, *, sequence: int, decided: BuyerQuestion | None, now: datetime
) -> BuyerQuestion:
    suggestions = suggested_rows(one.text)
    known = remembered(one.text)
    rows = list(known.rows) if known else [found.row for found in suggestions[:1]]
    question = BuyerQuestion(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        questionnaire_id=row.id,
        sequence=sequence,
        place={"sheet": one.sheet, "row": one.row, "answer": one.answer, "remark": one.remark},
        section=one.section,
        number=one.number,
        text=one.text,
        suggested_rows=[found.row for found in suggestions],
        likeness=round(suggestions[0].likeness * 1000) if suggestions else 0,
        is_remembered=known is not None,
        rows=rows,
        good_is_no=known.good_is_no if known else good_is_no(rows),
    )
    if decided is not None:
        for name in ("rows", "good_is_no", "is_confirmed", "free_word", "free_text", "decided_by", "decided_at"):
            setattr(question, name, getattr(decided, name))
    return question
