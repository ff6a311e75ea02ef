"""Tell the provider's people of changes: one notice for each run, and letters that gather what the last hour brought."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import translation

from tokimori.assurance.evaluation.states import WORST_FIRST, State
from tokimori.assurance.models import AnswerChange, SheetNotice, SheetReading, SheetWatcher
from tokimori.assurance.sheet_words import STATES
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.identity.services.telling import tell
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.notices.kinds import NoticeKind
from tokimori.foundation.tenancy.context import PROVIDER

LETTERS_EVERY: Final = timedelta(hours=1)
_ROWS_NAMED: Final = 12


def notice_changes(changes: Sequence[AnswerChange], *, now: datetime) -> None:
    """Write one notice of a run's changes, and send what waits if the last letter is an hour old.

    To be called inside the provider's tenant, at each run: what waited for the hour to pass is told then. The first answer
    to a row is no change.
    """
    moved = [one for one in changes if one.before]
    worse = sorted(one.row for one in moved if _is_worse(one))
    better = sorted(one.row for one in moved if not _is_worse(one))
    if moved:
        SheetNotice.objects.create(tenant_id=PROVIDER, id=new_id(at=now), worse=worse, better=better, at=now)
    _send_waiting(now=now)


@transaction.atomic
def watch_sheet(*, actor: Principal, is_told: bool, now: datetime) -> None:
    """Have letters about changes sent to oneself from now on, or no more."""
    _require_provider(actor)
    account_id = account_id_of(actor)
    if (account_id in watchers()) == is_told:
        return
    row = SheetWatcher.objects.create(
        tenant_id=PROVIDER, id=new_id(at=now), account_id=account_id, is_told=is_told, at=now
    )
    record_event(EventName.CONTROL_WATCHED, actor=actor, subject_id=row.id, at=now, is_told=is_told)


@transaction.atomic
def note_reading(*, actor: Principal, now: datetime) -> None:
    """Note that somebody has read all notices up to now."""
    authorise(actor, Permission.COMPLIANCE_READ)
    if actor.tenant_id != PROVIDER:
        raise NotFound
    SheetReading.objects.create(tenant_id=PROVIDER, id=new_id(at=now), account_id=account_id_of(actor), read_until=now)


def watchers() -> frozenset[UUID]:
    """Return the accounts that letters go to; to be called inside the provider's tenant."""
    rows = SheetWatcher.objects.filter(tenant_id=PROVIDER).order_by("id").values_list("account_id", "is_told")
    return frozenset(account_id for account_id, is_told in dict(rows).items() if is_told)


def _send_waiting(*, now: datetime) -> None:
    waiting = list(SheetNotice.objects.filter(tenant_id=PROVIDER, mailed_at=None).order_by("id"))
    if not waiting:
        return
    mailed = SheetNotice.objects.filter(tenant_id=PROVIDER, mailed_at__gt=now - LETTERS_EVERY)
    people = Account.objects.filter(tenant_id=PROVIDER, is_active=True, id__in=watchers())
    if mailed.exists() or not people:
        return
    keys = [one.id for one in waiting]
    SheetNotice.objects.filter(tenant_id=PROVIDER, id__in=keys).update(mailed_at=now)
    worse = {row for one in waiting for row in one.worse}
    better = {row for one in waiting for row in one.better}
    states = _present_states(worse | better)
    for person in people:
        with translation.override(person.language):
            fallen, risen = _named(worse, states), _named(better, states)
        tell(person, NoticeKind.SHEET_CHANGED, now=now, worse=fallen, better=risen)


def _present_states(rows: set[int]) -> Mapping[int, State]:
    found = AnswerChange.objects.filter(tenant_id=PROVIDER, row__in=sorted(rows)).order_by("id")
    return {row: State(after) for row, after in found.values_list("row", "after")}


def _named(rows: set[int], states: Mapping[int, State]) -> str:
    """Return rows with how they stand now, the first dozen; a dash for none."""
    named = [f"{row} ({STATES[states[row]]})" for row in sorted(rows)[:_ROWS_NAMED]]
    more = len(rows) - len(named)
    return ", ".join([*named, *([f"+{more}"] if more > 0 else [])]) or "–"


def _is_worse(change: AnswerChange) -> bool:
    return WORST_FIRST.index(State(change.after)) < WORST_FIRST.index(State(change.before))


def _require_provider(actor: Principal) -> None:
    authorise(actor, Permission.COMPLIANCE_WRITE)
    if actor.tenant_id != PROVIDER:
        raise NotFound
