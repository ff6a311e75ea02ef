"""Read what the provider's people see of the sheet; each for who holds the right, in the provider's open tenant."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tokimori.assurance.catalogue.controls import controls
from tokimori.assurance.compliance.values import Ending, Expiry, GapView, ProbeLine, trouble_of
from tokimori.assurance.models import AcceptedGap, ProbeRun, SheetNotice, SheetReading
from tokimori.assurance.probes.catalogue import PROBES
from tokimori.assurance.queries import newest_runs
from tokimori.assurance.record.queries import run_view
from tokimori.assurance.stewards import expiries_elsewhere
from tokimori.foundation.access.authorise import authorise
from tokimori.foundation.access.permissions import Permission
from tokimori.foundation.access.principal import Principal
from tokimori.foundation.errors import NotFound
from tokimori.foundation.identity.principals import account_id_of
from tokimori.foundation.tenancy.context import PROVIDER
from tokimori.foundation.vouching.services.proposals import open_proposals
from tokimori.foundation.vouching.subjects import LONGEST_WAIT, Subject

_GAPS_SHOWN: Final = 200
_CERTIFICATES: Final = frozenset({"days_left"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """What changed in one run: which rows for the worse, which for the better."""

    id: UUID
    worse: tuple[int, ...]
    better: tuple[int, ...]
    at: datetime
    is_unread: bool


def probe_lines(*, actor: Principal, now: datetime) -> tuple[ProbeLine, ...]:
    """Return every probe with its last look and the rows that lean on it, by name."""
    require_compliance(actor)
    last = {row.probe: run_view(row) for row in newest_runs()}
    leaning: dict[str, list[int]] = {name: [] for name in PROBES}
    for row, control in controls().items():
        for name in control.probes:
            leaning.setdefault(name, []).append(row)
    return tuple(
        ProbeLine(
            name=name,
            scope=probe.scope.value,
            every_minutes=probe.every_minutes,
            rows=tuple(leaning[name]),
            last=last.get(name),
            next_at=last[name].observed_to + timedelta(minutes=probe.every_minutes) if name in last else None,
            trouble=trouble_of(last.get(name), now=now),
        )
        for name, probe in sorted(PROBES.items())
    )


def accepted_gaps(*, actor: Principal, now: datetime) -> tuple[GapView, ...]:
    """Return the gaps that were accepted, the newest first; those that are over as well."""
    require_compliance(actor)
    rows = AcceptedGap.objects.filter(tenant_id=PROVIDER).order_by("-id")[:_GAPS_SHOWN]
    return tuple(
        GapView(
            id=row.id,
            row=row.row,
            reason=row.reason,
            requested_by=row.requested_by,
            approved_by=row.approved_by,
            at=row.approved_at,
            ends_at=row.expires_at,
            is_over=row.expires_at <= now,
        )
        for row in rows
    )


def proposed_gaps(*, actor: Principal, now: datetime) -> tuple[GapView, ...]:
    """Return the gaps that wait for a second person, the newest first."""
    require_compliance(actor)
    return tuple(
        GapView(
            id=one.id,
            row=one.content["row"],
            reason=one.content["reason"],
            requested_by=one.proposed_by,
            approved_by=None,
            at=one.proposed_at,
            ends_at=datetime.fromisoformat(one.content["ends_at"]),
            is_readers=one.is_readers,
        )
        for one in open_proposals(actor=actor, subject=Subject.ACCEPTED_GAP, now=now)
    )


def what_ends(*, actor: Principal, now: datetime) -> tuple[Expiry, ...]:
    """Return what ends: accepted gaps, proposals that wait, certificates as last seen, and what registers say."""
    require_compliance(actor)
    gaps = [
        Expiry(kind=Ending.ACCEPTED_GAP, at=one.ends_at, row=one.row)
        for one in accepted_gaps(actor=actor, now=now)
        if not one.is_over
    ]
    proposals = [
        Expiry(kind=Ending.PROPOSAL, at=one.at + LONGEST_WAIT, row=one.row)
        for one in proposed_gaps(actor=actor, now=now)
    ]
    certificates = [
        Expiry(kind=Ending.CERTIFICATE, at=row.observed_to + timedelta(days=int(row.measured[name])), name=row.probe)
        for row in newest_runs()
        for name in _CERTIFICATES & set(row.measured)
        if _is_count(row, name)
    ]
    return (*gaps, *proposals, *certificates, *expiries_elsewhere(actor=actor, now=now))


def sheet_notices(*, actor: Principal, limit: int) -> tuple[NoticeView, ...]:
    """Return what changed, the newest run first."""
    require_compliance(actor)
    read = _read_until(actor)
    rows = SheetNotice.objects.filter(tenant_id=PROVIDER).order_by("-id")[:limit]
    return tuple(
        NoticeView(
            id=row.id,
            worse=tuple(row.worse),
            better=tuple(row.better),
            at=row.at,
            is_unread=read is None or row.at > read,
        )
        for row in rows
    )


def unread_notices(*, actor: Principal) -> int:
    """Return how many notices somebody has not read yet."""
    require_compliance(actor)
    rows, read = SheetNotice.objects.filter(tenant_id=PROVIDER), _read_until(actor)
    return (rows if read is None else rows.filter(at__gt=read)).count()


def require_compliance(actor: Principal) -> None:
    """Raise ``NotAllowed`` without the right, and ``NotFound`` outside of the provider's own tenant."""
    authorise(actor, Permission.COMPLIANCE_READ)
    if actor.tenant_id != PROVIDER:
        raise NotFound


def _read_until(actor: Principal) -> datetime | None:
    rows = SheetReading.objects.filter(tenant_id=PROVIDER, account_id=account_id_of(actor)).order_by("-id")
    return rows.values_list("read_until", flat=True).first()


def _is_count(row: ProbeRun, name: str) -> bool:
    return type(row.measured[name]) is int and row.outcome == "passed"
