"""Answer the sheet anew from what is known, and write down which rows changed their state."""

from datetime import datetime
from typing import Final

from tokimori.assurance.evaluation.answers import Answer
from tokimori.assurance.models import AnswerChange
from tokimori.assurance.queries import Sheet, last_states, present_sheet
from tokimori.assurance.services.telling import notice_changes
from tokimori.foundation.access.principal import system_principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_events
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_LONGEST_REASON: Final = 300


def answer_sheet(*, now: datetime) -> tuple[int, ...]:
    """Answer every row; append a change for each whose state is not what it was, with an event; return these rows.

    Of all changes of one run the provider's people get one notice.
    """
    with tenant_transaction(PROVIDER):
        sheet = present_sheet(now=now)
        before = last_states()
        changed = [answer for answer in sheet.answers.values() if before.get(answer.row) != answer.state.value]
        rows = [_change(answer, before=before.get(answer.row, ""), sheet=sheet) for answer in changed]
        AnswerChange.objects.bulk_create(rows)
        events = [
            Event(
                name=EventName.CONTROL_STATE_CHANGED,
                subject_id=row.id,
                details={"row": row.row, "before": row.before, "after": row.after, "why": row.why},
            )
            for row in rows
        ]
        record_events(events, actor=system_principal(PROVIDER), at=now)
        notice_changes(rows, now=now)
    return tuple(answer.row for answer in changed)


def _change(answer: Answer, *, before: str, sheet: Sheet) -> AnswerChange:
    deciding = answer.deciding
    evidence = deciding.evidence if deciding else None
    reason = f"{deciding.source.name}: {evidence.reason}" if deciding and evidence and evidence.reason else ""
    return AnswerChange(
        tenant_id=PROVIDER,
        id=new_id(at=sheet.at),
        row=answer.row,
        before=before,
        after=answer.state.value,
        mark=answer.mark.value,
        why=answer.why.value,
        reason=reason[:_LONGEST_REASON],
        at=sheet.at,
    )
