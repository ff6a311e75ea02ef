"""Write an entry, hand it in, and decide on it as a second person. Each act appends a version and its event."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tokimori.assurance.registers.entries import Content, EntryView, State
from tokimori.assurance.registers.errors import EntryChanged, EntryNotOpen, EntryNotValid, OwnEntry
from tokimori.assurance.registers.fields import FieldsNotReadable, read_fields, written
from tokimori.assurance.registers.models import (
    LONGEST_NOTE,
    LONGEST_TITLE,
    SAMPLE_AUTHOR,
    Attachment,
    Entry,
    EntryVersion,
)
from tokimori.assurance.registers.queries.reading import entry_of, known_names
from tokimori.assurance.registers.services.consequences import FOLLOWED, keep_to_registers
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.assurance.registers.types.declaration import Register
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, system_principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER

_OF_A_RECORD: Final = 240
_ACCOUNT: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@transaction.atomic
def open_entry(*, actor: Principal, register: str, content: Content, now: datetime) -> UUID:
    """Begin an entry as a draft; return its id. Raise ``EntryNotValid`` for what is missing or not as it must be."""
    author = require_provider(actor)
    if register not in REGISTERS:
        raise NotFound
    _check(REGISTERS[register], content, is_sample=author == SAMPLE_AUTHOR)
    entry = Entry(tenant_id=PROVIDER, id=new_id(at=now), register=register, opened_by=author, opened_at=now)
    entry.save(force_insert=True)
    row = EntryVersion(
        entry_id=entry.id, number=1, state=State.DRAFT.value, author_id=author, acted_by=author, note="", at=now
    )
    append_version(row, content, digest=content.digest_with(()))
    note_version(EventName.REGISTER_ENTRY_DRAFTED, actor, row, register=register, now=now)
    return entry.id


@transaction.atomic
def rewrite_entry(*, actor: Principal, entry_id: UUID, seen: int, content: Content, now: datetime) -> None:
    """Write a draft anew; what waits for a decision goes back to being a draft. ``seen`` is the version that was read."""
    author = require_provider(actor)
    entry = held_entry(entry_id, seen=seen)
    if entry.state not in {State.DRAFT, State.SUBMITTED}:
        raise EntryNotOpen
    _check(REGISTERS[entry.register], content, is_sample=entry.is_sample)
    row = following(entry, state=State.DRAFT, acted_by=author, now=now)
    row.author_id = author
    kept = replace(content, supersedes_id=entry.content.supersedes_id)
    append_version(row, kept, digest=kept.digest_with(_files(entry_id)))
    note_version(EventName.REGISTER_ENTRY_DRAFTED, actor, row, register=entry.register, now=now)


@transaction.atomic
def submit_entry(*, actor: Principal, entry_id: UUID, seen: int, now: datetime) -> None:
    """Hand a draft in to a second person; raise ``EntryNotValid`` where a file is missing or a day has passed."""
    acted_by = require_provider(actor)
    entry = held_entry(entry_id, seen=seen)
    if entry.state is not State.DRAFT:
        raise EntryNotOpen
    files = _files(entry_id)
    if REGISTERS[entry.register].needs_file and not files:
        raise EntryNotValid(field="files")
    if entry.ends_on < now.date():
        raise EntryNotValid(field="review_due_on")
    row = following(entry, state=State.SUBMITTED, acted_by=acted_by, now=now)
    append_version(row, entry.content, digest=entry.content.digest_with(files))
    note_version(EventName.REGISTER_ENTRY_SUBMITTED, actor, row, register=entry.register, now=now)


@transaction.atomic
def approve_entry(*, actor: Principal, entry_id: UUID, seen_digest: str, now: datetime) -> None:
    """Let an entry hold; raise ``OwnEntry`` for who wrote or owns it, ``EntryChanged`` when it is not what was read.

    What it supersedes ends with it.
    """
    acted_by = require_provider(actor)
    entry = held_entry(entry_id)
    if entry.state is not State.SUBMITTED:
        raise EntryNotOpen
    added = {one.added_by for one in Attachment.objects.filter(tenant_id=PROVIDER, entry_id=entry_id)}
    before = entry_of(entry.content.supersedes_id) if entry.content.supersedes_id else None
    if acted_by in concerned_by(entry) | added | (whom_it_is_about(before) if before else set()):
        raise OwnEntry
    if entry.digest != seen_digest or entry.digest != entry.content.digest_with(_files(entry_id)):
        raise EntryChanged
    row = following(entry, state=State.APPROVED, acted_by=acted_by, now=now)
    append_version(row, entry.content, digest=entry.digest)
    note_version(EventName.REGISTER_ENTRY_APPROVED, actor, row, register=entry.register, now=now)
    if entry.content.supersedes_id is not None:
        _supersede(entry.content.supersedes_id, actor=actor, now=now)
    let_follow(entry.register, now=now)


@transaction.atomic
def return_entry(*, actor: Principal, entry_id: UUID, note: str, now: datetime) -> None:
    """Give an entry back to its author with a reason; anybody may, its author too."""
    require_note(note)
    acted_by = require_provider(actor)
    entry = held_entry(entry_id)
    if entry.state is not State.SUBMITTED:
        raise EntryNotOpen
    row = following(entry, state=State.DRAFT, acted_by=acted_by, now=now)
    row.note = note.strip()
    append_version(row, entry.content, digest=entry.digest)
    note_version(EventName.REGISTER_ENTRY_RETURNED, actor, row, register=entry.register, now=now)


def concerned_by(entry: EntryView) -> set[UUID]:
    """Return who neither approves an entry nor lets what holds end: its author, its owner, and whom it is about."""
    return {entry.author_id, entry.content.owner_id, *whom_it_is_about(entry)}


def whom_it_is_about(entry: EntryView) -> set[UUID]:
    """Return the account of the person whom an entry is about, if it has one."""
    about = entry.text("person")
    return {UUID(about)} if _ACCOUNT.fullmatch(about) else set()


def require_provider(actor: Principal) -> UUID:
    """Return the account of one of the provider's people; raise ``NotAllowed`` or ``NotFound`` for anybody else."""
    authorise(actor, Permission.COMPLIANCE_WRITE)
    if actor.tenant_id != PROVIDER:
        raise NotFound
    return account_id_of(actor)


def longest_until(register: Register, effective_on: date) -> date:
    """Return the last day on which an entry that begins on a day may be looked at again.

    What only tells what happened does not age.
    """
    months = _OF_A_RECORD if register.is_record else register.review_months
    month = effective_on.month - 1 + months
    year, day = effective_on.year + month // 12, min(effective_on.day, 28)
    return date(year, month % 12 + 1, day)


def _check(register: Register, content: Content, *, is_sample: bool) -> None:
    """Raise ``EntryNotValid`` for the first thing that is not as it must be; the fields were read before."""
    if not content.title.strip() or len(content.title) > LONGEST_TITLE or not content.title.isprintable():
        raise EntryNotValid(field="title")
    people = {one for one in (content.owner_id, content.deputy_id) if one is not None}
    if Account.objects.filter(tenant_id=PROVIDER, id__in=people).count() != len(people):
        raise EntryNotValid(field="owner")
    if content.deputy_id == content.owner_id:
        raise EntryNotValid(field="deputy")
    if not content.effective_on < content.review_due_on <= longest_until(register, content.effective_on):
        raise EntryNotValid(field="review_due_on", months=register.review_months)
    if content.expires_on is not None and content.expires_on < content.effective_on:
        raise EntryNotValid(field="expires_on")
    if register.needs_end and content.expires_on is None:
        raise EntryNotValid(field="expires_on")
    try:
        again = read_fields(
            register.fields,
            {name: written(one) for name, one in content.fields.items()},
            known_names(register.named_registers, for_sample=is_sample),
        )
    except FieldsNotReadable as error:
        raise EntryNotValid(field=next(iter(error.faults))) from error
    unknown = set(content.fields) - {one.name for one in register.fields}
    if unknown or any(again.get(name) != value for name, value in content.fields.items()):
        raise EntryNotValid(field="fields")
    _check_superseded(register, content)


def _check_superseded(register: Register, content: Content) -> None:
    if content.supersedes_id is None:
        return
    try:
        before = entry_of(content.supersedes_id)
    except NotFound as error:
        raise EntryNotValid(field="supersedes") from error
    if before.register != register.code or before.state is not State.APPROVED:
        raise EntryNotValid(field="supersedes")


def held_entry(entry_id: UUID, *, seen: int | None = None) -> EntryView:
    """Return an entry, kept until the transaction ends; of two who write at once the second is refused by its number."""
    wait_for_entry(entry_id)
    entry = entry_of(entry_id)
    if seen is not None and entry.number != seen:
        raise EntryChanged
    return entry


def wait_for_entry(entry_id: UUID) -> None:
    """Wait until nobody else acts on this entry, and keep it until the transaction ends; to be called before it is read.

    A file could otherwise reach a draft while its digest is taken, and stand beside what was approved without it.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"register entry {entry_id}"])


def following(entry: EntryView, *, state: State, acted_by: UUID | None, now: datetime) -> EntryVersion:
    """Return the version that is to follow, without its content."""
    return EntryVersion(
        entry_id=entry.id,
        number=entry.number + 1,
        state=state.value,
        author_id=entry.author_id,
        acted_by=acted_by,
        note="",
        at=now,
    )


def append_version(row: EntryVersion, content: Content, *, digest: str) -> None:
    """Append a version with its content; raise ``EntryChanged`` where another one was faster."""
    row.tenant_id, row.id = PROVIDER, new_id(at=row.at)
    row.title = content.title
    row.fields = dict(content.fields)
    row.owner_id, row.deputy_id = content.owner_id, content.deputy_id
    row.effective_on, row.review_due_on, row.expires_on = (
        content.effective_on,
        content.review_due_on,
        content.expires_on,
    )
    row.supersedes_id = content.supersedes_id
    row.digest = digest
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "register_version_once" in str(error):
            raise EntryChanged from error
        raise


def let_follow(register: str, *, now: datetime) -> None:
    """Let what follows from a register follow at once; the job sees to what days bring about."""
    if register in FOLLOWED:
        keep_to_registers(actor=system_principal(PROVIDER), now=now)


def _supersede(entry_id: UUID, *, actor: Principal, now: datetime) -> None:
    before = held_entry(entry_id)
    if before.state is not State.APPROVED:
        return
    row = following(before, state=State.SUPERSEDED, acted_by=None, now=now)
    append_version(row, before.content, digest=before.digest)
    note_version(EventName.REGISTER_ENTRY_SUPERSEDED, actor, row, register=before.register, now=now)


def _files(entry_id: UUID) -> tuple[str, ...]:
    rows = Attachment.objects.filter(tenant_id=PROVIDER, entry_id=entry_id)
    return tuple(rows.order_by("digest").values_list("digest", flat=True))


def require_note(note: str) -> None:
    """Raise ``EntryNotValid`` for a reason that is empty or too long."""
    if not 0 < len(note.strip()) <= LONGEST_NOTE:
        raise EntryNotValid(field="note")


def note_version(name: EventName, actor: Principal, row: EntryVersion, *, register: str, now: datetime) -> None:
    """Record the event of a version."""
    record_event(
        name,
        actor=actor,
        subject_id=row.entry_id,
        at=now,
        register=register,
        version=row.number,
        digest=row.digest,
    )
