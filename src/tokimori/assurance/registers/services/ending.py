"""End an entry: a draft by one person, what was approved by two, of whom neither is whom it is about."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.assurance.registers.entries import State
from tokimori.assurance.registers.errors import EntryNotOpen, OwnEntry, WithdrawalNotAsked
from tokimori.assurance.registers.models import LONGEST_WAIT, WithdrawalWish
from tokimori.assurance.registers.services.writing import (
    append_version,
    concerned_by,
    following,
    held_entry,
    let_follow,
    note_version,
    require_note,
    require_provider,
    whom_it_is_about,
)
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER

_ENDED: Final = frozenset({State.SUPERSEDED, State.WITHDRAWN})


@transaction.atomic
def withdraw_entry(*, actor: Principal, entry_id: UUID, note: str, now: datetime) -> None:
    """End for good what was not approved yet, with a reason. It stays readable; a new one may be written.

    Raise ``EntryNotOpen`` for what was approved: that one person asks for, and another one lets end. Raise ``OwnEntry``
    for whom an entry is about that was handed in.
    """
    require_note(note)
    acted_by = require_provider(actor)
    entry = held_entry(entry_id)
    if entry.state in _ENDED | {State.APPROVED}:
        raise EntryNotOpen
    if entry.state is State.SUBMITTED and acted_by in whom_it_is_about(entry):
        raise OwnEntry
    row = following(entry, state=State.WITHDRAWN, acted_by=acted_by, now=now)
    row.note = note.strip()
    append_version(row, entry.content, digest=entry.digest)
    note_version(EventName.REGISTER_ENTRY_WITHDRAWN, actor, row, register=entry.register, now=now)


@transaction.atomic
def ask_to_withdraw(*, actor: Principal, entry_id: UUID, note: str, now: datetime) -> None:
    """Ask that something approved ends, with a reason. Raise ``OwnEntry`` for whom it is about.

    It holds on until another one agrees, within two weeks.
    """
    require_note(note)
    asked_by = require_provider(actor)
    entry = held_entry(entry_id)
    if entry.state is not State.APPROVED:
        raise EntryNotOpen
    if asked_by in whom_it_is_about(entry):
        raise OwnEntry
    WithdrawalWish.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        entry_id=entry.id,
        number=entry.number,
        note=note.strip(),
        asked_by=asked_by,
        asked_at=now,
    )
    record_event(
        EventName.REGISTER_WITHDRAWAL_ASKED,
        actor=actor,
        subject_id=entry.id,
        at=now,
        register=entry.register,
        version=entry.number,
    )


@transaction.atomic
def confirm_withdrawal(*, actor: Principal, entry_id: UUID, wish_id: UUID, now: datetime) -> None:
    """Let end what another one asked to end. Raise ``OwnEntry`` for author, owner, and whom it is about.

    Raise ``WithdrawalNotAsked`` where nobody else asked for it, or more than two weeks ago.
    """
    acted_by = require_provider(actor)
    entry = held_entry(entry_id)
    if entry.state is not State.APPROVED:
        raise EntryNotOpen
    wish = WithdrawalWish.objects.filter(tenant_id=PROVIDER, id=wish_id, entry_id=entry_id).first()
    is_open = wish is not None and wish.number == entry.number and wish.asked_at > now - LONGEST_WAIT
    if wish is None or not is_open or wish.asked_by == acted_by:
        raise WithdrawalNotAsked
    if acted_by in concerned_by(entry):
        raise OwnEntry
    row = following(entry, state=State.WITHDRAWN, acted_by=acted_by, now=now)
    row.note = wish.note
    append_version(row, entry.content, digest=entry.digest)
    note_version(EventName.REGISTER_ENTRY_WITHDRAWN, actor, row, register=entry.register, now=now)
    let_follow(entry.register, now=now)
