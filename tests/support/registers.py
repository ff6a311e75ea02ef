"""Entries of the provider's registers, in tests: written by one of its people, approved by another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from support.provider import Worker, new_worker
from tokimori.assurance.registers.entries import Content, State
from tokimori.assurance.registers.fields import Value
from tokimori.assurance.registers.queries.reading import entry_of, open_wishes
from tokimori.assurance.registers.services.attaching import NewFile, attach_file
from tokimori.assurance.registers.services.ending import ask_to_withdraw, confirm_withdrawal, withdraw_entry
from tokimori.assurance.registers.services.writing import approve_entry, longest_until, open_entry, submit_entry
from tokimori.assurance.registers.types.catalogue import REGISTERS
from tokimori.foundation import clock
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

PDF = b"%PDF-1.7 a scan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Two of the provider's people: one writes, the other decides."""

    writer: Worker
    other: Worker


def new_desk() -> Desk:
    """Return two new people."""
    return Desk(writer=new_worker("Wren Writes"), other=new_worker("Otto Other"))


def content(
    owner: Worker,
    register: str,
    fields: Mapping[str, Value],
    *,
    on: date | None = None,
    review: date | None = None,
    ends: date | None = None,
    title: str = "An entry",
    supersedes: UUID | None = None,
) -> Content:
    """Return what one writes."""
    begins = on or clock.now().date()
    kind = REGISTERS[register]
    return Content(
        title=title,
        owner_id=owner.account_id,
        deputy_id=None,
        effective_on=begins,
        review_due_on=review or longest_until(kind, begins),
        expires_on=ends or (longest_until(kind, begins) if kind.needs_end else None),
        fields=fields,
        supersedes_id=supersedes,
    )


def drafted(desk: Desk, register: str, written: Content, *, file: bytes | None = None) -> UUID:
    """Write a draft, with a file where its register asks for one."""
    now = clock.now()
    with tenant_transaction(PROVIDER):
        entry_id = open_entry(actor=desk.writer.principal, register=register, content=written, now=now)
        if file or REGISTERS[register].needs_file:
            name = NewFile(name="scan.pdf", content=file or PDF)
            attach_file(actor=desk.writer.principal, entry_id=entry_id, file=name, now=now)
    return entry_id


def approved(
    desk: Desk,
    register: str,
    fields: Mapping[str, Value],
    *,
    on: date | None = None,
    review: date | None = None,
    ends: date | None = None,
    supersedes: UUID | None = None,
    now: datetime | None = None,
) -> UUID:
    """Bring an entry into force; ``on`` in the past is written down on that day."""
    if fields.get("person") == str(desk.other.account_id):  # nobody approves what is about himself
        desk = Desk(writer=desk.other, other=desk.writer)
    moment = now or clock.now()
    written = content(desk.writer, register, fields, on=on, review=review, ends=ends, supersedes=supersedes)
    entry_id = drafted(desk, register, written)
    with tenant_transaction(PROVIDER):
        submit_entry(actor=desk.writer.principal, entry_id=entry_id, seen=1, now=moment)
        seen = entry_of(entry_id).digest
        approve_entry(actor=desk.other.principal, entry_id=entry_id, seen_digest=seen, now=moment)
    return entry_id


def ended(entry_id: UUID, *, asked: Worker, agreed: Worker) -> None:
    """End an entry, however far it has come; to be called inside the provider's tenant."""
    now = clock.now()
    if entry_of(entry_id).state is not State.APPROVED:
        withdraw_entry(actor=asked.principal, entry_id=entry_id, note="The test is over", now=now)
        return
    ask_to_withdraw(actor=asked.principal, entry_id=entry_id, note="The test is over", now=now)
    wish_id = open_wishes(now=now)[entry_id].id
    confirm_withdrawal(actor=agreed.principal, entry_id=entry_id, wish_id=wish_id, now=now)


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)
