"""Tell subscribers of changes: one letter for all that changed since the last one, at once or once a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils import translation

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.evaluation.states import WORST_FIRST, State
from tokimori.assurance.models import AnswerChange
from tokimori.assurance.sheet_words import STATES
from tokimori.assurance.subscriptions.models import SheetSubscription
from tokimori.assurance.subscriptions.services.subscribing import end_refused, receiver_of
from tokimori.assurance.subscriptions.wishes import wanted_rows
from tokimori.foundation.notices.kinds import NoticeKind, Posting
from tokimori.foundation.notices.queries import receivers_that_refuse
from tokimori.foundation.notices.services.outbox import mails, post_notice
from tokimori.foundation.tenancy.context import PROVIDER

AT_ONCE_EVERY: Final = timedelta(hours=1)
"""So long a flapping row waits for the next letter."""
DAILY_AT_UTC: Final = 22
"""Seven in the morning in Tokyo, five in Bangkok."""
ROWS_NAMED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How a row stands against how it stood when it was last told of."""

    row: int
    before: State
    after: State

    @property
    def is_worse(self) -> bool:
        """Whether it stands worse than before."""
        return WORST_FIRST.index(self.after) < WORST_FIRST.index(self.before)


def tell_subscribers(*, now: datetime) -> int:
    """Put letters into the outbox for whom they are due; return how many. To be called inside the provider's tenant.

    Whose address is refused for good is removed first. The first answer to a row is no change.
    """
    if not mails():
        return 0
    end_refused(receivers_that_refuse(tenant=PROVIDER), now=now)
    rows = SheetSubscription.objects.filter(tenant_id=PROVIDER, confirmed_at__isnull=False, told_until__lt=now)
    due = [row for row in rows.order_by("id").select_for_update(no_key=True) if is_due(row, now=now)]
    if not due:
        return 0
    changes = _changes(since=min(row.told_until for row in due if row.told_until), until=now)
    return sum(_tell(row, changes, now=now) for row in due)


def is_due(row: SheetSubscription, *, now: datetime) -> bool:
    """Whether a letter may go out: an hour after the last one, or once a day at the hour of the daily letters."""
    if not row.is_daily:
        return row.mailed_at is None or row.mailed_at <= now - AT_ONCE_EVERY
    hour = now.astimezone(UTC).replace(hour=DAILY_AT_UTC, minute=0, second=0, microsecond=0)
    last = hour if hour <= now else hour - timedelta(days=1)
    return row.told_until is not None and row.told_until < last


def moves_of(changes: Iterable[AnswerChange]) -> Mapping[int, Move]:
    """Return how each row moved over changes in order, those that came back where they were among them."""
    moves: dict[int, Move] = {}
    for one in changes:
        first = moves.get(one.row)
        before = first.before if first else State(one.before)
        moves[one.row] = Move(row=one.row, before=before, after=State(one.after))
    return moves


def _changes(*, since: datetime, until: datetime) -> Sequence[AnswerChange]:
    found = AnswerChange.objects.filter(tenant_id=PROVIDER, at__gt=since, at__lte=until).exclude(before="")
    return list(found.order_by("at", "id"))


def _tell(row: SheetSubscription, changes: Sequence[AnswerChange], *, now: datetime) -> int:
    """Tell one subscriber, if anything moved that he wants to hear of; return how many letters."""
    wanted, since = wanted_rows(chapters=row.chapters, rows=row.rows), row.told_until
    moves = moves_of(one for one in changes if one.row in wanted and since is not None and one.at > since)
    if moves:
        with translation.override(row.language):
            facts = _facts(moves.values())
        posting = post_notice(
            tenant=PROVIDER,
            receiver=receiver_of(row),
            kind=NoticeKind.SHEET_MOVED,
            facts={"at": now.isoformat(), "unsubscribe": row.secret, **facts},
            now=now,
        )
        if posting is Posting.TOO_MANY:
            return 0
        row.mailed_at = now
    row.told_until = now
    row.save(update_fields=["told_until", "mailed_at"])
    return 1 if moves else 0


def _facts(moves: Iterable[Move]) -> dict[str, str]:
    """Return the three lists of a letter, in the language that is spoken now."""
    ordered = sorted(moves, key=lambda one: one.row)
    moved = [one for one in ordered if one.before is not one.after]
    return {
        "worse": _named([one for one in moved if one.is_worse]),
        "better": _named([one for one in moved if not one.is_worse]),
        "back": _named([one for one in ordered if one.before is one.after]),
    }


def _named(moves: Sequence[Move]) -> str:
    """Return rows with what they ask and how they stand, one a line, the first twenty; a dash for none."""
    language = translation.get_language() or "en"
    lines = [
        f"{one.row} · {controls()[one.row].asks.in_language(language)} – {_states(one)}" for one in moves[:ROWS_NAMED]
    ]
    more = len(moves) - len(lines)
    return "".join(f"\n{line}" for line in [*lines, *([f"+{more}"] if more > 0 else [])]) or "–"


def _states(move: Move) -> str:
    if move.before is move.after:
        return str(STATES[move.after])
    return f"{STATES[move.before]} → {STATES[move.after]}"
