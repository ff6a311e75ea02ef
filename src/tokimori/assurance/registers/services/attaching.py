"""Attach a file to a draft: of a kind that its first bytes show, small enough, once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from tokimori.assurance.registers.entries import State
from tokimori.assurance.registers.errors import AttachmentNotTaken, EntryNotOpen
from tokimori.assurance.registers.models import LARGEST_ATTACHMENT, Attachment
from tokimori.assurance.registers.queries.reading import entry_of
from tokimori.assurance.registers.services.writing import require_provider, wait_for_entry
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER

LONGEST_NAME: Final = 120
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file that came: what its sender calls it, and what is in it."""

    name: str
    content: bytes


@transaction.atomic
def attach_file(*, actor: Principal, entry_id: UUID, file: NewFile, now: datetime) -> UUID:
    """Put a file to a draft; return its id. Raise ``AttachmentNotTaken``, and ``EntryNotOpen`` for what is no draft."""
    added_by = require_provider(actor)
    wait_for_entry(entry_id)
    if entry_of(entry_id).state is not State.DRAFT:
        raise EntryNotOpen
    if not 0 < len(file.content) <= LARGEST_ATTACHMENT:
        raise AttachmentNotTaken(field="size")
    found = hashlib.sha256(file.content).hexdigest()
    row = Attachment(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        entry_id=entry_id,
        name=plain_name(file.name),
        kind=kind_of(file.content),
        size=len(file.content),
        content=file.content,
        digest=found,
        added_by=added_by,
        added_at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AttachmentNotTaken(field="twice") from error
    record_event(EventName.REGISTER_FILE_ATTACHED, actor=actor, subject_id=entry_id, at=now, digest=found)
    return row.id


def kind_of(content: bytes) -> str:
    """Return what a file is by its first bytes, whatever it is called; raise ``AttachmentNotTaken`` for any other kind."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise AttachmentNotTaken(field="kind") from error
    if not text.strip() or any(not character.isprintable() and character not in "\r\n\t\ufeff" for character in text):
        raise AttachmentNotTaken(field="kind")
    return "text/plain"


def plain_name(name: str) -> str:
    """Return a file's name without its folders and without anything that a header could be broken with."""
    last = name.replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(one for one in last if one.isprintable() and one not in "\"';<>").strip(". ")
    return kept[:LONGEST_NAME] or "file"
