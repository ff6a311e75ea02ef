"""Answer the sheet anew from what is known, and write down which rows changed their state."""

from datetime import datetime
from typing import Final

from tokimori.assurance.evaluation.answers import Answer, ControlException
from tokimori.assurance.models import AcceptedGap, AnswerChange
from tokimori.assurance.queries import Sheet, last_states, present_sheet
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.errors import InvalidInput
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import Event, record_event, record_events
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

_LONGEST_REASON: Final = 300


class GapNotAcceptable(InvalidInput):
    """A gap is accepted with a reason, by two different people, and until a moment that lies ahead."""

    code = "assurance.gap_not_acceptable"


def answer_sheet(*, now: datetime) -> tuple[int, ...]:
    """Answer every row; append a change for each whose state is not what it was, with an event. Return these rows."""
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
    return tuple(answer.row for answer in changed)


def accept_gap(*, actor: Principal, gap: ControlException, now: datetime) -> None:
    """Accept a gap for a time; it explains the row, and leaves its state as it is.

    ``actor`` is who approves, one of the provider's people, in the provider's open tenant. Raise ``GapNotAcceptable``
    unless it is he whom the gap names, and the present moment lies within its time.
    """
    authorise(actor, Permission.OPERATOR_ACT)
    if gap.approved_by != str(actor.account_id) or not gap.is_live(now):
        raise GapNotAcceptable
    with tenant_transaction(PROVIDER):
        row = AcceptedGap.objects.create(
            tenant_id=PROVIDER,
            id=new_id(at=now),
            row=gap.row,
            reason=gap.reason.strip()[:_LONGEST_REASON],
            requested_by=gap.requested_by,
            approved_by=gap.approved_by,
            approved_at=gap.approved_at,
            expires_at=gap.expires_at,
        )
        record_event(EventName.CONTROL_GAP_ACCEPTED, actor=actor, subject_id=row.id, at=now, row=gap.row)


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
