"""Entries and their versions as they are stored; to be asked within the provider's tenant."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from tokimori.assurance.registers.entries import Content, EntryView, State
from tokimori.assurance.registers.fields import Known
from tokimori.assurance.registers.models import (
    LONGEST_WAIT,
    Attachment,
    Entry,
    EntryVersion,
    Revocation,
    WithdrawalWish,
)
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.models import Account
from tokimori.foundation.tenancy.context import PROVIDER


def entries_of(registers: Collection[str] | None = None) -> tuple[EntryView, ...]:
    """Return every entry of some registers, or of all, by when it was opened."""
    rows = Entry.objects.filter(tenant_id=PROVIDER)
    if registers is not None:
        rows = rows.filter(register__in=registers)
    return _views(rows.order_by("id"))


def entry_of(entry_id: UUID) -> EntryView:
    """Return an entry; raise ``NotFound`` where there is none."""
    found = _views(Entry.objects.filter(tenant_id=PROVIDER, id=entry_id))
    if not found:
        raise NotFound
    return found[0]


def versions_of(entry_id: UUID) -> tuple[EntryView, ...]:
    """Return every version of an entry, the newest first; raise ``NotFound`` where there is none."""
    entry = Entry.objects.filter(tenant_id=PROVIDER, id=entry_id).first()
    if entry is None:
        raise NotFound
    rows = EntryVersion.objects.filter(tenant_id=PROVIDER, entry_id=entry_id).order_by("number")
    views: list[EntryView] = []
    for row in rows:
        before = views[-1].approved_at if views else None
        views.append(_view(entry, row, approved_at=row.at if row.state == State.APPROVED.value else before))
    return tuple(reversed(views))


def attachments_of(entry_id: UUID) -> Sequence[Attachment]:
    """Return the files of an entry without what is in them."""
    return list(Attachment.objects.filter(tenant_id=PROVIDER, entry_id=entry_id).defer("content").order_by("id"))


def attachment_of(attachment_id: UUID) -> Attachment:
    """Return a file with what is in it; raise ``NotFound`` where there is none."""
    found = Attachment.objects.filter(tenant_id=PROVIDER, id=attachment_id).first()
    if found is None:
        raise NotFound
    return found


def open_wishes(*, now: datetime) -> Mapping[UUID, WithdrawalWish]:
    """Return by entry the newest wish that it ends, if it is not void and is about the version that holds."""
    rows = WithdrawalWish.objects.filter(tenant_id=PROVIDER, asked_at__gt=now - LONGEST_WAIT).order_by("id")
    newest = {row.entry_id: row for row in rows}
    held = {one.id: one for one in _views(Entry.objects.filter(tenant_id=PROVIDER, id__in=newest))}
    return {
        key: row for key, row in newest.items() if held[key].state is State.APPROVED and held[key].number == row.number
    }


def revocations_of(entry_id: UUID) -> Sequence[Revocation]:
    """Return what was taken from who left, by a case."""
    return list(Revocation.objects.filter(tenant_id=PROVIDER, entry_id=entry_id).order_by("what"))


def revoked_at() -> Mapping[UUID, datetime]:
    """Return, by case, when the account of who left was closed."""
    rows = Revocation.objects.filter(tenant_id=PROVIDER, what="account")
    return dict(rows.values_list("entry_id", "at"))


def accounts_in(entries: Iterable[EntryView], name: str) -> frozenset[UUID]:
    """Return the accounts that a field of some entries names; people without one are left out."""
    wanted = {one.text(name) for one in entries}
    rows = Account.objects.filter(tenant_id=PROVIDER).values_list("id", flat=True)
    return frozenset(one for one in rows if str(one) in wanted)


def known_names(registers: Collection[str], *, for_sample: bool = False) -> Known:
    """Return what fields may name: open accounts of the provider by login id, and entries of some registers that hold.

    Samples name samples alone, and what is no sample names none.
    """
    accounts = Account.objects.filter(tenant_id=PROVIDER, is_active=True).values_list("login_id", "id")
    entries: dict[str, set[UUID]] = {}
    for one in entries_of(registers) if registers else ():
        if one.is_sample is for_sample and one.state not in {State.WITHDRAWN, State.SUPERSEDED}:
            entries.setdefault(one.register, set()).add(one.id)
    return Known(accounts=dict(accounts), entries={code: frozenset(ids) for code, ids in entries.items()})


def _views(entries: Iterable[Entry]) -> tuple[EntryView, ...]:
    found = list(entries)
    rows = EntryVersion.objects.filter(tenant_id=PROVIDER, entry_id__in=[one.id for one in found])
    newest = {row.entry_id: row for row in rows.order_by("entry_id", "-number").distinct("entry_id")}
    return tuple(
        _view(one, newest[one.id], approved_at=newest[one.id].at if newest[one.id].state == "approved" else None)
        for one in found
        if one.id in newest
    )


def _view(entry: Entry, row: EntryVersion, *, approved_at: datetime | None) -> EntryView:
    return EntryView(
        id=entry.id,
        register=entry.register,
        is_sample=entry.is_sample,
        number=row.number,
        state=State(row.state),
        content=Content(
            title=row.title,
            owner_id=row.owner_id,
            deputy_id=row.deputy_id,
            effective_on=row.effective_on,
            review_due_on=row.review_due_on,
            expires_on=row.expires_on,
            fields=row.fields or {},
            supersedes_id=row.supersedes_id,
        ),
        author_id=row.author_id,
        acted_by=row.acted_by,
        note=row.note,
        digest=row.digest,
        at=row.at,
        approved_at=approved_at,
    )
