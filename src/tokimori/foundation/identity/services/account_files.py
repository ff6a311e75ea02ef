"""Files of people to invite, kept line by line: whose account each became, or why none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound, Refusal
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.models import AccountFile, AccountFileLine
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event

LONGEST_FILE_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """What became of a line: an account, or a refusal with the line as it came."""

    number: int
    text: str
    account_id: UUID | None
    refusal: Refusal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFileView:
    """A file that was read."""

    id: UUID
    file_name: str
    encoding: str
    invited_count: int
    rejected_count: int
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLineView:
    """A line that was refused: the refusal's code, and the field that was wrong, if it says one."""

    line_number: int
    text: str
    code: str
    field: str


@transaction.atomic
def keep_account_file(
    *, actor: Principal, file_name: str, encoding: str, outcomes: Sequence[LineOutcome], now: datetime
) -> UUID:
    """Keep what became of each line, and return the file's id."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    invited = sum(1 for one in outcomes if one.account_id is not None)
    file = AccountFile.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        file_name=file_name[:LONGEST_FILE_NAME],
        encoding=encoding,
        invited_count=invited,
        rejected_count=len(outcomes) - invited,
        read_at=now,
        read_by=actor.account_id,
    )
    AccountFileLine.objects.bulk_create(
        AccountFileLine(
            tenant_id=actor.tenant_id,
            id=new_id(at=now),
            file_id=file.id,
            line_number=one.number,
            account_id=one.account_id,
            text=one.text,
            code=one.refusal.code if one.refusal else "",
            field=str(one.refusal.facts.get("field", "")) if one.refusal else "",
        )
        for one in outcomes
    )
    record_event(
        EventName.ACCOUNTS_INVITED,
        actor=actor,
        subject_id=file.id,
        at=now,
        invited=invited,
        rejected=len(outcomes) - invited,
    )
    return file.id


def account_files(*, actor: Principal, limit: int) -> tuple[AccountFileView, ...]:
    """Return the files that were read, the newest first."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = AccountFile.objects.filter(tenant_id=actor.tenant_id).order_by("-read_at", "-id")[:limit]
    return tuple(_view(row) for row in rows)


def account_file(*, actor: Principal, file_id: UUID) -> AccountFileView:
    """Return one file; raise ``NotFound`` when this company read none such."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    row = AccountFile.objects.filter(tenant_id=actor.tenant_id, id=file_id).first()
    if row is None:
        raise NotFound
    return _view(row)


def rejected_lines_of(*, actor: Principal, file_id: UUID) -> tuple[RejectedLineView, ...]:
    """Return the lines of a file that were refused."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = AccountFileLine.objects.filter(tenant_id=actor.tenant_id, file_id=file_id, account_id=None)
    return tuple(
        RejectedLineView(line_number=row.line_number, text=row.text, code=row.code, field=row.field)
        for row in rows.order_by("line_number")
    )


def accounts_of_file(*, actor: Principal, file_id: UUID) -> tuple[UUID, ...]:
    """Return the accounts that a file made, in its order."""
    authorise(actor, Permission.ACCOUNT_WRITE)
    rows = AccountFileLine.objects.filter(tenant_id=actor.tenant_id, file_id=file_id).exclude(account_id=None)
    return tuple(row.account_id for row in rows.order_by("line_number") if row.account_id is not None)


def _view(row: AccountFile) -> AccountFileView:
    return AccountFileView(
        id=row.id,
        file_name=row.file_name,
        encoding=row.encoding,
        invited_count=row.invited_count,
        rejected_count=row.rejected_count,
        read_at=row.read_at,
    )
