"""Read questionnaires, for the provider's people alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tokimori.assurance.queries import Sheet, present_sheet
from tokimori.assurance.questionnaires.files import read_grids
from tokimori.assurance.questionnaires.grids import Grid
from tokimori.assurance.questionnaires.layouts import SheetLayout
from tokimori.assurance.questionnaires.models import BuyerQuestion, Questionnaire, QuestionnaireExport
from tokimori.assurance.questionnaires.replies import Difference, WrittenReply, differences
from tokimori.assurance.questionnaires.services.access import found_questionnaire, require_answerer
from tokimori.assurance.questionnaires.services.exporting import contradicted_rows, questions_in, replies_to
from tokimori.assurance.questionnaires.services.taking import listed_words
from tokimori.assurance.questionnaires.vocabularies import Vocabulary
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.tenancy.context import PROVIDER


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionnaireView:
    """A questionnaire, how far it is, and when it was handed back last."""

    id: UUID
    buyer: str
    file_name: str
    kind: str
    encoding: str
    language: str
    due_on: date | None
    layouts: tuple[SheetLayout, ...]
    words: Vocabulary
    uploaded_at: datetime
    asked: int
    confirmed: int
    exported_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """A question with what the machine proposes and what a human decided."""

    sequence: int
    section: str
    number: str
    text: str
    suggested_rows: tuple[int, ...]
    likeness: int
    is_remembered: bool
    rows: tuple[int, ...]
    good_is_no: bool
    is_confirmed: bool
    free_word: str
    free_text: str
    decided_by: UUID | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """A file that was handed back."""

    id: UUID
    digest: str
    answered: int
    asked: int
    created_by: UUID
    created_at: datetime
    changes: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be handed back now, and what of it is another answer than last time."""

    sheet: Sheet
    replies: tuple[WrittenReply, ...]
    contradicted: tuple[int, ...]
    changes: tuple[Difference, ...]
    was_exported: bool
    listed: tuple[str, ...]


def questionnaires(*, actor: Principal) -> tuple[QuestionnaireView, ...]:
    """Return all, the ones that are due first, then those without a date, the newest first."""
    require_answerer(actor)
    rows = list(Questionnaire.objects.filter(tenant_id=PROVIDER).defer("content").order_by("-uploaded_at"))
    views = [_view(row) for row in rows]
    return tuple(
        sorted(views, key=lambda one: (one.exported_at is not None, one.due_on is None, one.due_on or date.max))
    )


def questionnaire(*, actor: Principal, questionnaire_id: UUID) -> QuestionnaireView:
    """Return one; raise ``NotFound`` where there is none."""
    return _view(found_questionnaire(actor, questionnaire_id))


def questions(*, actor: Principal, questionnaire_id: UUID) -> tuple[QuestionView, ...]:
    """Return its questions in their order."""
    found_questionnaire(actor, questionnaire_id)
    return tuple(_question(one) for one in questions_in(questionnaire_id))


def grids_of(*, actor: Principal, questionnaire_id: UUID) -> tuple[Grid, ...]:
    """Return the file's sheets."""
    row = found_questionnaire(actor, questionnaire_id)
    return read_grids(bytes(row.content), encoding=row.encoding)[2]


def preview(*, actor: Principal, questionnaire_id: UUID, now: datetime) -> Preview:
    """Return what would be written into the file at this moment."""
    row = found_questionnaire(actor, questionnaire_id)
    sheet = present_sheet(now=now)
    replies = replies_to(row, questions_in(row.id), sheet=sheet)
    last = _exports(row.id).first()
    _, _, grids = read_grids(bytes(row.content), encoding=row.encoding)
    return Preview(
        sheet=sheet,
        replies=replies,
        contradicted=contradicted_rows(replies, sheet=sheet),
        changes=differences(replies, before=last.answers) if last else (),
        was_exported=last is not None,
        listed=listed_words(grids, [SheetLayout.from_plain(one) for one in row.layouts]),
    )


def exports(*, actor: Principal, questionnaire_id: UUID) -> tuple[ExportView, ...]:
    """Return what was handed back, the newest first, each with what it says otherwise than the one before."""
    found_questionnaire(actor, questionnaire_id)
    rows = list(_exports(questionnaire_id).defer("content"))
    return tuple(_export(row, before=rows[at + 1] if at + 1 < len(rows) else None) for at, row in enumerate(rows))


def _exports(questionnaire_id: UUID) -> QuerySet[QuestionnaireExport]:
    return QuestionnaireExport.objects.filter(tenant_id=PROVIDER, questionnaire_id=questionnaire_id).order_by("-id")


def _export(row: QuestionnaireExport, *, before: QuestionnaireExport | None) -> ExportView:
    return ExportView(
        id=row.id,
        digest=row.digest,
        answered=row.answered,
        asked=row.asked,
        created_by=row.created_by,
        created_at=row.created_at,
        changes=_changes(row.answers, before.answers) if before else (),
    )


def _changes(after: Sequence[dict[str, object]], before: Sequence[dict[str, object]]) -> tuple[Difference, ...]:
    said = {int(str(one["sequence"])): str(one["word"]) for one in before}
    now = {int(str(one["sequence"])): str(one["word"]) for one in after}
    return tuple(
        Difference(sequence=one, before=said.get(one, ""), after=now.get(one, ""))
        for one in sorted({*said, *now})
        if said.get(one, "") != now.get(one, "")
    )


def _view(row: Questionnaire) -> QuestionnaireView:
    counted = BuyerQuestion.objects.filter(tenant_id=PROVIDER, questionnaire_id=row.id).aggregate(
        asked=Count("id"), confirmed=Count("id", filter=Q(is_confirmed=True))
    )
    last = _exports(row.id).values_list("created_at", flat=True).first()
    return QuestionnaireView(
        id=row.id,
        buyer=row.buyer,
        file_name=row.file_name,
        kind=row.kind,
        encoding=row.encoding,
        language=row.language,
        due_on=row.due_on,
        layouts=tuple(SheetLayout.from_plain(one) for one in row.layouts),
        words=Vocabulary.from_plain(row.words),
        uploaded_at=row.uploaded_at,
        asked=counted["asked"],
        confirmed=counted["confirmed"],
        exported_at=last,
    )


def _question(row: BuyerQuestion) -> QuestionView:
    return QuestionView(
        sequence=row.sequence,
        section=row.section,
        number=row.number,
        text=row.text,
        suggested_rows=tuple(row.suggested_rows),
        likeness=row.likeness,
        is_remembered=row.is_remembered,
        rows=tuple(row.rows),
        good_is_no=row.good_is_no,
        is_confirmed=row.is_confirmed,
        free_word=row.free_word,
        free_text=row.free_text,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
