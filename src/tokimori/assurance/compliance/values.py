"""What is to be done about the sheet, and what ends soon: functions of what was read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tokimori.assurance.evaluation.contradictions import Contradiction
from tokimori.assurance.evaluation.evidence import Outcome
from tokimori.assurance.queries import Sheet
from tokimori.assurance.record.looks import RunView

WINDOWS: Final = (7, 30, 90)
"""In how many days things end that are shown together."""


class Trouble(StrEnum):
    """What keeps a probe from founding its rows."""

    FAILED = "failed"
    ERRORED = "errored"
    LATE = "late"
    NEVER_RAN = "never_ran"


class Ending(StrEnum):
    """What ends."""

    ACCEPTED_GAP = "accepted_gap"
    CERTIFICATE = "certificate"
    PROPOSAL = "proposal"
    REGISTER_ENTRY = "register_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeLine:
    """A probe with its last look, if there was one. ``next_at`` is when it looks again by itself."""

    name: str
    scope: str
    every_minutes: int
    rows: tuple[int, ...]
    last: RunView | None
    next_at: datetime | None
    trouble: Trouble | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A gap that was accepted, or is proposed: ``approved_by`` is nobody as long as it waits."""

    id: UUID
    row: int
    reason: str
    requested_by: UUID
    approved_by: UUID | None
    at: datetime
    ends_at: datetime
    is_readers: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """Something that ends: ``row`` where it belongs to one, ``name`` where it has one, ``url`` where it is seen to."""

    kind: Ending
    at: datetime
    row: int | None = None
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """What waits for somebody."""

    contradictions: tuple[Contradiction, ...]
    probes: tuple[ProbeLine, ...]
    proposals: tuple[GapView, ...]
    ending_gaps: tuple[GapView, ...]
    is_nobody_told: bool
    rows_without_owner: int

    @property
    def count(self) -> int:
        """Return how many there are; that rows have no owner is one."""
        single = int(self.is_nobody_told) + int(bool(self.rows_without_owner))
        return len(self.contradictions) + len(self.probes) + len(self.proposals) + len(self.ending_gaps) + single


def trouble_of(last: RunView | None, *, now: datetime) -> Trouble | None:
    """Return what is wrong with a probe's last look, or nothing."""
    if last is None:
        return Trouble.NEVER_RAN
    if last.outcome == Outcome.FAILED.value:
        return Trouble.FAILED
    if last.outcome == Outcome.ERRORED.value:
        return Trouble.ERRORED
    return Trouble.LATE if last.expires_at <= now else None


def tasks_from(
    *,
    sheet: Sheet,
    probes: Iterable[ProbeLine],
    proposals: Iterable[GapView],
    gaps: Iterable[GapView],
    watchers: Collection[object],
    owners: Mapping[int, str],
) -> Tasks:
    """Return what is to be done. A gap that ends within 30 days is to be mended, or proposed anew."""
    soon = sheet.at + timedelta(days=30)
    red = [row for row, answer in sheet.answers.items() if not answer.is_good]
    return Tasks(
        contradictions=sheet.contradictions,
        probes=tuple(one for one in probes if one.trouble is not None),
        proposals=tuple(one for one in proposals if not one.is_readers),
        ending_gaps=tuple(one for one in gaps if not one.is_over and one.ends_at <= soon),
        is_nobody_told=not watchers,
        rows_without_owner=sum(1 for row in red if not owners.get(row)),
    )


def by_window(expiries: Iterable[Expiry], *, now: datetime) -> Mapping[int, tuple[Expiry, ...]]:
    """Return what ends within 7, 30 and 90 days, each in the shortest that holds it; what is over stands with the first."""
    found: dict[int, list[Expiry]] = {days: [] for days in WINDOWS}
    for one in sorted(expiries, key=lambda each: each.at):
        days = next((days for days in WINDOWS if one.at <= now + timedelta(days=days)), None)
        if days is not None:
            found[days].append(one)
    return {days: tuple(each) for days, each in found.items()}
