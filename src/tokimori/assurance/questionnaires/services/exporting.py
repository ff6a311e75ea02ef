"""Hand a questionnaire back in the buyer's own file, with what is true at this moment."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, override

from tokimori.assurance.queries import Sheet, present_sheet
from tokimori.assurance.questionnaires.errors import NothingToExport, SheetContradictsItself
from tokimori.assurance.questionnaires.files import read_grids, write_file
from tokimori.assurance.questionnaires.grids import Grid, Place, letters_of
from tokimori.assurance.questionnaires.models import BuyerQuestion, Questionnaire, QuestionnaireExport
from tokimori.assurance.questionnaires.published import TiedSnapshot, tied_snapshot
from tokimori.assurance.questionnaires.replies import WrittenReply, written_replies
from tokimori.assurance.questionnaires.services.access import found_questionnaire, require_answerer
from tokimori.assurance.questionnaires.vocabularies import Vocabulary
from tokimori.assurance.sheet_words import STATES
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.queries import account_names
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER


@transaction.atomic
def export_questionnaire(*, actor: Principal, questionnaire_id: UUID, now: datetime) -> UUID:
    """Write every confirmed answer into the buyer's file, keep it with its digest, and return the export's id.

    Raise ``NothingToExport`` before a human confirmed anything, ``SheetContradictsItself`` while a row behind an answer
    contradicts another row.
    """
    row = found_questionnaire(actor, questionnaire_id, lock=True)
    questions = list(questions_in(row.id))
    sheet = present_sheet(now=now)
    replies = replies_to(row, questions, sheet=sheet)
    if contradicted_rows(replies, sheet=sheet):
        raise SheetContradictsItself
    if not replies:
        raise NothingToExport
    _, _, grids = read_grids(bytes(row.content), encoding=row.encoding)
    written, left_out = _cells(replies, grids)
    tied = tied_snapshot(sheet, {one for reply in replies for one in reply.rows})
    note = _note(row, replies, asked=len(questions), sheet=sheet, left_out=left_out, tied=tied)
    content = write_file(bytes(row.content), encoding=row.encoding, written=written, note_name="Tokimori", note=note)
    export = QuestionnaireExport.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        questionnaire_id=row.id,
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        answers=[one.kept() for one in replies],
        answered=len(replies),
        asked=len(questions),
        sheet_digest=sheet_digest(sheet),
        created_by=require_answerer(actor),
        created_at=now,
    )
    record_event(
        EventName.QUESTIONNAIRE_EXPORTED,
        actor=actor,
        subject_id=export.id,
        at=now,
        digest=export.digest,
        sheet=export.sheet_digest,
        answered=export.answered,
        asked=export.asked,
        snapshot=str(tied.id) if tied else "",
    )
    return export.id


@transaction.atomic
def download_questionnaire(*, actor: Principal, export_id: UUID, now: datetime) -> tuple[str, str, bytes]:
    """Return the name, the digest and the bytes of a file as it was handed out; the download is recorded."""
    export = QuestionnaireExport.objects.filter(tenant_id=PROVIDER, id=export_id).first()
    row = found_questionnaire(actor, export.questionnaire_id if export else export_id)
    if export is None:
        raise NotFound
    record_event(EventName.QUESTIONNAIRE_DOWNLOADED, actor=actor, subject_id=export.id, at=now, digest=export.digest)
    stem = row.file_name.rpartition(".")[0] or row.file_name
    return f"{stem}-{export.created_at:%Y-%m-%d}.{row.kind}", export.digest, bytes(export.content)


def questions_in(questionnaire_id: UUID) -> Sequence[BuyerQuestion]:
    """Return the questions of a questionnaire in their order."""
    rows = BuyerQuestion.objects.filter(tenant_id=PROVIDER, questionnaire_id=questionnaire_id)
    return list(rows.order_by("sequence"))


def replies_to(row: Questionnaire, questions: Sequence[BuyerQuestion], *, sheet: Sheet) -> tuple[WrittenReply, ...]:
    """Return what the questionnaire is answered from a sheet."""
    names = account_names(tenant=PROVIDER, account_ids={one.decided_by for one in questions})
    words = Vocabulary.from_plain(row.words)
    return written_replies(questions, sheet=sheet, words=words, language=row.language, names=names)


def contradicted_rows(replies: Sequence[WrittenReply], *, sheet: Sheet) -> tuple[int, ...]:
    """Return the rows of contradictions that touch a row which stands behind one of the replies."""
    used = {row for reply in replies for row in reply.rows}
    touched = [set(one.rows) for one in sheet.contradictions if used & set(one.rows)]
    return tuple(sorted(set().union(*touched)))


def sheet_digest(sheet: Sheet) -> str:
    """Return the digest of what every row is answered, and when."""
    rows = {str(row): [one.state.value, one.mark.value] for row, one in sorted(sheet.answers.items())}
    return digest({"at": sheet.at.isoformat(), "rows": rows})


def _cells(
    replies: Sequence[WrittenReply], grids: Sequence[Grid]
) -> tuple[Mapping[str, Mapping[Place, str]], tuple[str, ...]]:
    """Return what is written where, and the cells that keep their formula. What the buyer wrote among remarks stays."""
    by_name = {grid.name: grid for grid in grids}
    written: dict[str, dict[Place, str]] = {grid.name: {} for grid in grids}
    left_out = []
    for one in replies:
        grid = by_name[one.place["sheet"]]
        answer = (int(one.place["answer"][0]), int(one.place["answer"][1]))
        if answer in grid.formulas:
            left_out.append(f"{letters_of(answer[1])}{answer[0]}")
        written[grid.name][answer] = one.word
        if one.place["remark"]:
            remark = (int(one.place["remark"][0]), int(one.place["remark"][1]))
            before = grid.text(remark)
            if remark not in grid.formulas:
                written[grid.name][remark] = f"{before}\n{one.remark}" if before else one.remark
    return written, tuple(left_out)


def _note(
    row: Questionnaire,
    replies: Sequence[WrittenReply],
    *,
    asked: int,
    sheet: Sheet,
    left_out: Sequence[str],
    tied: TiedSnapshot | None,
) -> list[list[str]]:
    """Return the lines of the last sheet: what the answers are, from when, and which rows stand behind each."""
    rows = sorted({one for reply in replies for one in reply.rows})
    with override(row.language):
        lines = [
            [gettext("Answered from live evidence at"), f"{sheet.at:%Y-%m-%d %H:%M} UTC"],
            [gettext("Rows of the security sheet"), ", ".join(map(str, rows)) or "–"],
            [gettext("State of the sheet (SHA-256)"), sheet_digest(sheet)],
            *_tied(tied),
            [gettext("Answered questions"), f"{len(replies)} / {asked}"],
            *([[gettext("Cells that kept their formula"), ", ".join(left_out)]] if left_out else []),
            [],
            [
                gettext("Number"),
                gettext("Question"),
                gettext("Answer"),
                gettext("What stands behind it"),
                gettext("Evidence of"),
                gettext("Counts until"),
            ],
        ]
        for one in replies:
            behind = f"{', '.join(map(str, one.rows))} ({STATES[one.state]})" if one.state else gettext("by hand")
            seen = f"{one.seen_at:%Y-%m-%d %H:%M} UTC" if one.seen_at else ""
            ends = f"{one.valid_until:%Y-%m-%d %H:%M} UTC" if one.valid_until else ""
            lines.append([one.number or str(one.sequence), one.text, one.word, behind, seen, ends])
    return lines


def _tied(tied: TiedSnapshot | None) -> list[list[str]]:
    """Return the lines on the signed snapshot, in the language that is spoken now."""
    if tied is None:
        return [[gettext("Signed snapshot"), gettext("none is published yet")]]
    entry = f"{tied.log} · {tied.entry}" if tied.entry is not None else gettext("being signed")
    return [
        [gettext("Signed snapshot"), f"{tied.taken_at:%Y-%m-%d %H:%M} UTC · {tied.id}"],
        [gettext("Its sheet.json (SHA-256)"), tied.digest],
        [gettext("Its entry of the log"), entry],
        [gettext("Rows that have changed since"), ", ".join(map(str, tied.moved)) or "–"],
    ]
