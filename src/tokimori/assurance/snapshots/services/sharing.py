"""Share a snapshot by a link: for whom, until when, behind a password or a question; and note everybody who looks."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection

from tokimori.assurance.models import SheetShare, SheetShareVisit
from tokimori.assurance.snapshots.errors import ShareNotValid
from tokimori.assurance.snapshots.queries import one_snapshot
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal, nobody
from tokimori.foundation.errors import NotAllowed, NotFound
from tokimori.foundation.identifiers import new_id
from tokimori.foundation.identity.carried_secrets import secret_digest
from tokimori.foundation.identity.limits import attempt_counts, forgive, neighbourhood
from tokimori.foundation.ledger.events import EventName
from tokimori.foundation.ledger.services import record_event
from tokimori.foundation.tenancy.context import PROVIDER, tenant_transaction

LONGEST_LABEL: Final = 120
LONGEST_ADDRESS: Final = 254
MOST_DAYS: Final = 365
SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 200
VISIT_LASTS: Final = timedelta(hours=1)
_MOST_FAILURES_AN_HOUR: Final = 10
"""By one link from one address."""
_HOUR: Final = 3600
_NOTED_ANEW: Final = timedelta(hours=1)
"""Who looks again from the same address within so long is the same visit, and so is who takes the same file again."""
_MOST_OF_AN_ADDRESS: Final = 20
_MOST_OF_ALL: Final = 500
"""So many visits of a link are written down in an hour: nobody who has it fills the disk with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareWish:
    """A link that somebody wants: for whom, for how many days, behind which password if any, whether it asks who looks."""

    snapshot_id: UUID
    label: str
    days: int
    password: str = field(default="", repr=False)
    asks_viewer: bool = False

    def __post_init__(self) -> None:
        if not 0 < len(self.label.strip()) <= LONGEST_LABEL:
            raise ShareNotValid(field="label")
        if not 1 <= self.days <= MOST_DAYS:
            raise ShareNotValid(field="days")
        if self.password and not SHORTEST_PASSWORD <= len(self.password) <= LONGEST_PASSWORD:
            raise ShareNotValid(field="password")


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveShare:
    """A link that holds: what it leads to, and what it asks first."""

    id: UUID
    snapshot_id: UUID
    asks_password: bool
    asks_viewer: bool

    @property
    def asks(self) -> bool:
        """Whether anything is asked before the snapshot is shown."""
        return self.asks_password or self.asks_viewer


def share_snapshot(*, actor: Principal, wish: ShareWish, now: datetime) -> str:
    """Make a link and return its secret, which is kept as a digest and cannot be shown again."""
    authorise(actor, Permission.COMPLIANCE_WRITE)
    if actor.account_id is None:
        raise NotAllowed
    secret = secrets.token_urlsafe(32)
    with tenant_transaction(PROVIDER):
        snapshot = one_snapshot(wish.snapshot_id)
        row = SheetShare.objects.create(
            tenant_id=PROVIDER,
            id=new_id(at=now),
            snapshot_id=snapshot.id,
            label=wish.label.strip(),
            secret_digest=secret_digest(secret),
            password_hash=make_password(wish.password) if wish.password else "",
            asks_viewer=wish.asks_viewer,
            made_by=actor.account_id,
            made_at=now,
            ends_at=now + timedelta(days=wish.days),
        )
        record_event(
            EventName.SHEET_SHARED,
            actor=actor,
            subject_id=row.id,
            at=now,
            snapshot=str(snapshot.id),
            ends=row.ends_at.isoformat(),
        )
    return secret


def end_share(*, actor: Principal, share_id: UUID, now: datetime) -> None:
    """Take a link back; whoever has it finds nothing any more. Raise ``NotFound`` where there is none that holds."""
    authorise(actor, Permission.COMPLIANCE_WRITE)
    with tenant_transaction(PROVIDER):
        if not SheetShare.objects.filter(tenant_id=PROVIDER, id=share_id, ended_at=None).update(ended_at=now):
            raise NotFound
        record_event(EventName.SHEET_SHARE_ENDED, actor=actor, subject_id=share_id, at=now)


def live_share(*, secret: str, now: datetime) -> LiveShare:
    """Return what a link leads to; raise ``NotFound`` when it never was, was taken back, or is over.

    To be called inside the provider's tenant.
    """
    rows = SheetShare.objects.filter(
        tenant_id=PROVIDER, secret_digest=secret_digest(secret), ended_at=None, ends_at__gt=now
    )
    row = rows.first()
    if row is None:
        raise NotFound
    return LiveShare(
        id=row.id,
        snapshot_id=row.snapshot_id,
        asks_password=bool(row.password_hash),
        asks_viewer=row.asks_viewer,
    )


def enter_share(*, share: LiveShare, password: str, viewer: str, address: str, now: datetime) -> UUID | None:
    """Let somebody in who has the link and answers what it asks; return the visit, or nothing to who does not.

    Either is written down. After ten failures within an hour nobody comes in by this link from that address, whatever he
    types; from other addresses it stays open.
    """
    row = SheetShare.objects.get(tenant_id=PROVIDER, id=share.id)
    key = _failures_key(share.id, address)
    if share.asks and _is_beyond(share, key, now=now):
        return None
    if row.password_hash and not check_password(password[:LONGEST_PASSWORD], row.password_hash):
        _refused(share, reason="password", now=now)
        return None
    if row.asks_viewer and not _is_address(viewer):
        _refused(share, reason="viewer", now=now)
        return None
    if share.asks:
        forgive(address=key)  # what succeeds was no failure
    return _note(share, viewer=viewer.strip() if row.asks_viewer else "", address=address, file="", now=now)


def note_look(*, share: LiveShare, address: str, now: datetime) -> None:
    """Write down that somebody looked by a link that asks nothing."""
    _note(share, viewer="", address=address, file="", now=now)


def note_download(*, share: LiveShare, visit_id: UUID | None, file: str, address: str, now: datetime) -> None:
    """Write down that a file was taken, by who came in before."""
    visits = SheetShareVisit.objects.filter(tenant_id=PROVIDER, share_id=share.id)
    before = visits.filter(id=visit_id).first() if visit_id else None
    _note(share, viewer=before.viewer if before else "", address=address, file=file, now=now)


def has_entered(*, share: LiveShare, visit_id: UUID | None, now: datetime) -> bool:
    """Whether somebody came in by this very link within the last hour; a link that asks nothing lets everybody in.

    ``visit_id`` is from a cookie that we signed for this link within the hour. Behind a password it was written down too.
    """
    if not share.asks:
        return True
    if visit_id is None or not share.asks_password:
        return visit_id is not None
    visits = SheetShareVisit.objects.filter(tenant_id=PROVIDER, share_id=share.id, id=visit_id, file="")
    return visits.filter(at__gt=now - VISIT_LASTS).exists()


def _note(share: LiveShare, *, viewer: str, address: str, file: str, now: datetime) -> UUID:
    """Write a visit down and return its id: a look and a file once an hour for each address and person.

    Beyond what is written down of one address, and of all together, a visit has an id and no row. Only who answered a
    password is always written down, with each entrance.
    """
    visits = SheetShareVisit.objects.filter(tenant_id=PROVIDER, share_id=share.id, at__gt=now - _NOTED_ANEW)
    lately = list(visits.order_by("-id")[:_MOST_OF_ALL])
    near = [one for one in lately if neighbourhood(one.address) == neighbourhood(address)]
    same = next((one for one in near if (one.viewer, one.file) == (viewer, file)), None)
    is_proved = share.asks_password and not file
    if same is not None and not is_proved:
        return UUID(str(same.id))
    if not is_proved and (len(near) >= _MOST_OF_AN_ADDRESS or len(lately) >= _MOST_OF_ALL):
        return new_id(at=now)
    row = SheetShareVisit.objects.create(
        tenant_id=PROVIDER,
        id=new_id(at=now),
        share_id=share.id,
        at=now,
        address=address,
        viewer=viewer,
        file=file,
    )
    details = {"file": file} if file else {}
    record_event(EventName.SHEET_SHARE_OPENED, actor=nobody(PROVIDER), subject_id=share.id, at=now, **details)
    return UUID(str(row.id))


def _refused(share: LiveShare, *, reason: str, now: datetime) -> None:
    record_event(EventName.SHEET_SHARE_REFUSED, actor=nobody(PROVIDER), subject_id=share.id, at=now, reason=reason)


def _is_address(text: str) -> bool:
    try:
        validate_email(text.strip()[: LONGEST_ADDRESS + 1])
    except ValidationError:
        return False
    return len(text.strip()) <= LONGEST_ADDRESS


def _failures_key(share_id: UUID, address: str) -> bytes:
    return hashlib.sha256(f"sheet-share\0{share_id}\0{neighbourhood(address)}".encode()).digest()


def _is_beyond(share: LiveShare, key: bytes, *, now: datetime) -> bool:
    """Count an attempt before it is looked at, so that many at once are counted one by one; whether there were too many.

    That the link is shut to an address is written down when it begins, and not again with each further attempt.
    """
    counted = attempt_counts([key]).get(key)
    if counted is not None and counted.locked_until is not None and counted.locked_until > now:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "select tokimori.sign_in_attempted(%s, %s, %s, %s, %s)", [key, now, _MOST_FAILURES_AN_HOUR, _HOUR, _HOUR]
        )
        (seconds,) = cursor.fetchone() or (_HOUR,)
    if seconds:
        _refused(share, reason="too_many", now=now)
    return bool(seconds)
