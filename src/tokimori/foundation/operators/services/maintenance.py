"""Work on the servers: begun by a code from the console, written down line by line before it runs, reviewed by another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission, Role
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.canonical import digest
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import new_carried_secret, read_carried_secret, secret_digest
from tokimori.foundation.identity.models import Account
from tokimori.foundation.identity.principals import account_id_of, principal_of, roles_of
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.operators.errors import GrantNotValid, MaintenanceRefused, OwnRequest
from tokimori.foundation.operators.models import MaintenanceEntry, MaintenanceSession, PrivilegeRequest
from tokimori.foundation.operators.scopes import MAINTENANCE_CODE_LIFE, PrivilegeKind, Tool
from tokimori.foundation.operators.statements import LONGEST_STATEMENT
from tokimori.foundation.tenancy.context import PROVIDER, at_door, tenant_transaction

CODE_PREFIX: Final = "tkw"
LONGEST_PURPOSE: Final = 500
LONGEST_REVIEW: Final = 1000
LONGEST_MACHINE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMaintenance:
    """A recorded session that is open on a server: whose, and what it may."""

    session_id: UUID
    operator: Principal
    may_write: bool
    ends_at: datetime


@transaction.atomic
def issue_maintenance_code(*, actor: Principal, privilege_id: UUID, purpose: str, now: datetime) -> str:
    """Return a code that opens one recorded session within ten minutes; raise ``MaintenanceRefused`` without a privilege.

    The privilege is one's own, another one approved it, and it has not ended.
    """
    authorise(actor, Permission.OPERATOR_ACT)
    if not purpose.strip() or len(purpose) > LONGEST_PURPOSE:
        raise GrantNotValid(field="purpose")
    privilege = PrivilegeRequest.objects.filter(
        tenant_id=actor.tenant_id,
        id=privilege_id,
        operator_id=account_id_of(actor),
        kind=PrivilegeKind.MAINTENANCE.value,
        is_approved=True,
        ends_at__gt=now,
    ).first()
    if privilege is None or privilege.ends_at is None:
        raise MaintenanceRefused
    code = new_carried_secret(prefix=CODE_PREFIX, tenant_id=actor.tenant_id)
    row = MaintenanceSession.objects.create(
        tenant_id=actor.tenant_id,
        id=new_id(at=now),
        operator_id=privilege.operator_id,
        privilege_id=privilege.id,
        purpose=purpose.strip(),
        ticket=privilege.ticket,
        may_write=privilege.may_write,
        code_digest=secret_digest(code),
        issued_at=now,
        ends_at=privilege.ends_at,
    )
    record_event(EventName.MAINTENANCE_CODE_ISSUED, actor=actor, subject_id=row.id, at=now, privilege=str(privilege.id))
    return code


def open_maintenance(*, code: str, login: str, machine: str, company_code: str, now: datetime) -> OpenMaintenance:
    """Begin to record with a code and the login of the operator to whom the console showed it; once, and soon after.

    Raise ``MaintenanceRefused`` alike for whatever was wrong. To be called outside of any transaction.
    """
    carried = read_carried_secret(code.strip(), prefix=CODE_PREFIX)
    if carried is None or carried.tenant_id != PROVIDER:
        raise MaintenanceRefused
    with at_door(None), tenant_transaction(PROVIDER):
        rows = MaintenanceSession.objects.filter(
            tenant_id=PROVIDER, code_digest=carried.digest, opened_at=None, issued_at__gt=now - MAINTENANCE_CODE_LIFE
        )
        row = rows.select_for_update(no_key=True).first()
        account = _operator(row.operator_id) if row else None
        if row is None or account is None or account.login_id != login.strip().lower() or row.ends_at <= now:
            raise MaintenanceRefused
        operator = principal_of(account, employee_id=None)
        MaintenanceSession.objects.filter(tenant_id=PROVIDER, id=row.id).update(
            opened_at=now, machine=machine[:LONGEST_MACHINE], company_code=company_code
        )
        record_event(
            EventName.MAINTENANCE_OPENED,
            actor=operator,
            subject_id=row.id,
            at=now,
            ticket=row.ticket,
            company=company_code,
            mode="write" if row.may_write else "read",
        )
    return OpenMaintenance(session_id=row.id, operator=operator, may_write=row.may_write, ends_at=row.ends_at)


def note_typed(*, session: OpenMaintenance, tool: Tool, text: str, now: datetime) -> int:
    """Write down what was typed, durably, before it runs; return its number.

    Raise ``MaintenanceRefused`` when the session, its privilege or its operator is over.
    """
    with _recording(session, now=now) as row:
        return _append(row, session, tool=tool, text=text[:LONGEST_STATEMENT], is_typed=True, now=now)


def note_outcome(
    *, session: OpenMaintenance, tool: Tool, is_done: bool, row_count: int | None, text: str = "", now: datetime
) -> None:
    """Write down what became of it: how many rows, or the code of the error; never what the rows say."""
    with _recording(session, now=now, is_over_refused=False) as row:
        _append(row, session, tool=tool, text=text, is_typed=False, is_done=is_done, row_count=row_count, now=now)


def end_maintenance(*, session: OpenMaintenance, now: datetime) -> None:
    """Close the recording; the event has how many entries there are, and the digest that includes them all."""
    with _recording(session, now=now, is_over_refused=False) as row:
        MaintenanceSession.objects.filter(tenant_id=PROVIDER, id=row.id).update(ended_at=now)
        record_event(
            EventName.MAINTENANCE_ENDED,
            actor=session.operator,
            subject_id=row.id,
            at=now,
            entries=row.entries,
            digest=row.last_digest,
        )


@transaction.atomic
def review_maintenance(*, actor: Principal, session_id: UUID, words: str, now: datetime) -> None:
    """Write down what another one found in a recorded session that is over; once."""
    authorise(actor, Permission.OPERATOR_ACT)
    rows = MaintenanceSession.objects.filter(
        tenant_id=actor.tenant_id, id=session_id, reviewed_at=None, opened_at__isnull=False
    )
    row = rows.select_for_update(no_key=True).first()
    if row is None or (row.ended_at is None and row.ends_at > now):
        raise NotFound
    if row.operator_id == account_id_of(actor):
        raise OwnRequest
    if not words.strip() or len(words) > LONGEST_REVIEW:
        raise GrantNotValid(field="review")
    rows.update(reviewed_at=now, reviewed_by=account_id_of(actor), review=words.strip())
    record_event(EventName.MAINTENANCE_REVIEWED, actor=actor, subject_id=row.id, at=now, digest=row.last_digest)


def record_bypass(*, actor: Principal, command: str, reason: str, now: datetime) -> None:
    """Write down that a privileged command ran outside of a recorded session, and why."""
    record_event(EventName.MAINTENANCE_BYPASSED, actor=actor, subject_id=None, at=now, command=command, reason=reason)


def entry_digest(*, before: str, entry: MaintenanceEntry) -> str:
    """Return the digest of an entry together with the one before it; the first has an empty text before it."""
    return digest(
        {
            "before": before,
            "session": str(entry.session_id),
            "sequence": entry.sequence,
            "is_typed": entry.is_typed,
            "tool": entry.tool,
            "text": entry.text,
            "row_count": entry.row_count,
            "is_done": entry.is_done,
            "at": entry.at.isoformat(),
        }
    )


@contextmanager
def _recording(
    session: OpenMaintenance, *, now: datetime, is_over_refused: bool = True
) -> Iterator[MaintenanceSession]:
    """Open the provider's record and hold the session, in a transaction of its own."""
    with at_door(None), tenant_transaction(PROVIDER):
        rows = MaintenanceSession.objects.filter(tenant_id=PROVIDER, id=session.session_id, ended_at=None)
        row = rows.select_for_update(no_key=True).first()
        if row is None or row.opened_at is None:
            raise MaintenanceRefused
        if is_over_refused and (row.ends_at <= now or _operator(row.operator_id) is None):
            raise MaintenanceRefused
        yield row


def _append(
    row: MaintenanceSession,
    session: OpenMaintenance,
    *,
    tool: Tool,
    text: str,
    is_typed: bool,
    now: datetime,
    is_done: bool | None = None,
    row_count: int | None = None,
) -> int:
    entry = MaintenanceEntry(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        session_id=row.id,
        sequence=row.entries + 1,
        is_typed=is_typed,
        tool=tool.value,
        text=text,
        row_count=row_count,
        is_done=is_done,
        at=now,
    )
    entry.digest = entry_digest(before=row.last_digest, entry=entry)
    entry.save(force_insert=True)
    MaintenanceSession.objects.filter(tenant_id=PROVIDER, id=row.id).update(
        entries=entry.sequence, last_digest=entry.digest
    )
    record_event(
        EventName.MAINTENANCE_TYPED if is_typed else EventName.MAINTENANCE_ANSWERED,
        actor=session.operator,
        subject_id=row.id,
        at=now,
        sequence=entry.sequence,
        tool=tool.value,
        rows=row_count,
        digest=entry.digest,
    )
    return entry.sequence


def _operator(account_id: UUID) -> Account | None:
    """Return the account of one of the provider's people, while it is open."""
    account = Account.objects.filter(tenant_id=PROVIDER, id=account_id, is_active=True).first()
    return account if account is not None and Role.OPERATOR in roles_of(account) else None
